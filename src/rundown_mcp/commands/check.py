"""Try each connection: configured, reachable, authorised, how long it took, and the mend where not."""

from __future__ import annotations

import time

import anyio

from rundown_mcp.commands.start import read_settings
from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import ConnectionFailure, Forbidden, Unauthorized, Unavailable
from rundown_mcp.runs.connection import Connection
from rundown_mcp.settings import Settings


def run_check(*, sandbox: bool) -> int:
    """Print a line a connection; 1 where one failed."""
    settings = read_settings(sandbox=sandbox, needs_connection=True)
    return 0 if anyio.run(_check_all, settings) else 1


async def _check_all(settings: Settings) -> bool:
    """Ask all at once and print the lines in the order of the settings."""
    lines: dict[str, tuple[bool, str]] = {}
    where = " (sandbox)" if settings.server.sandbox else ""

    async def check(connection: Connection) -> None:
        good, said = await _try(connection, settings.server.timeout_s)
        lines[connection.name] = good, f"{connection.name}: configured{where}, {said}"

    async with open_runs(settings) as runs:
        connections = runs.connections
        async with anyio.create_task_group() as tasks:
            for connection in connections:
                tasks.start_soon(check, connection)
    for connection in connections:
        print(lines[connection.name][1])
    return all(good for good, _ in lines.values())


async def _try(connection: Connection, timeout_s: float) -> tuple[bool, str]:
    """Whether a connection works, how far a request came, how long it took, and what was seen or is to be mended."""
    start = time.perf_counter()
    try:
        with anyio.fail_after(timeout_s):
            good, state, more = True, "reachable, authorised", await connection.provider.probe()
    except ConnectionFailure as failure:
        good, state, more = False, _state(failure), failure.message.removeprefix(f"{connection.name}: ")
    except TimeoutError:
        good, state, more = False, "NOT reachable", f"no answer within {timeout_s:.0f} s. Try again later."
    return good, f"{state} ({(time.perf_counter() - start) * 1000:.0f} ms): {more}"


def _state(failure: ConnectionFailure) -> str:
    """How far a request came."""
    match failure:
        case Unauthorized():
            return "reachable, NOT authorised"
        case Forbidden():
            return "reachable, authorised, NOT allowed"
        case Unavailable(status=None):
            return "NOT reachable"
        case _:
            return "reachable, NOT usable"
