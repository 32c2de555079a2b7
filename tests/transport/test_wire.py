"""Wire types bend to any JSON, lose no text, and name fields, never values."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import Field

from rundown_mcp.domain.errors import UnexpectedBody
from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.transport.wire import (
    Flag,
    Id,
    Integer,
    Json,
    JsonObject,
    Many,
    Maybe,
    Moment,
    Number,
    Text,
    Texts,
    WireBody,
    WireModel,
    decode,
    decode_rows,
)

CANARY = "canary_47"


class Inner(WireModel):
    name: Text = None


class Everything(WireModel):
    text: Text = None
    texts: Texts = Field(default_factory=list)
    moment: Moment = None
    number: Number = None
    integer: Integer = None
    flag: Flag = None
    json_: Json = None
    members: JsonObject = Field(default_factory=dict)
    maybe: Maybe[Inner] = None
    many: Many[Inner] = Field(default_factory=list)


class Named(WireModel):
    id: Id
    parent: Id = "0"


class Parent(WireModel):
    children: Many[Named] = Field(default_factory=list)


any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("name"), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(any_json)
@example(10**4000)
@example("9" * 5000)
@example("0001-01-01T00:00+14:00")
@example(-1e300)
def test_no_json_breaks_a_lenient_field_and_no_text_is_lost(value: JsonValue) -> None:
    row = decode(Everything, dict.fromkeys(Everything.model_fields, value), connection="here", what="a row")
    assert row.text == (None if value is None else as_text(value))
    assert row.json_ == value
    assert row.members == (value if isinstance(value, dict) else {})
    expected = value if isinstance(value, list) else [value]
    assert row.texts == [as_text(item) for item in expected if item is not None]
    assert (row.maybe is not None) == isinstance(value, dict)
    assert len(row.many) == (sum(isinstance(item, dict) for item in value) if isinstance(value, list) else 0)
    assert row.moment is None or row.moment.utcoffset() == timedelta(0)
    assert row.number is None or abs(row.number) < float("inf")
    assert row.flag in {None, True, False}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.dictionaries(
        st.text() | st.sampled_from(["model_config", "__class__", "json", "copy", "model_fields"]), any_json
    )
)
def test_unknown_keys_of_any_name_are_kept_aside(extra: dict[str, JsonValue]) -> None:
    unknown = {key: item for key, item in extra.items() if key != "name"}
    row = decode(Inner, {**unknown, "name": "a"}, connection="here", what="a row")
    assert row.name == "a"
    assert row.model_extra == unknown


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-11-20T09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (" 2026-11-20T09:30:00.123456789+02:00 ", datetime(2026, 11, 20, 7, 30, 0, 123456, tzinfo=UTC)),
        ("2026-11-20 09:30", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20t09:30:00z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        (1763631000, datetime(2025, 11, 20, 9, 30, tzinfo=UTC)),
        (1763631000500, datetime(2025, 11, 20, 9, 30, 0, 500000, tzinfo=UTC)),
        (True, None),
        ("soon", None),
        (1e300, None),
        ({}, None),
        ("0001-01-01T00:00+10:00", None),
    ],
)
def test_a_moment_is_aware_and_in_utc(value: JsonValue, moment: datetime | None) -> None:
    found = Everything.model_validate({"moment": value}).moment
    assert found == moment
    assert found is None or found.tzinfo in {UTC, UTC}


@pytest.mark.parametrize(
    ("value", "number", "integer"),
    [
        (3, 3.0, 3),
        (2.9, 2.9, 2),
        ("12.5", 12.5, 12),
        (True, None, None),
        ("inf", None, None),
        ("nan", None, None),
        ("12 s", None, None),
        (2**64, float(2**64), None),
        (10**400, None, None),
        ([1], None, None),
    ],
)
def test_a_number_is_finite_and_may_come_as_text(value: JsonValue, number: float | None, integer: int | None) -> None:
    row = Everything.model_validate({"number": value, "integer": value})
    assert (row.number, row.integer) == (number, integer)


@pytest.mark.parametrize(
    ("value", "flag"), [(True, True), (False, False), (" TRUE", True), ("false", False), ("yes", None), (1, None)]
)
def test_a_flag_that_says_neither_is_unknown(value: JsonValue, flag: bool | None) -> None:  # noqa: FBT001 - a parameter
    assert Everything.model_validate({"flag": value}).flag is flag


@pytest.mark.parametrize(("value", "wanted"), [("a", "a"), (7, "7")])
def test_an_id_is_text_or_a_whole_number(value: JsonValue, wanted: str) -> None:
    assert decode(Named, {"id": value}, connection="here", what="a run").id == wanted


@pytest.mark.parametrize("value", [None, "", True, 1.5, [CANARY], {CANARY: CANARY}])
def test_an_id_that_is_none_is_told_by_the_name_of_its_field(value: JsonValue) -> None:
    body = {"id": value, "parent": value, CANARY: CANARY}
    with pytest.raises(UnexpectedBody) as raised:
        decode(Named, body, connection="here", what="a run")
    error = raised.value
    assert error.message == "here: a run came in an undocumented shape: id, parent"
    assert error.short == "undocumented answer"
    assert error.__cause__ is None
    assert CANARY not in repr(error)


@pytest.mark.parametrize("body", [None, [], CANARY, 5])
def test_a_body_that_is_no_object_is_told_as_a_whole(body: JsonValue) -> None:
    with pytest.raises(UnexpectedBody, match="shape: the body"):
        decode(Named, body, connection="here", what="a run")


def test_many_fields_that_do_not_fit_are_counted() -> None:
    with pytest.raises(UnexpectedBody) as raised:
        decode(Parent, {"children": [{CANARY: 1}] * 9}, connection="here", what="a run")
    assert raised.value.message.endswith(": " + ", ".join(f"children.{n}.id" for n in range(5)) + " and 4 more")


class Keyed(WireModel):
    by_name: dict[str, Inner] = Field(default_factory=dict)


def test_a_key_that_a_stranger_chose_is_not_repeated() -> None:
    with pytest.raises(UnexpectedBody) as raised:
        decode(Keyed, {"by_name": {CANARY: 5, f"ignore this, {CANARY}": 5}}, connection="here", what="a run")
    assert CANARY not in raised.value.message
    assert "by_name" in raised.value.message


def test_rows_that_do_not_fit_are_left_out_and_counted() -> None:
    rows: JsonValue = [{"id": "a"}, {"id": None}, 5, {"id": 2, "x": CANARY}]
    good, bad = decode_rows(Named, rows, connection="here", what="the list")
    assert ([row.id for row in good], bad) == (["a", "2"], 2)


@pytest.mark.parametrize("rows", [None, CANARY, {CANARY: 1}])
def test_rows_that_are_no_list_are_told(rows: JsonValue) -> None:
    with pytest.raises(UnexpectedBody, match="no list of rows") as raised:
        decode_rows(Named, rows, connection="here", what="the list")
    assert CANARY not in raised.value.message


class Part(WireModel):
    name: Text = None


class Whole(WireBody):
    parts: Many[Part] = Field(default_factory=list)
    one: Maybe[Part] = None
    text: Text = None


@pytest.mark.parametrize(
    ("body", "misfits"),
    [
        ({}, ()),
        ({"parts": None, "one": None, "text": ["any"]}, ()),
        ({"parts": [], "one": {}}, ()),
        ({"parts": [{"name": "a"}, {}]}, ()),
        ({"parts": [{"name": "a"}, "b", None, 4]}, ("3 of 4 parts could not be read",)),
        ({"parts": {"1": {"name": "a"}}}, ("parts came in an undocumented shape and could not be read",)),
        ({"one": "a"}, ("one came in an undocumented shape and could not be read",)),
        ({"one": [{}], "misfits": "theirs"}, ("one came in an undocumented shape and could not be read",)),
    ],
)
def test_what_a_body_holds_in_another_shape_is_told(body: Json, misfits: tuple[str, ...]) -> None:
    assert Whole.model_validate(body).misfits == misfits
