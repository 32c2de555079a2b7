"""A real `serve` process that asks the three recording providers of a street, and a real client of it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final

from mcp import Client
from mcp_types import Tool
from tests.commands.launching import MODULE, Served, serving
from tests.faults.street import Street

from rundown_mcp.providers import PROVIDERS

Call = tuple[str, dict[str, Any]]
"""A tool and its arguments."""
NEEDED: Final = {"run": "", "step": "1", "query": "a", "kind": "tools"}
"""What stands in a required parameter while another one is tried; a run has to be put in."""


def settings_of(street: Street) -> dict[str, str]:
    """The settings of all of its providers."""
    return {name: value for one in PROVIDERS for name, value in street.variables(one).items()}


@contextlib.asynccontextmanager
async def street_served(street: Street, **variables: str) -> AsyncIterator[tuple[Client, Served]]:
    """A client over HTTP of a server process with all connections, and that process."""
    settings = {**settings_of(street), **variables}
    with serving("serve", "--port", "0", until="/mcp", command=MODULE, quiet=True, **settings) as server:
        async with Client(server.address) as client:
            yield client, server


def with_each_text(tools: list[Tool], text: str, run: str) -> Iterator[Call]:
    """The text in each parameter that takes one, of each tool; `run` is one that there is."""
    for tool in tools:
        needed = {name: NEEDED[name] or run for name in tool.input_schema.get("required", [])}
        for name, schema in tool.input_schema["properties"].items():
            for value in _forms(schema, text):
                yield tool.name, {**needed, name: value}


def _forms(schema: Mapping[str, Any], text: str) -> list[object]:
    match schema.get("type"):
        case "string":
            return [text]
        case "array":
            return [[text]]
        case "object":
            return [{text: "x"}, {"key": text}]
        case _:
            return []
