"""Read the pages of one stream, from the newest or from as near to a place as can be, and never for ever."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from rundown_mcp.domain.errors import BadRequest, UnexpectedBody
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.provider import Page, RunStream
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.position import BOTTOM, Position
from rundown_mcp.transport.lane import in_bulk

FRUITLESS_PAGES: Final = 50
"""Pages in a row without a single new run, after which a list is taken to go in a circle."""
_TICK: Final = timedelta(milliseconds=1)
_LATEST: Final = datetime.max.replace(tzinfo=UTC) - _TICK


@dataclass(slots=True, kw_only=True)
class PageReader:
    """One stream's pages, for a walk that stands at `after`; each run is given once.

    Where the provider `seeks`, the list starts at the place; else at the nearest page before it that is bookmarked.
    `tag` is the stream's `list_tag`. `floor` is the earliest time read so far, `edge` the place just before all of that
    time; None before there was any.
    """

    connection: Connection
    stream: RunStream
    tag: bytes
    query: RunQuery
    after: Position | None
    seeks: bool
    size: int
    floor: datetime | None = None
    edge: Position | None = None
    _token: str | None = None
    _started: bool = False
    _tokens: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _fruitless: int = 0
    _circles: bool = False
    _ends_timeless: bool = False

    async def next(self) -> Page[Run]:
        """The next page, without the runs that were given before.

        A first page is a quick read; whoever goes on behind it may read hundreds, and lets the reads of others by.

        Raises:
            ConnectionFailure: that of the provider, or a list that goes in a circle.
        """
        if self._circles:
            raise UnexpectedBody(
                self.connection.name,
                "a list without end",
                f"{self.connection.name}: its list of runs goes in a circle: the next pages hold nothing new.",
            )
        if self._started:
            with in_bulk():
                page = await self._ask(self._token)
        else:
            page = await self._start()
        self._started = True
        fresh = tuple({run.ref.id: run for run in page.items if run.ref.id not in self._seen}.values())
        self._note(page, fresh)
        return replace(page, items=fresh)

    async def _start(self) -> Page[Run]:
        """The first page; where a provider no longer takes a bookmark, that of the newest runs."""
        if self.after is None or self.seeks:
            return await self._ask(None)
        bookmark = self.connection.bookmarks.before(self._mark, self.after.at)
        if bookmark is None:
            return await self._ask(None)
        try:
            return await self._ask(bookmark)
        except BadRequest:
            self.connection.bookmarks.forget(self._mark)
            return await self._ask(None)

    async def _ask(self, token: str | None) -> Page[Run]:
        query = self._from_place() if self.seeks else self.query
        return await self.connection.provider.list_page(self.stream, query, token=token, size=self.size)

    def _from_place(self) -> RunQuery:
        """Ask from one millisecond later than the place, because providers show no finer time than they compare."""
        if self.after is None or not BOTTOM < self.after.at < _LATEST:
            return self.query
        bound = self.after.at + _TICK
        return replace(self.query, until=bound if self.query.until is None else min(bound, self.query.until))

    @property
    def _mark(self) -> str:
        return f"{self.stream.key}|{self.size}"

    def _note(self, page: Page[Run], fresh: tuple[Run, ...]) -> None:
        """Remember how far the list has been read, and whether it leads back to where it was."""
        self._seen.update(run.ref.id for run in fresh)
        self._fruitless = 0 if fresh else self._fruitless + 1
        times = [run.started_at for run in fresh if run.started_at is not None]
        floor = min(times, default=None)
        if floor is not None and (self.floor is None or floor < self.floor):
            self.floor, self.edge = floor, Position.before_all_at(floor)
        if fresh:
            self._ends_timeless = fresh[-1].started_at is None
        self._token = page.next_token
        if page.next_token is None:
            return
        self._circles = page.next_token in self._tokens or self._fruitless >= FRUITLESS_PAGES
        self._tokens.add(page.next_token)
        if not self.seeks and self.floor is not None and not self._ends_timeless:
            self.connection.bookmarks.add(self._mark, self.floor, page.next_token)
