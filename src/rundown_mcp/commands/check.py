"""Try each connection: configured, reachable, authorised, how long it took, and the mend where not."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import anyio

from rundown_mcp.account import ConnectionSettings
from rundown_mcp.commands.start import read_settings
from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import (
    BadRequest,
    ConnectionFailure,
    Forbidden,
    NotFound,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from rundown_mcp.proxy import Proxy
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.fanout import too_slow
from rundown_mcp.settings import Settings
from rundown_mcp.transport.retry import http_date

_SLOW_S: Final = 5.0
_CLOCK_OFF: Final = timedelta(minutes=5)
_ALREADY_DONE: Final = " Run `rundown-mcp check`."


def run_check(*, sandbox: bool) -> int:
    """Print a line a connection; 1 where one failed."""
    settings = read_settings(sandbox=sandbox, needs_connection=True)
    return 0 if anyio.run(_check_all, settings) else 1


async def _check_all(settings: Settings) -> bool:
    """Ask all at once and print the lines in the order of the settings."""
    lines: dict[str, tuple[bool, str]] = {}
    clocks: dict[str, str] = {}
    accounts = {one.name: one for one in settings.connections}
    where = " (sandbox)" if settings.server.sandbox else ""

    def hear(name: str, headers: Mapping[str, str]) -> None:
        clocks[name] = clock_note(headers.get("date", ""), datetime.now(UTC))

    async def check(connection: Connection) -> None:
        name = connection.name
        good, said = await _try(connection, accounts.get(name), settings.proxies.get(name), settings.server.timeout_s)
        if clock := clocks.get(name):
            said = f"{said.removesuffix('.')}. {clock}"
        lines[name] = good, f"{name}: configured{where}, {said}"

    async with open_runs(settings, heard=hear) as runs:
        connections = runs.connections
        async with anyio.create_task_group() as tasks:
            for connection in connections:
                tasks.start_soon(check, connection)
    for connection in connections:
        print(lines[connection.name][1])
    return all(good for good, _ in lines.values())


async def _try(
    connection: Connection, account: ConnectionSettings | None, proxy: Proxy | None, timeout_s: float
) -> tuple[bool, str]:
    """Whether a connection works, how far a request came, how long it took, and what was seen or is to be mended.

    `account` is None in a sandbox, whose imitations no network is on the way to.
    """
    way = f" through the proxy of {proxy.setting}" if proxy else ""
    failure: ConnectionFailure | None = None
    more, start = "", time.perf_counter()
    try:
        with anyio.fail_after(timeout_s):
            more = await connection.provider.probe()
    except ConnectionFailure as error:
        failure = error
    except TimeoutError:
        failure = too_slow(connection.name, timeout_s)
    took_s = time.perf_counter() - start
    if failure is not None:
        more = failure.message.removeprefix(f"{connection.name}: ").replace(_ALREADY_DONE, "")
        if account is not None and isinstance(failure, NotFound):
            more = f"404, nothing there. Check {account.url_variable}, its path too.{account.beside_key}"
        elif account is not None and isinstance(failure, BadRequest):
            more += account.beside_key
    return failure is None, f"{how_far(failure, way, took_s)} ({took_s * 1000:.0f} ms): {more}"


def how_far(failure: ConnectionFailure | None, way: str, took_s: float) -> str:
    """How far a request came, and by which way."""
    match failure:
        case None:
            return f"reachable{way}, authorised{', slow' if took_s > _SLOW_S else ''}"
        case Unauthorized():
            return f"reachable{way}, NOT authorised"
        case Forbidden():
            return f"reachable{way}, authorised, NOT allowed"
        case RateLimited():
            return f"reachable{way}, NOT usable now"
        case Unavailable(status=None):
            return f"NOT reachable{way}"
        case _:
            return f"reachable{way}, NOT usable"


def clock_note(date: str, now: datetime) -> str:
    """What to say of this machine's clock by the `Date` header of a response that came at `now`; mostly nothing."""
    theirs = http_date(date)
    if theirs is None or abs(now - theirs) <= _CLOCK_OFF:
        return ""
    ahead = now - theirs
    off = f"{abs(ahead) // timedelta(minutes=1)} min {'ahead of' if ahead > timedelta() else 'behind'}"
    return f"This machine's clock is {off} the provider's: set it, or windows such as since=24h are off."
