"""Read one stream of runs in a fixed order, so that many can be merged without a run lost or repeated."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import anyio

from rundown_mcp.domain.errors import ConnectionFailure
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, RunDetail
from rundown_mcp.provider import ListPlan, Page, RunStream
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.cursor import Position

ROWS_SCANNED: Final = 2000
"""Rows that one call reads of one connection while it filters them here."""
DETAILS_SCANNED: Final = 200
"""Runs that one call fetches of one connection to filter by what only their details hold."""
_FILTERING_PAGE: Final = 100
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_TICK: Final = timedelta(milliseconds=1)


@dataclass(slots=True)
class Scan:
    """What reading one connection has cost so far; its streams share it."""

    rows: int = 0
    details: int = 0
    unusable: int = 0
    unread: int = 0

    @property
    def at_limit(self) -> bool:
        """Whether nothing more may be read while filtering."""
        return self.rows >= ROWS_SCANNED or self.details >= DETAILS_SCANNED


Key: TypeAlias = tuple[int, bytes]


@dataclass(slots=True, kw_only=True)
class StreamReader:
    """One stream, read page by page: `head` is its next run once that is certain.

    A provider lists newest first, but orders runs of the same time as it likes. So a run is certain when an earlier
    time was read behind it, or the stream has ended. `floor` is the earliest time read so far; where reading stopped
    before the end (a limit, a fault, no time left), nothing at or below the floor may be answered from any stream,
    or a continued walk would miss runs.
    """

    connection: Connection
    plan: ListPlan
    stream: RunStream
    query: RunQuery
    scan: Scan
    after: Position | None
    size: int
    fetch: Callable[[Ref], Awaitable[RunDetail]]
    floor: datetime = _LATEST
    ended: bool = False
    stopped: bool = False
    failure: ConnectionFailure | None = None
    _rows: list[tuple[Key, str, Position, Run]] = field(default_factory=list)
    _token: str | None = None
    _started: bool = False
    _seen: set[str] = field(default_factory=set)

    @property
    def head(self) -> Key | None:
        """The sort key of the next run, or None where the stream has none that is certain."""
        if not self._rows:
            return None
        key = self._rows[0][0]
        return key if self.ended or key < self.barrier else None

    @property
    def barrier(self) -> Key:
        """The sort key from which on runs of this stream may be unread."""
        return Position.before_all_at(self.floor).key

    @property
    def left_out(self) -> bool:
        """Whether reading stopped before the first page came, so that this stream has no part in the answer."""
        return self.stopped and self.floor == _LATEST

    @property
    def unfinished(self) -> bool:
        """Whether runs beyond the barrier are unread."""
        return self.stopped or self.needs_page

    @property
    def needs_page(self) -> bool:
        """Whether another page must be read before this stream can be merged."""
        return not (self.ended or self.stopped or self.head)

    def pop(self) -> tuple[Position, Run]:
        """Take the head."""
        _, _, position, run = heapq.heappop(self._rows)
        return position, run

    async def read(self) -> None:
        """Read pages until the head is certain, the stream has ended, or reading has to stop.

        A failure stops the stream and is kept in `failure`.
        """
        try:
            while self.needs_page:
                if self._filters and self.scan.at_limit:
                    self.stopped = True
                    return
                await self._take(await self._next_page())
        except ConnectionFailure as failure:
            self.failure = failure
            self.stopped = True

    @property
    def _filters(self) -> bool:
        """Whether rows are read here that the answer does not hold."""
        free = {Filter.STATUS, Filter.SINCE} | ({Filter.UNTIL} if self.plan.seeks else set())
        return self.plan.needs_detail or bool(self.plan.here - free)

    async def _next_page(self) -> Page[Run]:
        query = self.query
        if self.after is not None and self.plan.seeks:
            query = self._seek(self.after)
        elif self.after is not None and not self._started:
            self._token = self.connection.bookmarks.before(self._mark, self.after.at)
        self._started = True
        size = max(self.size, _FILTERING_PAGE) if self._filters else self.size
        return await self.connection.provider.list_page(self.stream, query, token=self._token, size=size)

    def _seek(self, position: Position) -> RunQuery:
        """Ask from one millisecond later than the place, because providers show no finer time than they compare."""
        bound = position.at + _TICK
        return replace(self.query, until=bound if self.query.until is None else min(bound, self.query.until))

    @property
    def _mark(self) -> str:
        return f"{self.stream.key}|{self.size}"

    async def _take(self, page: Page[Run]) -> None:
        """Keep the rows of a page that answer the query, and note how far the stream has been read."""
        self.scan.unusable += page.unusable
        placed, lowest = self._placed(page)
        fresh = [row for row in placed if self.after is None or row[0].key > self.after.key]
        self.scan.rows += len(fresh)
        wanted = [row for row in fresh if self.query.admits(row[1], self.plan.here)]
        unchecked = None
        if self.plan.needs_detail:
            wanted, unchecked = await self._checked(wanted)
        for position, run in wanted:
            heapq.heappush(self._rows, (position.key, run.ref.id, position, run))
        if unchecked is not None:
            self.stopped = True
            self.floor = min(self.floor, unchecked)
            return
        self.floor = lowest
        self._token = page.next_token
        self.ended = page.next_token is None or (self.query.since is not None and lowest < self.query.since)
        if page.next_token is not None and not self.plan.seeks:
            self.connection.bookmarks.add(self._mark, lowest, page.next_token)

    def _placed(self, page: Page[Run]) -> tuple[list[tuple[Position, Run]], datetime]:
        """The rows that were not read before, each with its place; a row without a time stands where it is listed."""
        lowest = self.floor
        placed: list[tuple[Position, Run]] = []
        for run in page.items:
            at = run.started_at or (datetime.now(UTC) if lowest == _LATEST else lowest)
            lowest = min(lowest, at)
            if run.ref.id not in self._seen:
                self._seen.add(run.ref.id)
                placed.append((Position.of(run.ref, at), run))
        return placed, lowest

    async def _checked(self, rows: list[tuple[Position, Run]]) -> tuple[list[tuple[Position, Run]], datetime | None]:
        """The rows whose details answer the query, and the time of the first that could not be looked into."""
        rows = sorted(rows, key=lambda row: row[0].key)
        room = max(0, DETAILS_SCANNED - self.scan.details)
        look, rest = rows[:room], rows[room:]
        self.scan.details += len(look)
        good: set[Ref] = set()

        async def look_into(ref: Ref) -> None:
            try:
                if self.query.admits_detail(await self.fetch(ref)):
                    good.add(ref)
            except ConnectionFailure:
                self.scan.unread += 1

        async with anyio.create_task_group() as tasks:
            for _, run in look:
                tasks.start_soon(look_into, run.ref)
        return [row for row in look if row[1].ref in good], rest[0][0].at if rest else None
