"""What no field of a model carries is found by the vendor's own names, wherever it stands."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import Field
from tests.providers.comparing import payload, same

from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.wire import Flag, Json, Many, Maybe, Moment, Text, WireModel


class Inner(WireModel):
    known: Text = None
    at: Moment = None


class Outer(WireModel):
    id: Text = None
    flag: Flag = None
    inner: Maybe[Inner] = None
    many: Many[Inner] = Field(default_factory=list)
    body: Json = None


def outer(**fields: Any) -> Outer:  # noqa: ANN401 - any JSON
    return Outer.model_validate(fields)


def test_keys_that_no_model_names_are_found_and_named_ones_are_not() -> None:
    found = unread(outer(id="1", new="x", inner={"known": "k", "newer": {"deep": 1}}))
    same(found, payload({"inner": {"newer": {"deep": 1}}, "new": "x"}))


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_what_is_empty_is_left_out(empty: Json) -> None:
    assert unread(outer(id="1", new=empty, inner={"newer": empty})) is None
    assert unread(outer(id="1")) is None


def test_false_and_zero_are_something() -> None:
    same(unread(outer(new=False, newer=0)), payload({"new": False, "newer": 0}))


def test_named_fields_are_added_where_they_hold_something() -> None:
    model = outer(flag=False, new="x", inner={"known": "k", "at": "2026-11-20T09:00:00Z", "newer": 1})
    found = unread(model, "flag", "inner.known", "inner.at", "body")
    inner: Json = {"newer": 1, "known": "k", "at": "2026-11-20T09:00:00+00:00"}
    same(found, payload({"new": "x", "flag": False, "inner": inner}))
    same(unread(outer(id="1"), "id", "inner.known"), payload({"id": "1"}))


def test_the_model_stays_as_it_came() -> None:
    model = outer(inner={"known": "k", "newer": 1})
    unread(model, "inner.known")
    same(unread(model), payload({"inner": {"newer": 1}}))


def test_what_only_repeats_a_known_text_is_left_out() -> None:
    model = outer(run_id="r1", org_id="o1", inner={"run_id": "r1"})
    same(unread(model, known={"r1"}), payload({"org_id": "o1"}))


def test_lists_of_objects_are_left_to_whoever_reads_them() -> None:
    assert unread(outer(many=[{"newer": 1}])) is None


def test_what_is_nested_very_deeply_is_carried_as_it_is() -> None:
    deep: Json = None
    for _ in range(400):
        deep = {"a": deep}
    assert unread(outer(new=deep)) is not None
