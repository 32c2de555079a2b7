"""Write a tool call as an answer's `next:` line shows it."""

from __future__ import annotations

import json

from rundown_mcp.domain.text import JsonValue


def call(tool: str, /, **arguments: JsonValue) -> str:
    """`tool(name=value, …)` with JSON values; an argument of None is left out."""
    parts = (
        f"{name}={json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for name, value in arguments.items()
        if value is not None
    )
    return f"{tool}({', '.join(parts)})"
