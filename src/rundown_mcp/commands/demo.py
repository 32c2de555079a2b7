"""A guided tour on the sandbox, through a real MCP client that talks to a real server process over stdio."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

import anyio
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from rundown_mcp.commands.terminal import show, show_question, working
from rundown_mcp.domain.errors import RundownError

_NEXT_CALL: Final = re.compile(r"(?P<tool>[a-z_]+)\((?P<arguments>[^()]*)\)")
_ARGUMENT: Final = re.compile(r'(?P<name>[a-z_]+)=(?P<value>"(?:[^"\\]|\\.)*"|[^,\s]+)')


def run_demo() -> int:
    """Ask what somebody on call asks, each time with the call that the answer before proposed."""
    anyio.run(_tour)
    return 0


async def _tour() -> None:
    launch = StdioServerParameters(command=sys.executable, args=["-m", "rundown_mcp", "--sandbox"])
    print("rundown-mcp demo: an MCP client, and a server process with imitated providers; no key, no network.\n")
    async with Client(launch) as client:
        tools = await client.list_tools()
        print(f"The server offers {', '.join(tool.name for tool in tools.tools)}.\n")
        await _ask(
            client,
            "Which runs failed in the last 24 hours?",
            "list_runs",
            {"status": ["failed"], "since": "24h", "limit": 8},
        )
        triaged = await _ask(client, "And what is failing, by cause?", "triage_failures", {"limit": 5})
        explained = await _ask(client, "Why does the first of these fail?", *_proposed(triaged, "get_run"))
        await _ask(client, "Show me that step in full.", *_proposed(explained, "get_step"))
    print("Each answer above is exactly what an assistant reads.")
    print("Next: rundown-mcp install CLIENT puts the server into an MCP client; with --sandbox without a key too.")


async def _ask(client: Client, question: str, tool: str, arguments: dict[str, Any]) -> str:
    shown = ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())
    show_question(f"» {question}")
    print(f"  {tool}({shown})\n")
    with working(tool) as progress:
        result = await client.call_tool(tool, arguments, progress_callback=progress)
    text = "\n".join(block.text for block in result.content if isinstance(block, TextContent))
    if result.is_error:
        raise RundownError(f"the demo's call of {tool} failed: {text}")
    show(text + "\n")
    return text


def _proposed(answer: str, tool: str) -> tuple[str, dict[str, Any]]:
    """The call of `tool` that an answer's `next:` line proposes.

    Raises:
        RundownError: the answer proposes none.
    """
    line = answer.rpartition("\nnext: ")[2]
    for call in _NEXT_CALL.finditer(line):
        if call["tool"] == tool:
            arguments = {found["name"]: json.loads(found["value"]) for found in _ARGUMENT.finditer(call["arguments"])}
            return tool, arguments
    raise RundownError(f"the answer before proposes no call of {tool}")
