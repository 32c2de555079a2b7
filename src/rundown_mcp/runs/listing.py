"""List runs of several connections as one: newest first, none lost or repeated, honest about what is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from operator import attrgetter

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, InvalidArgument, RundownError, Unsupported, quoted
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, RunDetail
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ListPlan
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage, all_failed
from rundown_mcp.runs.cursor import Position
from rundown_mcp.runs.fanout import too_slow
from rundown_mcp.runs.stream import DETAILS_SCANNED, Scan, StreamReader

Fetch = Callable[[Ref], Awaitable[RunDetail]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """One page of the merged list.

    `rows` are in order, each with the place to continue from behind it. `following` is the place behind the whole
    page, None where the list ends with it.
    """

    rows: tuple[tuple[Position, Run], ...]
    following: Position | None
    coverage: tuple[Coverage, ...]


@dataclass(slots=True, kw_only=True)
class _Asked:
    """A connection in the course of one listing."""

    connection: Connection
    plan: ListPlan | None = None
    failure: RundownError | None = None
    readers: list[StreamReader] = field(default_factory=list)
    scan: Scan = field(default_factory=Scan)
    out_of_time: bool = False


async def list_runs(
    connections: Sequence[Connection],
    query: RunQuery,
    *,
    limit: int,
    after: Position | None,
    fetch: Fetch,
    time_s: float,
) -> RunList:
    """The next `limit` runs behind `after`, with what every connection had to say; takes at most about `time_s`.

    Raises:
        RundownError: no connection could answer; where only one was asked, its own error.
        InvalidArgument: an agent that none of the connections knows.
    """
    asked = [_Asked(connection=connection) for connection in connections]
    rows: list[tuple[Position, Run]] = []
    with anyio.move_on_after(time_s):
        await _plan_all(asked, query)
        await _refuse_unknown_agents(asked, query)
        for one in asked:
            one.readers = _readers(one, query, after, limit, fetch)
        await _merge([reader for one in asked for reader in one.readers], limit + 1, rows)
    for one in asked:
        _close(one, time_s)
    readers = [reader for one in asked for reader in one.readers if not reader.left_out]
    while len(rows) <= limit and _pop_newest(readers, rows):
        pass  # what was read before the time ran out is answered too
    coverage = tuple(_coverage(one) for one in asked)
    if not any(item.answered for item in coverage):
        raise all_failed([one.failure for one in asked if one.failure])
    seen = {one.connection.name: one.connection.seen for one in asked}
    for _, run in rows:
        seen[run.ref.connection].add(run.ref, run.aliases)
    return RunList(rows=tuple(rows[:limit]), following=_following(readers, rows, limit, after), coverage=coverage)


async def _plan_all(asked: list[_Asked], query: RunQuery) -> None:
    async def plan(one: _Asked) -> None:
        try:
            one.plan = await one.connection.provider.plan(query)
        except (ConnectionFailure, Unsupported, InvalidArgument) as failure:
            one.failure = failure

    async with anyio.create_task_group() as tasks:
        for one in asked:
            tasks.start_soon(plan, one)
    for one in asked:
        if isinstance(one.failure, InvalidArgument):
            raise one.failure


async def _refuse_unknown_agents(asked: list[_Asked], query: RunQuery) -> None:
    """An agent that no connection knows is a mistake to point out, unless a connection that failed might know it."""
    known = {agent for one in asked if one.plan for agent in one.plan.matched_agents}
    unknown = [agent for agent in query.agents if agent not in known]
    if not unknown or any(one.plan is None for one in asked):
        return
    names: list[Untrusted] = []
    for one in asked:
        with suppress(ConnectionFailure):
            names += [agent.name for agent in await one.connection.provider.agents() if agent.name]
    raise InvalidArgument(
        "agent", f"no connection asked knows {', '.join(map(quoted, unknown))}. Agents that exist:", data=names
    )


def _readers(one: _Asked, query: RunQuery, after: Position | None, limit: int, fetch: Fetch) -> list[StreamReader]:
    if one.plan is None:
        return []
    return [
        StreamReader(
            connection=one.connection,
            plan=one.plan,
            stream=stream,
            query=query,
            scan=one.scan,
            after=after,
            size=limit + 1,
            fetch=fetch,
        )
        for stream in one.plan.streams
    ]


async def _merge(readers: list[StreamReader], most: int, rows: list[tuple[Position, Run]]) -> None:
    """Take the newest certain run of all streams until there are `most`, or a stream had to stop above it."""
    while len(rows) < most:
        unsure = [reader for reader in readers if reader.needs_page]
        if unsure:
            async with anyio.create_task_group() as tasks:
                for reader in unsure:
                    tasks.start_soon(reader.read)
        if not _pop_newest([reader for reader in readers if not reader.left_out], rows):
            return


def _pop_newest(readers: list[StreamReader], rows: list[tuple[Position, Run]]) -> bool:
    """Move the newest run to `rows`; False where there is none, or one that may not be answered yet."""
    heads = [(head, index) for index, reader in enumerate(readers) if (head := reader.head) is not None]
    if not heads:
        return False
    head, index = min(heads)
    if any(reader.unfinished and head >= reader.barrier for reader in readers):
        return False
    rows.append(readers[index].pop())
    return True


def _following(
    readers: list[StreamReader], rows: list[tuple[Position, Run]], limit: int, after: Position | None
) -> Position | None:
    """The place to continue from: behind the last row of a full page, or where the first stream had to stop."""
    if len(rows) > limit:
        return rows[limit - 1][0]
    stops = [Position.before_all_at(reader.floor) for reader in readers if reader.unfinished]
    if not stops:
        return None
    first = min(stops, key=attrgetter("key"))
    return first if after is None else max(first, after, key=attrgetter("key"))


def _close(one: _Asked, time_s: float) -> None:
    """Settle what a connection that ran out of time, or whose lists all failed, counts as."""
    if one.plan is None:
        one.failure = one.failure or too_slow(one.connection.name, time_s)
        return
    for reader in one.readers:
        if reader.needs_page:
            reader.stopped = one.out_of_time = True
    if one.readers and all(reader.left_out for reader in one.readers):
        failures = [reader.failure for reader in one.readers if reader.failure]
        one.failure = failures[0] if failures else too_slow(one.connection.name, time_s)


def _coverage(one: _Asked) -> Coverage:
    if one.failure is not None or one.plan is None:
        return Coverage(one.connection.name, answered=False, notes=(one.failure.short,) if one.failure else ())
    notes = list(one.plan.notes)
    left_out = [reader for reader in one.readers if reader.left_out]
    if left_out:
        why = next((f": {reader.failure.short}" for reader in left_out if reader.failure), ": no time left")
        notes.append(f"{len(left_out)} of {len(one.readers)} lists left out{why}")
    early = next((reader.failure for reader in one.readers if reader.failure and not reader.left_out), None)
    if early is not None:
        notes.append(f"stopped early: {early.short}")
    if one.scan.at_limit and any(reader.stopped for reader in one.readers):
        notes.append(_scanned(one.scan))
    if one.out_of_time and not left_out:
        notes.append("stopped early: no time left")
    if one.scan.unread:
        notes.append(f"{one.scan.unread} runs could not be looked into")
    if one.scan.unusable:
        notes.append(f"{one.scan.unusable} rows without a usable id left out")
    return Coverage(one.connection.name, answered=True, notes=tuple(notes))


def _scanned(scan: Scan) -> str:
    if scan.details >= DETAILS_SCANNED:
        return f"stopped at the scan limit, {scan.details} runs looked into; older ones not yet"
    return f"stopped at the scan limit, {scan.rows} rows read; older ones not yet"
