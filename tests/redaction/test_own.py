"""The server's own keys leave in no form, under no policy, whichever provider echoes them."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Callable

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tests.harness import asking, served, settings_from
from tests.redaction.opening import TAGGER

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.own import OwnSecrets
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import build_world

WORDS = "quiet-" + "meadow-" + "walks-" + "alone"
"""A key that no pattern takes for one."""

ECHOES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "glued": lambda key: f"x{key}x",
    "percent": lambda key: "".join(f"%{byte:02x}" for byte in key.encode()),
    "quoted": lambda key: urllib.parse.quote(key, safe=""),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 of a login": lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
    "hex": lambda key: key.encode().hex(),
    "escaped": lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
    "first half": lambda key: key[: len(key) // 2 + 1],
    "last half": lambda key: key[-len(key) // 2 :],
    "parted by nothing": "\u200b".join,
}


def shown(value: JsonValue, kind: Kind, policy: Policy, *own: str) -> str:
    return str(Gate(policy, TAGGER, own=OwnSecrets(own)).knowing([]).safe(Untrusted(value, kind)))


@pytest.mark.parametrize("policy", Policy)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("echo", ECHOES)
def test_an_echoed_key_leaves_in_no_form(echo: str, kind: Kind, policy: Policy) -> None:
    worn = ECHOES[echo](WORDS)
    for value in (worn, f"401 for {worn}, sorry", {"a": [worn]}, {worn: 1}, json.dumps({"a": worn})):
        text = shown(value, kind, policy, WORDS)
        assert worn not in text
        assert "meadow" not in text
        assert policy is Policy.STRICT or kind is Kind.IDENTITY or "[secret:own]" in text


def test_what_is_nobodys_key_stays() -> None:
    assert shown(WORDS, Kind.TEXT, Policy.BALANCED) == WORDS
    assert shown("quiet walks alone", Kind.TEXT, Policy.BALANCED, WORDS) == "quiet walks alone"
    assert shown("a sesame, sesames", Kind.TEXT, Policy.OFF, "sesame", "a") == "a [secret:own], sesames"


def test_own_keys_are_never_printed() -> None:
    assert repr(OwnSecrets([WORDS])) == "<1 own secrets>"
    assert WORDS not in repr(Gate(Policy.OFF, TAGGER, own=OwnSecrets([WORDS])))


def echoing(app: ASGIApp, said: bytes, *echoed: str) -> ASGIApp:
    """The same API, but with the keys in the place of some text."""

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        async def changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [pair for pair in message["headers"] if pair[0] != b"content-length"]
            elif message["type"] == "http.response.body":
                message["body"] = message["body"].replace(said, " ".join(echoed).encode())
            await send(message)

        await app(scope, receive, changed)

    return echo


@pytest.mark.anyio
@pytest.mark.parametrize("policy", Policy)
async def test_a_provider_that_echoes_the_servers_keys_tells_nobody(
    monkeypatch: pytest.MonkeyPatch, policy: Policy
) -> None:
    api = PROVIDERS["duckie"].imitate(build_world(seed=5, runs=20))
    key = api.environment["DUCKIE_API_KEY"]
    with served(echoing(build_app([api]), b"Refund Desk", key, WORDS)) as address:
        variables = {
            **api.environment,
            "DUCKIE_BASE_URL": address + api.prefix,
            "RUNDOWN_HTTP_TOKEN": WORDS,
            "RUNDOWN_REDACTION": policy.value,
        }
        async with asking(settings_from(monkeypatch, variables)) as client:
            answer = await client.text("list_runs", limit=20)
    assert "[secret:own] [secret:own]" in answer
    assert key not in answer
    assert WORDS not in answer
