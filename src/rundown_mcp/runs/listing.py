"""List runs of several connections as one: newest first, none lost or repeated, honest about what is missing."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Final

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, InvalidArgument, RundownError, Unsupported, quoted_some
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, RunDetail, Status
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ListPlan
from rundown_mcp.runs.asked import Asked, checkpoint_of
from rundown_mcp.runs.checkpoint import Checkpoint, list_tag
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage, all_failed
from rundown_mcp.runs.merge import Rows, merge, more_are_known, take_certain
from rundown_mcp.runs.pages import PageReader
from rundown_mcp.runs.position import END, Position
from rundown_mcp.runs.stream import StreamReader

Fetch = Callable[[Ref], Awaitable[RunDetail]]

_FILTERING_PAGE: Final = 100
_NAMING_SHARE: Final = 0.25
_FIRST_PAGES_SHARE: Final = 0.75
"""The part of the time after which a list that has given nothing no longer keeps other connections from reading on."""
_ANEW: Final = "the same call begins anew; to get further, ask for some agents at a time"
_PLANNING_SHARE: Final = 0.5
"""The part of the time that plans may take, so that one that hangs leaves the other connections enough to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """One page of the merged list.

    `rows` are in order, each with its place. `following` is how far the walk has come behind the whole page, None where
    the list ends with it; `checkpoint` says how far it has come behind one place. `has_gaps`: runs may be missing even
    from a list that has ended. `only_owed`: nothing follows but what was left out of this page. `lists_left_out`: a
    connection that answered left out some of its lists.
    """

    rows: tuple[tuple[Position, Run], ...]
    following: Checkpoint | None
    checkpoint: Callable[[Position], Checkpoint]
    coverage: tuple[Coverage, ...]
    has_gaps: bool
    only_owed: bool = False
    lists_left_out: bool = False

    def behind(self, count: int) -> Checkpoint | None:
        """Where to go on behind the first `count` rows; 0 only where there are none."""
        return self.following if count == len(self.rows) else self.checkpoint(self.rows[count - 1][0])

    def without_cursor(self) -> tuple[Coverage, ...]:
        """The coverage for a question that no cursor continues: the lists that a rate limit left out stay so."""
        if not self.lists_left_out:
            return self.coverage
        return tuple(replace(one, notes=(*one.notes, _ANEW)) if one.is_paced else one for one in self.coverage)


async def list_runs(
    connections: Sequence[Connection],
    query: RunQuery,
    *,
    limit: int,
    after: Checkpoint | None,
    fetch: Fetch,
    time_s: float,
) -> RunList:
    """The next `limit` runs behind `after`, with what every connection had to say; takes at most about `time_s`.

    Raises:
        RundownError: no connection could answer, or none of those that have more; where one was asked, its own error.
        InvalidArgument: an agent that none of the connections knows.
    """
    began = anyio.current_time()
    asked = [Asked(connection=connection, after=after, began=began) for connection in connections]
    rows: Rows = []
    first_by = began + time_s * _FIRST_PAGES_SHARE
    with anyio.move_on_after(time_s) as scope:
        with anyio.CancelScope(deadline=first_by) as patience:
            async with anyio.create_task_group() as first_pages:

                def begin(one: Asked, plan: ListPlan) -> None:
                    one.readers = _readers(one, plan, query, limit, fetch)
                    for reader in sorted(one.readers, key=attrgetter("turn")):
                        first_pages.start_soon(reader.advance)

                await _plan_all(asked, query, begin, time_s=time_s * _PLANNING_SHARE)
                if any(isinstance(one.failure, InvalidArgument) for one in asked):
                    first_pages.cancel_scope.cancel()
                if sum(bool(one.readers) for one in asked) == 1:
                    patience.deadline = first_by = math.inf
        _refuse_arguments(asked)
        await _refuse_unknown_agents(asked, query, time_s=time_s * _NAMING_SHARE)
        await merge([reader for one in asked for reader in one.readers], limit, rows, first_by=first_by)
    for one in asked:
        one.close(anyio.current_time() if scope.cancelled_caught else None)
    # What was read before the time ran out is answered too.
    take_certain([reader for one in asked for reader in one.taking_part], limit, rows)
    following, only_owed = _following(asked, rows, limit, after)
    if only_owed and after is not None and not any(one.taking_part for one in asked):
        raise _no_way_on(asked)
    if all(one.failure for one in asked):
        raise all_failed([one.failure for one in asked if one.failure])
    seen = {one.name: one.connection.seen for one in asked}
    for _, run in rows:
        seen[run.ref.connection].add(run.ref, run.aliases)
    return RunList(
        rows=tuple(rows),
        following=following,
        checkpoint=partial(checkpoint_of, asked, after),
        coverage=tuple(one.coverage() for one in asked),
        has_gaps=any(one.has_gaps for one in asked),
        only_owed=only_owed,
        lists_left_out=any(one.left_out for one in asked if not one.failure),
    )


async def _plan_all(
    asked: list[Asked], query: RunQuery, begin: Callable[[Asked, ListPlan], None], *, time_s: float
) -> None:
    """Make every connection's plan; each may `begin` as soon as its own is made, so that no other keeps it waiting."""

    async def plan(one: Asked) -> None:
        try:
            one.plan = made = await one.connection.provider.plan(query)
        except (ConnectionFailure, Unsupported, InvalidArgument) as failure:
            one.failure = failure
        else:
            begin(one, made)

    try:
        with anyio.move_on_after(time_s):
            async with anyio.create_task_group() as tasks:
                for one in asked:
                    tasks.start_soon(plan, one)
    finally:  # on a machine that stands still for a while, the caller's time runs out with this
        for one in asked:
            if one.plan is None and one.failure is None:
                one.failure = one.too_slow(anyio.current_time())


def _refuse_arguments(asked: list[Asked]) -> None:
    for one in asked:
        if isinstance(one.failure, InvalidArgument):
            raise one.failure


async def _refuse_unknown_agents(asked: list[Asked], query: RunQuery, *, time_s: float) -> None:
    """An agent that no connection knows is a mistake to point out, unless a connection that failed might know it."""
    known = {agent for one in asked if one.plan for agent in one.plan.matched_agents}
    unknown = [agent for agent in query.agents if agent not in known]
    if not unknown or any(one.plan is None for one in asked):
        return
    names: list[Untrusted] = []
    for one in asked:
        with suppress(ConnectionFailure), anyio.move_on_after(time_s / len(asked)):
            names += [agent.name for agent in await one.connection.provider.agents() if agent.name]
    raise InvalidArgument("agent", f"no connection asked knows {quoted_some(unknown)}. Agents that exist:", data=names)


def _readers(one: Asked, plan: ListPlan, query: RunQuery, limit: int, fetch: Fetch) -> list[StreamReader]:
    """A reader for each list that has not been given to its end."""
    size = max(limit + 1, _FILTERING_PAGE) if _filters(plan, query) else limit + 1
    return [
        StreamReader(
            pages=PageReader(
                connection=one.connection,
                stream=stream,
                tag=list_tag(one.name, stream.key),
                query=query,
                after=place,
                seeks=plan.seeks,
                size=size,
            ),
            plan=plan,
            query=query,
            scan=one.scan,
            fetch=fetch,
        )
        for stream in plan.streams
        if (place := one.place(stream.key)) != END
    ]


def _filters(plan: ListPlan, query: RunQuery) -> bool:
    """Whether rows are likely to be read that the answer will not hold, for which larger pages pay.

    Status and time are sent wherever they can be, so that a second look at the rows seldom drops one.
    """
    sent = {Filter.STATUS, Filter.SINCE} | ({Filter.UNTIL} if plan.seeks else set())
    return plan.needs_detail or bool(plan.here - sent) or Status.UNKNOWN in query.statuses


def _following(asked: list[Asked], rows: Rows, limit: int, after: Checkpoint | None) -> tuple[Checkpoint | None, bool]:
    """How far a full page has come, or the first list that had to stop, or all; None where nothing is left.

    The second says that only what was left out of this page is.
    """
    readers = [reader for one in asked for reader in one.taking_part]
    if len(rows) == limit and (more_are_known(readers, rows) or any(reader.unfinished for reader in readers)):
        return checkpoint_of(asked, after, rows[-1][0]), False
    stops = [reader.reached for reader in readers if reader.unfinished and reader.reached is not None]
    if stops:
        return checkpoint_of(asked, after, min(stops, key=attrgetter("key"))), False
    if any(one.owes for one in asked):
        return checkpoint_of(asked, after, END), True
    return None, False


def _no_way_on(asked: list[Asked]) -> RundownError:
    """The error of a continued walk that came no further, because those that have more did not answer."""
    faults = {fault.message: None for one in asked if one.owes for fault in one.faults}
    others = "Nothing else is left to list. " if any(not one.failure for one in asked) else ""
    return RundownError("\n".join([*faults, f"{others}The same cursor goes on from here later."]))
