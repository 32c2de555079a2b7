"""The imitated providers behind a wrapper of ours: what they are asked is recorded, and they can be made to fail."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import anyio
import httpx
from mcp import Client
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.harness import Asked, receipt, rows

from rundown_mcp import connect
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings


@dataclass(frozen=True)
class Request:
    path: str
    params: list[tuple[str, str]]
    headers: dict[str, str]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.params if key == name]


@dataclass
class Wire:
    """Everything between our clients and the imitations. `faults`: what answers instead, by a part of the path."""

    faults: dict[str, ASGIApp] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    before: Callable[[Request], Awaitable[None]] | None = None

    def wrap(self, app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            params = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
            request = Request(scope["raw_path"].decode(), params, headers)
            self.requests.append(request)
            if self.before is not None:
                await self.before(request)
            answer = next((fault for part, fault in self.faults.items() if part in request.path), app)
            await answer(scope, receive, send)

        return wrapped

    def to(self, part: str) -> list[Request]:
        return [request for request in self.requests if part in request.path]

    def clear(self) -> None:
        self.requests.clear()


def answers(status: int, body: str = "{}", **headers: str) -> ASGIApp:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PlainTextResponse(body, status, {"content-type": "application/json", **named})


async def silence(scope: Scope, receive: Receive, send: Send) -> None:
    await anyio.sleep_forever()


async def refusal(scope: Scope, receive: Receive, send: Send) -> None:
    raise httpx.ConnectError("refused")


@contextlib.asynccontextmanager
async def imitated_runs(world: World, wire: Wire | None = None) -> AsyncIterator[Runs]:
    """All three connections to the imitations of a world."""
    wanted, transport = connect._imitations(world)
    assert isinstance(transport, httpx.ASGITransport)
    app = transport.app if wire is None else wire.wrap(transport.app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        connections = [connect.open_connection(one, client) for one in wanted]
        yield Runs(connections, secret=connect._secret(wanted), how_to_configure="", sandbox=True)


@contextlib.asynccontextmanager
async def asking_imitations(
    world: World, wire: Wire | None = None, *, timeout_s: float = 45, max_tokens: int = 8000
) -> AsyncIterator[Asked]:
    """A client of a server of its own over the imitations of a world."""
    settings = ServerSettings(sandbox=True, timeout_s=timeout_s, max_tokens=max_tokens)
    server = build_server(lambda: imitated_runs(world, wire), settings)
    async with Client(server) as client:
        yield Asked(client)


def next_cursor(answer: str) -> str | None:
    """The cursor of the answer's `next:` line."""
    found = receipt(answer).get("next", "").partition('list_runs(cursor="')[2].partition('"')[0]
    return found or None


def refs(answer: str) -> list[str]:
    return [row["ref"] for row in rows(answer)]


def vendor(run: Run) -> str:
    return {"TicketRun": "duckie", "CallRun": "happyrobot", "ChatRun": "conduit"}[type(run).__name__]


def find_run(world: World, ref: str) -> Run:
    """The one run of the world that a short ref names."""
    connection, _, start = ref.partition(":")
    lists: dict[str, Sequence[Run]] = {"duckie": world.tickets, "happyrobot": world.calls, "conduit": world.chats}
    (found,) = [run for run in lists[connection] if run.id.startswith(start)]
    return found


async def walk(
    asked: Asked,
    *,
    between: Callable[[int], None] | None = None,
    most_pages: int = 400,
    **arguments: object,
) -> list[str]:
    """The refs of every page in turn; `between` is called with the number of the page that has just come."""
    answer = await asked.text("list_runs", **arguments)
    found = refs(answer)
    paging = {name: value for name, value in arguments.items() if name in {"limit", "max_tokens"}}
    for page in range(1, most_pages):
        cursor = next_cursor(answer)
        if cursor is None:
            return found
        if between is not None:
            between(page)
        answer = await asked.text("list_runs", cursor=cursor, **paging)
        found += refs(answer)
    raise AssertionError(f"a walk of more than {most_pages} pages")
