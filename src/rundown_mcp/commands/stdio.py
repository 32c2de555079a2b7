"""MCP over stdin and stdout: what Claude Desktop and IDEs launch."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

import anyio

from rundown_mcp.commands.exporting import exported_spans, flush_spans
from rundown_mcp.commands.start import begin_collecting, read_settings
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import Settings


def run_stdio(*, sandbox: bool) -> int:
    """Serve until stdin ends; nothing but MCP is written to stdout."""
    serve_stdio(read_settings(sandbox=sandbox))
    return 0


def serve_stdio(settings: Settings) -> None:
    """Serve under these settings until stdin ends."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Runs]:
        from rundown_mcp.connect import open_runs  # noqa: PLC0415 - httpx and more, 15 ms, only for calls

        async with open_runs(settings) as runs:
            begin_collecting()  # what was imported and opened meanwhile stays too
            yield runs

    server = build_server(opened, settings.server)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave)
    begin_collecting()
    with exported_spans():
        anyio.run(server.run_stdio_async)


def _leave(_number: int, _frame: FrameType | None) -> None:  # pragma: no cover - ends the process that would measure it
    """A thread that waits for stdin cannot be woken, and a read-only server has nothing to save but its spans.

    Another thread sends those: this one may have been stopped while it held a lock of theirs.
    """
    threading.Thread(target=_end).start()


def _end() -> None:  # pragma: no cover - as above
    flush_spans()
    os._exit(0)
