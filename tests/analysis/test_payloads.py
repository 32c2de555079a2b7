"""What makes two payloads differ by more than the case that they belong to."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.tools.handmade import text

from rundown_mcp.analysis.payloads import Change, Likeness, compare_payloads
from rundown_mcp.domain.text import JsonValue, Kind

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


def likeness(here: JsonValue, there: JsonValue) -> Likeness:
    return compare_payloads(text(here, Kind.PAYLOAD), text(there, Kind.PAYLOAD)).likeness


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"id": "A-1"}, {"id": "B-22"}),
        ({"at": "2026-11-20T09:00Z"}, {"at": "2026-11-21T10:30Z"}),
        ({"amount": 243}, {"amount": 695.5}),
        ({"name": "Ann Lee"}, {"name": "Bob"}),
        ({"query": "cabin baggage"}, {"query": "seat selection"}),
        ({"items": [1, 2]}, {"items": [3]}),
        ({"deep": {"er": {"id": 7}}}, {"deep": {"er": {"id": 8}}}),
        ({"note": None}, {}),
        ("order 7", "order 9"),
        ([1], [2]),
    ],
)
def test_ids_times_amounts_names_and_texts_are_those_of_another_case(here: JsonValue, there: JsonValue) -> None:
    assert likeness(here, there) is likeness(there, here) is Likeness.VALUES


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"currency": "EUR"}, {"currency": "USD"}),
        ({"mode": "dry_run"}, {"mode": "live"}),
        ({"force": True}, {"force": False}),
        ({"amount": None}, {"amount": 7}),
        ({"amount": 0}, {"amount": 7}),
        ({"amount": -7}, {"amount": 7}),
        ({"amount": "7"}, {"amount": 7}),
        ({"items": []}, {"items": [1]}),
        ({"text": " "}, {"text": "hello there"}),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": {"b": 1}}, {"a": {"c": 1}}),
        ({"a": {}}, {"a": {"c": 1}}),
        ({"a": 1}, [1]),
        ("", "hello there"),
        ({}, {"a": 1}),
    ],
)
def test_another_shape_or_setting_is_a_change(here: JsonValue, there: JsonValue) -> None:
    assert likeness(here, there) is likeness(there, here) is Likeness.CHANGED


def test_changes_say_where_in_both_payloads_and_values_stand_apart() -> None:
    here = text({"id": 1, "to": {"cur": "EUR", "n": 1}, "only": 1}, Kind.PAYLOAD)
    there = text({"to": {"n": 2, "cur": "USD"}, "new": 2, "id": 1}, Kind.PAYLOAD)
    found = compare_payloads(here, there)
    assert found.changes == (Change((1, 0), (0, 1)), Change((2,), None), Change(None, (1,)))
    assert found.values == (Change((1, 1), (0, 0)),)


def test_what_is_absent_withheld_or_cut_cannot_be_compared_unless_absent_in_both() -> None:
    given = text({"a": 1}, Kind.PAYLOAD)
    assert compare_payloads(None, None).likeness is Likeness.EQUAL
    for other in (None, text({"a": 1}, redacted=True), text({"a": 2}, truncated=True)):
        assert compare_payloads(given, other).likeness is Likeness.UNKNOWN
        assert compare_payloads(other, given).likeness is Likeness.UNKNOWN


@given(value=_JSON)
@examples(max_examples=200, deadline=None, derandomize=True)
def test_a_payload_equals_itself(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert likeness(value, value) is Likeness.EQUAL


@given(here=_JSON, there=_JSON)
@examples(max_examples=300, deadline=None, derandomize=True)
def test_the_order_of_the_two_changes_nothing_but_the_sides(here: Any, there: Any) -> None:  # noqa: ANN401 - any JSON
    one = compare_payloads(text(here, Kind.PAYLOAD), text(there, Kind.PAYLOAD))
    two = compare_payloads(text(there, Kind.PAYLOAD), text(here, Kind.PAYLOAD))
    assert one.likeness is two.likeness
    assert {(change.here, change.there) for change in one.changes} == {(c.there, c.here) for c in two.changes}


def test_very_deep_and_very_large_payloads_are_compared_as_far_as_the_limits() -> None:
    deep: JsonValue = {"x": "EUR"}
    other: JsonValue = {"x": "USD"}
    for _ in range(50):
        deep, other = {"d": deep}, {"d": other}
    assert likeness(deep, other) is Likeness.VALUES
    many = {f"k{number}": {"a": number} for number in range(5000)}
    assert likeness(many, {**many, "k4999": {"a": -1}}) is Likeness.VALUES
