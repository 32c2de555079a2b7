"""A member of a payload is shown as it stands in the whole that was masked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.tools.handmade import text

from rundown_mcp.analysis.payloads import Likeness, PayloadDifference, compare_payloads
from rundown_mcp.domain.text import JsonValue, Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.members import member
from rundown_mcp.views.payload_words import PayloadWords

GATE = Gate(Policy.BALANCED, Tagger(b"members"))
_NUMBERS: JsonValue = {str(number): number for number in range(1, 10)}
_HIGHER: JsonValue = {str(number): number + 1 for number in range(1, 10)}
_KEYS = st.text(alphabet='xyé\n"<[]:(\u202e🌊', max_size=6)
_INNER = st.text(max_size=8) | st.dictionaries(_KEYS, st.integers(), max_size=3)
STRICT = Gate(Policy.STRICT, Tagger(b"members"))


def said(here: JsonValue, there: JsonValue, gate: Gate = GATE) -> str:
    one, two = text(here, Kind.PAYLOAD), text(there, Kind.PAYLOAD)

    def safe(value: Untrusted | None) -> SafeText:
        return gate.safe(value) if value is not None else SafeText("")

    return PayloadWords(one, two, compare_payloads(one, two), safe).all().text


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ({"currency": "EUR"}, {"currency": "USD"}, 'currency "EUR" here, "USD" there'),
        ({"to": {"n": None}}, {"to": {"n": 7}}, "to.n null here, 7 there"),
        ({"a": 1, "b": True}, {"a": 1}, "b true only here"),
        ({"a": 1}, {"b": 1, "a": 1}, "b 1 only there"),
        ({"id": 1, "to": {"id": 7}}, {"id": 2, "to": {"id": 8}}, "same shape, other values: id, to.id"),
        (_NUMBERS, _HIGHER, "same shape, other values: 1, 2, 3, 4, 5, 6 and 3 more"),
        (_NUMBERS, {"1": 1}, "2 2 only here; 3 3 only here; 4 4 only here; 5 5 only here; 4 more"),
        ([], [1], "[] here, [1] there"),
        ("order 7", "order 9", "same shape, other values"),
        ({"a": 1}, {"a": 1}, "the same"),
    ],
)
def test_a_difference_is_said_with_its_members(here: JsonValue, there: JsonValue, expected: str) -> None:
    assert said(here, there) == expected


def test_nothing_is_said_of_two_calls_without_input() -> None:
    nothing = PayloadDifference(Likeness.EQUAL)
    assert PayloadWords(None, None, nothing, lambda _: SafeText("")).all().text == ""
    unknown = PayloadDifference(Likeness.UNKNOWN)
    assert "not comparable" in PayloadWords(None, None, unknown, lambda _: SafeText("")).all().text


def test_a_member_under_a_secret_key_stays_masked_when_it_is_shown_alone() -> None:
    assert said({"password": "hunter"}, {"password": None}) == 'password "[secret:field]" here, null there'
    assert said({"password": "hunter"}, {"password": "dragon"}) == "password differs in what is masked"
    assert said({"auth": {"token": {"v": True}}}, {"auth": {"token": {"v": False}}}) == "differs, and is withheld"
    assert "hunter" not in said({"auth": {"password": "hunter"}, "x": 1}, {"x": 1})
    assert said({"to": "ann@mail.example"}, {"to": None}).startswith('to "[email#')


def test_strict_shows_neither_keys_nor_values() -> None:
    assert said({"currency": "EUR"}, {"currency": "USD"}, STRICT) == "differs, and is withheld"
    assert said({"currency": "EUR"}, {}, STRICT) == "a member that is withheld, only here"
    assert said({"id": 1}, {"id": 2}, STRICT) == "same shape, other values"


@given(value=st.dictionaries(_KEYS, _INNER, max_size=5))
@examples(max_examples=200, deadline=None, derandomize=True)
def test_every_member_of_any_object_is_found_at_its_place(value: dict[str, Any]) -> None:
    shown = GATE.safe(text(value, Kind.PAYLOAD))
    for place, inner in enumerate(value.values()):
        found = member(shown, (place,))
        assert found is not None
        assert found[1].text == GATE.safe(text({"k": inner}, Kind.PAYLOAD)).text[5:-1]
    assert member(shown, (len(value),)) is None


@pytest.mark.parametrize(
    "shown",
    ["[withheld:policy] object, 1 keys, 9 chars", "", '"text"', '{"a"', '{"a" :1}', '{"a":1;"b":2}', "{}", '{"a":1}'],
)
def test_what_is_no_object_any_more_has_no_second_member(shown: str) -> None:
    assert member(SafeText(shown), (1,)) is None
    assert member(SafeText(shown), (0, 0)) is None
