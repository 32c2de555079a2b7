"""`serve` that takes the tokens of an authorisation server, beside those that the operator gave out."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest
from pydantic import SecretStr
from starlette.responses import Response
from tests.commands.launching import serving
from tests.harness import served
from tests.oauth.issuing import AUDIENCE, METADATA, Issuer

from rundown_mcp.access.caller import Grant
from rundown_mcp.access.rules import AccessRules, TrustedIssuer
from rundown_mcp.access.tokens import NamedToken
from rundown_mcp.connect import document_fetcher, open_runs
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.http_app import build_http_app
from rundown_mcp.http_guards import Limits
from rundown_mcp.oauth.issuer import Fetch
from rundown_mcp.oauth.resource_server import open_resource_server
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings
from rundown_mcp.transport.document import NotFetched

_GIVEN_OUT = "t0k" + "en" * 9
_WHERE = 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"'
_ACCEPT = {"accept": "application/json, text/event-stream"}
_LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    issuer.add("one")
    with issuer.served():
        yield issuer


@pytest.fixture(scope="module")
def client(issuer: Issuer) -> Iterator[httpx.Client]:
    """A client of the real command."""
    variables = {
        "RUNDOWN_OAUTH_ISSUER": issuer.name,
        "RUNDOWN_OAUTH_AUDIENCE": AUDIENCE,
        "RUNDOWN_HTTP_TOKEN": _GIVEN_OUT,
    }
    with (
        serving("serve", "--sandbox", "--port", "0", until="/mcp", quiet=True, **variables) as server,
        httpx.Client(base_url=server.address.removesuffix("/mcp"), headers=_ACCEPT, timeout=20) as client,
    ):
        yield client


def _asked(client: httpx.Client, token: str | None) -> tuple[int, str | None]:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    answer = client.post("/mcp", json=_LIST, headers=headers)
    return answer.status_code, answer.headers.get("www-authenticate")


def test_each_token_gets_its_status_and_its_challenge(client: httpx.Client, issuer: Issuer) -> None:
    soon = time.time() + 600
    assert _asked(client, None) == (401, f'Bearer scope="runs:read", {_WHERE}')
    refused = (401, f'Bearer error="invalid_token", scope="runs:read", {_WHERE}')
    assert _asked(client, "no-token-of-anybody") == refused
    assert _asked(client, _GIVEN_OUT) == (200, None)
    assert issuer.asked == []
    assert _asked(client, issuer.token(exp=soon)) == (200, None)
    assert _asked(client, issuer.token(exp=soon - 1200)) == refused
    assert _asked(client, issuer.token(exp=soon, aud="https://other.example.com/mcp")) == refused
    lacking = (403, f'Bearer error="insufficient_scope", scope="runs:read", {_WHERE}')
    assert _asked(client, issuer.token(exp=soon, scope="openid")) == lacking


def test_where_tokens_come_from_is_said_to_everybody(client: httpx.Client, issuer: Issuer) -> None:
    for path in ("", "/mcp"):
        address = f"/.well-known/oauth-protected-resource{path}"
        answer = client.get(address, headers={"origin": "https://app.example.net"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert (answer.json()["resource"], answer.json()["authorization_servers"]) == (AUDIENCE, [issuer.name])


def test_a_scope_opens_its_tools_and_an_issuer_that_is_down_refuses_nobody() -> None:
    settings, issuer = Settings(ServerSettings(sandbox=True), ()), Issuer()
    issuer.add("one")
    with issuer.served():
        trusted = TrustedIssuer(issuer.name, AUDIENCE)
        access = AccessRules((), {"runs:stats": Grant(tools=frozenset({"run_stats"}))}, trusted)
        with _client(settings, access, trusted) as client:
            header = {"authorization": f"Bearer {issuer.token(exp=time.time() + 600, scope='runs:stats')}"}
            answer = client.post("/mcp", json=_LIST, headers=header)
            assert answer.text.count('"inputSchema"') == answer.text.count('"name":"run_stats"') == 1
        issuer.answers[METADATA] = Response("body-canary", 500)
        with _client(settings, access, trusted) as client:
            answer = client.post("/mcp", json=_LIST, headers=header)
            assert (answer.status_code, answer.headers.get("www-authenticate")) == (503, None)
            assert "canary" not in answer.text


def test_who_waits_for_an_issuer_that_hangs_takes_no_place_from_who_is_known(issuer: Issuer) -> None:
    asked, go_on = threading.Event(), threading.Event()

    async def hang(_: str) -> JsonValue:
        asked.set()
        await anyio.to_thread.run_sync(go_on.wait)
        raise NotFetched("hung")

    settings, trusted = Settings(ServerSettings(sandbox=True), ()), TrustedIssuer("https://id.example.com", AUDIENCE)
    access = AccessRules((NamedToken("team", SecretStr(_GIVEN_OUT)),), {}, trusted)
    one = Limits(at_once=1)
    with _client(settings, access, trusted, fetch=hang, limits=one) as client, ThreadPoolExecutor() as pool:
        stranger = pool.submit(_asked, client, issuer.token())
        try:
            assert asked.wait(20)
            assert _asked(client, _GIVEN_OUT) == (200, None)
        finally:
            go_on.set()
        assert stranger.result() == (503, None)


@contextlib.contextmanager
def _client(
    settings: Settings,
    access: AccessRules,
    trusted: TrustedIssuer,
    *,
    fetch: Fetch | None = None,
    limits: Limits | None = None,
) -> Iterator[httpx.Client]:
    oauth = open_resource_server(trusted, access.scopes, (), fetch or document_fetcher(None))
    server = build_server(lambda: open_runs(settings), settings.server, access)
    app = build_http_app(server, settings.server, access, host="127.0.0.1", oauth=oauth, limits=limits)
    with served(app, lifespan="on") as address, httpx.Client(base_url=address, headers=_ACCEPT, timeout=20) as client:
        yield client
