"""`python -m benchmarks.servers NAME`: the servers that are measured beside each other, each a process."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import anyio
from mcp.server import MCPServer
from starlette.types import ASGIApp

PONG: Final = "pong"


def bare() -> MCPServer:
    """What anybody gets of the SDK: one tool that answers with a word."""
    server = MCPServer("bare", log_level="WARNING")

    @server.tool(structured_output=False)
    def ping() -> str:
        return PONG

    return server


def bare_http() -> None:
    _serve(bare().streamable_http_app(stateless_http=True))


def bare_stdio() -> None:
    anyio.run(bare().run_stdio_async)


def fetching_stdio() -> None:
    """A tool that asks over HTTP and reads the JSON of what comes, and does nothing with it."""
    import httpx  # noqa: PLC0415 - the bare server's memory is measured, and it asks nobody

    server = bare()
    client = httpx.AsyncClient()

    @server.tool(structured_output=False)
    async def fetch(address: str) -> str:
        return str(len(json.loads((await client.get(address)).content)))

    anyio.run(server.run_stdio_async)


def sandbox_http() -> None:
    """As `serve --sandbox`, but for its limits: a load test is what they are there to refuse."""
    from rundown_mcp.access.rules import NO_RULES  # noqa: PLC0415 - the bare server is to hold nothing of ours
    from rundown_mcp.connect import open_runs  # noqa: PLC0415 - as above
    from rundown_mcp.http_app import build_http_app  # noqa: PLC0415 - as above
    from rundown_mcp.http_guards import Limits  # noqa: PLC0415 - as above
    from rundown_mcp.server import build_server  # noqa: PLC0415 - as above
    from rundown_mcp.settings import load_settings  # noqa: PLC0415 - as above

    settings = load_settings(sandbox=True)
    limits = Limits(at_once=1_000, per_s=1_000_000, burst=1_000_000)
    server = build_server(lambda: open_runs(settings), settings.server)
    _serve(build_http_app(server, settings.server, NO_RULES, host="127.0.0.1", limits=limits))


def unhurried_stdio() -> None:
    """As `rundown-mcp` with keys, but without waiting for its turn by the provider's documented rate limits."""
    from rundown_mcp.commands.stdio import serve_stdio  # noqa: PLC0415 - the bare server is to hold nothing of ours
    from rundown_mcp.settings import load_settings  # noqa: PLC0415 - as above

    settings = load_settings()
    connections = [replace(one, spec=replace(one.spec, rate_limits=())) for one in settings.connections]
    serve_stdio(replace(settings, connections=tuple(connections)))


def _serve(app: ASGIApp) -> None:
    from rundown_mcp.commands.listening import listen, serve_until_interrupted  # noqa: PLC0415 - not over stdio

    with listen("127.0.0.1", 0) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        serve_until_interrupted(
            app, listener, lifespan=True, grace_s=3, announce=lambda: print(address, file=sys.stderr, flush=True)
        )


SERVERS: Final[dict[str, Callable[[], None]]] = {
    "bare-http": bare_http,
    "bare-stdio": bare_stdio,
    "fetching-stdio": fetching_stdio,
    "sandbox-http": sandbox_http,
    "unhurried-stdio": unhurried_stdio,
}

if __name__ == "__main__":
    try:
        SERVERS[sys.argv[1]]()
    except KeyboardInterrupt:
        sys.exit(0)
