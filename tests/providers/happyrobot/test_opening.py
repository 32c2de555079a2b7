"""SPEC opens the real client on the imitated API, which is a second reading of the same documents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest

from rundown_mcp.domain.errors import Unauthorized
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.provider import RunProvider, RunStream
from rundown_mcp.providers.happyrobot import SPEC
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import build_world
from rundown_mcp.transport.json_api import JsonApi

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@asynccontextmanager
async def opened(key: str | None = None) -> AsyncIterator[RunProvider]:
    imitated = SPEC.imitate(build_world(runs=150, now=NOW))
    settings = SPEC.settings.model_validate(
        {
            "api_key": key or imitated.environment["HAPPYROBOT_API_KEY"],
            "organization_id": imitated.environment["HAPPYROBOT_ORGANIZATION_ID"],
        }
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app([imitated]))) as http:
        api = JsonApi(
            http,
            connection="hr",
            base_url=f"http://sandbox.test{imitated.prefix}",
            headers=SPEC.headers(settings),
            key_variable="HAPPYROBOT_API_KEY",
        )
        yield SPEC.open("hr", settings, api)


async def whole(client: RunProvider, stream: RunStream, query: RunQuery, size: int) -> list[Run]:
    page = await client.list_page(stream, query, token=None, size=size)
    runs = [*page.items]
    while page.next_token is not None:
        page = await client.list_page(stream, query, token=page.next_token, size=size)
        runs += page.items
    return runs


async def everything(client: RunProvider, query: RunQuery) -> list[Run]:
    plan = await client.plan(query)
    streams = [await whole(client, stream, query, 1000) for stream in plan.streams]
    return [run for runs in streams for run in runs if query.admits(run, plan.here)]


async def test_pages_of_any_size_give_the_same_runs_newest_first() -> None:
    async with opened() as client:
        (stream,) = (await client.plan(RunQuery())).streams
        lists = [await whole(client, stream, RunQuery(), size) for size in (1000, 7, 1)]
    refs = [[run.ref for run in runs] for runs in lists]
    assert refs[0] == refs[1] == refs[2]
    assert len(set(refs[0])) == len(refs[0]) > 20
    starts = [run.started_at for run in lists[0] if run.started_at]
    assert starts == sorted(starts, reverse=True)


async def test_each_status_gives_just_the_runs_of_that_status() -> None:
    async with opened() as client:
        runs = await everything(client, RunQuery())
        for status in Status:
            found = await everything(client, RunQuery(statuses=(status,)))
            assert {run.ref for run in found} == {run.ref for run in runs if run.status.word is status}


async def test_a_window_holds_exactly_the_runs_that_started_in_it() -> None:
    async with opened() as client:
        runs = await everything(client, RunQuery())
        since, until = runs[-3].started_at, runs[3].started_at
        query = RunQuery(since=since, until=until)
        found = await everything(client, query)
    assert found
    assert {run.ref for run in found} == {run.ref for run in runs if query.admits(run, {Filter.SINCE, Filter.UNTIL})}
    assert min(run.started_at for run in found if run.started_at) == since


async def test_an_agents_runs_are_found_by_its_id() -> None:
    async with opened() as client:
        agent = (await client.agents())[0]
        runs = await everything(client, RunQuery())
        (stream,) = (await client.plan(RunQuery(agents=(agent.id.canonical() if agent.id else "",)))).streams
        found = await whole(client, stream, RunQuery(), 1000)
    assert found
    assert {run.ref for run in found} == {run.ref for run in runs if run.agent and run.agent.id == agent.id}
    assert all(run.agent == agent for run in found)


async def test_a_run_is_the_same_in_the_list_and_in_detail() -> None:
    async with opened() as client:
        for row in await everything(client, RunQuery()):
            run = (await client.get_run(row.ref.id)).run
            same = ("ref", "status", "started_at", "agent")
            assert [getattr(run, name) for name in same] == [getattr(row, name) for name in same]


async def test_a_wrong_key_is_refused() -> None:
    async with opened("wrong") as client:
        with pytest.raises(Unauthorized):
            await client.probe()
