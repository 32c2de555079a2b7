"""MCP over Streamable HTTP, for a team or for clients that take an address."""

from __future__ import annotations

import sys

from rundown_mcp.commands.listening import listen, serve_until_interrupted
from rundown_mcp.commands.start import read_settings
from rundown_mcp.connect import open_runs
from rundown_mcp.http_app import build_http_app, host_in_url
from rundown_mcp.server import build_server
from rundown_mcp.settings import load_access
from rundown_mcp.tools.catalogue import TOOL_NAMES


def run_serve(*, sandbox: bool, host: str, port: int) -> int:
    """Serve until interrupted; says on stderr where."""
    settings = read_settings(sandbox=sandbox)
    access = load_access(settings, TOOL_NAMES)
    server = build_server(lambda: open_runs(settings), settings.server, access)
    app = build_http_app(server, settings.server, access, host=host)
    with listen(host, port) as listener:
        address = f"http://{host_in_url(host)}:{listener.getsockname()[1]}/mcp"
        serve_until_interrupted(
            app,
            listener,
            lifespan=True,
            announce=lambda: print(f"rundown-mcp: {address}", file=sys.stderr, flush=True),
        )
    return 0
