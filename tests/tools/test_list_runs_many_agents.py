"""Two hundred agents at Conduit under its rate limit, and lists that break on a later page, through the real server."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import anyio
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from tests.harness import Asked, receipt, rows
from tests.runs.imitated import next_cursor
from tests.tools.reading import next_calls, tokens

from rundown_mcp import connect
from rundown_mcp.account import ConnectionSettings
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings
from rundown_mcp.transport.throttle import Throttle, Turn

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PER_MINUTE = 120
AT_ONCE = 8


@dataclass
class ManyAgents:
    """Conduit with many agents, whose runs lie mixed in time; `left` requests are answered until the next minute.

    Agents lie in workspaces in turn, of which those `down` cannot be listed. `breaks` says of a request for runs, by
    its agent's number and its cursor, which status it gets instead, if any.
    """

    agents: int
    runs_each: Callable[[int], int] = lambda _: 3
    left: int = PER_MINUTE
    refused: int = 0
    breaks: Callable[[int, str | None], int | None] = lambda _, __: None
    workspaces: int = 1
    down: set[int] = field(default_factory=set)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number in range(self.agents):
            self.rows[agent_id(number)] = [
                {
                    "id": "ar" + hashlib.sha256(f"{number} {index}".encode()).hexdigest()[:30],
                    "status": "completed",
                    "created_at": (NOW - timedelta(minutes=index * self.agents + number * 7 % self.agents)).isoformat(),
                }
                for index in range(self.runs_each(number))
            ]

    @property
    def ids(self) -> list[str]:
        return sorted(row["id"] for found in self.rows.values() for row in found)

    def next_minute(self) -> None:
        self.left, self.refused = PER_MINUTE, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> JSONResponse:
        if self.left <= 0:
            self.refused += 1
            return JSONResponse({"error": "slow down"}, 429, {"retry-after": "30"})
        self.left -= 1
        parts = request.url.path.strip("/").split("/")[1:]
        params = dict(parse_qsl(request.url.query))
        match parts:
            case ["workspaces"]:
                return self._page([{"id": f"w{number}"} for number in range(self.workspaces)], params)
            case ["agents"]:
                workspace = int(params["workspace_id"][1:])
                if workspace in self.down:
                    return JSONResponse({}, 500)
                mine = list(self.rows)[workspace :: self.workspaces]
                return self._page([{"id": agent, "name": f"Agent {agent}"} for agent in mine], params)
            case ["agents", agent, "runs"]:
                status = self.breaks(int(agent[2:]), params.get("cursor"))
                return JSONResponse({}, status) if status else self._page(self.rows[agent], params)
            case _:
                return JSONResponse({}, 404)

    def _page(self, found: list[dict[str, str]], params: dict[str, str]) -> JSONResponse:
        start = int(params.get("cursor", 0))
        end = start + int(params["limit"])
        return JSONResponse(
            {
                "data": found[start:end],
                "next_cursor": str(end) if end < len(found) else None,
                "has_more": end < len(found),
            }
        )


class Forgetful(Throttle):
    """Each call comes a minute after the one before, though no time passes: what was asked and told then is over."""

    def heard(self, turn: Turn, status: int, headers: Mapping[str, str]) -> None:
        pass


def agent_id(number: int) -> str:
    return f"ag{number:020d}"


@asynccontextmanager
async def asking(*servers: ManyAgents, workspace: str | None = "w0") -> AsyncIterator[Asked]:
    """A real client of a real server with a Conduit connection to each."""
    spec = PROVIDERS["conduit"]

    @asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        connections = []
        for number, server in enumerate(servers):
            values = spec.settings.model_validate(
                {"api_key": "any", "workspace_id": workspace, "base_url": "http://c.invalid/v1"}
            )
            one = ConnectionSettings(f"conduit{number}", spec, values, "CONDUIT_API_KEY", "CONDUIT_BASE_URL")
            client = httpx.AsyncClient(transport=httpx.ASGITransport(server))
            opened_one = connect.open_connection(one, client)
            opened_one.provider._api._throttle = Forgetful(one.name)  # type: ignore[attr-defined] # Conduit's client
            connections.append(opened_one)
        yield Runs(connections, secret=b"secret", how_to_configure="")

    async with Client(build_server(opened, ServerSettings())) as client:
        yield Asked(client)


def found_in(answer: str) -> list[str]:
    return [row["ref"].partition(":")[2] for row in rows(answer)]


def assert_each_once(found: list[str], expected: list[str]) -> None:
    """The refs are short: each is the start of exactly one id, and every id is meant by one of them."""
    assert len(found) == len(expected)
    meant = [[run_id for run_id in expected if run_id.startswith(ref)] for ref in found]
    assert sorted(run_id for one in meant for run_id in one) == expected


@pytest.mark.parametrize("max_tokens", [200, 400, 4000])
async def test_all_of_two_hundred_agents_are_walked_a_minute_a_call(max_tokens: int) -> None:
    server = ManyAgents(200, lambda number: number % 5 == 0)
    limit = 100
    async with asking(server) as asked:
        found: list[str] = []
        cursor: dict[str, str] = {}
        for call in range(200):
            server.next_minute()
            answer = await asked.text("list_runs", limit=limit, max_tokens=max_tokens, **cursor)
            assert server.refused <= AT_ONCE
            starts = [row["start"] for row in rows(answer)]
            assert starts == sorted(starts, reverse=True)
            found += found_in(answer)
            following = next_cursor(answer)
            if call == 0:
                assert (
                    "of 200 lists left out: 429, try again in 30 s, tried once; the cursor"
                    in receipt(answer)["coverage"]
                )
            if following is None:
                break
            assert tokens(following) < 150
            cursor = {"cursor": following}
        else:
            raise AssertionError("the walk does not end")
    assert_each_once(found, server.ids)


async def test_within_a_minute_the_next_call_is_told_when_to_go_on() -> None:
    server = ManyAgents(200)
    async with asking(server) as asked:
        first = await asked.text("list_runs", limit=10)
        error = await asked.error("list_runs", limit=10, cursor=next_cursor(first))
    assert error.startswith("conduit0: 429, the provider's rate limit is used up; try again in 30 s.")
    assert error.endswith("\nThe same cursor goes on from here later.")


async def test_lists_that_a_rate_limit_leaves_out_are_no_older_runs() -> None:
    async with asking(ManyAgents(200)) as asked:
        counted = await asked.text("run_stats", since="2w")
    assert "of 200 lists left out: 429" in receipt(counted)["coverage"]
    assert "exist" not in counted
    again = [arguments for tool, arguments in next_calls(counted) if tool == "run_stats"]
    assert again == [{"since": "2w", "group_by": "status"}], "the same again, and no older window"


@pytest.mark.parametrize("tool", ["run_stats", "triage_failures"])
async def test_more_agents_than_a_minute_allows_are_counted_in_parts_as_the_answer_says(tool: str) -> None:
    server = ManyAgents(200, lambda _: 0)
    advice = "the same call begins anew; to get further, ask for some agents at a time"
    async with asking(server) as asked:
        assert advice in receipt(await asked.text(tool, since="2w"))["coverage"]
        for half in (range(100), range(100, 200)):
            server.next_minute()
            some = [agent_id(number) for number in half]
            answer = await asked.text(tool, since="2w", agent=some)
            assert "lists left out" not in receipt(answer)["coverage"]
            assert advice not in answer


async def test_a_connection_whose_second_page_always_fails_lets_the_other_go_on_and_says_so() -> None:
    broken = ManyAgents(1, lambda _: 40, left=10_000, breaks=lambda _, cursor: 500 if cursor else None)
    healthy = ManyAgents(1, lambda _: 30, left=10_000)
    async with asking(broken, healthy) as asked:
        answer = await asked.text("list_runs", limit=10)
        found, text = [row["ref"] for row in rows(answer)], ""
        for _ in range(100):
            result = await asked.client.call_tool("list_runs", {"cursor": next_cursor(answer), "limit": 10})
            text = result.content[0].text  # type: ignore[union-attr] # always text
            if result.is_error:
                break
            answer = text
            assert "conduit0 " in receipt(answer)["coverage"]
            assert (
                "500 from the provider" in receipt(answer)["coverage"] or "conduit0 ok" in receipt(answer)["coverage"]
            )
            found += [row["ref"] for row in rows(answer)]
        assert text.startswith("conduit0: the provider failed with 500")
        assert "Nothing else is left to list. The same cursor goes on from here later." in text
        assert len([ref for ref in found if ref.startswith("conduit1:")]) == 30
        broken.breaks = lambda _, __: None
        cursor = next_cursor(answer)
        while cursor is not None:
            answer = await asked.text("list_runs", cursor=cursor, limit=10)
            found += [row["ref"] for row in rows(answer)]
            cursor = next_cursor(answer)
    assert len(found) == len(set(found)) == 70


async def test_a_walk_that_began_without_all_agents_says_so_to_its_end() -> None:
    server = ManyAgents(4, lambda _: 6, left=10_000, workspaces=2, down={1})
    async with asking(server, workspace=None) as asked:
        answer = await asked.text("list_runs", limit=5)
    assert "conduit0 ok (1 of 2 workspaces could not be listed)" in receipt(answer)["coverage"]
    server.down = set()
    cursor = next_cursor(answer)
    async with asking(server, workspace=None) as another_process:
        while cursor is not None:
            answer = await another_process.text("list_runs", limit=5, cursor=cursor)
            assert "some of its lists were unknown when this walk began; start anew" in receipt(answer)["coverage"]
            cursor = next_cursor(answer)
    assert receipt(answer)["shown"].endswith("all that could be found")


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    agents=st.integers(1, 20),
    runs_each=st.lists(st.integers(0, 6), min_size=1, max_size=4),
    minutes=st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from([400, 403, 500]), st.booleans()), max_size=6
    ),
    limit=st.integers(2, 30),
    max_tokens=st.sampled_from([300, 1000, 8000]),
)
def test_any_scripted_conduit_is_walked_once(
    *,
    agents: int,
    runs_each: list[int],
    minutes: list[tuple[int, int, int, bool]],
    limit: int,
    max_tokens: int,
) -> None:
    """A minute allows so many requests, and every so manyth agent answers with an error, on all pages or later ones."""
    server = ManyAgents(agents, lambda number: runs_each[number % len(runs_each)])
    healthy = ManyAgents(2, lambda _: 7, left=1_000_000)
    script = [(PER_MINUTE, 1, 0, False), *minutes]

    async def go() -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        cursor: dict[str, str] = {}
        async with asking(server, healthy) as asked:
            for _ in range(400):
                left, every, status, later = script.pop(0) if script else (1_000_000, 1, 0, False)
                server.left = left
                server.breaks = lambda number, token, every=every, status=status, later=later: (  # type: ignore[misc] # bound now
                    status or None if number % every == 0 and (token or not later) else None
                )
                result = await asked.client.call_tool("list_runs", {**cursor, "limit": limit, "max_tokens": max_tokens})
                text = result.content[0].text  # type: ignore[union-attr] # always text
                if result.is_error:
                    continue
                starts = [row["start"] for row in rows(text)]
                assert starts == sorted(starts, reverse=True)
                found += [(name, run) for name, _, run in (row["ref"].partition(":") for row in rows(text))]
                following = next_cursor(text)
                if following is None:
                    return found
                cursor = {"cursor": following}
        raise AssertionError("the walk does not end")

    found = anyio.run(go)
    assert_each_once([run for name, run in found if name == "conduit0"], server.ids)
    assert_each_once([run for name, run in found if name == "conduit1"], healthy.ids)
