"""Completion at TAB: what a shell evaluates once, and what it is offered while somebody types."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import Any

from argcomplete import autocomplete
from argcomplete.completers import BaseCompleter
from argcomplete.shell_integration import shellcode


def run_completion(shell: str) -> int:
    """Print the code for a shell."""
    print(shellcode(["rundown-mcp"], shell=shell))
    return 0


def offer(parser: argparse.ArgumentParser) -> None:
    """Give the shell that waits for it what may stand at its cursor; ends the process then."""
    autocomplete(parser, default_completer=_Words(), exit_method=sys.exit)


class _Words(BaseCompleter):
    """What may stand where no option and no command does: a tool, or `key=value` of the one that is called."""

    def __call__(
        self,
        *,
        prefix: str,
        action: argparse.Action,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - the interface names it
        parsed_args: argparse.Namespace,
    ) -> list[str]:
        """The words; `prefix` is what stands there already."""
        if action.dest not in {"tool", "values"}:
            return []
        tools = _tools()  # imports the server, half a second: only here
        if action.dest == "tool":
            return list(tools)
        return list(_pairs(prefix, tools.get(parsed_args.tool, {})))


def _pairs(prefix: str, parameters: dict[str, Any]) -> Iterator[str]:
    name, equals, _ = prefix.partition("=")
    if not equals:
        yield from (f"{parameter}=" for parameter in parameters)
        return
    schema = parameters.get(name, {})
    yes_or_no = ("true", "false") if schema.get("type") == "boolean" else ()
    yield from (f"{name}={value}" for value in schema.get("enum", yes_or_no))


def _tools() -> dict[str, dict[str, Any]]:
    """The parameters of each tool, as its schema describes them."""
    from rundown_mcp.events import UNOBSERVED  # noqa: PLC0415 - see above
    from rundown_mcp.tools.adapter import as_tool  # noqa: PLC0415 - see above
    from rundown_mcp.tools.catalogue import TOOLS  # noqa: PLC0415 - see above

    made = (as_tool(function, events=UNOBSERVED, timeout_s=1, structured=False) for function in TOOLS)
    return {tool.name: tool.parameters["properties"] for tool in made}
