"""A question of a fixture's tool takes the stream of the call that asks it, whatever else the client has open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.conformance.fixtures import build_fixture_server
from tests.conformance.suite import LEGACY
from tests.harness import served

from rundown_mcp.settings import ServerSettings, Settings


def _received(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    return (json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: {"))


@pytest.mark.parametrize(
    ("tool", "arguments", "method", "reply"),
    [
        (
            "test_sampling",
            {"prompt": "What?"},
            "sampling/createMessage",
            {"model": "m", "role": "assistant", "content": {"type": "text", "text": "It."}},
        ),
        ("test_elicitation", {"message": "Who?"}, "elicitation/create", {"action": "decline"}),
    ],
)
def test_a_client_that_opens_no_stream_of_its_own_is_asked(
    tool: str, arguments: dict[str, str], method: str, reply: dict[str, Any]
) -> None:
    server = build_fixture_server(Settings(ServerSettings(sandbox=True), ()), sessions=True)
    with (
        served(server.streamable_http_app(), lifespan="on") as url,
        httpx.Client(base_url=url, headers={"accept": "application/json, text/event-stream"}) as client,
    ):

        def message(**members: Any) -> httpx.Request:  # noqa: ANN401 - JSON
            return client.build_request("POST", "/mcp", json={"jsonrpc": "2.0", **members})

        hello = {
            "protocolVersion": LEGACY,
            "capabilities": {"sampling": {}, "elicitation": {}},
            "clientInfo": {"name": "test", "version": "1"},
        }
        welcome = client.send(message(id=0, method="initialize", params=hello))
        client.headers["mcp-session-id"] = welcome.headers["mcp-session-id"]
        client.send(message(method="notifications/initialized"))
        called = client.send(
            message(id=1, method="tools/call", params={"name": tool, "arguments": arguments}), stream=True
        )
        events = _received(called)
        question = next(events)
        assert question["method"] == method
        client.send(message(id=question["id"], result=reply))
        assert not next(events)["result"]["isError"]
