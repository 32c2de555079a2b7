"""Who may ask over HTTP, and how often; what strangers try is in `tests/security`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import anyio
import httpx
import pytest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.harness import served

from rundown_mcp.access.allowances import Allowances
from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.http_access import load_access
from rundown_mcp.http_app import build_http_app
from rundown_mcp.http_guards import AtOnceGuard, Limits
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings
from rundown_mcp.tools.catalogue import TOOL_NAMES

pytestmark = pytest.mark.anyio

_TOKEN = "t0k" + "en" * 7
_CALL: dict[str, Any] = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "list_runs", "arguments": {}},
}


class Clock:
    """A clock that the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def _app(
    host: str = "127.0.0.1", *, server: Mapping[str, Any] = {}, limits: Limits | None = None, clock: Clock | None = None
) -> ASGIApp:
    settings = Settings(ServerSettings(**server), ())
    access = load_access(settings, TOOL_NAMES)
    built = build_server(lambda: open_runs(settings), settings.server, access)
    return build_http_app(built, settings.server, access, host=host, limits=limits, clock=clock or Clock())


@contextlib.contextmanager
def _client(app: ASGIApp) -> Iterator[httpx.Client]:
    headers = {"accept": "application/json, text/event-stream"}
    with served(app, lifespan="on") as address, httpx.Client(base_url=address, headers=headers, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def local() -> Iterator[httpx.Client]:
    """A client of a server on loopback without a token."""
    with _client(_app()) as client:
        yield client


def test_an_answer_of_a_legacy_client_is_a_stream_of_one_message_without_a_session(local: httpx.Client) -> None:
    answer = local.post("/mcp", json=_CALL)
    assert answer.headers["content-type"] == "text/event-stream"
    assert "mcp-session-id" not in answer.headers
    assert json.loads(answer.text.removeprefix("event: message\r\ndata: "))["result"]["isError"] is True


def test_liveness_needs_no_host_and_no_other_path_is_there(local: httpx.Client) -> None:
    alive = local.get("/healthz", headers={"host": "10.1.2.3"})
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    assert local.get("/elsewhere").status_code == 404


def test_an_own_loopback_address_is_let_in_by_its_name() -> None:
    with _client(_app("127.0.0.2")) as client:
        assert client.post("/mcp", json=_CALL, headers={"host": "127.0.0.2:8000"}).status_code == 200
        assert client.post("/mcp", json=_CALL, headers={"host": "127.0.0.3:8000"}).status_code == 421


def test_on_another_address_only_the_named_hosts_are_let_in() -> None:
    server = {"http_token": _TOKEN, "allowed_hosts": "mcp.example.com", "allowed_origins": "https://a.example"}
    app = _app("0.0.0.0", server=server)  # noqa: S104 - what it is asked for
    with _client(app) as client:
        headers = {"authorization": f"Bearer {_TOKEN}"}
        assert client.post("/mcp", json=_CALL, headers=headers).status_code == 421
        assert client.post("/mcp", json=_CALL, headers={**headers, "host": "mcp.example.com"}).status_code == 200
        local = {**headers, "host": "mcp.example.com", "origin": "http://localhost"}
        assert client.post("/mcp", json=_CALL, headers=local).status_code == 403


@pytest.mark.parametrize(
    ("header", "values", "status", "variable"),
    [
        ("host", ["evil.example", "localhost:x@evil.example", "evil"], 421, "RUNDOWN_ALLOWED_HOSTS"),
        ("origin", ["https://evil.example", "null", "evil@x"], 403, "RUNDOWN_ALLOWED_ORIGINS"),
    ],
)
@pytest.mark.parametrize("path", ["/mcp", "/elsewhere"])
def test_a_foreign_host_or_origin_is_told_what_to_set_and_not_repeated(
    local: httpx.Client, path: str, header: str, values: list[str], status: int, variable: str
) -> None:
    for value in values:
        answer = local.post(path, json=_CALL, headers={header: value})
        said = answer.json()["error"]
        assert (answer.status_code, said.partition(":")[0].lower()) == (status, header)
        assert variable in said
        assert "localhost" in said
        assert "evil" not in said


@pytest.mark.parametrize("missing", ["http_token", "allowed_hosts", "allowed_origins"])
def test_another_address_takes_a_token_hosts_and_origins(missing: str) -> None:
    given = {"http_token": _TOKEN, "allowed_hosts": "a.example", "allowed_origins": "https://a.example"}
    del given[missing]
    with pytest.raises(SettingsError, match=rf"^RUNDOWN_{missing.upper()}\b.*: required"):
        _app("192.0.2.1", server=given)


def test_more_requests_than_the_limit_are_refused_until_the_time_that_is_said() -> None:
    clock = Clock()
    with _client(_app(clock=clock, limits=Limits(per_s=0.5, burst=3))) as client:
        assert [client.post("/mcp", json=_CALL).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert client.get("/healthz").status_code == 200
        refused = client.post("/mcp", json=_CALL)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
        clock.now += 2
        assert [client.post("/mcp", json=_CALL).status_code for _ in range(2)] == [200, 429]


def test_wrong_tokens_are_counted_too() -> None:
    with _client(_app(server={"http_token": _TOKEN}, limits=Limits(per_s=0.5, burst=2))) as client:
        assert [client.post("/mcp", json=_CALL).status_code for _ in range(3)] == [401, 401, 429]


def test_each_address_has_an_allowance_of_its_own_and_idle_ones_are_forgotten() -> None:
    clock = Clock()
    allowances = Allowances(2, 1, clock)
    assert [allowances.take("a"), allowances.take("a"), allowances.take("b")] == [0, 1, 0]
    clock.now += 0.5
    assert [allowances.take("a"), allowances.take("a")] == [0, 1]
    clock.now += 3600
    assert [allowances.take("a"), allowances.take("a")] == [0, 1]
    for number in range(10_000):
        allowances.take(str(number))
    assert allowances.take("a") == 0


async def _asked(app: ASGIApp, send: Callable[[Message], Any]) -> None:
    async def receive() -> Message:
        await anyio.sleep_forever()
        raise AssertionError

    await app({"type": "http", "path": "/mcp", "client": None, "headers": [], "method": "POST"}, receive, send)


async def test_a_request_takes_a_place_until_its_answer_ends() -> None:
    begun, go_on = anyio.Event(), anyio.Event()
    statuses: list[int] = []

    async def streamed() -> AsyncIterator[bytes]:
        yield b"begins"
        begun.set()
        await go_on.wait()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await (PlainTextResponse("at once") if begun.is_set() else StreamingResponse(streamed()))(scope, receive, send)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    app = AtOnceGuard(slow, 1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_asked, app, send)
        await begun.wait()
        await _asked(app, send)
        go_on.set()
    await _asked(app, send)
    assert statuses == [200, 429, 200]


async def test_a_request_that_fails_gives_its_place_back() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise OSError

    async def send(message: Message) -> None:
        raise AssertionError(message)

    app = AtOnceGuard(broken, 1)
    for _ in range(2):
        with pytest.raises(OSError):  # noqa: PT011 - it has no text
            await _asked(app, send)
