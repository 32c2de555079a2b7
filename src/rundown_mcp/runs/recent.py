"""Look for a run among the newest of a connection, by the start of its id."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from typing import Final

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, Unavailable
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run
from rundown_mcp.provider import Page, RunStream, walk_pages
from rundown_mcp.runs.connection import Connection

RECENT_ROWS: Final = 1000
"""About how many of a connection's newest runs an unknown short ref is looked for in."""
_PAGE: Final = 100
_LISTS_AT_ONCE: Final = 8


async def find_among_recent(connection: Connection, start: str, found: list[Ref]) -> int:
    """Add to `found` the newest runs whose id, or another id of the same run, starts with `start`.

    Gives how many runs were looked at, which are fewer than `RECENT_ROWS` where fewer exist.

    Raises:
        ConnectionFailure: a list could not be read, or is not known, and none of the others holds such a run.
    """
    plan = await connection.provider.plan(RunQuery())
    share = max(_PAGE, RECENT_ROWS // max(1, len(plan.streams)))
    here: dict[Ref, None] = {}
    looked_at = 0
    failures: list[ConnectionFailure] = []
    turns = anyio.CapacityLimiter(_LISTS_AT_ONCE)

    async def look(stream: RunStream) -> None:
        nonlocal looked_at
        async with turns:
            if any(isinstance(failure, RateLimited) for failure in failures):
                return
            try:
                async for run in _newest(connection, stream, share):
                    looked_at += 1
                    connection.seen.add(run.ref, run.aliases)
                    if any(part.startswith(start) for part in (run.ref.run_part, *run.aliases)) and run.ref not in here:
                        here[run.ref] = None
                        found.append(run.ref)
            except ConnectionFailure as failure:
                failures.append(failure)

    async with anyio.create_task_group() as tasks:
        for stream in plan.streams:
            tasks.start_soon(look, stream)
    if here:
        return looked_at
    if failures:
        raise failures[0]
    if plan.partial:
        missing = "; ".join(plan.notes)
        raise Unavailable(connection.name, missing, f"{connection.name}: not all runs were looked through: {missing}.")
    return looked_at


async def _newest(connection: Connection, stream: RunStream, most: int) -> AsyncIterator[Run]:
    """The newest runs of one list, about `most` of them."""
    left = most

    def page(token: str | None) -> Awaitable[Page[Run]]:
        return connection.provider.list_page(stream, RunQuery(), token=token, size=min(_PAGE, left))

    async with aclosing(walk_pages(page, connection=connection.name, what="the list of runs")) as pages:
        async for _, rows in pages:
            for run in rows.items:
                yield run
            left -= max(1, len(rows.items))
            if left <= 0:
                return
