"""MCP over Streamable HTTP, for a team or for clients that take an address."""

from __future__ import annotations

import sys

import uvicorn

from rundown_mcp.commands.sandbox import listen
from rundown_mcp.connect import open_runs
from rundown_mcp.http_app import build_http_app
from rundown_mcp.server import build_server
from rundown_mcp.settings import load_settings


def run_serve(*, sandbox: bool, host: str, port: int) -> int:
    """Serve until interrupted; says on stderr where."""
    settings = load_settings(sandbox=sandbox)
    app = build_http_app(build_server(lambda: open_runs(settings), settings.server), settings.server, host=host)
    with listen(host, port) as listener:
        shown = f"[{host}]" if ":" in host else host
        print(f"rundown-mcp: http://{shown}:{listener.getsockname()[1]}/mcp", file=sys.stderr, flush=True)
        config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
    return 0
