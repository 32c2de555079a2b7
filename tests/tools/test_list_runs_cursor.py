"""Cursors: what they continue, what they refuse, how small they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness import asking, receipt, settings_from
from tests.runs.imitated import asking_imitations, next_cursor, refs
from tests.tools.reading import tokens

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.runs.checkpoint import Checkpoint, Span, connection_tag, list_tag, spans_of
from rundown_mcp.runs.cursor import Cursor, CursorCodec
from rundown_mcp.runs.position import BOTTOM, END, Position
from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio
CODEC = CursorCodec(b"key")
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
moments = st.datetimes(timezones=st.just(UTC))
positions = st.builds(Position.of, st.builds(Ref, st.just("duckie"), st.text(max_size=9)), moments)
places = st.sampled_from([None, END]) | positions
spans = st.dictionaries(st.builds(list_tag, st.text(max_size=5), st.text(max_size=5)), places, min_size=1, max_size=9)
checkpoints = st.builds(
    Checkpoint,
    positions,
    st.dictionaries(st.builds(connection_tag, st.text(max_size=5)), spans.map(spans_of), max_size=4),
    st.frozensets(st.builds(connection_tag, st.text(max_size=5)), max_size=3),
)
arguments = st.dictionaries(
    st.sampled_from(["status", "agent", "search", "metadata"]),
    st.one_of(st.text(max_size=30), st.lists(st.text(max_size=9), max_size=3)),
    max_size=3,
)
asked_ats = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
cursors = st.builds(Cursor, arguments, asked_ats.map(lambda at: at.replace(microsecond=0)), checkpoints)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=7, runs=300)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cursors)
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    text = CODEC.encode(cursor)
    assert CODEC.decode(text) == cursor
    assert text.replace("-", "").replace("_", "").isalnum()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(cursors, st.data())
def test_a_cursor_with_one_other_character_is_refused(cursor: Cursor, data: st.DataObject) -> None:
    text = CODEC.encode(cursor)
    place = data.draw(st.integers(0, len(text)))
    other = data.draw(st.sampled_from("AbZ09_-= .+/é\n\0"))
    for forged in {text[:place] + other + text[place + 1 :], text[:place] + other + text[place:], text[:place]}:
        if forged != text:
            with pytest.raises(InvalidArgument, match="not a cursor of this server"):
                CODEC.decode(forged)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.text() | st.binary(max_size=80).map(lambda raw: raw.hex()))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="not a cursor of this server"):
        CODEC.decode(text)


def test_a_cursor_of_other_connections_or_another_tool_is_refused() -> None:
    here = Checkpoint(Position.before_all_at(NOW))
    with pytest.raises(InvalidArgument):
        CursorCodec(b"other key").decode(CODEC.encode(Cursor({}, NOW, here)))
    with pytest.raises(InvalidArgument):
        CODEC.decode(CODEC.encode_places({"kind": "tools"}, {"duckie": (None, 3)}))
    with pytest.raises(InvalidArgument):
        CODEC.decode_places(CODEC.encode(Cursor({}, NOW, here)))
    with pytest.raises(InvalidArgument):
        CODEC.decode("A" * 70_000)


def test_a_cursor_of_list_config_is_read_as_it_was_written() -> None:
    places = {"duckie": ("page 2", 4), "conduit": (None, 0)}
    assert CODEC.decode_places(CODEC.encode_places({"kind": "tools"}, places)) == ({"kind": "tools"}, places)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(positions, positions)
def test_positions_are_ordered_newest_first_and_know_their_time(one: Position, other: Position) -> None:
    if one.time_us > other.time_us:
        assert one.key < other.key
    assert one.just_before.key <= one.key
    assert Position.before_all_at(one.at).key <= one.key
    assert Position.before_all_at(BOTTOM).time_us <= one.time_us


FULL = {
    "provider": ["duckie", "conduit"],
    "status": ["failed", "cancelled"],
    "agent": ["Refund agent"],
    "since": "14d",
    "search": "order 4711",
    "duration": [">60", "<=5m"],
}


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        ({"since": "24h"}, 55),
        ({"status": ["failed"], "since": "24h"}, 60),
        ({"provider": ["duckie"], "status": ["failed"], "since": "7d", "search": "refund"}, 85),
    ],
)
def test_what_most_walks_ask_for_costs_few_characters(arguments: dict[str, JsonValue], most: int) -> None:
    checkpoint = Checkpoint(Position.of(Ref("duckie", "any"), NOW))
    assert len(CODEC.encode(Cursor(arguments, NOW, checkpoint))) <= most


async def test_cursors_are_small(world: World) -> None:
    async with asking_imitations(world) as asked:
        plain = next_cursor(await asked.text("list_runs", limit=1))
        filtered = next_cursor(await asked.text("list_runs", limit=1, status=["failed"], since="14d"))
    assert plain is not None
    assert filtered is not None
    assert len(plain) <= 50
    assert len(filtered) <= 100
    full = CODEC.encode(Cursor(FULL, NOW, Checkpoint(Position.before_all_at(NOW))))
    assert len(full) <= 250
    assert tokens(full) <= 180


def test_a_cursor_stays_small_however_many_lists_there_are() -> None:
    """As a rate limit leaves them out: side by side in the order of their tags."""
    tags = sorted(list_tag("conduit", f"agent={number}") for number in range(200))
    earlier, later = (Position.of(Ref("conduit", "x"), at) for at in (NOW, NOW.replace(hour=3)))
    stand = [later] * 70 + [earlier] * 50 + [None] * 60 + [earlier] * 20
    spans = spans_of(dict(zip(tags, stand, strict=True)))
    checkpoint = Checkpoint(later, {connection_tag("conduit"): spans})
    text = CODEC.encode(Cursor({"status": ["failed"]}, NOW, checkpoint))
    assert tokens(text) <= 120
    again = CODEC.decode(text).checkpoint
    assert {number: again.place("conduit", f"agent={number}") for number in range(200)} == {
        number: stand[tags.index(list_tag("conduit", f"agent={number}"))] for number in range(200)
    }
    assert again.of("duckie") == (Span(b"", later),)


def test_a_cursor_tells_any_lists_apart() -> None:
    tags = [list_tag("conduit", f"agent={number}") for number in range(400)]
    stand = {tag: END if number % 2 else None for number, tag in enumerate(tags)}
    checkpoint = Checkpoint(END, {connection_tag("conduit"): spans_of(stand)})
    again = CODEC.decode(CODEC.encode(Cursor({}, NOW, checkpoint))).checkpoint
    assert [again.place("conduit", f"agent={number}") for number in range(400)] == [stand[tag] for tag in tags]
    assert len(again.of("conduit")) >= 0x80


async def test_the_same_filters_may_come_with_it_and_other_pages_may_be_asked_for(world: World) -> None:
    filters = {"status": ["failed"], "since": "14d", "metadata": {}}
    async with asking_imitations(world) as asked:
        first = await asked.text("list_runs", limit=3, **filters)
        cursor = next_cursor(first)
        alone = refs(await asked.text("list_runs", cursor=cursor, limit=3))
        same = refs(await asked.text("list_runs", cursor=cursor, limit=2, max_tokens=600, status="failed", since="14d"))
        assert same == alone[:2]


@pytest.mark.parametrize(
    "other",
    [{"status": ["completed"]}, {"since": "14d"}, {"status": ["failed"], "search": "x"}, {"provider": ["duckie"]}],
    ids=str,
)
async def test_other_filters_are_refused(world: World, other: dict[str, object]) -> None:
    async with asking_imitations(world) as asked:
        cursor = next_cursor(await asked.text("list_runs", limit=3, status=["failed"], since="14d"))
        error = await asked.error("list_runs", cursor=cursor, **other)
    assert error == "cursor: continues other filters than these; pass the cursor alone"


async def test_a_forged_cursor_is_an_error_and_an_empty_one_too(world: World) -> None:
    async with asking_imitations(world) as asked:
        for cursor in ("", "x", "AAAA" * 30):
            error = await asked.error("list_runs", cursor=cursor)
            assert error.startswith("cursor: ")
            assert "without it" in error


async def test_a_cursor_of_another_sandbox_is_refused(world: World) -> None:
    async with asking_imitations(world) as asked, asking_imitations(build_world(seed=8, runs=50)) as elsewhere:
        cursor = next_cursor(await asked.text("list_runs", limit=3))
        assert "not a cursor of this server" in await elsewhere.error("list_runs", cursor=cursor)


async def test_a_server_with_the_same_settings_takes_the_cursor(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = settings_from(monkeypatch, {"RUNDOWN_SANDBOX": "1"})
    other = replace(sandbox, server=sandbox.server.model_copy(update={"max_tokens": 3000}))
    async with asking(sandbox, world=world) as one, asking(other, world=world) as two:
        first = await one.text("list_runs", limit=10)
        second = await two.text("list_runs", limit=10, cursor=next_cursor(first))
        assert not set(refs(first)) & set(refs(second))
        assert receipt(second)["shown"] == "10, more exist"
