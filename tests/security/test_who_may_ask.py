"""Who gets an answer from a server process: the right token, a host and an origin that are named, and no session."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from tests.commands.launching import MODULE, serving

TOKEN: Final = "t0k" + "en" * 7
CALL: Final[dict[str, Any]] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ALLOWED: Final = {
    "RUNDOWN_ALLOWED_HOSTS": "mcp.example.com,exact.example.com:81",
    "RUNDOWN_ALLOWED_ORIGINS": "https://app.example.com",
}
ACCEPT: Final = {"accept": "application/json, text/event-stream"}


@pytest.fixture(scope="module")
def opened() -> Iterator[httpx.Client]:
    """A client of a server without a token; nothing of what is refused may be logged."""
    with (
        serving("serve", "--sandbox", "--port", "0", until="/mcp", command=MODULE, quiet=True, **ALLOWED) as server,
        httpx.Client(base_url=server.address.removesuffix("/mcp"), headers=ACCEPT, timeout=20) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def closed() -> Iterator[httpx.Client]:
    """A client, without the token, of a server that demands one."""
    with (
        serving("serve", "--sandbox", "--port", "0", until="/mcp", RUNDOWN_HTTP_TOKEN=TOKEN) as server,
        httpx.Client(base_url=server.address.removesuffix("/mcp"), headers=ACCEPT, timeout=20) as client,
    ):
        yield client


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE", "OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", ["/mcp", "/mcp/", "/", "/elsewhere", "/mcp/healthz", "/healthz/", "/HEALTHZ"])
def test_without_the_token_there_is_no_way_in_but_liveness(closed: httpx.Client, path: str, method: str) -> None:
    refused = closed.request(method, path)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert closed.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "Bearer", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.upper()}", TOKEN),
        *(f"Basic {TOKEN}", f"Bearer {TOKEN} {TOKEN}", f"Bearer {TOKEN},", f'Bearer "{TOKEN}"', "Bearer é", "Bearer *"),
    ],
    ids=range(12),
)
def test_a_wrong_token_is_refused_and_not_repeated(closed: httpx.Client, wrong: str) -> None:
    refused = closed.post("/mcp", json=CALL, headers=[(b"authorization", wrong.encode("latin-1"))])
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert TOKEN not in refused.text


def test_a_token_anywhere_but_in_its_header_is_none(closed: httpx.Client) -> None:
    assert closed.post("/mcp", json=CALL, params={"access_token": TOKEN, "token": TOKEN}).status_code == 401
    assert closed.post("/mcp", json=CALL, headers={"cookie": f"token={TOKEN}", "x-api-key": TOKEN}).status_code == 401
    assert closed.post("/mcp", json={**CALL, "token": TOKEN}).status_code == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_token_opens_the_server(closed: httpx.Client, scheme: str) -> None:
    assert closed.post("/mcp", json=CALL, headers={"authorization": f"{scheme} {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("host", "localhost:8000", 200),
        ("host", "[::1]:8000", 200),
        ("host", "[::1]", 200),
        ("host", "mcp.example.com", 200),
        ("host", "mcp.example.com:8443", 200),
        ("host", "exact.example.com:81", 200),
        ("host", "exact.example.com:82", 421),
        ("host", "exact.example.com", 421),
        ("host", "evil.example", 421),
        ("host", "127.0.0.1.evil.example", 421),
        ("host", "localhost.evil.example:8000", 421),
        ("host", "evil.mcp.example.com", 421),
        ("host", "mcp.example.com.", 421),
        ("host", "mcp.example.com:evil.example", 421),
        ("host", "localhost:x@evil.example", 421),
        ("host", "localhost@evil.example", 421),
        ("host", "http://localhost", 421),
        ("host", "2130706433", 421),
        ("host", "127.1", 421),
        ("origin", "http://localhost:5173", 200),
        ("origin", "https://app.example.com", 200),
        ("origin", "https://app.example.com:8443", 200),
        ("origin", "https://evil.example", 403),
        ("origin", "http://app.example.com", 403),
        ("origin", "https://app.example.com.evil.example", 403),
        ("origin", "https://evil.app.example.com", 403),
        ("origin", "https://evilapp.example.com", 403),
        ("origin", "https://app.example.com.", 403),
        ("origin", "https://app.example.com/", 403),
        ("origin", "https://app.example.com:443:1", 403),
        ("origin", "https://app.example.com:x@evil.example", 403),
        ("origin", "http://localhost:80@evil.example", 403),
        ("origin", "http://localhost@evil.example", 403),
        ("origin", "https://app.example.com https://evil.example", 403),
        ("origin", "HTTPS://EVIL.example", 403),
        ("origin", "null", 403),
        ("origin", "NULL", 403),
        ("origin", "file://", 403),
        ("origin", "*", 403),
        ("mcp-protocol-version", "1999-01-01", 400),
    ],
)
def test_hosts_and_origins_are_let_in_by_their_names(
    opened: httpx.Client, header: str, value: str, status: int
) -> None:
    answer = opened.post("/mcp", json=CALL, headers={header: value})
    assert answer.status_code == status
    assert "evil" not in answer.text
    assert "access-control-allow-origin" not in answer.headers


def test_a_page_whose_name_was_bound_to_loopback_gets_nothing(opened: httpx.Client) -> None:
    """What a browser sends after DNS rebinding: the address is ours, the host and the origin are the page's."""
    port = opened.base_url.port
    assert ("127.0.0.1", port) in {found[4] for found in socket.getaddrinfo("localhost", port, socket.AF_INET)}
    rebound = {"host": f"rebound.example:{port}", "origin": f"http://rebound.example:{port}"}
    assert opened.post("/mcp", json=CALL, headers=rebound).status_code == 421
    assert opened.post("/mcp", json=CALL, headers={"origin": rebound["origin"]}).status_code == 403
    assert opened.get("/healthz", headers=rebound).json() == {"status": "ok"}


def test_nobody_is_sent_on_to_the_host_that_he_named(opened: httpx.Client) -> None:
    for host, status in (("evil.example", 421), ("localhost", 404)):
        answer = opened.post("/mcp/", json=CALL, headers={"host": host})
        assert (answer.status_code, "location" in answer.headers) == (status, False)


@pytest.mark.parametrize("version", ["2025-06-18", "2025-11-25"])
def test_no_session_is_made_and_an_id_of_one_gives_nothing(opened: httpx.Client, version: str) -> None:
    greeting = {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "first", "version": "1"}}
    first = opened.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": greeting})
    assert (first.status_code, "mcp-session-id" in first.headers) == (200, False)
    plain = opened.post("/mcp", json=CALL)
    for forged in ("first", "1", "0" * 32, "../..", "x" * 4000):
        headers = {"mcp-session-id": forged, "mcp-protocol-version": version, "last-event-id": "1"}
        answer = opened.post("/mcp", json=CALL, headers=headers)
        assert (answer.status_code, answer.text) == (200, plain.text)
        assert "mcp-session-id" not in answer.headers
        assert opened.delete("/mcp", headers=headers).status_code == 405
