"""Try each connection: configured, reachable, authorised, how long it took, and the mend where not."""

from __future__ import annotations

import time

import anyio

from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import ConnectionFailure, Forbidden, SettingsError, Unauthorized
from rundown_mcp.runs.connection import Connection
from rundown_mcp.settings import Settings, load_settings


def run_check(*, sandbox: bool) -> int:
    """Print a line a connection; 1 where one failed."""
    settings = load_settings(sandbox=sandbox)
    if not settings.server.sandbox and not settings.connections:
        raise SettingsError(settings.how_to_configure)
    return 0 if anyio.run(_check_all, settings) else 1


async def _check_all(settings: Settings) -> bool:
    lines: dict[str, tuple[bool, str]] = {}
    async with open_runs(settings) as runs:
        connections = runs.connections

        async def check(connection: Connection) -> None:
            lines[connection.name] = await _line(connection, settings.server.timeout_s)

        async with anyio.create_task_group() as tasks:
            for connection in connections:
                tasks.start_soon(check, connection)
    if settings.server.sandbox:
        print("sandbox: every provider is imitated")
    for connection in connections:
        print(lines[connection.name][1])
    return all(good for good, _ in lines.values())


async def _line(connection: Connection, timeout_s: float) -> tuple[bool, str]:
    """Whether a connection works, and the line that says so."""
    start = time.perf_counter()
    name = connection.name
    try:
        with anyio.fail_after(timeout_s):
            seen = await connection.provider.probe()
    except Unauthorized as failure:
        return False, f"{name}: configured, reachable, NOT authorised ({_took(start)}). {failure.message}"
    except Forbidden as failure:
        return False, f"{name}: configured, reachable, key known but NOT allowed ({_took(start)}). {failure.message}"
    except ConnectionFailure as failure:
        return False, f"{name}: configured, FAILED ({_took(start)}). {failure.message}"
    except TimeoutError:
        return False, f"{name}: configured, FAILED ({_took(start)}). No answer within {timeout_s:.0f} s."
    return True, f"{name}: configured, reachable, authorised ({_took(start)}): {seen}"


def _took(start: float) -> str:
    return f"{(time.perf_counter() - start) * 1000:.0f} ms"
