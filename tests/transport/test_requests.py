"""What is sent: one GET below the base URL, with the key in a header, and a bounded number at once."""

import socket
import threading

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.harness import served
from tests.transport.asking import AT_ONCE, KEY, Answering, api_at, api_of, speaking

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, Unavailable
from rundown_mcp.transport.json_api import segment
from rundown_mcp.transport.retry import Waits
from rundown_mcp.transport.throttle import AT_ONCE as REQUESTS_AT_ONCE

pytestmark = pytest.mark.anyio


async def test_a_request_is_a_get_below_the_base_url_with_the_key_in_a_header() -> None:
    answering = Answering(JSONResponse({}))
    with served(answering.app) as address:
        async with api_at(f"{address}/api/v1/") as api:
            await api.get("/runs", [("status", "a b"), ("status", "c&d"), ("duration[gte]", "60")])
    (request,) = answering.requests
    assert request.method == "GET"
    assert request.url.path == "/api/v1/runs"
    assert request.query_params.multi_items() == [("status", "a b"), ("status", "c&d"), ("duration[gte]", "60")]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept"] == "application/json"
    assert request.headers["accept-encoding"] == "gzip"
    assert KEY not in str(request.url)


@pytest.mark.parametrize(
    "text", ["a/b", "../../admin", "a?b=c#d", "..", ".", "a%2Fb", "é ü", "@evil.invalid", "\\x", "a;b", "//h"]
)
async def test_an_id_stays_one_segment_of_the_path(text: str) -> None:
    answering = Answering(JSONResponse({}))
    async with api_of(answering) as api:
        await api.get(f"/agents/{segment(text)}/runs")
    (request,) = answering.requests
    raw = request.scope["raw_path"].decode().split("/")
    assert len(raw) == 5
    assert (raw[2], raw[4]) == ("agents", "runs")
    assert request.url.query == ""
    assert request.path_params["rest"] == f"agents/{text}/runs"


async def test_half_a_character_in_an_id_is_sent_as_a_question_mark() -> None:
    assert segment("a\ud800") == "a%3F"


async def test_no_more_than_the_limit_are_asked_at_once() -> None:
    arrived, gate = threading.Semaphore(0), threading.Event()
    total = 3 * REQUESTS_AT_ONCE
    inside: list[int] = []

    async def hold(_: Request) -> JSONResponse:
        inside.append(1)
        arrived.release()
        await anyio.to_thread.run_sync(gate.wait)
        return JSONResponse({})

    answers: list[object] = []
    with served(Starlette(routes=[Route("/runs", hold)])) as address:
        async with api_at(address) as api, anyio.create_task_group() as tasks:

            async def ask(number: int) -> None:
                answers.append(await api.get("/runs", [("page", str(number))]))

            for number in range(total):
                tasks.start_soon(ask, number)
            for _ in range(REQUESTS_AT_ONCE):
                await anyio.to_thread.run_sync(arrived.acquire)
            assert len(api._throttle._sent) == REQUESTS_AT_ONCE
            assert len(api._throttle._waiting) == total - REQUESTS_AT_ONCE
            assert len(inside) == REQUESTS_AT_ONCE
            gate.set()
    assert len(answers) == total


async def test_the_same_request_is_made_once_for_all_who_ask_meanwhile() -> None:
    arrived, gate = threading.Semaphore(0), threading.Event()
    asked: list[str] = []

    async def hold(request: Request) -> JSONResponse:
        asked.append(request.url.query)
        arrived.release()
        await anyio.to_thread.run_sync(gate.wait)
        return JSONResponse({"page": request.url.query})

    answers: list[object] = []
    with served(Starlette(routes=[Route("/runs", hold)])) as address:
        async with api_at(address) as api:

            async def ask(number: int) -> None:
                answers.append(await api.get("/runs", [("page", str(number))]))

            async with anyio.create_task_group() as tasks:
                for count in range(20):
                    tasks.start_soon(ask, count % 2)
                for _ in range(2):
                    await anyio.to_thread.run_sync(arrived.acquire)
                gate.set()
            await api.get("/runs", [("page", "0")])
    assert sorted(asked) == ["page=0", "page=0", "page=1"]
    assert answers.count({"page": "page=0"}) == answers.count({"page": "page=1"}) == 10


async def test_a_cancelled_request_is_closed() -> None:
    asked, closed = threading.Event(), threading.Event()

    def talk(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n[1,")
        asked.set()
        peer.settimeout(5)
        if peer.recv(1) == b"":
            closed.set()

    with speaking(talk) as address:
        async with api_at(address) as api, anyio.create_task_group() as tasks:
            tasks.start_soon(api.get, "/runs")
            await anyio.to_thread.run_sync(asked.wait)
            tasks.cancel_scope.cancel()
        assert closed.wait(5)
    assert not api._throttle._sent


async def test_no_wait_reaches_beyond_the_callers_deadline() -> None:
    answering = Answering(JSONResponse({}, 429, headers={"retry-after": "10"}))
    async with api_of(answering) as api:
        with anyio.fail_after(5), pytest.raises(RateLimited, match=r"try again in 10 s.*tried once"):
            await api.get("/runs")
    assert len(answering.requests) == 1


@pytest.mark.parametrize(
    ("waits", "requests"),
    [
        (Waits(first=0.0, longest=0.0, jitter=0.0, room=60.0), 1),
        (Waits(first=60.0, longest=60.0, jitter=0.0, room=0.0), 1),
        (Waits(first=0.0, longest=60.0, jitter=60.0, room=0.0), 1),
        (AT_ONCE, 3),
    ],
)
async def test_a_wait_that_leaves_no_time_for_another_try_is_not_begun(waits: Waits, requests: int) -> None:
    answering = Answering(JSONResponse({}, 503))
    async with api_of(answering, waits=waits) as api:
        with anyio.fail_after(20), pytest.raises(Unavailable, match="503"):
            await api.get("/runs")
    assert len(answering.requests) == requests


async def test_a_wait_ends_with_the_callers_deadline() -> None:
    answering = Answering(JSONResponse({}, 503))
    hour = Waits(first=3600.0, longest=3600.0, jitter=0.0)
    async with api_of(answering, waits=hour) as api:
        with anyio.move_on_after(7200) as patience:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(api.get, "/runs")
                while not answering.requests or api._throttle._sent:
                    await anyio.lowlevel.checkpoint()
                patience.cancel()
    assert patience.cancelled_caught
    assert len(answering.requests) == 1


async def test_waiting_to_try_again_takes_no_place_of_the_limit() -> None:
    answering = Answering(JSONResponse({}, 503))
    hour = Waits(first=3600.0, longest=3600.0, jitter=0.0)
    async with api_of(answering, waits=hour) as api, anyio.create_task_group() as tasks:
        for number in range(REQUESTS_AT_ONCE + 4):
            tasks.start_soon(api.get, f"/runs/{number}")
        while len(answering.requests) < REQUESTS_AT_ONCE + 4 or api._throttle._sent:
            await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()


async def test_the_failures_of_two_requests_are_their_own() -> None:
    answering = Answering(JSONResponse({}, 503))
    async with api_of(answering) as api:
        found: list[ConnectionFailure] = []
        for _ in range(2):
            with pytest.raises(ConnectionFailure) as raised:
                await api.get("/runs")
            found.append(raised.value)
    assert [failure.message.count("tried") for failure in found] == [1, 1]
