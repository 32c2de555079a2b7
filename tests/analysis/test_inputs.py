"""Which inputs ask for the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.analysis.asked import asked_by
from rundown_mcp.analysis.inputs import Inputs, Likeness, likeness
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted

SAME, OTHER, UNCLEAR = Likeness.SAME, Likeness.OTHER, Likeness.UNCLEAR


def payload(value: JsonValue, **flags: bool) -> Untrusted:
    return Untrusted(value, Kind.PAYLOAD, **flags)


def inputs(*values: Untrusted | None) -> Inputs:
    found = Inputs()
    for value in values:
        found.add(asked_by(value))
    return found


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, SAME),
        ({"a": [1, {"b": 2}]}, '{"a": [1, {"b": 2}]}', SAME),
        ({"x": 1, "idempotency_key": "a1"}, {"x": 1, "idempotency_key": "b2"}, SAME),
        (
            {"x": 1, "meta": {"requestId": "a1", "attempt": 1}},
            {"x": 1, "meta": {"requestId": "b2", "attempt": 2}},
            SAME,
        ),
        ({"x": 1, "timestamp": "2026-11-20T09:00:00Z"}, {"x": 1, "timestamp": "2026-11-20T09:01:00Z"}, SAME),
        ({"x": 1, "retry_count": 0}, {"x": 1, "retry_count": 1}, SAME),
        ({"x": 1}, {"x": 1, "attempt": 2}, SAME),
        ({}, {}, SAME),
        ("same text", "same text", SAME),
        ({"order": "A-1", "currency": "EUR"}, {"order": "B-2", "currency": "EUR"}, OTHER),
        ({"q": "res_55", "x": 1}, {"q": "res_56", "x": 1}, OTHER),
        ({"email": "a@b.example"}, {"email": "c@d.example"}, OTHER),
        ({"order_id": 17, "x": 1}, {"order_id": 18, "x": 1}, OTHER),
        ({"city": "Paris", "units": "C"}, {"city": "Rome", "units": "C"}, OTHER),
        ({"x": 1}, {"x": 2}, OTHER),
        ([1], [2], OTHER),
        ({}, "x", OTHER),
        ({"ref": "X1", "travellers": "two"}, {"ref": "X1", "travellers": 2}, UNCLEAR),
        ({"order": "A-1", "amount": 100}, {"order": "A-1", "amount": 10}, UNCLEAR),
        ({"order": "A-1", "currency": "EUR"}, {"order": "A-1", "currency": "USD"}, UNCLEAR),
        ({"sku": "A-1"}, {"sku": "A-1", "store": 1}, UNCLEAR),
        ({"email": "a@b.example"}, {"customer_number": "C-1"}, UNCLEAR),
        ({"query": "torn tent"}, {"query": "a torn tent"}, UNCLEAR),
        ({"date": "03.05.2027"}, {"date": "2027-5-3"}, UNCLEAR),
        ({"date": "2027-05-03"}, {"date": "2027-05-04"}, OTHER),
        ({"load_id": "L77 120"}, {"load_id": "l-77120"}, UNCLEAR),
        ({"phone": "+49 170 555 0100"}, {"phone": "+491705550100"}, UNCLEAR),
        ({"order_id": 17}, {"order_id": "17"}, UNCLEAR),
        ({"ids": ["o-1", "o-2", "o-3"]}, {"ids": ["o-3", "o-2"]}, UNCLEAR),
        ({"ids": ["o-1", "o-2"]}, {"ids": ["o-2", "o-1"]}, UNCLEAR),
        ({"ids": ["o-1", "o-2"]}, {"ids": ["o-2", "o-3"]}, OTHER),
        ({"customer": "C-1", "offset": 100}, {"customer": "C-1", "offset": 200}, OTHER),
        ({"customer": "C-1", "cursor": "abc"}, {"customer": "C-1", "cursor": "abd"}, OTHER),
    ],
)
def test_inputs_are_the_same_only_where_they_are_equal_but_for_what_attempts_differ_in(
    one: JsonValue, other: JsonValue, wanted: Likeness
) -> None:
    assert inputs(payload(one)).like(asked_by(payload(other))) is wanted
    assert inputs(payload(other)).like(asked_by(payload(one))) is wanted


@pytest.mark.parametrize(
    ("one", "other", "is_a_slip"),
    [
        ({"load": "L-771209"}, {"load": "L-772109"}, True),
        ({"load": "L-7712"}, {"load": "L-77120"}, True),
        ({"load": "L-771209"}, {"load": "L-771208"}, False),
        ({"load": "L-12"}, {"load": "L-21"}, False),
        ({"load": "L-771209"}, {"load": "L-771209"}, False),
        ({"load": "L-771209"}, {"truck": "L-772109"}, False),
    ],
)
def test_a_slip_turns_two_characters_round_or_leaves_one_out(
    one: JsonValue, other: JsonValue, *, is_a_slip: bool
) -> None:
    assert inputs(payload(one)).has_a_slip_of(asked_by(payload(other))) is is_a_slip


def test_a_correction_changes_only_what_is_blamed_of_one_thing() -> None:
    found = inputs(payload({"lead": "L-1", "phone": "+49 170 5550100"}))
    refused = asked_by(payload({"lead": "L-1", "phone": "12"}))
    assert found.has_a_correction_of(refused, frozenset({"phone"}))
    assert not found.has_a_correction_of(refused, frozenset({"email"}))
    assert not found.has_a_correction_of(asked_by(payload({"lead": "L-2", "phone": "12"})), frozenset({"phone"}))


def test_an_input_that_is_absent_can_not_be_compared() -> None:
    assert inputs(None).like(asked_by(payload({"x": 1}))) is UNCLEAR
    assert inputs(payload({"x": 1})).like(asked_by(None)) is UNCLEAR
    assert inputs(None, payload({"x": 1})).like(asked_by(payload({"x": 1}))) is SAME
    assert inputs().like(asked_by(None)) is OTHER
    assert likeness(asked_by(None), asked_by(payload({"x": 1}))) is UNCLEAR


def test_what_is_redacted_may_differ_and_what_is_seen_to_differ_does() -> None:
    hidden = payload({"order": "A-1", "amount": "[REDACTED]"}, redacted=True)
    assert inputs(hidden).like(asked_by(hidden)) is UNCLEAR
    assert inputs(hidden).like(asked_by(payload({"order": "A-1", "amount": 5}))) is UNCLEAR
    assert inputs(hidden).like(asked_by(payload({"order": "B-2", "amount": 5}))) is OTHER
    assert inputs(payload(None, redacted=True)).like(asked_by(payload({"order": "A-1"}))) is UNCLEAR


def test_a_vendors_mark_of_a_cut_counts_only_where_the_input_may_be_what_was_cut() -> None:
    short = payload({"order": "A-1"}, truncated=True)
    assert inputs(short).like(asked_by(payload({"order": "A-1"}))) is SAME
    for cut in ("and so on…", "x" * 600):
        long = payload({"order": "A-1", "text": cut}, truncated=True)
        assert inputs(long).like(asked_by(long)) is UNCLEAR


def test_an_input_too_long_to_be_read_by_its_parts_is_compared_as_a_whole() -> None:
    rows = [{"row": number} for number in range(1000)]
    assert inputs(payload(rows)).like(asked_by(payload(rows))) is SAME
    assert inputs(payload(rows)).like(asked_by(payload([*rows[:-1], {"row": 7}]))) is not SAME


objects = st.dictionaries(st.sampled_from(["order_id", "amount", "note", "attempt"]), st.integers(0, 2), max_size=4)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(objects, max_size=8), objects)
def test_some_inputs_hold_the_same_where_one_of_them_is(
    some: list[dict[str, JsonValue]], one: dict[str, JsonValue]
) -> None:
    def bare(given: dict[str, JsonValue]) -> dict[str, JsonValue]:
        return {key: value for key, value in given.items() if key != "attempt"}

    found = inputs(*map(payload, some)).like(asked_by(payload(one)))
    assert (found is SAME) is any(bare(other) == bare(one) for other in some)
