"""The lists that are asked for, and the rows that come of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.providers.conduit.conduit_server import (
    AGENT,
    OTHER_AGENT,
    RUN,
    TRIGGER,
    WORKSPACES,
    Server,
    opened,
)
from tests.providers.conduit.flat import flat

from rundown_mcp.domain.errors import UnexpectedBody, Unsupported
from rundown_mcp.domain.query import RunQuery, parse_duration
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.provider import NO_WAY_ON, Page, RunStream

pytestmark = pytest.mark.anyio

STREAM = RunStream(f"agent={AGENT}", (("agent", AGENT),))
FAILED_STREAM = RunStream(f"agent={AGENT}&status=failed", (("agent", AGENT), ("status", "failed")))
ROWS = [f"{AGENT}/ar{n}7c0dy0mgdpzmqz6tesry8w18400{n}s" for n in (5, 4, 2, 1)]


async def read(
    server: Server,
    stream: RunStream = STREAM,
    query: RunQuery | None = None,
    *,
    token: str | None = None,
    size: int = 50,
    workspace_id: str | None = None,
) -> Page[Run]:
    async with opened(server, workspace_id) as client:
        return await client.list_page(stream, query or RunQuery(), token=token, size=size)


async def test_a_page_holds_the_rows_in_the_apis_order_and_counts_those_without_a_usable_id() -> None:
    page = await read(Server())
    assert [run.ref.id for run in page.items] == ROWS
    assert [run.status.word for run in page.items] == [
        Status.QUEUED,
        Status.FAILED,
        Status.COMPLETED,
        Status.UNKNOWN,
    ]
    assert page.next_token == "page-2"
    assert page.unusable == 3


async def test_rows_bear_their_agents_and_triggers_names() -> None:
    page = await read(Server())
    assert flat(page.items[1].agent) == {"id": ("id", AGENT), "name": ("name", "Reservations")}
    assert flat(page.items[1].source) == {"": ("text", "Reservation Inbox")}


@pytest.mark.parametrize(
    ("stream", "token", "size", "workspace_id", "query"),
    [
        (STREAM, None, 50, None, "limit=50"),
        (STREAM, None, 1000, None, "limit=100"),
        (STREAM, None, 0, None, "limit=1"),
        (STREAM, "p 1&x", 50, None, "limit=50&cursor=p+1%26x"),
        (FAILED_STREAM, None, 50, None, "status=failed&limit=50"),
        (
            FAILED_STREAM,
            "p1",
            50,
            WORKSPACES[0],
            f"workspace_id={WORKSPACES[0]}&status=failed&limit=50&cursor=p1",
        ),
    ],
)
async def test_a_page_is_asked_for_with_exactly_these_parameters(
    stream: RunStream, token: str | None, size: int, workspace_id: str | None, query: str
) -> None:
    server = Server()
    await read(server, stream, token=token, size=size, workspace_id=workspace_id)
    assert server.asked[0] == f"/agents/{AGENT}/runs?{query}"


async def test_the_key_goes_into_the_header_of_every_request() -> None:
    server = Server()
    await read(server)
    assert server.authorization == {"Bearer a key"}


@pytest.mark.parametrize(
    ("paging", "token", "notes"),
    [
        ({"next_cursor": None, "has_more": False}, None, ()),
        ({"next_cursor": "more", "has_more": False}, None, ()),
        ({"next_cursor": "more", "has_more": True}, "more", ()),
        ({"next_cursor": "more"}, "more", ()),
        ({"next_cursor": "", "has_more": True}, None, (NO_WAY_ON,)),
        ({"has_more": True}, None, (NO_WAY_ON,)),
        ({}, None, ()),
    ],
)
async def test_a_list_goes_on_where_there_is_a_cursor_and_nothing_says_otherwise(
    paging: dict[str, Any], token: str | None, notes: tuple[str, ...]
) -> None:
    server = Server()
    server.answers[f"/agents/{AGENT}/runs"] = lambda _: {"data": [], **paging}
    page = await read(server)
    assert (page.next_token, page.notes) == (token, notes)
    assert page.items == ()


@pytest.mark.parametrize("body", [[], {"error": "odd"}, {"data": {"id": RUN}}, {"data": "rows"}])
async def test_a_body_without_a_list_of_rows_is_an_undocumented_answer(body: object) -> None:
    server = Server()
    server.answers[f"/agents/{AGENT}/runs"] = lambda _: body
    with pytest.raises(UnexpectedBody):
        await read(server)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (RunQuery(outcomes=("escalated",)), [1]),
        (RunQuery(outcomes=("no_reply_needed",)), [2]),
        (RunQuery(tickets=("co44c0dy0mgdpzmqz6tesry8w184004s",)), [1]),
        (RunQuery(tickets=("CV44C0DY0MGDPZMQZ6TESRY8W184004S",)), [1]),
        (RunQuery(sources=("reservation inbox",)), [1]),
        (RunQuery(sources=(TRIGGER,)), [1]),
        (RunQuery(sources=("tr99c0dy0mgdpzmqz6tesry8w184099s",)), [2]),
        (RunQuery(durations=(parse_duration(">=90"),)), [1]),
        (RunQuery(durations=(parse_duration("=1"),)), [2]),
        (RunQuery(search="cv44"), [1]),
        (RunQuery(search="reserv"), [0, 1, 2, 3]),
        (RunQuery(statuses=(Status.UNKNOWN,)), [3]),
        (RunQuery(since=datetime(2026, 4, 3, 4, tzinfo=UTC)), [0, 1]),
        (RunQuery(until=datetime(2026, 4, 3, 4, tzinfo=UTC)), [2, 3]),
    ],
)
async def test_what_the_api_cannot_filter_the_rows_can_answer(query: RunQuery, rows: list[int]) -> None:
    server = Server()
    async with opened(server) as client:
        plan = await client.plan(query)
        page = await client.list_page(plan.streams[0], query, token=None, size=100)
    admitted = [run.ref.id for run in page.items if query.admits(run, plan.here)]
    assert admitted == [ROWS[index] for index in rows]
    assert server.asked[-1] == f"/agents/{AGENT}/runs?limit=100"


async def test_a_plan_reads_the_agents_of_all_workspaces() -> None:
    async with opened(Server()) as client:
        plan = await client.plan(RunQuery())
    assert [stream.key for stream in plan.streams] == [f"agent={AGENT}", f"agent={OTHER_AGENT}"]


async def test_a_filter_that_does_not_exist_is_refused_before_anything_is_sent() -> None:
    server = Server()
    async with opened(server) as client:
        with pytest.raises(Unsupported, match="conduit cannot filter runs by metadata, annotation; it can by status, "):
            await client.plan(RunQuery(metadata=(("a", "b"),), annotations=("correct",), search="x"))
    assert server.asked == []
