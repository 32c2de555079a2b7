"""The client against the imitated API, which was made from the same documents by a second reading."""

from datetime import UTC, datetime

import httpx
import pytest

from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.provider import RunProvider
from rundown_mcp.providers.conduit import SPEC
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import build_world
from rundown_mcp.transport.json_api import JsonApi

pytestmark = pytest.mark.anyio

WORLD = build_world(seed=7, runs=400, now=datetime(2026, 11, 20, 12, tzinfo=UTC))


async def read_all(client: RunProvider, query: RunQuery) -> list[Run]:
    runs: list[Run] = []
    for stream in (await client.plan(query)).streams:
        page = await client.list_page(stream, query, token=None, size=5)
        part = [*page.items]
        while page.next_token:
            page = await client.list_page(stream, query, token=page.next_token, size=5)
            part += page.items
        starts = [run.started_at for run in part if run.started_at]
        assert starts == sorted(starts, reverse=True)
        runs += part
    return runs


async def test_every_run_of_the_imitation_is_listed_once_and_can_be_read() -> None:
    imitation = SPEC.imitate(WORLD)
    settings = SPEC.settings.model_validate({"api_key": imitation.environment["CONDUIT_API_KEY"]})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app([imitation]))) as http:
        api = JsonApi(
            http,
            connection="conduit",
            base_url=f"http://127.0.0.1{imitation.prefix}",
            headers=SPEC.headers(settings),
            key_variable="CONDUIT_API_KEY",
        )
        client = SPEC.open("conduit", settings, api)
        runs = await read_all(client, RunQuery())
        failed = await read_all(client, RunQuery(statuses=(Status.FAILED,)))
        details = [await client.get_run(run.ref.id) for run in failed]
    assert {run.ref.run_part for run in runs} == {run.id for run in WORLD.chats}
    assert len(runs) == len(WORLD.chats)
    assert {run.ref for run in failed} == {run.ref for run in runs if run.status.word is Status.FAILED}
    assert [detail.run.error for detail in details] == [run.error for run in failed]
    assert all(run.agent and run.agent.name for run in runs)
