"""What a tool takes, in words from its schema: for the help of `call`, completion at TAB and docs/tools.md."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mcp.server.mcpserver.tools import Tool

from rundown_mcp.domain.errors import SettingsError, quoted
from rundown_mcp.events import UNOBSERVED
from rundown_mcp.tools.adapter import as_tool
from rundown_mcp.tools.catalogue import TOOL_NAMES, TOOLS

_SAID_ONCE: Final = ("status", "until")
"""Parameters that are the same in every tool, and described only in the first."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in words; `default` and `takes` are empty where there is nothing to say."""

    name: str
    kind: str
    default: str
    takes: str


def check_tool(name: str) -> None:
    """See that there is such a tool.

    Raises:
        SettingsError: there is none; the text names those that there are, the one that was likely meant first.
    """
    if name in TOOL_NAMES:
        return
    meant = difflib.get_close_matches(name, TOOL_NAMES, n=1) or [tool for tool in TOOL_NAMES if name in tool]
    hint = f"did you mean {meant[0]}? There" if meant else "there"
    raise SettingsError(f"{quoted(name)} is no tool; {hint} are {', '.join(TOOL_NAMES)}")


def tool_help(name: str) -> str:
    """The help of `call TOOL`.

    Raises:
        SettingsError: there is no such tool.
    """
    check_tool(name)
    made = tools()
    described = argparse.ArgumentParser(
        usage=f"rundown-mcp call {name} [key=value ...] [--args JSON] [--sandbox]",
        description=made[name].description.replace("%", "%%"),
        add_help=False,
    )
    takes = described.add_argument_group("parameters")
    for one in parameters(made[name].parameters, made[TOOL_NAMES[0]].parameters):
        default = one.default if one.default in {"", "required"} else f"default {one.default}"
        said = "; ".join(filter(None, (one.kind, default, one.takes)))
        takes.add_argument(one.name, metavar=f"{one.name}=", help=said.replace("%", "%%"))
    return described.format_help()


def tools() -> dict[str, Tool]:
    """Every tool by its name, as a client is told of it."""
    made = (as_tool(function, events=UNOBSERVED, timeout_s=1, structured=False) for function in TOOLS)
    return {tool.name: tool for tool in made}


def parameters(schema: Schema, first: Schema) -> Iterator[Parameter]:
    """The parameters of a tool's schema; `first` is that of the first tool."""
    required = schema.get("required", [])
    for name, one in schema["properties"].items():
        default = "required" if name in required else str(one.get("default", ""))
        shared = first["properties"][name].get("description") if name in _SAID_ONCE else None
        said = dict.fromkeys((_values(one), shared, one.get("description")))
        yield Parameter(name, _kind(one), default, "; ".join(filter(None, said)))


def _kind(schema: Schema) -> str:
    match schema["type"]:
        case "array":
            return f"list of {_kind(schema['items'])}"
        case "object":
            return "texts by key"
        case kind:
            return {"string": "text", "integer": "whole number", "boolean": "true or false"}[kind]


def _values(schema: Schema) -> str:
    """What the schema itself allows: listed values, bounds, keys."""
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if "maximum" in schema:
        return f"{schema['minimum']} to {schema['maximum']}"
    if "minimum" in schema:
        return f"{schema['minimum']} or more"
    return ", ".join(f"keys {pattern}" for pattern in schema.get("patternProperties", ()))
