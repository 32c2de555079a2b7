"""MCP over stdin and stdout: what Claude Desktop and IDEs launch."""

from __future__ import annotations

import sys

import anyio

from rundown_mcp.connect import open_runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import load_settings


def run_stdio(*, sandbox: bool) -> int:
    """Serve until stdin ends; nothing but MCP is written to stdout."""
    settings = load_settings(sandbox=sandbox)
    if settings.unexpanded:
        print(f"rundown-mcp: not set, holds a placeholder: {', '.join(settings.unexpanded)}", file=sys.stderr)
    if not settings.server.sandbox and not settings.connections:
        print(f"rundown-mcp: {settings.how_to_configure}", file=sys.stderr)
    server = build_server(lambda: open_runs(settings), settings.server)
    anyio.run(server.run_stdio_async)
    return 0
