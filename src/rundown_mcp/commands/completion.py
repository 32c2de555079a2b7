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
        from rundown_mcp.commands.tool_help import tools  # noqa: PLC0415 - imports the server, half a second

        there_are = tools()
        if action.dest == "tool":
            return list(there_are)
        called = there_are.get(parsed_args.tool)
        return list(_pairs(prefix, called.parameters["properties"])) if called else []


def _pairs(prefix: str, parameters: dict[str, Any]) -> Iterator[str]:
    name, equals, _ = prefix.partition("=")
    if not equals:
        yield from (f"{parameter}=" for parameter in parameters)
        return
    schema = parameters.get(name, {})
    yes_or_no = ("true", "false") if schema.get("type") == "boolean" else ()
    yield from (f"{name}={value}" for value in schema.get("enum", yes_or_no))
