"""Look into all runs of a window and of the one before: every list, details concurrently, what was not looked into."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Generic, TypeVar

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, RunNotFound, is_of_the_connection
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run, RunDetail
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage, all_failed
from rundown_mcp.runs.listing import RunList

T = TypeVar("T")

Progress = Callable[[float, float | None, str], Awaitable[None]]
"""Tells how far a call has come: done, of how many (None: not known yet), in words."""

MOST_ROWS: Final = 2000
"""Runs of both windows together that one call takes in, newest first."""
AT_ONCE: Final = 8
"""Details of one connection that are asked for at the same time."""
EXAMPLES: Final = 2
"""Runs whose rows say the same that are looked into before their rows are trusted to say the same of the others."""
_LISTING_SHARE: Final = 0.5
_REPORTS: Final = 20
_NO_TIME: Final = "no time left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[T]):
    """What to make of a run: each gives a small finding, or None where there is nothing to find.

    `of_detail` reads a run as a whole, `of_row` its row alone. `row_key` is equal for rows that say the same, None
    where a row says too little. `told` gives the one finding of some runs of a key that were looked into, where it
    follows from their rows, and `like` carries it over to another row of that key.
    """

    of_detail: Callable[[RunDetail], T | None]
    of_row: Callable[[Run], T | None]
    row_key: Callable[[Run], Hashable | None]
    told: Callable[[Sequence[tuple[Run, T]]], T | None]
    like: Callable[[Run, T], T]


@dataclass(slots=True)
class Span(Generic[T]):
    """One window: what was found, in the order of the list, and how many runs were looked into.

    `matched` runs were listed; `in_detail` of them were fetched, `by_row` judged by their row, and `unread` counts the
    others by why. `complete` says that the lists hold all runs of the window.
    """

    findings: list[T] = field(default_factory=list)
    matched: int = 0
    in_detail: int = 0
    by_row: int = 0
    unread: Counter[str] = field(default_factory=Counter)
    complete: bool = True

    @property
    def looked_into(self) -> int:
        """Runs that were looked into, in either way."""
        return self.in_detail + self.by_row

    @property
    def unknown(self) -> int | None:
        """How many runs nobody looked into; None where even their number is not known."""
        return self.unread.total() if self.complete else None


@dataclass(frozen=True, slots=True)
class Survey(Generic[T]):
    """Both windows, and a receipt's item for each connection."""

    now: Span[T]
    before: Span[T]
    coverage: tuple[Coverage, ...]


@dataclass(slots=True)
class _Found(Generic[T]):
    """A run of a list with the span that it belongs to, and what was found in it."""

    run: Run
    span: Span[T]
    finding: T | None = None


async def survey(
    runs: Runs,
    query: RunQuery,
    connections: Sequence[Connection],
    reading: Reading[T],
    *,
    before: datetime | None,
    time_s: float,
    progress: Progress,
) -> Survey[T]:
    """Look into the runs that answer `query`, and those from `before` on up to its start (None: no such window).

    It ends after about `time_s` with what it has. A connection that refuses for reasons of its own, such as too many
    requests, is not asked again in this call.

    Raises:
        RundownError: as `Runs.list`, or that of the connections where not one run could be looked into.
    """
    until = anyio.current_time() + time_s
    await progress(0, None, "finding runs")
    wide = query if before is None else replace(query, since=before)
    page = await runs.list(wide, connections, limit=MOST_ROWS, after=None, time_s=time_s * _LISTING_SHARE)
    now: Span[T] = Span()
    then: Span[T] = Span()
    found: list[_Found[T]] = []
    parts: dict[str, list[_Found[T]]] = {connection.name: [] for connection in connections}
    for position, run in page.rows:
        is_now = query.since is None or run.started_at is None or position.at >= query.since
        span = now if is_now else then
        span.matched += 1
        found.append(_Found(run, span))
        parts[run.ref.connection].append(found[-1])
    _note_end(page, query.since, now, then)
    looks = {name: _Look(runs, reading, part) for name, part in parts.items() if part}
    counter = _Counter(progress, sum(len(look.queue) for look in looks.values()))
    with anyio.move_on_at(until):
        async with anyio.create_task_group() as tasks:
            for look in looks.values():
                tasks.start_soon(look.go, counter)
    for look in looks.values():
        look.settle()
    for item in found:
        if item.finding is not None:
            item.span.findings.append(item.finding)
    failures = [look.failure for look in looks.values() if look.failure is not None]
    if failures and not now.looked_into and not then.looked_into:
        raise all_failed(failures)
    return Survey(now, then, tuple(_covered(item, looks.get(item.connection)) for item in page.without_cursor()))


def _covered(listed: Coverage, look: _Look[T] | None) -> Coverage:
    """A connection's item of the lists, with what became of the runs in them."""
    if look is None:
        return listed
    is_paced = listed.is_paced or isinstance(look.failure, RateLimited)
    return replace(listed, notes=(*listed.notes, *look.notes()), is_paced=is_paced)


def _note_end(page: RunList, since: datetime | None, now: Span[T], then: Span[T]) -> None:
    """A walk that could go on has not seen what lies behind its place, nor what it left out on the way."""
    if page.following is None:
        return
    is_at_end = page.only_owed
    then.complete = is_at_end and not page.lists_left_out
    is_past_start = is_at_end or (since is not None and page.following.position.at < since)
    now.complete = is_past_start and not page.lists_left_out


class _Counter:
    """Reports how many of the runs that are to be looked into have been, some twenty times in all."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    async def add(self, more: int = 0) -> None:
        """One more is done; `more` were found to be needed."""
        self._total += more
        self._done += not more
        if self._done % max(1, self._total // _REPORTS) == 0 or self._done == self._total:
            await self._progress(self._done, self._total, f"looked into {self._done} of {self._total} runs")


class _Look(Generic[T]):
    """One connection's runs: those to be fetched, in order, and those that may be judged by their rows."""

    def __init__(self, runs: Runs, reading: Reading[T], found: Sequence[_Found[T]]) -> None:
        self._runs = runs
        self._reading = reading
        self._alike: dict[Hashable, list[_Found[T]]] = defaultdict(list)
        self._examples: dict[Hashable, list[_Found[T]]] = defaultdict(list)
        self._said: dict[int, T | None] = {}
        self._done: set[int] = set()
        self._found = found
        self._unread = 0
        self.queue: deque[_Found[T]] = deque()
        self.failure: ConnectionFailure | None = None
        for item in found:
            key = reading.row_key(item.run)
            if key is not None and len(self._examples[key]) >= EXAMPLES:
                self._alike[key].append(item)
                continue
            if key is not None:
                self._examples[key].append(item)
            self.queue.append(item)

    async def go(self, counter: _Counter) -> None:
        """Fetch the queue; then what the examples did not settle."""
        await self._drain(counter)
        for key, items in self._alike.items():
            told = self._told_by(key)
            if told is not None:
                for item in items:
                    self._count(item, self._reading.like(item.run, told), by_row=True)
            elif self.failure is None:
                self.queue.extend(items)
        if self.queue:
            await counter.add(len(self.queue))
            await self._drain(counter)

    def settle(self) -> None:
        """Judge by its row what was not fetched, where the row says enough; count the rest as not looked into."""
        why = self.failure.short if self.failure else _NO_TIME
        for item in self._found:
            if id(item) not in self._done:
                self._by_row(item, why)

    def notes(self) -> list[str]:
        """What the receipt has to say of this connection besides what its lists said."""
        if self.failure is not None:
            return [f"runs no longer looked into: {self.failure.short}"]
        return [f"{self._unread} run{'s' if self._unread > 1 else ''} not looked into"] if self._unread else []

    async def _drain(self, counter: _Counter) -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(min(AT_ONCE, len(self.queue))):
                tasks.start_soon(self._work, counter)

    async def _work(self, counter: _Counter) -> None:
        while self.queue and self.failure is None:
            item = self.queue.popleft()
            await self._fetch(item)
            await counter.add()

    async def _fetch(self, item: _Found[T]) -> None:
        try:
            detail = await self._runs.get_of_many(item.run.ref)
        except RunNotFound:
            self._by_row(item, "gone")
        except ConnectionFailure as failure:
            if is_of_the_connection(failure):
                self.failure = self.failure or failure
            else:
                self._by_row(item, failure.short)
        else:
            self._said[id(item)] = finding = self._reading.of_detail(detail)
            self._count(item, finding)

    def _told_by(self, key: Hashable) -> T | None:
        """What rows of this key say, where all examples were looked into and bear it out."""
        examples = self._examples[key]
        said = [(item.run, finding) for item in examples if (finding := self._said.get(id(item))) is not None]
        return self._reading.told(said) if len(said) == len(examples) else None

    def _by_row(self, item: _Found[T], why: str) -> None:
        finding = self._reading.of_row(item.run)
        if finding is not None:
            self._count(item, finding, by_row=True)
        else:
            self._done.add(id(item))
            self._unread += 1
            item.span.unread[why] += 1

    def _count(self, item: _Found[T], finding: T | None, *, by_row: bool = False) -> None:
        self._done.add(id(item))
        item.span.by_row += by_row
        item.span.in_detail += not by_row
        item.finding = finding
