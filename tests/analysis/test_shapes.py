"""Which outputs say that something failed, and which inputs ask for the same thing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.analysis.shapes import Inputs, declares_fallback, error_in
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted


def payload(value: JsonValue) -> Untrusted:
    return Untrusted(value, Kind.PAYLOAD)


def inputs(*values: Untrusted | None) -> Inputs:
    found = Inputs()
    for value in values:
        found.add(value)
    return found


@pytest.mark.parametrize(
    ("output", "error"),
    [
        ({"error": "no such booking"}, "no such booking"),
        ({"errors": ["a", "b"]}, '["a","b"]'),
        ({"error": None, "errors": [{"code": "E1"}]}, '[{"code":"e1"}]'),
        ({"ok": False, "message": "declined"}, "declined"),
        ({"success": False, "detail": "too late"}, "too late"),
        ({"isError": True, "reason": "quota"}, "quota"),
        ({"is_error": True}, '{"is_error":true}'),
        ({"status": 503, "message": "overloaded"}, "overloaded"),
        ({"status_code": 404}, '{"status_code":404}'),
        ({"status": "error", "error_message": "boom"}, "boom"),
        ({"status": "FAILED"}, '{"status":"failed"}'),
        ("ValueError: no date", "valueerror: no date"),
        ("Traceback (most recent call last):\n…", "traceback (most recent call last):\n…"),
        ("ERROR cannot reach the host", "error cannot reach the host"),
    ],
)
def test_error_shaped_outputs_give_what_they_say_went_wrong(output: JsonValue, error: str) -> None:
    found = error_in(payload(output))
    assert found is not None
    assert found.folded() == error


@pytest.mark.parametrize(
    "output",
    [
        {"error": None, "errors": [], "log": "sync finished with 0 errors"},
        {"error": "", "ok": True},
        {"error": False},
        {"error": 0},
        {"error": "none"},
        {"error_count": 0},
        {"status": 200},
        {"status": 600},
        {"status": "completed"},
        {"status": True},
        {"code": math.inf},
        {"code": math.nan},
        {"ok": "false"},
        "checked 3 shelves, 0 errors, 0 failed",
        "The customer reported an error.",
        [{"error": "inside a list"}],
        [],
        None,
        7,
        "",
    ],
)
def test_outputs_that_merely_mention_errors_are_fine(output: JsonValue) -> None:
    assert error_in(payload(output)) is None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"ref": "X", "travellers": "two"}, {"ref": "X", "travellers": 2}, True),
        ({"sku": "A"}, {"sku": "B"}, False),
        ({"sku": "A"}, {"sku": "A", "store": 1}, False),
        ("same text", "same text", True),
        ("one text", "other text", False),
        ([1], [2], False),
        ({}, {}, True),
        ({}, "x", False),
    ],
)
def test_inputs_are_alike_where_they_are_equal_or_differ_in_less_than_half(
    one: JsonValue, other: JsonValue, *, alike: bool
) -> None:
    assert inputs(payload(one)).hold_like(payload(other)) is alike
    assert inputs(payload(other)).hold_like(payload(one)) is alike


def test_an_input_that_is_absent_or_redacted_can_not_be_compared() -> None:
    redacted = Untrusted({"a": 1}, Kind.PAYLOAD, redacted=True)
    assert inputs(None).hold_like(payload(1)) is None
    assert inputs(payload(1)).hold_like(None) is None
    assert inputs(redacted).hold_like(payload({"a": 1})) is None
    assert inputs(payload({"a": 1})).hold_like(redacted) is None
    assert inputs(None, payload(1)).hold_like(payload(1)) is True
    assert inputs().hold_like(None) is False


objects = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2), max_size=5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(objects, max_size=8), objects)
def test_many_inputs_hold_one_alike_where_one_of_them_is(
    some: list[dict[str, JsonValue]], one: dict[str, JsonValue]
) -> None:
    alike = [
        other.keys() == one.keys() and 2 * sum(one[key] == other[key] for key in one) >= len(one) for other in some
    ]
    assert inputs(*map(payload, some)).hold_like(payload(one)) is any(alike)


@pytest.mark.parametrize(
    ("error", "declared"),
    [
        ("cache miss; falling back to search_flights", True),
        ("using the fallback", True),
        ("fell over", False),
        ("the customer will fall. Back to work", False),
    ],
)
def test_a_fallback_has_to_be_declared(error: str, *, declared: bool) -> None:
    assert declares_fallback(payload(error)) is declared
