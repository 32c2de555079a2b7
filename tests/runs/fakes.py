"""A provider whose list behaves in any way that a real one might, and walks over such providers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import anyio

from rundown_mcp.domain.errors import BadRequest, ConnectionFailure, NotFound, Unavailable
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail, RunStatus, Status, Step, ToolCall
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.provider import ListPlan, Page, RunStream
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.listing import RunList

T0 = datetime(2026, 11, 20, 12, tzinfo=UTC)
NO_QUERY = RunQuery()

Rows = list[tuple[str, datetime | None]]


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def down(name: str) -> Unavailable:
    return Unavailable(name, "503 from the provider", f"{name}: the provider failed with 503.", status=503)


@dataclass(kw_only=True)
class FakeProvider:
    """Runs by stream, newest first as they stand; `page` bounds a page's rows, `tokens` says how a page is named.

    `shifts`: called before each page, with the number of pages given so far. `fail`: a failure for a stream, a page's
    token or a run's id. `slow`: those that are never answered.
    """

    name: str = "fake"
    lists: dict[str, Rows]
    seeks: bool = False
    page: int = 1000
    keyset: bool = False
    here: frozenset[Filter] = frozenset()
    tools: dict[str, str] | None = None
    overlap: int = 0
    status: Callable[[str], Status] = lambda _: Status.COMPLETED
    shifts: Callable[[int], None] = lambda _: None
    fail: dict[str, ConnectionFailure] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    pages: list[tuple[str, str | None, int]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    async def plan(self, query: RunQuery) -> ListPlan:
        await self._answer("plan")
        return ListPlan(
            streams=tuple(map(RunStream, self.lists)),
            here=self.here,
            needs_detail=bool(query.tools) and self.tools is not None,
            seeks=self.seeks,
        )

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        self.pages.append((stream.key, token, size))
        await self._answer(stream.key)
        await self._answer(f"{stream.key}@{token}")
        self.shifts(len(self.pages))
        rows = self.lists[stream.key]
        if self.seeks:
            rows = [row for row in rows if row[1] is None or query.until is None or row[1] < query.until]
        start = self._start(rows, token)
        end = start + min(size, self.page)
        following = None
        if end < len(rows):
            following = f"after {rows[end - 1][0]}" if self.keyset else str(end - self.overlap)
        return Page(tuple(self.run(*row) for row in rows[start:end]), following)

    def _start(self, rows: Sequence[tuple[str, datetime | None]], token: str | None) -> int:
        if token is None:
            return 0
        if not self.keyset:
            return int(token)
        ids = [run_id for run_id, _ in rows]
        if token.removeprefix("after ") not in ids:
            raise BadRequest(self.name, "400, request refused", f"{self.name}: 400")
        return ids.index(token.removeprefix("after ")) + 1

    def run(self, run_id: str, started: datetime | None) -> Run:
        return Run(ref=Ref(self.name, run_id), status=RunStatus(self.status(run_id)), started_at=started)

    async def get_run(self, run_id: str) -> RunDetail:
        self.details.append(run_id)
        await self._answer(run_id)
        known = {known: started for rows in self.lists.values() for known, started in rows}
        if run_id not in known:
            raise NotFound(self.name, "404, not found", f"{self.name}: 404")
        tool = (self.tools or {}).get(run_id)
        steps = (Step(number=1, tool=ToolCall(name=Untrusted(tool, Kind.NAME))),) if tool else ()
        return RunDetail(run=self.run(run_id, known[run_id]), steps=steps)

    async def agents(self) -> Sequence[Named]:
        await self._answer("agents")
        return [Named(name=Untrusted(f"agent of {self.name}", Kind.NAME))]

    async def probe(self) -> str:
        return "ok"

    async def _answer(self, what: str) -> None:
        await anyio.lowlevel.checkpoint()
        if what in self.slow:
            await anyio.sleep_forever()
        if what in self.fail:
            raise self.fail[what]


def connection(provider: FakeProvider) -> Connection:
    return Connection(
        name=provider.name,
        spec=PROVIDERS["duckie"],
        provider=provider,
        base_url=f"https://{provider.name}.example/api",
        key_variable="FAKE_API_KEY",
    )


def runs_of(*providers: FakeProvider) -> Runs:
    return Runs([connection(one) for one in providers], secret=b"secret", how_to_configure="set it up")


async def page_of(
    runs: Runs, after: Checkpoint | None = None, *, limit: int = 5, query: RunQuery = NO_QUERY, time_s: float = 30
) -> RunList:
    return await runs.list(query, runs.connections, limit=limit, after=after, time_s=time_s)


def ids(page: RunList) -> list[str]:
    return [run.ref.id for _, run in page.rows]


async def walked(
    *processes: Runs,
    limits: Sequence[int] = (5,),
    query: RunQuery = NO_QUERY,
    between: Callable[[], None] = lambda: None,
) -> list[str]:
    """Every run of a walk whose pages are asked of the processes in turn."""
    found: list[str] = []
    after: Checkpoint | None = None
    for number in range(2000):
        page = await page_of(processes[number % len(processes)], after, limit=limits[number % len(limits)], query=query)
        found += ids(page)
        after = page.following
        if after is None:
            return found
        between()
    raise AssertionError("the walk does not end")
