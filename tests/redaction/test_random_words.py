"""Random words that nothing tells of: long ones of no form that ids have are masked, and every form of an id stays."""

from __future__ import annotations

from random import Random

import pytest
from tests.redaction.masks import masked

from rundown_mcp.redaction.policy import Policy

SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
LARGE = SMALL.upper()
MIXED = SMALL + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
HEX = "0123456789abcdef"


def grown(alphabet: str, *sizes: int, seed: int = 5, joint: str = "-") -> str:
    """Random words of these sizes, joined."""
    random = Random(seed)  # noqa: S311 - repeatable, no secret
    return joint.join("".join(random.choices(alphabet, k=size)) for size in sizes)


def rate(words: list[str]) -> float:
    """The share of words that are masked in a sentence that says nothing about them."""
    shown = [masked(f"The customer saw {word} on the screen.", policy=Policy.OFF) for word in words]
    return sum("[secret:value]" in text for text in shown) / len(shown)


@pytest.mark.parametrize(
    ("alphabet", "sizes"),
    [
        (SMALL, (32,)),
        (SMALL, (40,)),
        (SMALL, (64,)),
        (LARGE, (32,)),
        (LARGE, (80,)),
        (SMALL, (20, 19)),
        (SMALL, (8, 4, 4, 4, 12)),
        (LARGE, (12, 12, 12)),
        (MIXED, (24,)),
        (MIXED, (26,)),
        (MIXED, (32,)),
    ],
)
def test_most_random_words_are_masked(alphabet: str, sizes: tuple[int, ...]) -> None:
    assert rate([grown(alphabet, *sizes, seed=seed) for seed in range(40)]) >= 0.8


@pytest.mark.parametrize(
    ("alphabet", "sizes", "form"),
    [
        (CROCKFORD, (32,), "{}"),
        (CROCKFORD, (26,), "{}"),
        (SMALL, (30,), "ar{}"),
        (SMALL, (29,), "j57{}"),
        (SMALL, (24,), "c{}"),
        (SMALL, (24,), "{}"),
        (SMALL, (30,), "conv_{}"),
        (BASE32, (52,), "bafybei{}"),
        (BASE32.upper(), (32,), "{}"),
        (BASE58, (44,), "Qm{}"),
        (BASE58, (22,), "{}"),
        (MIXED, (20,), "{}"),
        (MIXED, (27,), "{}"),
        (MIXED, (28,), "{}"),
        (MIXED, (21,), "/_next/static/{}/main-0a1b2c3d4e5f6071.js"),
        (HEX, (40,), "{}"),
        (HEX, (64,), "build{}"),
        (HEX.upper(), (64,), "{}"),
        (HEX, (32, 16, 8), "{}"),
        (HEX, (8, 4, 4, 4, 12), "{}"),
        (HEX, (10, 5), "billing-api-worker-{}"),
        (SMALL, (32,), "123456789012-{}.apps.googleusercontent.com"),
        ("0123456789", (30,), "order-{}-a"),
    ],
)
def test_no_form_of_an_id_is_masked(alphabet: str, sizes: tuple[int, ...], form: str) -> None:
    assert rate([form.format(grown(alphabet, *sizes, seed=seed)) for seed in range(40)]) == 0


@pytest.mark.parametrize(
    "word",
    [
        "testUserCanLogin2FAWithSMS1",
        "Sha256HashSum32Base64EncoderFactory",
        "iphone-15-pro-256gb-natural-titanium-2026-refurbished-b2b",
        "eu-west-1-prod-cluster-node-group-7-2026-11-22",
        "0123456789-0123456789-0123456789",
        "/opt/app/node_modules/v1beta2/handlers3/index.min.js",
    ],
)
def test_names_with_numbers_stay(word: str) -> None:
    assert rate([word]) == 0


def test_a_word_that_is_announced_as_an_id_stays() -> None:
    word = grown(SMALL, 40)
    assert masked(f"request_id={word} and build {word}", policy=Policy.OFF) == f"request_id={word} and build {word}"


def test_a_uuid_that_ends_like_an_iban_stays() -> None:
    assert masked("C4CF272F-E5D2-467A-BE49-037E3388760A") == "C4CF272F-E5D2-467A-BE49-037E3388760A"
