"""Many calls of one session over real sockets: none mixed up, none lost, identical ones made once, each in its turn."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial

import anyio
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.harness import Asked, asking, receipt, rows, served, settings_from
from tests.tools.test_triage_failures import DAY, a_world

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.connect import open_runs
from rundown_mcp.http_app import build_http_app
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import World, build_world
from rundown_mcp.server import build_server

pytestmark = pytest.mark.anyio


class Slow:
    """The imitated vendors behind a door that is shut until enough stand before it; counts who came."""

    def __init__(self, world: World, opens_for: int) -> None:
        self.apis = [spec.imitate(world) for spec in PROVIDERS.values()]
        self.app = build_app(self.apis)
        self.opens_for = opens_for
        self.requests: Counter[str] = Counter()
        self.gone: list[str] = []
        self.crowded = threading.Event()
        self.door = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = f"{scope['path']}?{scope['query_string'].decode()}"
        self.requests[asked] += 1
        if self.requests.total() >= self.opens_for:
            self.crowded.set()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch, receive, asked, tasks.cancel_scope)
            await anyio.to_thread.run_sync(self.door.wait, abandon_on_cancel=True)
            tasks.cancel_scope.cancel()
        if asked not in self.gone:
            await self.app(scope, receive, send)

    async def _watch(self, receive: Receive, asked: str, waiting: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.gone.append(asked)
        waiting.cancel()

    def variables(self, address: str) -> dict[str, str]:
        return {
            name: value
            for api, spec in zip(self.apis, PROVIDERS.values(), strict=True)
            for name, value in {**api.environment, spec.variable("base_url"): address + api.prefix}.items()
        }


@contextlib.asynccontextmanager
async def asking_slowly(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Asked]:
    app: ASGIApp = slow
    with served(app) as address:
        async with asking(settings_from(monkeypatch, slow.variables(address))) as asked:
            try:
                yield asked
            finally:
                slow.door.set()


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=9, runs=150)


async def test_fifty_calls_at_once_are_each_answered_with_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets, calls = world.tickets[:15], world.calls[:15]
    same = f"duckie:{world.tickets[20].id}"
    wanted = [f"duckie:{run.id}" for run in tickets] + [f"happyrobot:{run.id}" for run in calls] + [same] * 20
    slow = Slow(world, opens_for=16)
    answers: dict[int, str] = {}
    async with asking_slowly(slow, monkeypatch) as asked:

        async def ask(number: int, run: str) -> None:
            answers[number] = await asked.text("get_run", run=run)

        async with anyio.create_task_group() as tasks:
            for number, run in enumerate(wanted):
                tasks.start_soon(ask, number, run)
            await anyio.to_thread.run_sync(slow.crowded.wait)
            slow.door.set()
    assert len(answers) == 50
    for number, run in enumerate(wanted):
        assert run in answers[number], "the answer names the run in full"
        assert not [other for other in set(wanted) - {run} if other in answers[number]]
    of_runs = {asked: count for asked, count in slow.requests.items() if "/runs/" in asked}
    assert set(of_runs.values()) == {1}
    assert len(of_runs) == 31


async def test_twenty_identical_lists_ask_for_each_page_at_most_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(world, opens_for=3)
    answers: list[str] = []
    async with asking_slowly(slow, monkeypatch) as asked:

        async def ask() -> None:
            answers.append(await asked.text("list_runs", limit=30))

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(ask)
            await anyio.to_thread.run_sync(slow.crowded.wait)
            slow.door.set()
    assert len(answers) == 20
    assert len({tuple(row["ref"] for row in rows(answer)) for answer in answers}) == 1
    assert len(rows(answers[0])) == 30
    assert max(slow.requests.values()) <= 2


@pytest.mark.parametrize(
    ("tool", "arguments"), [("list_runs", {}), ("triage_failures", {"since": "30d"}), ("get_run", {"run": "duckie"})]
)
async def test_a_call_that_the_client_cancels_closes_its_connections(
    world: World, monkeypatch: pytest.MonkeyPatch, tool: str, arguments: dict[str, str]
) -> None:
    if "run" in arguments:
        arguments = {"run": f"duckie:{world.tickets[0].id}"}
    slow = Slow(world, opens_for=1 if tool == "get_run" else 3)
    async with asking_slowly(slow, monkeypatch) as asked:
        async with anyio.create_task_group() as tasks:

            async def ask() -> None:
                await asked.text(tool, **arguments)

            tasks.start_soon(ask)
            await anyio.to_thread.run_sync(slow.crowded.wait)
            tasks.cancel_scope.cancel()
        with anyio.fail_after(20):
            while len(slow.gone) < slow.requests.total():
                await anyio.lowlevel.checkpoint()
    assert slow.requests.total() == slow.opens_for, "nothing was asked for after that"


async def test_a_call_over_http_whose_client_has_gone_closes_its_connections(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(world, opens_for=1)
    wanted = {"name": "get_run", "arguments": {"run": f"duckie:{world.tickets[0].id}"}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": wanted}
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    with served(slow) as address:
        settings = settings_from(monkeypatch, slow.variables(address))
        server = build_server(partial(open_runs, settings), settings.server)
        app = build_http_app(server, settings.server, NO_RULES, host="127.0.0.1")
        with served(app, lifespan="on") as rundown:
            async with httpx.AsyncClient(timeout=60) as client, anyio.create_task_group() as tasks:
                tasks.start_soon(partial(client.post, f"{rundown}/mcp", json=call, headers=headers))
                await anyio.to_thread.run_sync(slow.crowded.wait)
                tasks.cancel_scope.cancel()
            try:
                with anyio.fail_after(20):
                    while not slow.gone:
                        await anyio.lowlevel.checkpoint()
            finally:
                slow.door.set()
    assert slow.requests.total() == 1


async def test_a_survey_stops_at_the_rate_limit_and_leaves_quick_reads_room(monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_world(conduit_failed_without_text=[1 + number / 10 for number in range(150)])
    slow = Slow(made, opens_for=1)
    slow.door.set()
    async with asking_slowly(slow, monkeypatch) as asked:
        answer = await asked.text("triage_failures", **DAY, provider="conduit")
        assert slow.requests.total() == 96, "a fifth of 120 is left"
        for run in made.chats[:5]:
            assert run.id in await asked.text("get_run", run=f"conduit:{run.agent.id}/{run.id}")
    looked_into = sum("/runs/" in path for path in slow.requests) - 5
    assert looked_into > 50
    said = receipt(answer)
    assert f"{looked_into} of 150 runs looked into; not: {150 - looked_into} paced to 120 requests" in said["shown"]
    assert "runs no longer looked into: paced to 120 requests a minute, try again in " in said["coverage"]
