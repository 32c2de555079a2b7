"""Requests that a proxy in front might read otherwise than the server: each is refused, or read as one request."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pytest
from tests.commands.launching import serving

TOKEN: Final = "t0k" + "en" * 7
CALL: Final = b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
CHUNKED: Final = b"%x\r\n%s\r\n0\r\n\r\n" % (len(CALL), CALL)
HIDDEN: Final = b"GET /healthz HTTP/1.1\r\nhost: hidden\r\n\r\n"
"""A request that stands in the body of another one: answered, it would be one that the proxy never saw."""
LAST: Final = b"connection: close"
KNOWN: Final = b"authorization: Bearer " + TOKEN.encode()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving("serve", "--sandbox", "--port", "0", until="/mcp", RUNDOWN_HTTP_TOKEN=TOKEN) as started:
        yield started.address


def answers(server: str, lines: list[bytes], body: bytes, *, end: bytes = b"\r\n") -> list[bytes]:
    """The status and what follows of each answer to these bytes, up to the end that the server sets."""
    where = urlsplit(server)
    first = [b"POST /mcp HTTP/1.1", b"host: " + where.netloc.encode(), b"accept: application/json, text/event-stream"]
    heard = b""
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as connection:
        connection.sendall(end.join([*first, b"content-type: application/json", *lines, b"", b""]) + body)
        while part := connection.recv(65_536):
            heard += part
    return heard.split(b"HTTP/1.1 ")[1:]


LENGTH: Final = b"content-length: %d" % len(CALL)
AMBIGUOUS: Final = {
    "both lengths": ([KNOWN, LENGTH, b"transfer-encoding: chunked"], CHUNKED + HIDDEN),
    "both lengths, the other way round": (
        [KNOWN, b"transfer-encoding: chunked", b"content-length: %d" % len(CHUNKED + HIDDEN)],
        CHUNKED + HIDDEN,
    ),
    "both lengths, one behind a bare LF": ([KNOWN, b"x: y\ntransfer-encoding: chunked", LENGTH], CHUNKED + HIDDEN),
    "two lengths that differ": ([KNOWN, b"content-length: 5", LENGTH], CALL + HIDDEN),
    "a list of lengths that differ": ([KNOWN, b"content-length: 5, 46"], CALL + HIDDEN),
    "a length with a sign": ([KNOWN, b"content-length: +46"], CALL + HIDDEN),
    "a length below 0": ([KNOWN, b"content-length: -1"], CALL + HIDDEN),
    "a coding that nobody knows": ([KNOWN, b"transfer-encoding: xchunked"], CHUNKED + HIDDEN),
    "chunked twice": ([KNOWN, b"transfer-encoding: chunked, chunked"], CHUNKED + HIDDEN),
    "a coding that is none": ([KNOWN, b"transfer-encoding: identity", LENGTH], CALL + HIDDEN),
    "a space before the colon": ([KNOWN, b"transfer-encoding : chunked"], CHUNKED + HIDDEN),
    "a bare CR": ([KNOWN, b"x: y\rcontent-length: 5", LENGTH], CALL + HIDDEN),
    "a NUL": ([KNOWN, b"x: \x00", LENGTH], CALL + HIDDEN),
    "two tokens": ([KNOWN, b"authorization: Bearer other", LENGTH], CALL + HIDDEN),
    "the same token twice": ([KNOWN, KNOWN.replace(b"auth", b"AUTH"), LENGTH], CALL + HIDDEN),
    "two origins": ([KNOWN, b"origin: http://localhost", b"origin: https://evil.example", LENGTH], CALL + HIDDEN),
    "two hosts": ([KNOWN, b"host: other.example", LENGTH], CALL + HIDDEN),
}


@pytest.mark.parametrize(("lines", "body"), AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_read(
    server: str, lines: list[bytes], body: bytes
) -> None:
    (answer,) = answers(server, lines, body)
    assert answer.startswith(b"400 ")
    assert b"\r\nconnection: close\r\n" in answer.lower()
    assert TOKEN.encode() not in answer


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ([KNOWN, LAST, LENGTH, b"x: y", b" transfer-encoding: chunked"], b"\r\n"),
        ([KNOWN, LAST, LENGTH, LENGTH], b"\r\n"),
        ([KNOWN, LAST, LENGTH], b"\n"),
    ],
    ids=["a header that is folded", "the same length twice", "lines that end in LF"],
)
def test_what_rfc_9112_lets_a_server_read_is_one_request(server: str, lines: list[bytes], end: bytes) -> None:
    (answer,) = answers(server, lines, CALL, end=end)
    assert answer.startswith(b"200 ")
    assert b'"tools":[' in answer


def test_a_header_in_the_fold_of_another_is_none(server: str) -> None:
    (answer,) = answers(server, [LAST, b"x: y", b" " + KNOWN, LENGTH], CALL)
    assert answer.startswith(b"401 ")
