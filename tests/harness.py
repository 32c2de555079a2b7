"""What tests use to run the real thing: loopback servers, a client of a server in memory, settings from variables."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import uvicorn
from mcp import Client
from mcp_types import TextContent

from rundown_mcp.commands.listening import listen
from rundown_mcp.connect import open_runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import Settings, load_settings

if TYPE_CHECKING:
    import pytest
    from starlette.types import ASGIApp

    from rundown_mcp.sandbox.world import World

RUNDOWN_VARIABLES = ("RUNDOWN_", "DUCKIE_", "HAPPYROBOT_", "CONDUIT_")


@contextlib.contextmanager
def served(app: ASGIApp, **config: Any) -> Iterator[str]:  # noqa: ANN401 - whatever uvicorn takes
    """Serve an ASGI app on a free loopback port; gives its address. `config` goes to uvicorn (`lifespan`, …)."""
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, **{"log_level": "warning", "lifespan": "off", "ws": "none", **config}))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        scheme = "https" if "ssl_certfile" in config else "http"
        yield f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()


def settings_from(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> Settings:
    """The settings of an environment that holds these variables and no others of ours."""
    import os  # noqa: PLC0415 - only this function needs it

    for name in list(os.environ):
        if name.startswith(RUNDOWN_VARIABLES):
            monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


class Asked:
    """A client that calls tools and gives back their text."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def text(self, tool: str, /, **arguments: Any) -> str:  # noqa: ANN401 - any tool's arguments
        """The answer; fails where it is an error."""
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, result.content
        return _text(result.content)

    async def error(self, tool: str, /, **arguments: Any) -> str:  # noqa: ANN401 - any tool's arguments
        """The error; fails where it is none."""
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error, result.content
        return _text(result.content)


def _text(content: list[Any]) -> str:
    (block,) = content
    assert isinstance(block, TextContent)
    return block.text


@contextlib.asynccontextmanager
async def asking(settings: Settings, *, world: World | None = None) -> AsyncIterator[Asked]:
    """A real MCP client of a real server in memory."""
    server = build_server(lambda: open_runs(settings, world=world), settings.server)
    async with Client(server) as client:
        yield Asked(client)


def rows(answer: str) -> list[dict[str, str]]:
    """The rows of a table answer, each by its columns."""
    lines = answer.split("\n")
    start = next((index for index, line in enumerate(lines) if line.startswith("⟦data ")), None)
    if start is None:
        return []
    end = next(index for index, line in enumerate(lines) if line.startswith("⟦/data "))
    columns = lines[start + 1].split("\t")
    return [dict(zip(columns, line.split("\t"), strict=True)) for line in lines[start + 2 : end]]


def receipt(answer: str) -> dict[str, str]:
    """The receipt's lines by their labels."""
    after = answer.rpartition("⟧\n")[2] if "⟧\n" in answer else answer
    return dict(line.split(": ", 1) for line in after.split("\n") if ": " in line)


Asking = Callable[..., Any]
