"""Whatever stands in a text argument of any tool, a provider gets the usual request with one value in one parameter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

import anyio
import pytest
from tests.faults.bad_server import Request
from tests.faults.street import Street, opened
from tests.security.served_street import street_served, with_each_text

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

NASTY: Final = [
    "a\r\nX-Evil: evil",
    "a\nevil: 1\n\nGET /evil HTTP/1.1",
    "a\x00evil",
    "a&evil=1&limit=evil",
    "a;evil=1#evil?evil=+evil",
    "a%0d%0aevil:%201%26evil=1",
    "evil=é\u2028\U0001f986",
    "evil" * 50,
    "evil" * 20_000,
]
"""Each tries to become more than one value; the last but one is the longest that most parameters take."""
PARAMETERS: Final = re.compile(
    r"status|limit|cursor|offset|sort|search|agent_id|use_case_id|ticket_id|source|resolution_type|tool_name"
    r"|duration\[\w+\]|created_(after|before)|start|end|metadata\.[A-Za-z0-9._:-]+|type|integration_id|mcp_server_id"
    r"|is_write_action|requires_approval|workspace_id"
)
"""What providers are asked with."""


async def test_nothing_but_one_value_of_one_parameter_reaches_a_provider(world: World) -> None:
    async with opened(world) as street, street_served(street) as (client, _):
        await client.call_tool("list_runs", {})
        usual = {name: server.requests[0].headers for name, server in street.servers.items()}
        tools = (await client.list_tools()).tools
        for text in NASTY:
            street.forget()
            async with anyio.create_task_group() as tasks:
                for tool, arguments in with_each_text(tools, text, street.ref("duckie")):
                    tasks.start_soon(client.call_tool, tool, arguments)
            assert list(_problems(street, usual, text)) == []
            values = [value for request in street.servers["duckie"].requests for _, value in _asked(request)]
            assert (text in values) is (len(text) <= 200)


def _asked(request: Request) -> list[tuple[str, str]]:
    query = request.target.partition("?")[2]
    return parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")


def _problems(street: Street, usual: Mapping[str, Mapping[str, str]], text: str) -> Iterator[str]:
    for name, server in street.servers.items():
        for request in server.requests:
            path = request.target.partition("?")[0]
            if (request.method, request.headers) != ("GET", usual[name]):
                yield f"another head: {request}"
            if re.fullmatch(r"[!-~]+", request.target) is None or "evil" in path or not path.startswith(server.path):
                yield f"another path: {request.target}"
            for parameter, value in _asked(request):
                if PARAMETERS.fullmatch(parameter) is None or ("evil" in value and value != text):
                    yield f"another parameter, or not the text that was given: {parameter}={value}"
