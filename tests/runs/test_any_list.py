"""Lists that behave badly: equal or missing times, repeated rows, short pages, tokens that shift or go in a circle."""

from __future__ import annotations

from datetime import UTC, datetime

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs.fakes import FakeProvider, Rows, at, ids, page_of, runs_of, walked

from rundown_mcp.domain.errors import RundownError, UnexpectedBody
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.run import Status
from rundown_mcp.runs.pages import FRUITLESS_PAGES
from rundown_mcp.runs.scan import ROWS_SCANNED
from rundown_mcp.transport.lane import is_bulk

pytestmark = pytest.mark.anyio

times = st.one_of(st.none(), st.integers(0, 6).map(at))


@st.composite
def lists(draw: st.DrawFn, name: str) -> dict[str, list[tuple[str, datetime | None]]]:
    """Streams in falling order of time; a run without a time stands anywhere."""
    found: dict[str, list[tuple[str, datetime | None]]] = {}
    for stream in range(draw(st.integers(1, 3))):
        starts = draw(st.lists(times, max_size=25))
        timed = sorted((start for start in starts if start), reverse=True)
        rows = [timed.pop(0) if start else None for start in starts]
        found[f"s{stream}"] = [(f"{name}-{stream}-{index}", start) for index, start in enumerate(rows)]
    return found


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    first=lists("a"),
    second=lists("b"),
    seeks=st.booleans(),
    page=st.integers(1, 7),
    keyset=st.booleans(),
    overlap=st.integers(0, 1),
    limits=st.lists(st.integers(1, 12), min_size=1, max_size=3),
    arrivals=st.lists(st.tuples(st.integers(0, 1), st.one_of(st.none(), st.integers(7, 8).map(at))), max_size=8),
    two_processes=st.booleans(),
)
def test_each_run_comes_once_from_any_list(
    *,
    first: dict[str, list[tuple[str, datetime | None]]],
    second: dict[str, list[tuple[str, datetime | None]]],
    seeks: bool,
    page: int,
    keyset: bool,
    overlap: int,
    limits: list[int],
    arrivals: list[tuple[int, datetime | None]],
    two_processes: bool,
) -> None:
    one = FakeProvider(name="one", lists=first, seeks=seeks, page=page, keyset=keyset)
    two = FakeProvider(name="two", lists=second, page=page + 1, overlap=overlap)
    there = sorted(run_id for lists_ in (first, second) for rows in lists_.values() for run_id, _ in rows)
    coming = list(arrivals)

    def arrive() -> None:
        if coming:
            which, start = coming.pop()
            rows = (first, second)[which]["s0"]
            newest = next((known for _, known in rows if known), None)
            if start is None or newest is None or start >= newest:
                rows.insert(0, (f"new-{len(coming)}", start))

    async def go() -> list[str]:
        processes = [runs_of(one, two) for _ in range(1 + two_processes)]
        return await walked(*processes, limits=limits, between=arrive)

    found = anyio.run(go)
    old = [run_id for run_id in found if not run_id.startswith("new")]
    assert sorted(old) == there
    assert len(set(found)) == len(found)


async def test_rows_that_shift_while_they_are_read_are_neither_lost_nor_repeated() -> None:
    rows: list[tuple[str, datetime | None]] = [(f"r{index}", at(100 - index)) for index in range(40)]

    def shift(pages: int) -> None:
        rows.insert(0, (f"new{pages}", at(100 + pages)))

    provider = FakeProvider(lists={"all": rows}, page=6, shifts=shift)
    found = await walked(runs_of(provider), limits=[9])
    assert [run_id for run_id in found if run_id.startswith("r")] == [f"r{index}" for index in range(40)]
    assert len(set(found)) == len(found)


async def test_a_list_without_any_times_is_walked_in_one_order() -> None:
    provider = FakeProvider(lists={"all": [(f"r{index}", None) for index in range(30)]}, page=7)
    found = await walked(runs_of(provider), runs_of(provider), limits=[4])
    assert sorted(found) == sorted(f"r{index}" for index in range(30))


@pytest.mark.parametrize("edge", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize("seeks", [True, False])
async def test_times_at_the_ends_of_the_calendar_are_walked_too(edge: datetime, seeks: bool) -> None:  # noqa: FBT001
    rows = sorted([("a", edge), ("b", edge), ("c", at(1))], key=lambda row: row[1], reverse=True)
    provider = FakeProvider(lists={"all": list(rows)}, seeks=seeks)
    assert sorted(await walked(runs_of(provider), limits=[1])) == ["a", "b", "c"]


async def test_a_run_that_stands_in_two_lists_comes_once() -> None:
    rows: list[tuple[str, datetime | None]] = [(f"r{index}", at(-index)) for index in range(6)]
    provider = FakeProvider(lists={"running": rows[:4], "completed": rows[2:]})
    assert await walked(runs_of(provider), limits=[2]) == [f"r{index}" for index in range(6)]


async def test_a_list_that_always_leads_on_to_the_same_rows_is_refused() -> None:
    class Stuck(FakeProvider):
        def _start(self, rows: object, token: str | None) -> int:
            return 0

    provider = Stuck(lists={"all": [(f"r{index}", at(0)) for index in range(9)]}, page=3, keyset=False)
    page = await page_of(runs_of(provider))
    assert (ids(page), str(page.coverage[0])) == ([], "fake ok (stopped early: a list without end)")
    assert len(provider.pages) == 2
    with pytest.raises(RundownError, match=r"goes in a circle.*\n.*The same cursor"):
        await page_of(runs_of(provider), page.following)


async def test_empty_pages_that_never_end_are_given_up() -> None:
    class Hollow(FakeProvider):
        def _start(self, rows: object, token: str | None) -> int:
            return 100 + len(self.pages)

    provider = Hollow(lists={"all": [("r", at(-index)) for index in range(1000)]}, page=0, keyset=False)
    with pytest.raises(UnexpectedBody, match="goes in a circle"):
        await page_of(runs_of(provider))
    assert len(provider.pages) <= FRUITLESS_PAGES + 1


async def test_rows_before_the_circle_are_answered_and_the_rest_is_said() -> None:
    class Stuck(FakeProvider):
        def _start(self, rows: object, token: str | None) -> int:
            return 0 if token is None else 3

    provider = Stuck(lists={"all": [(f"r{index}", at(-index)) for index in range(9)]}, page=3)
    page = await page_of(runs_of(provider), limit=8)
    assert ids(page) == ["r0", "r1", "r2", "r3", "r4"]
    assert page.following is not None
    assert [str(item) for item in page.coverage] == ["fake ok (stopped early: a list without end)"]


async def test_a_bookmark_that_the_provider_forgot_costs_a_new_start_and_nothing_else() -> None:
    rows: list[tuple[str, datetime | None]] = [(f"r{index}", at(-index)) for index in range(30)]
    provider = FakeProvider(lists={"all": rows}, keyset=True)
    runs = runs_of(provider)
    page = await page_of(runs, limit=5)
    page = await page_of(runs, page.following, limit=5)
    del rows[5]
    provider.pages.clear()
    page = await page_of(runs, page.following, limit=5)
    assert ids(page) == ["r10", "r11", "r12", "r13", "r14"]
    tokens = [token for _, token, _ in provider.pages]
    assert tokens[:2] == ["after r5", None]
    assert "after r5" not in tokens[1:]


async def test_a_walk_goes_on_from_its_bookmark() -> None:
    provider = FakeProvider(lists={"all": [(f"r{index}", at(-index)) for index in range(200)]})
    found = await walked(runs_of(provider), limits=[9])
    assert len(found) == 200
    assert len(provider.pages) <= 2 * 200 / 9 + 4


async def test_bookmarks_are_bounded() -> None:
    provider = FakeProvider(lists={"all": [(f"r{index}", at(-index)) for index in range(400)]})
    runs = runs_of(provider)
    assert len(await walked(runs, limits=[1])) == 400
    marks = runs.connections[0].bookmarks
    for number in range(600):
        marks.add(f"list {number}", at(number), "token")
    assert sum(marks.before(f"list {number}", at(-1)) is not None for number in range(600)) == 512


UNKNOWN = RunQuery(statuses=(Status.UNKNOWN,))


async def test_what_is_read_in_vain_is_bounded_said_and_gone_on_from() -> None:
    rows: list[tuple[str, datetime | None]] = [(f"r{index}", at(-index)) for index in range(5000)]
    provider = FakeProvider(
        lists={"all": rows},
        here=frozenset({Filter.STATUS}),
        status=lambda run_id: Status.UNKNOWN if run_id in {"r7", "r2100", "r4999"} else Status.COMPLETED,
    )
    runs = runs_of(provider)
    page = await page_of(runs, query=UNKNOWN)
    assert ids(page) == ["r7"]
    assert str(page.coverage[0]) == "fake ok (stopped at the scan limit, 2100 rows read; older ones not yet)"
    assert page.following is not None
    provider.pages.clear()
    assert await walked(runs, query=UNKNOWN) == ["r7", "r2100", "r4999"]
    assert {size for _, _, size in provider.pages} == {100}


@pytest.mark.parametrize("seeks", [True, False])
async def test_more_equal_times_than_may_be_read_in_vain_do_not_stop_a_walk(seeks: bool) -> None:  # noqa: FBT001
    """A walk stops behind an instant, or it would come back to it for ever."""
    many = ROWS_SCANNED + 500
    rows: list[tuple[str, datetime | None]] = [(f"r{index}", at(0)) for index in range(many)]
    provider = FakeProvider(
        lists={"all": [("first", at(1)), *rows, ("last", at(-1))]},
        seeks=seeks,
        here=frozenset({Filter.STATUS}),
        status=lambda run_id: Status.UNKNOWN if run_id in {"first", "r77", "last"} else Status.COMPLETED,
    )
    assert await walked(runs_of(provider), query=UNKNOWN) == ["first", "r77", "last"]


async def test_rows_older_than_since_are_not_read() -> None:
    rows: list[tuple[str, datetime | None]] = [(f"r{index}", at(-index)) for index in range(500)]
    rows.insert(3, ("timeless", None))
    provider = FakeProvider(lists={"all": rows}, here=frozenset({Filter.SINCE}))
    page = await page_of(runs_of(provider), limit=50, query=RunQuery(since=at(-9.5)))
    assert ids(page)[:3] == ["r0", "r1", "r2"]
    assert sorted(ids(page)) == sorted(["timeless", *(f"r{index}" for index in range(10))])
    assert page.following is None
    assert len(provider.pages) == 1


async def test_only_the_first_page_of_a_list_goes_before_what_others_wait_for() -> None:
    lanes = list[bool]()
    rows: Rows = [(f"r{index}", at(-index)) for index in range(9)]
    provider = FakeProvider(lists={"all": rows}, page=3, shifts=lambda _: lanes.append(is_bulk()))
    page = await page_of(runs_of(provider), limit=9)
    assert len(ids(page)) == 9
    assert lanes == [False, True, True]
    assert not is_bulk()
