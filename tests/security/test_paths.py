"""Refs that try to bend a path: a provider hears nothing, or is asked for a run or a list below its base."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import anyio
import pytest
from mcp import Client, MCPError, StdioServerParameters
from tests.commands.launching import MODULE, environment
from tests.eras import prompted
from tests.faults.street import Street, opened
from tests.security.served_street import settings_of

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

UUID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
TRICKS: Final = [
    *("..", ".", "../", "../../agents", "/../agents", "//evil.example", "/etc/passwd", "~root", "@evil.example"),
    *("..%2f..%2fagents", "%2e%2e%2fagents", "%2e%2e/agents", "%252e%252e%252fagents", "%c0%ae%c0%ae/agents", "%00"),
    *("\\..\\agents", "..;/agents", "?evil=1", "#evil", ";evil=1", "&evil=1", "\x00", "\r\nevil: 1", " ..", "\t.."),
    *("\u2024\u2024/agents", "\uff0e\uff0e\uff0fagents", "\u2025/agents", "..\u2215agents", "a" * 2000, "../" * 600),
]
ID: Final = r"/[A-Za-z0-9][A-Za-z0-9_-]{5,}"
PATH: Final = re.compile(rf"/(runs|agents|use-cases|workspaces)({ID}(/runs({ID})?)?)?")
TOOLS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("get_step", {"step": "1"}),
    ("search_run", {"query": "a"}),
    ("compare_runs", {}),
    ("compare_runs", {"run": f"duckie:{UUID}"}),
]
"""Each other tool that takes a run; the last takes it as `other`."""


def _refs(street: Street) -> Iterator[str]:
    """Each trick as an id, and behind and before one, at each connection, and in a web address of its host."""
    for name, server in street.servers.items():
        for trick in TRICKS:
            yield from (f"{name}:{trick}", f"{name}:{UUID}{trick}", f"{name}:{trick}/{UUID}")
            yield from (f"{server.base}/runs/{trick}", f"{server.base}/runs/{trick}/{UUID}")


async def test_no_ref_leads_off_the_paths_of_the_api(world: World) -> None:
    async with opened(world) as street:
        process = StdioServerParameters(command=MODULE[0], args=[*MODULE[1:]], env=environment(**settings_of(street)))
        async with Client(process) as client, anyio.create_task_group() as tasks:
            refs = list(_refs(street))
            tasks.start_soon(_call_with_each, client, "get_run", {}, refs)
            tasks.start_soon(_read_each, client, refs)
            # They find a run as get_run does: each is tried with another part.
            for number, (tool, others) in enumerate(TOOLS):
                tasks.start_soon(_call_with_each, client, tool, others, refs[number :: len(TOOLS)])
        assert list(_strange(street)) == []
        heard = {f"{server.path}/runs/{UUID}": server.requests for server in street.servers.values()}
        assert any(target == request.target for target, requests in heard.items() for request in requests)


async def _call_with_each(client: Client, tool: str, others: dict[str, Any], refs: list[str]) -> None:
    for ref in refs:
        result = await client.call_tool(tool, {**others, "other" if "run" in others else "run": ref})
        assert result.is_error, ref


async def _read_each(client: Client, refs: list[str]) -> None:
    """As resources in two spellings, and as the argument of a prompt."""
    for ref in refs:
        for uri in (ref.replace(":", "://", 1), f"run://{ref.replace(':', '/', 1)}"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        with pytest.raises(MCPError):
            await prompted(client, "handoff_report", run=ref)


def _strange(street: Street) -> Iterator[str]:
    """Requests that an API has no use for."""
    for server in street.servers.values():
        for target in {request.target for request in server.requests}:
            path, _, query = target.partition("?")
            if not path.startswith(server.path) or PATH.fullmatch(path.removeprefix(server.path)) is None:
                yield target
            if "evil" in query:
                yield target
