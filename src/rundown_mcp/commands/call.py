"""Run one tool and print exactly what an assistant would read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import anyio
from mcp import Client
from mcp_types import CallToolResult, TextContent

from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import SettingsError, quoted
from rundown_mcp.server import TOOLS, build_server
from rundown_mcp.settings import Settings, load_settings


def run_call(tool: str, values: Sequence[str], args: str | None, *, sandbox: bool) -> int:
    """Call a tool of a server in this process, through a real MCP client; 1 where the tool answers with an error."""
    names = [function.__name__ for function in TOOLS]
    if tool not in names:
        raise SettingsError(f"{quoted(tool)} is no tool; there are {', '.join(names)}")
    arguments = _arguments(values, args)
    result = anyio.run(_call, load_settings(sandbox=sandbox), tool, arguments)
    for block in result.content:
        if isinstance(block, TextContent):
            print(block.text)
    return 1 if result.is_error else 0


async def _call(settings: Settings, tool: str, arguments: dict[str, Any]) -> CallToolResult:
    async with Client(build_server(lambda: open_runs(settings), settings.server)) as client:
        return await client.call_tool(tool, arguments)


def _arguments(values: Sequence[str], args: str | None) -> dict[str, Any]:
    """`key=value` on top of `--args`; a value is JSON where it parses as JSON, else text."""
    arguments: dict[str, Any] = {}
    if args is not None:
        try:
            parsed = json.loads(args)
        except (ValueError, RecursionError):
            parsed = None
        if not isinstance(parsed, dict):
            raise SettingsError("--args takes one JSON object, such as '{\"limit\": 5}'")
        arguments.update(parsed)
    for pair in values:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise SettingsError(f"{quoted(pair)} is not key=value, such as limit=5")
        try:
            arguments[key] = json.loads(text)
        except (ValueError, RecursionError):
            arguments[key] = text
    return arguments
