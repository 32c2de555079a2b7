"""Texts that are looked through together: what is shown of each is what a search of it alone would show."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.redaction.masks import gate, key
from tests.redaction.test_properties import TEXTS, WORDS

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.redaction.identities import NOBODY, known
from rundown_mcp.redaction.masking import APART, Search
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.searched import SearchedTexts

NAMES = st.lists(st.sampled_from([*WORDS, "Jürgen Große-Müller", "Bo", "A. B", "田中太郎", "Иван Петров", "o'Neill"]))
CELLS = TEXTS | st.text(max_size=40) | st.sampled_from(["juergen", "田中さん", "Петрову", "oneill", "Qm8gd29ydGg="])


@pytest.mark.parametrize("policy", Policy)
@given(st.lists(CELLS, max_size=8), NAMES)
@settings(max_examples=120, deadline=None, derandomize=True)
def test_looking_through_texts_changes_nothing_that_is_shown(
    policy: Policy, texts: list[str], people: list[str]
) -> None:
    looked, alone = gate(policy), gate(policy)
    looked.look_through(Untrusted(text, Kind.TEXT) for text in texts)
    persons = [Untrusted(person, Kind.IDENTITY) for person in people]
    for text in texts:
        for kind in (Kind.TEXT, Kind.WORD, Kind.NAME):
            value = Untrusted(text, kind)
            assert looked.safe(value) == alone.safe(value)
            assert looked.knowing(persons).safe(value) == alone.knowing(persons).safe(value)


def searched(*texts: str) -> SearchedTexts:
    seen = SearchedTexts(Search(Policy.BALANCED))
    seen.look_through(texts)
    return seen


def test_what_was_found_is_known_unless_a_text_names_somebody() -> None:
    seen = searched("Where is my parcel", "write to a.b@example.org")
    assert seen.finds("Where is my parcel", NOBODY) == ()
    assert seen.finds("Where is my parcel", known(["Anna Berg"])) == ()
    assert seen.finds("Where is my parcel", known(["Mr. Parcel"])) is None
    (address,) = seen.finds("write to a.b@example.org", NOBODY) or ()
    assert (address.start, address.end, address.kind) == (9, 24, "email")
    assert seen.finds("never seen", NOBODY) is None


@pytest.mark.parametrize(
    "text",
    [
        "x" * 301,
        "",
        '{"a": 1}',
        " [1]",
        f"one{APART}two",
        "\ue000email#abcdef\ue001",
    ],
)
def test_what_is_long_or_more_than_a_text_is_left_to_the_search(text: str) -> None:
    assert searched(text).finds(text, NOBODY) is None


@pytest.mark.parametrize("text", [b64encode(b"for: Anna Berg").decode(), "ａｎｎａ", "an%6Ea b%65rg"])
def test_where_a_name_may_be_in_disguise_only_a_search_can_tell(text: str) -> None:
    assert searched(text).finds(text, known(["Anna Berg"])) is None


def test_a_secret_in_one_text_changes_nothing_in_another() -> None:
    token = key("github-token")
    seen = searched("All good", f"use {token} now", "call 1 415 555 2671", "As before")
    assert seen.finds("All good", NOBODY) == seen.finds("As before", NOBODY) == ()
    assert seen.finds(f"use {token} now", NOBODY) is None
    assert seen.finds("call 1 415 555 2671", NOBODY) is None


@pytest.mark.parametrize("value", [None, 7, True, {"a": "b"}, ["c"]])
def test_what_is_no_text_can_be_given_too(value: JsonValue) -> None:
    opened = gate()
    opened.look_through([Untrusted(value, Kind.PAYLOAD)])
    assert opened.safe(Untrusted(value, Kind.PAYLOAD)) == gate().safe(Untrusted(value, Kind.PAYLOAD))


def test_one_text_that_fails_to_be_searched_keeps_no_other_from_being_shown() -> None:
    class Odd(str):
        __slots__ = ()

        def __len__(self) -> int:
            raise ValueError("no length")

    opened, plain, odd = gate(), Untrusted("All good", Kind.TEXT), Untrusted(Odd("x"), Kind.TEXT)
    opened.look_through([plain, odd])
    assert str(opened.safe(plain)) == "All good"
    assert str(opened.safe(odd)) == "[withheld:unchecked]"


def test_no_more_texts_are_remembered_than_fit() -> None:
    seen = searched(*(f"text {number}" for number in range(6_000)))
    held = [number for number in range(6_000) if seen.finds(f"text {number}", NOBODY) is not None]
    assert len(held) == 4_096
    seen.look_through(["another one"])
    assert seen.finds("another one", NOBODY) == ()
    assert seen.finds("text 0", NOBODY) is None
