"""`serve` with a real authorisation server: the tokens that it gives to machines and people open what they should."""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

import anyio
import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from tests.commands.launching import environment, serving
from tests.conformance.packages import Packages
from tests.conformance.suite import Verdict
from tests.harness import Asked

_SCOPES: Final = """
[scopes."runs:read"]

[scopes."runs:stats"]
tools = ["run_stats"]
"""
_REDIRECT: Final = "http://127.0.0.1:9/callback"
_ACTION: Final = re.compile(r'action="([^"]+)"')
_PROMPT: Final = re.compile(r'name="prompt" value="(\w+)"')


@dataclass(frozen=True)
class _Ground:
    """Where both servers are, and the client that has a secret."""

    issuer: str
    resource: str
    secret: str

    async def token(self, scope: str, resource: str | None) -> str:
        """A token by the client's own credentials."""
        asked = {"grant_type": "client_credentials", "scope": scope, "resource": resource}
        async with httpx2.AsyncClient(auth=("machine", self.secret)) as client:
            answer = await client.post(f"{self.issuer}/token", data={k: v for k, v in asked.items() if v is not None})
            return str(answer.json()["access_token"])


def run_oauth(packages: Packages) -> Iterator[Verdict]:
    """Every way to a token, and every token that must open nothing."""
    with _both(packages) as (ground, issuer):
        invalid, insufficient = (401, "invalid_token"), (403, "insufficient_scope")
        for name, check in (
            ("no token", _without_a_token),
            ("client credentials", _machine),
            ("a scope that opens one tool", _one_tool),
            ("the SDK's client: challenge, metadata, registration, PKCE, sign-in, call", _person),
            ("token for another resource", partial(_refused, "runs:read", "https://other.example/mcp", invalid)),
            ("token for no resource", partial(_refused, "openid", None, invalid)),
            ("expired token", partial(_refused, "runs:read", "urn:expired", invalid)),
            ("token of another scope", partial(_refused, "other", ground.resource, insufficient)),
            ("kept keys, after the issuer stopped", partial(_after_the_end, issuer)),
        ):
            yield _verdict(name, check, ground)


def _verdict(name: str, check: Callable[[_Ground], Awaitable[str]], ground: _Ground) -> Verdict:
    try:
        return Verdict(name, passed=True, note=anyio.run(check, ground))
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is the verdict
        return Verdict(name, passed=False, note=repr(error))


@contextlib.contextmanager
def _both(packages: Packages) -> Iterator[tuple[_Ground, subprocess.Popen[str]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    resource, secret = f"http://127.0.0.1:{port}/mcp", secrets.token_urlsafe()
    given = {"audience": resource, "client": {"client_id": "machine", "client_secret": secret}}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [*packages.authorization_server, json.dumps(given)],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        ) as process,
    ):
        assert process.stdout is not None
        try:
            issuer = process.stdout.readline().strip()
            config = Path(folder) / "rundown.toml"
            config.write_text(_SCOPES, encoding="utf-8")
            variables = {
                "RUNDOWN_OAUTH_ISSUER": issuer,
                "RUNDOWN_OAUTH_AUDIENCE": resource,
                "RUNDOWN_CONFIG": str(config),
            }
            with serving("serve", "--sandbox", "--port", str(port), until="/mcp", quiet=True, **variables):
                yield _Ground(issuer, resource, secret), process
        finally:
            process.terminate()


@contextlib.asynccontextmanager
async def _asking(ground: _Ground, **how: Any) -> AsyncIterator[Asked]:  # noqa: ANN401 - whatever a client takes
    async with (
        httpx2.AsyncClient(timeout=20, **how) as http_client,
        Client(streamable_http_client(ground.resource, http_client=http_client)) as client,
    ):
        yield Asked(client)


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def _without_a_token(ground: _Ground) -> str:
    async with httpx2.AsyncClient() as client:
        refused = await client.post(ground.resource, json={})
        challenge = refused.headers["www-authenticate"]
        assert (refused.status_code, "error" in challenge) == (401, False), challenge
        found = re.search(r'resource_metadata="([^"]+)"', challenge)
        assert found, challenge
        metadata = (await client.get(found[1])).json()
    assert (metadata["resource"], metadata["authorization_servers"]) == (ground.resource, [ground.issuer]), metadata
    return challenge


async def _machine(ground: _Ground) -> str:
    token = await ground.token("runs:read", ground.resource)
    async with _asking(ground, headers=_bearer(token)) as asked:
        return _shown(await asked.text("list_runs", limit=2))


async def _one_tool(ground: _Ground) -> str:
    token = await ground.token("runs:stats", ground.resource)
    async with _asking(ground, headers=_bearer(token)) as asked:
        names = [tool.name for tool in (await asked.client.list_tools()).tools]
    assert names == ["run_stats"], names
    return "tools/list holds run_stats alone"


async def _refused(scope: str, resource: str | None, expected: tuple[int, str], ground: _Ground) -> str:
    token = await ground.token(scope, resource)
    async with httpx2.AsyncClient() as client:
        answer = await client.post(ground.resource, json={}, headers=_bearer(token))
    challenge = answer.headers.get("www-authenticate", "")
    assert (answer.status_code, f'error="{expected[1]}"' in challenge) == (expected[0], True), (answer, challenge)
    return f"{answer.status_code}, {expected[1]}"


async def _after_the_end(issuer: subprocess.Popen[str], ground: _Ground) -> str:
    token = await ground.token("runs:read", ground.resource)
    issuer.terminate()
    issuer.wait(timeout=10)
    async with _asking(ground, headers=_bearer(token)) as asked:
        return _shown(await asked.text("list_runs", limit=2))


@dataclass
class _Kept:
    """What the SDK's client keeps, in memory."""

    tokens: OAuthToken | None = None
    client_info: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client_info

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client_info = client_info


@dataclass
class _Person:
    """Somebody who signs in and consents in a browser."""

    landed: list[str] = field(default_factory=list)

    async def follow(self, address: str) -> None:
        async with httpx2.AsyncClient() as browser:
            while not address.startswith(_REDIRECT):
                answer = await browser.get(address)
                if not answer.is_redirect:
                    (action,), (prompt,) = _ACTION.findall(answer.text), _PROMPT.findall(answer.text)
                    form = {"prompt": prompt, "login": "somebody", "password": "anything"}
                    answer = await browser.post(urljoin(str(answer.url), action), data=form)
                address = urljoin(str(answer.url), answer.headers["location"])
        self.landed.append(address)

    async def come_back(self) -> AuthorizationCodeResult:
        query = parse_qs(urlsplit(self.landed.pop()).query)
        return AuthorizationCodeResult(code=query["code"][0], state=query["state"][0], iss=query["iss"][0])


async def _person(ground: _Ground) -> str:
    person, kept = _Person(), _Kept()
    wanted = OAuthClientMetadata.model_validate({"redirect_uris": [_REDIRECT], "client_name": "tests"})
    auth = OAuthClientProvider(ground.resource, wanted, kept, person.follow, person.come_back)
    async with _asking(ground, auth=auth) as asked:
        answer = await asked.text("list_runs", limit=2)
    assert kept.tokens is not None
    assert kept.tokens.scope == "runs:read runs:stats", kept.tokens.scope
    return _shown(answer)


def _shown(answer: str) -> str:
    found = re.search(r"shown: .*", answer)
    assert found, answer
    return found[0]
