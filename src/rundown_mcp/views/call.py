"""Write a tool call as an answer's `next:` line shows it."""

from __future__ import annotations

import json

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.redaction.sanitize import sanitize


def call(tool: str, /, **arguments: JsonValue) -> str:
    """`tool(name=value, …)` with JSON values; an argument of None is left out.

    A value may repeat text from outside (what to search for), so whatever could deceive is written as JSON's escapes.
    """
    parts = (
        f"{name}={sanitize(json.dumps(value, ensure_ascii=False, separators=(',', ':')))}"
        for name, value in arguments.items()
        if value is not None
    )
    return f"{tool}({', '.join(parts)})"
