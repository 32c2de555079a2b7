"""What a call over HTTP gets while it lasts: progress, an end when its client goes, its time at an interrupt."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import pytest
from mcp import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.commands.launching import serving
from tests.eras import ERAS, Era
from tests.harness import served
from tests.tools.handmade import Handmade, detail, runs_of

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.http_app import build_http_app
from rundown_mcp.http_guards import Limits
from rundown_mcp.provider import Page, RunStream
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio

_WAIT_S = 20


@contextlib.contextmanager
def _serving(provider: Handmade, limits: Limits | None = None) -> Iterator[str]:
    @contextlib.asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        yield runs_of(provider)

    settings = ServerSettings()
    app = build_http_app(build_server(opened, settings), settings, NO_RULES, host="127.0.0.1", limits=limits)
    with served(app, lifespan="on") as url:
        yield f"{url}/mcp"


def _call(era: Era) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers and the body of a call of `list_runs`."""
    params: dict[str, Any] = {"name": "list_runs", "arguments": {}}
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    if era == "auto":
        headers |= {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "list_runs"}
        spoken = "io.modelcontextprotocol/"
        params["_meta"] = {f"{spoken}protocolVersion": "2026-07-28", f"{spoken}clientCapabilities": {}}
    return headers, {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


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
    headers, body = _call(era)
    with _serving(provider) as url:
        with _sent(url, headers, json.dumps(body).encode()):
            assert provider.reached.wait(_WAIT_S)
            assert not provider.left.is_set()
        assert provider.left.wait(_WAIT_S)


@contextlib.contextmanager
def _sent(
    url: str, headers: Mapping[str, str], body: bytes, *, length: int | None = None, method: str = "POST"
) -> Iterator[socket.socket]:
    """A connection over which a request was sent; its body may say a `length` that it does not have."""
    where = urlsplit(url)
    lines = [f"{method} {where.path} HTTP/1.1", f"host: {where.netloc}", f"content-length: {length or len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=_WAIT_S) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        yield connection


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
@pytest.mark.parametrize("era", ERAS)
def test_a_body_that_does_not_come_in_time_is_refused_and_gives_its_place_back(era: Era, method: str) -> None:
    headers, body = _call(era)
    with _serving(Handmade(), Limits(at_once=1, body_s=0.5)) as url:
        with _sent(url, headers, b"{", length=100, method=method) as slow:
            assert slow.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert httpx.post(url, headers=headers, json=body).status_code == 200


@pytest.mark.parametrize("era", ERAS)
def test_a_client_that_goes_before_its_body_is_whole_is_no_error_to_log(era: Era) -> None:
    headers, body = _call(era)
    with serving("serve", "--port", "0", "--sandbox", until="/mcp") as server:
        with _sent(server.address, headers, b"{", length=100):
            pass
        assert httpx.post(server.address, headers=headers, json=body, timeout=_WAIT_S).status_code == 200


def _gated(reached: threading.Event, go_on: threading.Event) -> Starlette:
    """An API that says when it is asked, and has no runs once it may go on."""

    async def answer(_: Request) -> Response:
        reached.set()
        await anyio.to_thread.run_sync(go_on.wait)
        return JSONResponse({"data": [], "pagination": {"has_more": False}})

    return Starlette(routes=[Route("/{path:path}", answer)])


@pytest.mark.parametrize("era", ERAS)
def test_a_call_that_is_open_at_an_interrupt_is_still_answered(era: Era) -> None:
    reached, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    headers, body = _call(era)
    answers: list[str] = []

    def ask(url: str) -> None:
        with contextlib.suppress(httpx.RemoteProtocolError):
            answers.append(httpx.post(url, headers=headers, json=body, timeout=_WAIT_S).text)
        ended.set()

    with (
        served(_gated(reached, go_on)) as api,
        serving("serve", "--port", "0", until="/mcp", DUCKIE_API_KEY="k" * 20, DUCKIE_BASE_URL=api) as server,
    ):
        client = threading.Thread(target=ask, args=[server.address])
        client.start()
        assert reached.wait(_WAIT_S)
        server.process.send_signal(signal.SIGINT)
        assert not ended.wait(0.7)
        go_on.set()
        client.join(_WAIT_S)
    (answer,) = answers
    assert "No runs match." in answer
