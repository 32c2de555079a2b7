"""Run one tool and print exactly what an assistant would read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NoReturn

import anyio
from mcp import Client
from mcp_types import TextContent

from rundown_mcp.commands.start import read_settings
from rundown_mcp.commands.terminal import show, working
from rundown_mcp.commands.tool_help import check_tool
from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import SettingsError, quoted
from rundown_mcp.server import build_server
from rundown_mcp.settings import Settings


def run_call(tool: str, values: Sequence[str], args: str | None, *, sandbox: bool) -> int:
    """Call a tool of a server in this process, through a real MCP client; 1 where the tool answers with an error."""
    check_tool(tool)
    arguments = _arguments(values, args)
    return 0 if anyio.run(_call, read_settings(sandbox=sandbox), tool, arguments) else 1


async def _call(settings: Settings, tool: str, arguments: dict[str, Any]) -> bool:
    """Print the answer or the error; False where it is an error."""
    with working(tool) as progress:
        async with Client(build_server(lambda: open_runs(settings), settings.server)) as client:
            result = await client.call_tool(tool, arguments, progress_callback=progress)
    show("\n".join(block.text for block in result.content if isinstance(block, TextContent)), failed=result.is_error)
    return not result.is_error


def _arguments(values: Sequence[str], args: str | None) -> dict[str, Any]:
    """`key=value` on top of `--args`; a value is JSON where it parses as JSON, else text."""
    arguments: dict[str, Any] = {}
    if args is not None:
        parsed = _value(args)
        if not isinstance(parsed, dict):
            raise SettingsError("--args takes one JSON object, such as '{\"limit\": 5}'")
        arguments.update(parsed)
    for pair in values:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise SettingsError(f"{quoted(pair)} is not key=value, such as limit=5")
        arguments[key] = _value(text)
    return arguments


def _value(text: str) -> Any:  # noqa: ANN401 - any JSON
    """What a text means as JSON, or the text itself; so are `NaN` and `Infinity`, which only Python takes for JSON."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return text


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
