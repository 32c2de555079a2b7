"""The caller's trace goes on to the providers, by its form and no further: no malformed part of it, and no baggage."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import RequestParamsMeta
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.eras import ERAS, Era
from tests.harness import served, settings_from

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.connect import open_runs
from rundown_mcp.http_app import build_http_app
from rundown_mcp.server import build_server
from rundown_mcp.settings import Settings
from rundown_mcp.trace import callers_trace, trace_headers

pytestmark = pytest.mark.anyio

ID, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{ID}-{SPAN}-01"
OTHER = f"00-{'5' * 32}-{SPAN}-00"


class Vendor:
    """A loopback server that keeps the headers of what it is asked."""

    def __init__(self) -> None:
        self.headers: list[Mapping[str, str]] = []

    async def answer(self, request: Request) -> Response:
        self.headers.append(dict(request.headers))
        return JSONResponse({"data": [], "next_cursor": None})

    def heard(self, name: str) -> set[str | None]:
        assert self.headers
        return {headers.get(name) for headers in self.headers}


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def settings(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    with served(Starlette(routes=[Route("/{path:path}", vendor.answer)])) as address:
        yield settings_from(monkeypatch, {"DUCKIE_API_KEY": "k" * 12, "DUCKIE_BASE_URL": address})


@contextlib.asynccontextmanager
async def in_memory(settings: Settings, era: Era) -> AsyncIterator[Client]:
    async with Client(build_server(lambda: open_runs(settings), settings.server), mode=era) as client:
        yield client


def meta(**members: Any) -> RequestParamsMeta:  # noqa: ANN401 - whatever a caller puts there
    return members  # type: ignore[return-value] # the type names the SDK's own keys


@pytest.mark.parametrize("era", ERAS)
async def test_the_trace_of_a_message_reaches_the_provider_and_its_baggage_does_not(
    settings: Settings, vendor: Vendor, era: Era
) -> None:
    async with in_memory(settings, era) as client:
        await client.call_tool("list_runs", meta=meta(traceparent=PARENT, tracestate="a=1,b=2", baggage="user=canary"))
    assert vendor.heard("traceparent") == {PARENT}
    assert vendor.heard("tracestate") == {"a=1,b=2"}
    assert vendor.heard("baggage") == {None}


async def test_a_message_without_a_trace_makes_none(settings: Settings, vendor: Vendor) -> None:
    async with in_memory(settings, "auto") as client:
        await client.call_tool("list_runs")
    assert vendor.heard("traceparent") == {None}


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(("in_message", "expected"), [({}, OTHER), ({"traceparent": PARENT}, PARENT)])
async def test_over_http_a_header_tells_the_trace_where_the_message_does_not(
    settings: Settings, vendor: Vendor, era: Era, in_message: dict[str, str], expected: str
) -> None:
    server = build_server(lambda: open_runs(settings), settings.server)
    headers = {"traceparent": OTHER, "tracestate": "h=1", "baggage": "user=canary"}
    with served(build_http_app(server, settings.server, NO_RULES, host="127.0.0.1"), lifespan="on") as url:
        async with (
            httpx2.AsyncClient(headers=headers) as http_client,
            Client(streamable_http_client(f"{url}/mcp", http_client=http_client), mode=era) as client,
        ):
            await client.call_tool("list_runs", meta=meta(**in_message) if in_message else None)
            vendor.headers, first = [], vendor.headers
            http_client.headers["traceparent"] = PARENT
            await client.call_tool("list_runs", {"limit": 2})
    assert {one.get("traceparent") for one in first} == {expected}
    assert vendor.heard("traceparent") == {PARENT}
    assert vendor.heard("tracestate") == {"h=1"}
    assert vendor.heard("baggage") == {None}


@pytest.mark.parametrize(
    "parent",
    [
        "",
        "canary",
        PARENT.upper(),
        PARENT + "-more",
        PARENT + "\r\nx-canary: 1",
        "00-" + "0" * 32 + f"-{SPAN}-01",
        f"00-{ID}-{'0' * 16}-01",
        "ff" + PARENT[2:],
        PARENT[:-1],
        "0" * 100_000,
        5,
        None,
        [PARENT],
    ],
)
@pytest.mark.parametrize("era", ERAS)
async def test_a_malformed_parent_is_dropped_and_the_call_is_answered(
    settings: Settings, vendor: Vendor, era: Era, parent: object
) -> None:
    async with in_memory(settings, era) as client:
        result = await client.call_tool("list_runs", meta=meta(traceparent=parent, tracestate="a=1"))
    assert not result.is_error
    assert vendor.heard("traceparent") <= {None, PARENT}
    assert parent == [PARENT] or vendor.heard("traceparent") == {None}
    assert vendor.heard("x-canary") == {None}


@pytest.mark.parametrize(
    "state",
    ["a=1\r\nx-canary: 1", "canary", "a=1,a=2", "A=1", "é=1", "a=" + "v" * 300, ",".join(f"k{n}=1" for n in range(40)),
     ",".join(f"k{n}={'v' * 100}" for n in range(8)), 5, "a=\x00"],
)  # fmt: skip
async def test_a_state_that_is_malformed_or_long_is_dropped_and_the_parent_goes_on(
    settings: Settings, vendor: Vendor, state: object
) -> None:
    async with in_memory(settings, "auto") as client:
        result = await client.call_tool("list_runs", meta=meta(traceparent=PARENT, tracestate=state))
    assert not result.is_error
    assert vendor.heard("x-canary") == {None}
    assert vendor.heard("tracestate") == {None}


@given(parent=st.text() | st.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.*"), state=st.text())
def test_whatever_comes_only_the_documented_form_goes_on(parent: str, state: str) -> None:
    with callers_trace({"traceparent": parent, "tracestate": state}):
        headers = trace_headers()
    assert set(headers) <= {"traceparent", "tracestate"}
    for value in headers.values():
        assert value.isascii()
        assert value.isprintable()
        assert len(value) <= 512
    assert trace_headers() == {}
