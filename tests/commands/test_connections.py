"""How long a connection may be silent or unread, how many there may be, and how much a request's headers may hold."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import anyio
import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.commands.launching import serving
from tests.harness import served

from rundown_mcp.commands.connections import HEADER_BYTES, ConnectionLimits, LimitedProtocol

_WAIT_S = 20
_LARGE = 30_000_000
_REQUEST = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


class _Hasty(LimitedProtocol):
    limits = ConnectionLimits(header_s=0.5)


class _Impatient(LimitedProtocol):
    limits = ConnectionLimits(unread_s=0.5)


class _Narrow(LimitedProtocol):
    limits = ConnectionLimits(open=2)


async def _greet(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers without reading the body."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@contextlib.contextmanager
def _address(app: ASGIApp, protocol: type[LimitedProtocol]) -> Iterator[tuple[str, int]]:
    with served(app, http=protocol, h11_max_incomplete_event_size=HEADER_BYTES) as url:
        where = httpx.URL(url)
        yield where.host, where.port or 0


def _connected(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=_WAIT_S)


def _until_closed(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


def _answer(connection: socket.socket) -> bytes:
    """The next answer of `_greet`, whole."""
    got = b""
    while not got.endswith(b"\r\n\r\nok"):
        more = connection.recv(4096)
        assert more, got
        got += more
    return got


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET", _REQUEST[:-2], b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 100],
    ids=["nothing", "a word", "no end", "many headers"],
)
@pytest.mark.parametrize("answered", [0, 1, 2])
def test_a_request_whose_headers_are_not_whole_in_time_is_closed(sent: bytes, answered: int) -> None:
    with _address(_greet, _Hasty) as address, _connected(address) as connection:
        for _ in range(answered):
            connection.sendall(_REQUEST)
            assert _answer(connection).startswith(b"HTTP/1.1 200 ")
        connection.sendall(sent)
        assert _until_closed(connection) == b""


def test_headers_that_come_byte_by_byte_get_no_more_time_for_each() -> None:
    with _address(_greet, _Hasty) as address, _connected(address) as connection:
        connection.settimeout(0.1)
        closed = False
        for _ in range(_WAIT_S * 10):
            with contextlib.suppress(TimeoutError, ConnectionError):
                connection.sendall(b"a")
                closed = connection.recv(100) == b""
            if closed:
                break
        assert closed


def test_a_body_that_goes_on_after_its_answer_does_not_hold_the_connection() -> None:
    head = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n"
    with _address(_greet, _Hasty) as address, _connected(address) as connection:
        connection.sendall(head)
        _answer(connection)
        connection.sendall(b"{")
        assert _until_closed(connection) == b""


def test_an_answer_may_take_longer_than_headers() -> None:
    go_on = threading.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await anyio.to_thread.run_sync(go_on.wait)
        await _greet(scope, receive, send)

    with _address(slow, _Hasty) as address, _connected(address) as connection:
        connection.sendall(_REQUEST + _REQUEST)
        connection.settimeout(0.7)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(_WAIT_S)
        go_on.set()
        assert _until_closed(connection).count(b"HTTP/1.1 200 ") == 2


def _large(ended: threading.Event) -> ASGIApp:
    """Answers more than fits into all buffers between it and its client."""

    async def large(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": b"a" * _LARGE, "more_body": True})
        await send({"type": "http.response.body"})
        ended.set()

    return large


def test_a_client_that_does_not_read_its_answer_does_not_hold_its_place_for_ever() -> None:
    ended = threading.Event()
    with _address(_large(ended), _Impatient) as address, _connected(address) as connection:
        connection.sendall(_REQUEST)
        assert ended.wait(_WAIT_S)


def test_a_client_that_reads_on_gets_its_whole_answer() -> None:
    with _address(_large(threading.Event()), LimitedProtocol) as address, _connected(address) as connection:
        connection.sendall(_REQUEST)
        assert _until_closed(connection).count(b"a" * 1000) >= _LARGE // 1000 - 100


def test_a_connection_too_many_is_refused_and_those_that_are_open_go_on() -> None:
    told: list[int] = []

    class Counted(_Narrow):
        on_refusal = staticmethod(told.append)

    with _address(_greet, Counted) as address, _connected(address) as first:
        with _connected(address) as second:
            for connection in (second, first):
                connection.sendall(_REQUEST)
                _answer(connection)
            with _connected(address) as third:
                refused = _until_closed(third)
            assert refused.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nretry-after: 1\r\n" in refused
            assert refused.endswith(b"\r\n\r\ntoo many connections")
            assert told == [503]
            first.sendall(_REQUEST)
            _answer(first)
        assert any(_taken(address) for _ in range(1000))


def _taken(address: tuple[str, int]) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://{address[0]}:{address[1]}").status_code == 200
    return False


@pytest.mark.parametrize(("size", "status"), [(HEADER_BYTES - 100, b"200"), (HEADER_BYTES + 100, b"400")])
def test_headers_that_are_too_large_are_refused(size: int, status: bytes) -> None:
    head, end = _REQUEST[:-2] + b"x-filler: ", b"\r\nconnection: close\r\n\r\n"
    with _address(_greet, LimitedProtocol) as address, _connected(address) as connection:
        connection.sendall(head + b"a" * (size - len(head) - (len(end) if status == b"200" else 0)))
        if status == b"200":
            connection.sendall(end)
        assert _until_closed(connection).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize("command", ["serve", "sandbox"])
def test_the_servers_have_these_limits(command: str) -> None:
    options = ("--sandbox",) if command == "serve" else ("--runs", "5")
    until = "/mcp" if command == "serve" else "CONDUIT_BASE_URL"
    with contextlib.ExitStack() as stack, serving(command, "--port", "0", *options, until=until) as server:
        url = httpx.URL(server.address)
        address = (url.host, url.port or 0)
        for _ in range(ConnectionLimits().open):
            stack.enter_context(_connected(address))
        with _connected(address) as refused:
            assert _until_closed(refused).startswith(b"HTTP/1.1 503 ")


def test_what_no_application_sees_is_counted_among_the_refusals() -> None:
    with serving("serve", "--port", "0", "--sandbox", until="/mcp", RUNDOWN_METRICS="1") as server:
        url = httpx.URL(server.address)
        with _connected((url.host, url.port or 0)) as connection:
            connection.sendall(b"no HTTP\r\n\r\n")
            assert _until_closed(connection).startswith(b"HTTP/1.1 400 ")
        page = httpx.get(url.copy_with(path="/metrics"), timeout=_WAIT_S).text
    assert 'rundown_http_refusals_total{status="400"} 1.0\n' in page
