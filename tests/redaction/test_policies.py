"""The gate: three policies, the vendor's flags, identities, and what cannot be checked."""

from __future__ import annotations

import pytest
from benchmarks.corpus.canaries import Aviary, seen
from benchmarks.corpus.item import seeded
from tests.redaction.masks import gate, key

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.redaction.limits import LONGEST
from rundown_mcp.redaction.policy import Policy


def shown(value: JsonValue, kind: Kind = Kind.TEXT, policy: Policy = Policy.BALANCED, **flags: bool | None) -> str:
    return gate(policy).safe(Untrusted(value, kind, **flags)).text


@pytest.mark.parametrize("value", ["text", "", None, {"a": 1}, 0])
@pytest.mark.parametrize("policy", list(Policy))
def test_a_value_that_the_vendor_redacted_is_withheld_whatever_stands_there(value: JsonValue, policy: Policy) -> None:
    assert shown(value, Kind.PAYLOAD, policy, redacted=True) == "[redacted:provider]"
    assert (
        shown(value, Kind.PAYLOAD, policy, redacted=True, truncated=True) == "[redacted:provider] [truncated:provider]"
    )


@pytest.mark.parametrize("flag", [False, None])
def test_a_flag_that_is_false_or_absent_shows_nothing(flag: bool | None) -> None:  # noqa: FBT001 - the vendor's flag
    assert shown("text", redacted=flag, truncated=flag) == "text"


def test_a_value_that_the_vendor_cut_says_so() -> None:
    assert shown({"a": 1}, Kind.PAYLOAD, truncated=True) == '{"a":1} [truncated:provider]'


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("run_9f3a1c7e", Kind.ID, "run_9f3a1c7e"),
        ("completed", Kind.WORD, "completed"),
        ("Search Company Docs", Kind.NAME, "Search Company Docs"),
        ("Überweisung prüfen", Kind.NAME, "Überweisung prüfen"),
        ("write to a@example.org", Kind.NAME, "write to [email#"),
        ("I want my money back", Kind.TEXT, "[withheld:policy] text, 20 chars"),
        ("two\nlines", Kind.NAME, "[withheld:policy] text, 9 chars"),
        ("x" * 81, Kind.NAME, "[withheld:policy] text, 81 chars"),
        ("a whole sentence, in fact", Kind.WORD, "[withheld:policy] text, 25 chars"),
        ("Anna Berg", Kind.IDENTITY, "[withheld:policy] text, 9 chars"),
        ({"id": 1, "status": "x"}, Kind.PAYLOAD, "[withheld:policy] object, 2 keys (id, status), 21 chars"),
        ({"id": 1, "Anna": 2}, Kind.PAYLOAD, "[withheld:policy] object, 2 keys (id, …), 17 chars"),
        ({"Anna": 2}, Kind.PAYLOAD, "[withheld:policy] object, 1 keys, 10 chars"),
        ([1, 2], Kind.PAYLOAD, "[withheld:policy] list, 2 items, 5 chars"),
        (4111111111111111, Kind.PAYLOAD, "[withheld:policy] value"),
    ],
)
def test_strict_lets_only_structure_out(value: JsonValue, kind: Kind, expected: str) -> None:
    assert shown(value, kind, Policy.STRICT).startswith(expected)


def test_strict_lets_no_canary_out_whatever_holds_it() -> None:
    aviary = Aviary(seeded(11, "strict"))
    texts = [gate(Policy.STRICT).safe(aviary.any()).text for _ in range(1500)]
    assert len(aviary.made) >= 1500
    assert not set(seen(texts, aviary.made))
    assert set(seen([gate(Policy.OFF).safe(aviary.any()).text for _ in range(50)], aviary.made))


def test_off_masks_secrets_alone() -> None:
    text = f"Anna, a@example.org, {key('github-token')}"
    assert (
        gate(Policy.OFF, "Anna").safe(Untrusted(text, Kind.TEXT)).text == "Anna, a@example.org, [secret:github-token]"
    )


def test_an_identity_has_the_tag_that_it_has_in_texts() -> None:
    for stated, written in (
        ("Anna Berg", "A. Berg"),
        ("+49 171 1234567", "0171 1234567"),
        ("a@example.org", "A@example.org"),
    ):
        knowing = gate(Policy.BALANCED, stated)
        tag = knowing.safe(Untrusted(stated, Kind.IDENTITY)).text
        assert knowing.safe(Untrusted(f"see {written} there", Kind.TEXT)).text == f"see {tag} there"
    assert gate().safe(Untrusted("  ", Kind.IDENTITY)).text == ""


def test_a_placeholder_that_a_provider_imitates_is_escaped() -> None:
    assert "[" not in shown("[secret:value] [email#abcdef]")
    assert shown("\ue000email#abcdef\ue001") == r"\ue000email#abcdef\ue001"
    assert "\ue000" not in shown({"\ue000a": ["\ue001"]}, Kind.PAYLOAD)


def test_a_value_that_is_too_large_is_withheld_with_its_size() -> None:
    assert shown("x" * (LONGEST + 1)) == f"[withheld:unchecked] {LONGEST + 1} chars"


def test_a_value_that_is_too_deep_is_withheld() -> None:
    deep: JsonValue = "x"
    for _ in range(501):
        deep = [deep]
    assert shown(deep, Kind.PAYLOAD).startswith("[withheld:unchecked]")


class Odd(list[JsonValue]):
    """A list that fails when it is read."""

    def __iter__(self) -> object:  # type: ignore[override]
        raise RuntimeError("a failure nobody thought of")


def test_a_value_whose_check_fails_is_withheld() -> None:
    assert shown([1, Odd([2])], Kind.PAYLOAD).startswith("[withheld:unchecked]")
    assert shown({1, 2}, Kind.PAYLOAD) == "[withheld:unchecked]"  # type: ignore[arg-type]
