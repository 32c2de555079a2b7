"""Failures below HTTP are told apart by their kind, with no text of an exception."""

import errno
import socket
import ssl
import struct
import threading
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
import trustme
from starlette.applications import Starlette
from tests.harness import served
from tests.transport.asking import AT_ONCE, KEY, api_at, speaking

from rundown_mcp.domain.errors import Unavailable
from rundown_mcp.transport.network import describe
from rundown_mcp.transport.retry import Waits

pytestmark = pytest.mark.anyio

ONE_TRY = Waits(room=float("inf"))
BRIEF = httpx.Timeout(0.05, connect=5.0)


async def failure(
    base_url: str, waits: Waits = ONE_TRY, timeouts: httpx.Timeout = BRIEF, *, verify: ssl.SSLContext | bool = True
) -> Unavailable:
    async with api_at(base_url, waits=waits, timeouts=timeouts, verify=verify) as api:
        with pytest.raises(Unavailable) as raised:
            await api.get("/runs/path-canary")
    error = raised.value
    assert error.status is None
    assert "127.0.0.1" not in error.message
    assert KEY not in error.message
    assert "canary" not in error.message
    assert error.message.startswith("duckie: no answer, ")
    return error


async def test_a_refused_connection_is_tried_three_times() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = await failure(f"http://127.0.0.1:{port}", AT_ONCE)
    assert error.short == "connection refused, tried 3 times"
    assert "port" in error.message


async def test_an_unknown_host_is_named_as_a_matter_of_dns() -> None:
    assert (await failure("http://rundown-test.invalid")).short == "host name not found (DNS), tried once"


async def test_https_to_a_plain_port_is_named_as_a_matter_of_tls() -> None:
    with served(Starlette()) as address:
        error = await failure(address.replace("http:", "https:"), timeouts=httpx.Timeout(5.0))
    assert error.short == "TLS failed, tried once"


async def test_a_certificate_that_is_not_trusted_names_the_setting_for_more(tmp_path: Path) -> None:
    file = tmp_path / "server.pem"
    trustme.CA().issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(file))
    with served(Starlette(), ssl_certfile=str(file)) as address:
        error = await failure(address, timeouts=httpx.Timeout(5.0))
    assert error.short == "TLS certificate not trusted, tried once"
    assert "RUNDOWN_CA_BUNDLE" in error.message


async def test_certificates_of_the_machine_that_cannot_be_read_are_named() -> None:
    class LockedStore(ssl.SSLContext):
        """As truststore, of a folder that it may not list."""

        def wrap_bio(self, *_: object, **__: object) -> NoReturn:
            raise PermissionError(errno.EACCES, "canary", "/canary")

    with served(Starlette()) as address:
        error = await failure(address.replace("http:", "https:"), verify=LockedStore(ssl.PROTOCOL_TLS_CLIENT))
    assert error.short == "this machine's certificates cannot be read, tried once"
    assert "SSL_CERT_DIR" in error.message


async def test_silence_is_a_time_out() -> None:
    release = threading.Event()

    def talk(_: socket.socket) -> None:
        release.wait(10)

    with speaking(talk) as address:
        error = await failure(address)
        release.set()
    assert error.short == "timed out, tried once"


async def test_silence_within_a_body_is_a_time_out() -> None:
    release = threading.Event()

    def talk(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{")
        release.wait(10)

    with speaking(talk) as address:
        error = await failure(address)
        release.set()
    assert error.short == "timed out, tried once"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[1,2,\r\n",
        b"\x00\x01 canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbad header canary\r\n\r\n",
    ],
)
async def test_a_connection_that_breaks_off_or_speaks_no_http_is_named_so(sent: bytes) -> None:
    with speaking(lambda peer: peer.sendall(sent)) as address:
        assert (await failure(address)).short == "connection broke off, tried once"


async def test_a_reset_within_a_body_is_tried_again() -> None:
    talks = iter([(b"50\r\n\r\n{", True), (b"2\r\n\r\n{}", False)])

    def talk(peer: socket.socket) -> None:
        rest, resets = next(talks)
        peer.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: " + rest)
        if resets:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with speaking(talk) as address:
        async with api_at(address) as api:
            assert await api.get("/runs") == {}


def test_a_failure_behind_several_attempts_is_found_in_their_group() -> None:
    error = httpx.ConnectError("canary")
    error.__cause__ = ExceptionGroup("all", [OSError(), socket.gaierror()])
    assert "DNS" in describe(error).short
