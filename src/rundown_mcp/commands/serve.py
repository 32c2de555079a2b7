"""MCP over Streamable HTTP, for a team or for clients that take an address."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rundown_mcp.commands.exporting import exported_spans
from rundown_mcp.commands.listening import listen, serve_until_interrupted
from rundown_mcp.commands.start import read_settings
from rundown_mcp.connect import open_runs
from rundown_mcp.http_app import build_http_app, host_in_url
from rundown_mcp.observe import observed
from rundown_mcp.server import build_server

if TYPE_CHECKING:
    from rundown_mcp.observe.metrics import Metrics


def run_serve(*, sandbox: bool, host: str, port: int) -> int:
    """Serve until interrupted; says on stderr where."""
    settings = read_settings(sandbox=sandbox)
    metrics = _metrics() if settings.server.metrics else None
    events = observed() if metrics is None else observed(metrics)
    server = build_server(lambda: open_runs(settings, events=events), settings.server, events)
    app = build_http_app(server, settings.server, host=host, metrics=metrics)
    with exported_spans(), listen(host, port) as listener:
        address = f"http://{host_in_url(host)}:{listener.getsockname()[1]}/mcp"
        serve_until_interrupted(
            app,
            listener,
            lifespan=True,
            announce=lambda: print(f"rundown-mcp: {address}", file=sys.stderr, flush=True),
        )
    return 0


def _metrics() -> Metrics:
    """None have been counted yet."""
    from rundown_mcp.observe.metrics import Metrics  # noqa: PLC0415 - prometheus-client, 30 ms, only for who asks

    return Metrics()
