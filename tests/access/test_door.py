"""What a client is told whose token opens nothing, or cannot be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from tests.harness import served

from rundown_mcp.access.allowances import Allowances
from rundown_mcp.access.caller import Caller, InsufficientScope, Unverifiable, Verifier, present_caller
from rundown_mcp.access.challenge import Challenge
from rundown_mcp.access.door import Door

_CHALLENGE = Challenge("https://mcp.example.com/.well-known/oauth-protected-resource/mcp", ("runs:read",))
_METADATA = f'resource_metadata="{_CHALLENGE.resource_metadata}"'


class Words:
    """Takes three tokens; of the rest it knows nothing."""

    async def caller_of(self, token: str) -> Caller | None:
        if token == "poor":
            raise InsufficientScope(("runs:read", "runs:all"))
        if token == "early":
            raise Unverifiable
        return Caller("rich", "rich") if token == "rich" else None


async def _who(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(present_caller().name))(scope, receive, send)


def _door(verifiers: Sequence[Verifier]) -> Iterator[httpx.Client]:
    door = Door(
        _who, verifiers, Allowances(1, 100, lambda: 0.0), challenge=_CHALLENGE, open_to_all=frozenset({"/open"})
    )
    with served(door) as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


@pytest.fixture
def door() -> Iterator[httpx.Client]:
    yield from _door([Words()])


@pytest.fixture
def ajar() -> Iterator[httpx.Client]:
    yield from _door([])


@pytest.mark.parametrize(
    ("token", "status", "challenge"),
    [
        (None, 401, f'Bearer scope="runs:read", {_METADATA}'),
        ("wrong", 401, f'Bearer error="invalid_token", scope="runs:read", {_METADATA}'),
        ("poor", 403, f'Bearer error="insufficient_scope", scope="runs:read runs:all", {_METADATA}'),
        ("early", 503, None),
        ("rich", 200, None),
    ],
)
def test_each_token_gets_its_status_and_its_challenge(
    door: httpx.Client, token: str | None, status: int, challenge: str | None
) -> None:
    answer = door.get("/mcp", headers={} if token is None else {"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers.get("www-authenticate")) == (status, challenge)
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    assert (answer.text == "rich") is (status == 200)


def test_an_open_path_and_a_door_without_verifiers_ask_nobody(door: httpx.Client, ajar: httpx.Client) -> None:
    assert (door.get("/open").text, ajar.get("/mcp").text) == ("None", "None")


def test_a_plain_token_names_no_authorisation_server() -> None:
    assert (Challenge().unauthorized(sent=True), Challenge().unauthorized(sent=False)) == ("Bearer", "Bearer")
