"""A server with named tokens behind a loopback address, and clients that hold one of them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from tests.eras import Era
from tests.harness import Asked, served
from tests.tools.sandboxed import world

from rundown_mcp.connect import open_runs
from rundown_mcp.http_access import load_access
from rundown_mcp.http_app import build_http_app
from rundown_mcp.http_guards import Limits
from rundown_mcp.observe import observed
from rundown_mcp.observe.metrics import Metrics
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings
from rundown_mcp.tools.catalogue import TOOL_NAMES


def token(name: str) -> str:
    """The token of a name: longer than what could stand in an answer by chance."""
    return f"{name}-" + "t0k" + "en" * 8


@contextlib.contextmanager
def served_with(config: Path, *, limits: Limits | None = None) -> Iterator[str]:
    """The sandbox behind the tokens of a file; gives its address."""
    settings = Settings(ServerSettings(sandbox=True, config=config), ())
    access = load_access(settings, TOOL_NAMES)
    metrics = Metrics()
    server = build_server(lambda: open_runs(settings, world=world()), settings.server, access, events=observed(metrics))
    app = build_http_app(server, settings.server, access, host="127.0.0.1", metrics=metrics, limits=limits)
    with served(app, lifespan="on") as address:
        yield address


@contextlib.asynccontextmanager
async def holding(name: str, address: str, era: Era = "auto") -> AsyncIterator[Asked]:
    """A client that shows the token of this name."""
    async with (
        httpx2.AsyncClient(headers=bearer(name), timeout=20) as http_client,
        Client(streamable_http_client(f"{address}/mcp", http_client=http_client), mode=era) as client,
    ):
        yield Asked(client)


def bearer(name: str) -> Mapping[str, str]:
    """The header that shows the token of this name."""
    return {"authorization": f"Bearer {token(name)}"}
