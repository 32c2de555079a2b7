"""Read one stream of runs in a fixed order, so that many can be merged without a run lost or repeated."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, RunNotFound, is_of_the_connection
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, RunDetail
from rundown_mcp.provider import ListPlan, Page
from rundown_mcp.runs.pages import PageReader
from rundown_mcp.runs.position import BOTTOM, Key, Position, older
from rundown_mcp.runs.scan import DETAILS_SCANNED, Scan

_DETAILS_AT_ONCE: Final = 8
BEFORE_ALL: Final[Key] = (-(2**63), b"")

_Row: TypeAlias = tuple[Key, str, Position, Run]


@dataclass(slots=True, kw_only=True)
class StreamReader:
    """One stream, read step by step: `head` is its next run once that is certain.

    A provider lists newest first, but orders runs of the same time as it likes. So a run is certain when an earlier
    time was read behind it, or the stream has ended. Where details have to be looked into, certain runs are, in order.
    `stopped` says that nothing more is read in this call; time was why where there is `late_at`, on the loop's clock.
    `first` and `last` are the places of what was popped.
    """

    pages: PageReader
    plan: ListPlan
    query: RunQuery
    scan: Scan
    fetch: Callable[[Ref], Awaitable[RunDetail]]
    ended: bool = False
    stopped: bool = False
    late_at: float | None = None
    failure: ConnectionFailure | None = None
    first: Position | None = None
    last: Position | None = None
    _rows: list[_Row] = field(default_factory=list)
    _checked: deque[_Row] = field(default_factory=deque)
    _timeless: list[Run] = field(default_factory=list)

    @property
    def head(self) -> Key | None:
        """The sort key of the next run, or None where the stream has none that is certain."""
        if self.plan.needs_detail:
            return self._checked[0][0] if self._checked else None
        return self._rows[0][0] if self._is_certain else None

    @property
    def reached(self) -> Position | None:
        """The place up to which every run is known and looked into; None before there is one.

        Nothing beyond it may be answered from any stream where reading stopped (a limit, a fault, no time left), or a
        continued walk would miss runs.
        """
        places = [self.pages.edge] if self.pages.edge is not None and not self.ended else []
        if self.plan.needs_detail and self._rows and (places or self.ended):
            places.append(self._rows[0][2].just_before)
        return min(places, key=lambda place: place.key, default=None)

    @property
    def barrier(self) -> Key:
        """The sort key of `reached`."""
        reached = self.reached
        return BEFORE_ALL if reached is None else reached.key

    @property
    def turn(self) -> tuple[Key, Key, bytes]:
        """Sorts streams by who is read next: the least far first, of several those that a walk has not come to yet."""
        after = self.pages.after
        return self.barrier, BEFORE_ALL if after is None else after.key, self.pages.tag

    @property
    def unfinished(self) -> bool:
        """Whether runs beyond the barrier may come before any other of this stream that is known."""
        return self.head is None and not (self.ended and not self._rows)

    @property
    def needs_step(self) -> bool:
        """Whether more must be read before this stream can be merged."""
        return self.unfinished and not self.stopped

    @property
    def is_settled(self) -> bool:
        """Whether nothing will be read, and a run, or the place where reading stopped, bounds what may be answered."""
        return self.head is not None or (self.stopped and self.unfinished)

    @property
    def left_out(self) -> bool:
        """Whether reading stopped before anything new was known, so that this stream has no part in the answer."""
        return self.stopped and self.unfinished and not self.has_moved

    @property
    def has_moved(self) -> bool:
        """Whether this call has come any further than the ones before: a walk that stops short of it never ends."""
        reached, after = self.reached, self.pages.after
        return reached is not None and (after is None or reached.key > after.key)

    def ends_with(self, place: Position) -> bool:
        """Whether the stream has ended, and its last run stands no further than `place`."""
        return self.ended and not self.unfinished and self.head is None and older(self.last, place) == place

    def stop(self, *, late_at: float) -> None:
        """Read nothing more in this call, because its time is up."""
        self.stopped, self.late_at = True, late_at

    def knows_beyond(self, key: Key) -> bool:
        """Whether a run behind the place of `key` is known that answers the query."""
        rows = self._checked if self.plan.needs_detail else self._rows
        return any(row[0] > key for row in rows)

    def pop(self) -> tuple[Position, Run]:
        """Take the head."""
        _, _, self.last, run = self._checked.popleft() if self.plan.needs_detail else heapq.heappop(self._rows)
        self.first = self.first or self.last
        return self.last, run

    async def advance(self) -> None:
        """Read one page, or look into some runs, unless a limit says to stop; a failure is kept in `failure`."""
        checks = self.plan.needs_detail and self._is_certain
        if self.scan.at_limit and (self.has_moved or (checks and self._room == 0)):
            self.stopped = True
            return
        try:
            async with self.scan.turns:
                if self.scan.limited is not None:
                    raise self.scan.limited
                if checks:
                    await self._check()
                else:
                    self._take(await self.pages.next())
        except ConnectionFailure as failure:
            if isinstance(failure, RateLimited):
                self.scan.limited = failure
            self.failure, self.stopped = failure, True

    @property
    def _is_certain(self) -> bool:
        edge = self.pages.edge
        return bool(self._rows) and (self.ended or (edge is not None and self._rows[0][0] < edge.key))

    @property
    def _room(self) -> int:
        return max(0, DETAILS_SCANNED - self.scan.details)

    def _take(self, page: Page[Run]) -> None:
        """Keep the rows of a page that answer the query."""
        self.scan.unusable += page.unusable
        self.scan.notes.update(dict.fromkeys(page.notes))
        floor, since = self.pages.floor, self.query.since
        too_old = floor is not None and since is not None and floor < since
        self.ended = page.next_token is None or too_old
        for position, run in self._placed(page.items, last=page.next_token is None and not too_old):
            if self.pages.after is not None and position.key <= self.pages.after.key:
                continue
            self.scan.rows += 1
            if self.query.admits(run, self.plan.here):
                heapq.heappush(self._rows, (position.key, run.ref.id, position, run))
            else:
                self.scan.passed += 1

    def _placed(self, runs: Sequence[Run], *, last: bool) -> list[tuple[Position, Run]]:
        """The runs with their places.

        One without a time stands with the next that has one, where it stays when others arrive before it. At the end
        of a list it stands at the bottom, and so does each of a provider that seeks, because its list has another
        start each time.
        """
        placed: list[tuple[Position, Run]] = []
        for run in runs:
            if run.started_at is None:
                self._timeless.append(run)
                continue
            waiting = [] if self.plan.seeks else self._timeless
            placed += [(Position.of(each.ref, run.started_at), each) for each in (*waiting, run)]
            waiting.clear()
        if last:
            placed += [(Position.of(each.ref, BOTTOM), each) for each in self._timeless]
        return placed

    async def _check(self) -> None:
        """Look into the next certain runs; those before the first that could not be looked into are settled."""
        count = min(_DETAILS_AT_ONCE, self._room)
        end = None if self.ended or self.pages.edge is None else self.pages.edge.key
        batch = [row for row in heapq.nsmallest(count, self._rows) if end is None or row[0] < end]
        self.scan.details += len(batch)
        found: dict[str, bool | ConnectionFailure] = {}

        async def look_into(run: Run) -> None:
            found[run.ref.id] = await self._meets(run.ref)

        try:
            async with anyio.create_task_group() as tasks:
                for row in batch:
                    tasks.start_soon(look_into, row[3])
        finally:  # where the time runs out, what was looked into before counts
            self._settle(batch, found)
        for verdict in found.values():
            if isinstance(verdict, ConnectionFailure):
                raise verdict

    def _settle(self, batch: Sequence[_Row], found: Mapping[str, bool | ConnectionFailure]) -> None:
        """Keep or drop the rows before the first without a verdict."""
        for row in batch:
            verdict = found.get(row[1])
            if not isinstance(verdict, bool):
                return
            heapq.heappop(self._rows)
            if verdict:
                self._checked.append(row)

    async def _meets(self, ref: Ref) -> bool | ConnectionFailure:
        """Whether a run's details answer the query, or the fault that all the others would meet as well."""
        try:
            return self.query.admits_detail(await self.fetch(ref))
        except RunNotFound:
            self.scan.unread += 1
        except ConnectionFailure as failure:
            if is_of_the_connection(failure):
                return failure
            self.scan.unread += 1
        return False
