"""`/metrics`: what is counted of calls, requests and refusals, for whom, and that no label is made up by others."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import httpx
import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult, TextContent
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.commands.launching import serving
from tests.harness import served, settings_from
from tests.observe.collecting import conversation
from tests.observe.vendor import CANARY, RUN

from rundown_mcp import __version__
from rundown_mcp.connect import open_runs
from rundown_mcp.http_access import load_access
from rundown_mcp.http_app import build_http_app
from rundown_mcp.http_guards import Limits
from rundown_mcp.http_metrics import counting_refusals
from rundown_mcp.observe import observed
from rundown_mcp.observe.metrics import Metrics
from rundown_mcp.server import build_server
from rundown_mcp.settings import Settings
from rundown_mcp.tools.catalogue import TOOL_NAMES
from rundown_mcp.views.tokens import count_tokens

pytestmark = pytest.mark.anyio

_LIMITED = "4c90c3cc-0d44-4b50-8888-8dd25736052a"
_TOKEN = "t0k" + "en" * 7
_OURS = {"authorization": f"Bearer {_TOKEN}"}
_WAIT_S = 20


@contextlib.contextmanager
def _serving(settings: Settings, limits: Limits | None = None) -> Iterator[str]:
    """The address of a server that counts."""
    metrics = Metrics()
    events = observed(metrics)
    access = load_access(settings, TOOL_NAMES)
    server = build_server(lambda: open_runs(settings, events=events), settings.server, access, events=events)
    app = build_http_app(server, settings.server, access, host="127.0.0.1", metrics=metrics, limits=limits)
    with served(app, lifespan="on") as url:
        yield url


@contextlib.asynccontextmanager
async def _asking(url: str) -> AsyncIterator[Client]:
    async with (
        httpx2.AsyncClient(headers=_OURS) as http_client,
        Client(streamable_http_client(f"{url}/mcp", http_client=http_client)) as client,
    ):
        yield client


def _counted(url: str, name: str) -> dict[tuple[str, ...], float]:
    """What a sample says now, by the values of its labels in the order of the labels' names; `le` counts as one."""
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(_page(url))
        for sample in family.samples
        if sample.name == name
    }


def _page(url: str) -> str:
    answer = httpx.get(f"{url}/metrics", headers=_OURS, timeout=_WAIT_S)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return answer.text


def _answer(request: Request) -> Response:
    path = request.path_params["path"]
    if path == f"runs/{RUN}":
        return JSONResponse({"error": CANARY}, 503)
    if path == f"runs/{_LIMITED}":
        return JSONResponse({"error": CANARY}, 429, headers={"retry-after": "30"})
    row = {"id": RUN, "status": CANARY, "agent_name": CANARY, "title": f"{CANARY}@example.com"}
    return JSONResponse({"data": [row], "pagination": {"has_more": False}})


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    with served(Starlette(routes=[Route("/{path:path}", _answer)])) as address:
        variables = {"DUCKIE_API_KEY": "k" * 12, "DUCKIE_BASE_URL": address, "RUNDOWN_HTTP_TOKEN": _TOKEN}
        yield settings_from(monkeypatch, variables)


async def test_calls_and_requests_are_counted_by_how_they_ended(settings: Settings) -> None:
    with _serving(settings) as url:
        async with _asking(url) as client:
            listed = await client.call_tool("list_runs")
            for run in (RUN, _LIMITED, CANARY):
                await client.call_tool("get_run", {"run": f"duckie:{run}"})
            await client.get_prompt("triage_failures")
            await client.read_resource("rundown://connections")
        calls, requests = _counted(url, "rundown_calls_total"), _counted(url, "rundown_provider_requests_total")
        assert calls == {
            ("list_runs", "ok"): 1,
            ("get_run", "Unavailable"): 1,
            ("get_run", "RateLimited"): 1,
            ("get_run", "InvalidRef"): 1,
            ("prompts/triage_failures", "ok"): 1,
            ("resources/read", "ok"): 1,
        }
        assert requests[("duckie", "Unavailable", "5xx")] == 3
        assert requests[("duckie", "RateLimited", "4xx")] == 1
        assert _counted(url, "rundown_provider_rate_limited_total") == {("duckie",): 1}
        assert _counted(url, "rundown_call_duration_seconds_count") == {
            ("list_runs",): 1,
            ("get_run",): 3,
            ("prompts/triage_failures",): 1,
            ("resources/read",): 1,
        }
        sent = _counted(url, "rundown_provider_request_duration_seconds_count")
        assert sent == {("duckie",): sum(requests.values())}
        tokens = _counted(url, "rundown_answer_tokens_total")
        assert tokens[("list_runs",)] == count_tokens(_text(listed))
        assert set(tokens) == {("list_runs",), ("prompts/triage_failures",), ("resources/read",)}
        assert _counted(url, "rundown_calls_in_flight") == {(): 0}
        assert _counted(url, "rundown_build_info") == {(__version__,): 1}


def _text(result: CallToolResult) -> str:
    (block,) = result.content
    assert isinstance(block, TextContent)
    return block.text


def test_every_metric_is_explained() -> None:
    page, _ = Metrics().page("")
    families = {line.split()[2] for line in page.decode().splitlines() if line.startswith("# TYPE ")}
    explained = (Path(__file__).parents[2] / "docs" / "observability.md").read_text(encoding="utf-8")
    assert len(families) > 9
    assert {name for name in families if f"| `{name}" not in explained} == set()


async def test_what_stands_masked_in_answers_is_counted_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    with _serving(settings_from(monkeypatch, {"RUNDOWN_SANDBOX": "1"})) as url:
        async with _asking(url) as client:
            text = _text(await client.call_tool("list_runs", {"limit": 100, "max_tokens": 8000}))
        (masked,) = [line.removeprefix("masked: ") for line in text.split("\n") if line.startswith("masked: ")]
        told = {kind: int(number) for number, _, kind in (one.partition(" ") for one in masked.split(", "))}
        assert _counted(url, "rundown_masked_values_total") == {(kind,): number for kind, number in told.items()}


async def test_no_label_is_made_up_by_a_client_or_a_provider(settings: Settings) -> None:
    async def ask(number: int) -> set[str]:
        """Names and ids that nobody has used yet; gives the series that there are then."""
        made_up = f"{CANARY}-{number}"
        await client.call_tool(made_up, {CANARY: number})
        await client.call_tool("list_runs", {"search": made_up})
        await client.call_tool("get_run", {"run": f"duckie:{number:08}{RUN[8:]}"})
        with pytest.raises(MCPError):
            await client.get_prompt(made_up)
        with pytest.raises(MCPError):
            await client.read_resource(f"run://{made_up}/{made_up}")
        said = {"host": made_up, "user-agent": made_up, "mcp-name": made_up, "mcp-method": made_up}
        await by_hand.post(f"{url}/mcp", headers=_OURS | said)
        await by_hand.request(made_up.upper(), f"{url}/{made_up}", headers=_OURS)
        return {line.rpartition(" ")[0] for line in _page(url).splitlines()}

    with _serving(settings) as url:
        async with _asking(url) as client, httpx.AsyncClient(timeout=_WAIT_S) as by_hand:
            first = await ask(0)
            for number in range(1, 20):
                assert await ask(number) == first
        assert CANARY not in "".join(first)
        assert RUN[8:] not in "".join(first)


async def test_a_call_under_way_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    reached, go_on = threading.Event(), threading.Event()

    async def answer(_: Request) -> Response:
        reached.set()
        await anyio.to_thread.run_sync(go_on.wait)
        return JSONResponse({"data": [], "pagination": {"has_more": False}})

    with served(Starlette(routes=[Route("/{path:path}", answer)])) as address:
        settings = settings_from(monkeypatch, {"DUCKIE_API_KEY": "k" * 12, "DUCKIE_BASE_URL": address})
        with _serving(settings) as url:
            async with _asking(url) as client, anyio.create_task_group() as tasks:
                tasks.start_soon(client.call_tool, "list_runs")
                assert await anyio.to_thread.run_sync(reached.wait, _WAIT_S)
                assert await anyio.to_thread.run_sync(_counted, url, "rundown_calls_in_flight") == {(): 1}
                go_on.set()
            assert _counted(url, "rundown_calls_in_flight") == {(): 0}


def _refused_for_a_slow_body(url: str) -> bytes:
    where = urlsplit(url)
    head = f"POST /mcp HTTP/1.1\r\nhost: {where.netloc}\r\nauthorization: Bearer {_TOKEN}\r\ncontent-length: 9\r\n\r\n"
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=_WAIT_S) as connection:
        connection.sendall(head.encode())
        return connection.recv(64)


def test_refusals_are_counted_by_status(settings: Settings) -> None:
    as_json = _OURS | {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    with (
        _serving(settings, Limits(body_s=0.5, burst=6, per_s=0.001)) as url,
        httpx.Client(base_url=url, timeout=_WAIT_S) as client,
    ):

        def status(path: str, headers: Mapping[str, str], content: bytes = b"") -> int:
            return client.post(path, headers=headers, content=content).status_code

        assert status("/mcp", {}) == 401
        assert status("/metrics", {"authorization": "Bearer no"}) == 401
        assert status("/mcp", as_json | {"host": "evil.example"}) == 421
        assert status("/mcp", as_json | {"origin": "https://evil.example"}) == 403
        assert status("/mcp", as_json, b" " * (4 * 1024 * 1024 + 1)) == 413
        assert _refused_for_a_slow_body(url).startswith(b"HTTP/1.1 408 ")
        assert status("/elsewhere", _OURS) == 404
        assert status("/mcp", _OURS | {"transfer-encoding": "chunked", "content-length": "0"}) == 400
        counted = _counted(url, "rundown_http_refusals_total")
        assert counted == {("400",): 1, ("401",): 2, ("421",): 1, ("403",): 1, ("413",): 1, ("408",): 1}
        assert status("/mcp", as_json) == 429


async def test_that_a_token_cannot_be_checked_now_is_counted_as_a_refusal() -> None:
    metrics = Metrics()
    app = counting_refusals(Response(status_code=503), metrics)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        await client.get("/mcp")
    assert b'rundown_http_refusals_total{status="503"} 1.0\n' in metrics.page("")[0]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"authorization": "Bearer no"}, 401),
        (_OURS, 200),
        (_OURS | {"host": "evil.example"}, 421),
        (_OURS | {"origin": "https://evil.example"}, 403),
        (_OURS | {"host": "localhost"}, 200),
    ],
)
def test_the_page_is_behind_the_guards_of_everything_else(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    with _serving(settings) as url:
        answer = httpx.get(f"{url}/metrics", headers=headers, timeout=_WAIT_S)
    assert answer.status_code == status
    assert ("rundown_build_info" in answer.text) is (status == 200)


@pytest.mark.parametrize("version", ["1.0.0;q=0.9,text/plain;q=0.5", "canary", "="])
def test_a_scraper_may_ask_for_openmetrics_in_whatever_words(settings: Settings, version: str) -> None:
    wanted = _OURS | {"accept": f"application/openmetrics-text;version={version}"}
    with _serving(settings) as url:
        answer = httpx.get(f"{url}/metrics", headers=wanted, timeout=_WAIT_S)
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")


@pytest.mark.parametrize(("value", "status"), [("1", 200), ("0", 404)])
def test_serve_answers_where_it_is_asked_for(value: str, status: int) -> None:
    lines, _ = conversation("auto", ("tools/call", {"name": "list_runs", "arguments": {}}))
    spoken = {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "list_runs"}
    accepted = {"accept": "application/json, text/event-stream"}
    with serving("serve", "--port", "0", "--sandbox", until="/mcp", RUNDOWN_METRICS=value) as server:
        httpx.post(server.address, json=json.loads(lines[0]), headers=spoken | accepted, timeout=_WAIT_S)
        answer = httpx.get(server.address.replace("/mcp", "/metrics"), timeout=_WAIT_S)
    assert answer.status_code == status
    assert ('rundown_calls_total{name="list_runs",outcome="ok"} 1.0' in answer.text) is (status == 200)
