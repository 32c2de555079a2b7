"""What a call over HTTP gets while it lasts: progress, an end when its client goes, its time at an interrupt."""

from __future__ import annotations

import contextlib
import json
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

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


@pytest.mark.parametrize("era", ERAS)
def test_a_call_that_is_open_at_an_interrupt_is_still_answered(era: Era) -> None:
    reached, go_on, ended = threading.Event(), threading.Event(), threading.Event()
    headers, body = call_of(era)
    answers: list[str] = []

    def ask(url: str) -> None:
        with contextlib.suppress(httpx.RemoteProtocolError):
            answers.append(httpx.post(url, headers=headers, json=body, timeout=WAIT_S).text)
        ended.set()

    with (
        served(_gated(reached, go_on)) as api,
        serving("serve", "--port", "0", until="/mcp", DUCKIE_API_KEY="k" * 20, DUCKIE_BASE_URL=api) as server,
    ):
        client = threading.Thread(target=ask, args=[server.address])
        client.start()
        assert reached.wait(WAIT_S)
        server.process.send_signal(signal.SIGINT)
        assert not ended.wait(0.7)
        go_on.set()
        client.join(WAIT_S)
    (answer,) = answers
    assert "No runs match." in answer
