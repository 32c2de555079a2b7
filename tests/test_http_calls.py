"""What a call over HTTP gets while it lasts: progress, an end when its client goes, its time at an interrupt."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from mcp import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.commands.launching import Served, serving
from tests.eras import ERAS, Era
from tests.harness import served
from tests.raw_http import WAIT_S, call_of, sent
from tests.tools.handmade import Handmade, detail, runs_of

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.http_app import build_http_app
from rundown_mcp.provider import Page, RunStream
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio


@contextlib.contextmanager
def _serving(provider: Handmade) -> Iterator[str]:
    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        yield runs_of(provider)

    settings = ServerSettings()
    app = build_http_app(build_server(opened, settings), settings, NO_RULES, host="127.0.0.1")
    with served(app, lifespan="on") as url:
        yield f"{url}/mcp"


@pytest.mark.parametrize("era", ERAS)
async def test_progress_reaches_a_client(era: Era) -> None:
    told: list[str | None] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append(message)

    with _serving(Handmade(details=[detail()])) as url:
        async with Client(url, mode=era) as client:
            asked = {"since": "2026-11-20", "until": "2026-11-21"}
            result = await client.call_tool("triage_failures", asked, progress_callback=note)
    assert not result.is_error
    assert told[0] == "finding runs"


@dataclass
class _Silent(Handmade):
    """A provider that never answers; says when it was asked, and when whoever asked has gone."""

    reached: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        self.reached.set()
        try:
            await anyio.sleep_forever()
        finally:
            self.left.set()
        raise AssertionError


@pytest.mark.parametrize("era", ERAS)
def test_a_client_that_goes_away_stops_its_call(era: Era) -> None:
    provider = _Silent()
    headers, body = call_of(era)
    with _serving(provider) as url:
        with sent(url, headers, json.dumps(body).encode()):
            assert provider.reached.wait(WAIT_S)
            assert not provider.left.is_set()
        assert provider.left.wait(WAIT_S)


@pytest.mark.parametrize("era", ERAS)
def test_a_client_that_goes_before_its_body_is_whole_is_no_error_to_log(era: Era) -> None:
    headers, body = call_of(era)
    with serving("serve", "--port", "0", "--sandbox", until="/mcp") as server:
        with sent(server.address, headers, b"{", length=100):
            pass
        assert httpx.post(server.address, headers=headers, json=body, timeout=WAIT_S).status_code == 200


def _gated(reached: threading.Event, go_on: threading.Event) -> Starlette:
    """An API that says when it is asked, and has no runs once it may go on."""

    async def answer(_: Request) -> Response:
        reached.set()
        await anyio.to_thread.run_sync(go_on.wait)
        return JSONResponse({"data": [], "pagination": {"has_more": False}})

    return Starlette(routes=[Route("/{path:path}", answer)])


@contextlib.contextmanager
def _asked_slowly(era: Era, go_on: threading.Event, *, timeout_s: float = 45) -> Iterator[tuple[Served, _Asking]]:
    """A server process that is answering a call, whose provider answers once it may go on."""
    reached = threading.Event()
    variables = {"DUCKIE_API_KEY": "k" * 20, "RUNDOWN_TIMEOUT_S": str(timeout_s)}
    with (
        served(_gated(reached, go_on)) as api,
        serving("serve", "--port", "0", until="/mcp", quiet=True, DUCKIE_BASE_URL=api, **variables) as to,
    ):
        asking = _Asking(to.address, era)
        asking.start()
        try:
            assert reached.wait(WAIT_S)
            yield to, asking
        finally:
            go_on.set()


class _Asking(threading.Thread):
    """A client with one call; `answer` stays None where the connection breaks."""

    answer: str | None = None

    def __init__(self, url: str, era: Era) -> None:
        super().__init__()
        self._url, self._era = url, era

    def run(self) -> None:
        headers, body = call_of(self._era)
        with contextlib.suppress(httpx.TransportError):
            self.answer = httpx.post(self._url, headers=headers, json=body, timeout=WAIT_S).text


def _refuses(url: str) -> bool:
    where = urlsplit(url)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=WAIT_S).close()
    except ConnectionRefusedError:
        return True
    except ConnectionError:  # the listener was closed with this one in its queue
        return False
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("era", ERAS)
def test_a_call_that_is_open_at_an_interrupt_is_still_answered(era: Era, number: signal.Signals) -> None:
    go_on = threading.Event()
    with _asked_slowly(era, go_on) as (server, asking):
        server.process.send_signal(number)
        while not _refuses(server.address):
            pass
        assert asking.is_alive()
        go_on.set()
        server.process.wait(WAIT_S)
        asking.join(WAIT_S)
    assert "No runs match." in (asking.answer or "")


def test_at_an_interrupt_a_call_gets_its_whole_time() -> None:
    with _asked_slowly("auto", threading.Event(), timeout_s=5) as (server, asking):
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(WAIT_S)
        asking.join(WAIT_S)
    assert "duckie" in (asking.answer or "")


@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("era", ERAS)
def test_a_second_interrupt_waits_for_no_call(era: Era, first: signal.Signals, second: signal.Signals) -> None:
    with _asked_slowly(era, threading.Event()) as (server, asking):
        server.process.send_signal(first)
        while not _refuses(server.address):
            pass
        server.process.send_signal(second)
        server.process.wait(WAIT_S)
        asking.join(WAIT_S)
    assert asking.answer is None


@pytest.mark.parametrize("era", ERAS)
def test_no_stream_of_notifications_is_served_and_none_is_offered(era: Era) -> None:
    headers, body = call_of(era)
    listen = {**body, "method": "subscriptions/listen", "params": {**body["params"], "notifications": {}}}
    with _serving(Handmade()) as url:
        refused = httpx.get(url, headers=headers)
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
        assert httpx.get(url, headers={**headers, "host": "evil.example"}).status_code == 421
        if era == "auto":
            said = httpx.post(url, headers={**headers, "mcp-method": "subscriptions/listen"}, json=listen)
            assert (said.status_code, said.json()["error"]["code"]) == (404, -32601)


@pytest.mark.parametrize("era", ERAS)
async def test_a_server_promises_no_changes(era: Era) -> None:
    with _serving(Handmade()) as url:
        async with Client(url, mode=era) as client:
            offered = client.server_capabilities
    assert offered.tools is not None
    assert offered.prompts is not None
    assert offered.resources is not None
    flags = (offered.tools.list_changed, offered.prompts.list_changed, offered.resources.list_changed)
    assert not any((*flags, offered.resources.subscribe))
