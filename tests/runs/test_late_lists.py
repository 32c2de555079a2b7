"""Lists that fail on a later page, go in a circle, are slow or over a rate limit: others go on, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs.fakes import FakeProvider, Rows, at, down, ids, page_of, runs_of
from tests.virtual_time import BACKEND, VirtualTime

from rundown_mcp.domain.errors import RateLimited, RundownError
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.provider import ListPlan, Page, RunStream
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.cursor import Cursor, CursorCodec
from rundown_mcp.runs.listing import RunList

pytestmark = pytest.mark.anyio
CODEC = CursorCodec(b"key")
AT_ONCE = 8


@dataclass(kw_only=True)
class Limited(FakeProvider):
    """Gives `left` pages, then refuses with 429; `refused` counts those requests."""

    left: int = 1_000_000
    refused: int = 0

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        if self.left <= 0:
            self.refused += 1
            await anyio.lowlevel.checkpoint()
            raise RateLimited(self.name, "429, try again in 30 s", f"{self.name}: 429", retry_after_s=30)
        self.left -= 1
        return await super().list_page(stream, query, token=token, size=size)


def every(*providers: FakeProvider) -> list[str]:
    return sorted(run_id for one in providers for rows in one.lists.values() for run_id, _ in rows)


def sealed(checkpoint: Checkpoint | None) -> Checkpoint | None:
    """The checkpoint as the next call reads it from its cursor."""
    return checkpoint and CODEC.decode(CODEC.encode(Cursor({}, at(0), checkpoint))).checkpoint


def assert_newest_first(page: RunList) -> None:
    keys = [position.key for position, _ in page.rows]
    assert keys == sorted(keys)


async def rest_of(runs: Runs, after: Checkpoint | None, *, limit: int = 5) -> tuple[list[str], Checkpoint | None]:
    """What the pages behind `after` hold, to the end or to an error, with where they stopped."""
    found: list[str] = []
    for _ in range(1000):
        if after is None:
            return found, None
        try:
            page = await page_of(runs, sealed(after), limit=limit)
        except RundownError:
            return found, after
        assert_newest_first(page)
        found += ids(page)
        after = page.following
    raise AssertionError("the walk does not end")


def many(name: str, count: int, minutes: float = 1) -> FakeProvider:
    return FakeProvider(name=name, lists={"all": [(f"{name}{index}", at(-index * minutes)) for index in range(count)]})


@pytest.mark.parametrize("limit", [1, 4, 9, 30])
async def test_a_list_that_fails_on_a_later_page_lets_the_others_go_on_to_their_end(limit: int) -> None:
    broken, other = many("b", 40), many("o", 30)
    broken.page = 10
    broken.fail = {f"all@{start}": down("b") for start in range(1, 40) if start >= min(10, limit + 1)}
    runs = runs_of(broken, other)
    first = await page_of(runs, limit=limit)
    found, after = await rest_of(runs, first.following, limit=limit)
    found = [*ids(first), *found]
    assert [run_id for run_id in found if run_id.startswith("o")] == every_in_order(other)
    assert len(found) == len(set(found))
    assert after is not None
    with pytest.raises(RundownError, match=r"b: the provider failed.*\nNothing else is left to list\. The same"):
        await page_of(runs, after, limit=limit)
    broken.fail.clear()
    more, end = await rest_of(runs, after, limit=limit)
    assert end is None
    assert sorted(found + more) == every(broken, other)
    assert [run_id for run_id in found + more if run_id.startswith("b")] == every_in_order(broken)


def every_in_order(provider: FakeProvider) -> list[str]:
    return [run_id for run_id, _ in provider.lists["all"]]


async def test_each_page_says_what_it_lacks_of_a_list_that_fails_on_a_later_page() -> None:
    broken, other = many("b", 40), many("o", 60)
    broken.page, broken.fail = 10, {"all@10": down("b")}
    runs = runs_of(broken, other)
    page = await page_of(runs, limit=30)
    assert str(page.coverage[0]) == "b ok (stopped early: 503 from the provider)"
    lacks = []
    while page.following is not None and not page.only_owed:
        page = await page_of(runs, sealed(page.following), limit=10)
        lacks.append(str(page.coverage[0]))
    assert lacks
    assert set(lacks) == {"b left out (503 from the provider)"}


async def test_a_list_that_names_itself_as_its_next_page_does_not_keep_the_others_back() -> None:
    class Circle(FakeProvider):
        def _start(self, rows: object, token: str | None) -> int:
            return 0 if token is None or self.healed is False else int(token)

        healed = False

    circle, other = Circle(name="c", lists={"all": [(f"c{index}", at(-index)) for index in range(20)]}), many("o", 30)
    circle.page = 5
    runs = runs_of(circle, other)
    first = await page_of(runs, limit=8)
    found, after = await rest_of(runs, first.following, limit=8)
    found = [*ids(first), *found]
    assert [run_id for run_id in found if run_id.startswith("o")] == every_in_order(other)
    circle.healed = True
    more, end = await rest_of(runs, after, limit=8)
    assert end is None
    assert sorted(found + more) == every(circle, other)


async def test_a_list_whose_later_page_hangs_does_not_keep_the_others_back() -> None:
    slow, other = many("s", 20), many("o", 20)
    slow.page, slow.slow = 5, {"all@5"}
    runs = runs_of(slow, other)
    first = await page_of(runs, limit=12, time_s=0.5)
    second = await page_of(runs, sealed(first.following), limit=40, time_s=0.5)
    found = [*ids(first), *ids(second)]
    assert [run_id for run_id in found if run_id.startswith("o")] == every_in_order(other)
    assert second.coverage[0].is_owed
    slow.slow.clear()
    more, end = await rest_of(runs, second.following)
    assert end is None
    assert sorted(found + more) == every(slow, other)


def agents(count: int, runs_each: int, *, empty: Sequence[int] = ()) -> dict[str, Rows]:
    """Lists whose runs lie mixed in time."""
    return {
        f"agent={number}": [
            (f"{number}-{index}", at(-index * count - number * 7 % count))
            for index in range(0 if number in empty else runs_each)
        ]
        for number in range(count)
    }


@pytest.mark.parametrize("empty", [(), range(100), range(0, 200, 2)], ids=["none", "first", "every second"])
@pytest.mark.parametrize("limit", [25, 100])
async def test_two_hundred_lists_under_a_rate_limit_are_all_walked(limit: int, empty: Sequence[int]) -> None:
    provider = Limited(lists=agents(200, 3, empty=empty))
    runs = runs_of(provider)
    found: list[str] = []
    after: Checkpoint | None = None
    for call in range(200):
        provider.left, provider.refused = 120, 0
        page = await page_of(runs, sealed(after), limit=limit)
        assert_newest_first(page)
        assert provider.refused <= AT_ONCE
        found += ids(page)
        after = page.following
        if after is None:
            break
        assert len(CODEC.encode(Cursor({}, at(0), after))) <= 200
        if call == 0:
            assert "80 of 200 lists left out: 429, try again in 30 s" in str(page.coverage[0])
    assert after is None
    assert len(found) == len(set(found))
    assert sorted(found) == every(provider)


async def test_lists_that_were_never_read_are_asked_first_and_said_to_come_late() -> None:
    provider = Limited(lists=agents(20, 2), left=12)
    runs = runs_of(provider)
    first = await page_of(runs, limit=6)
    asked_before = {stream for stream, _, _ in provider.pages}
    provider.pages.clear()
    provider.left = 100
    second = await page_of(runs, sealed(first.following), limit=6)
    assert not {stream for stream, _, _ in provider.pages[:8]} & asked_before
    assert "late: some runs are newer than earlier pages" in str(second.coverage[0])


async def test_a_connection_over_its_rate_limit_from_the_first_page_on_is_not_lost() -> None:
    provider, other = Limited(name="l", lists=agents(20, 2), left=0), many("o", 30)
    runs = runs_of(provider, other)
    first = await page_of(runs, limit=10)
    found, after = await rest_of(runs, first.following, limit=10)
    assert [*ids(first), *found] == every_in_order(other)
    assert after is not None
    provider.left = 1000
    more, end = await rest_of(runs, after, limit=10)
    assert end is None
    assert sorted(more) == every(provider)


PLACES = ["plan", "s0", "s1", "s0@2", "s1@2", "s2@2", "s2@4", "0-1", "1-3"]
FAULTS = st.fixed_dictionaries(
    {
        "left": st.sampled_from([0, 1, 3, 7, 12, 1_000_000]),
        "broken": st.sets(
            st.sampled_from(["plan", "s0", "s1", "s0@2", "s1@2", "s2@2", "s2@4", "0-1", "1-3"]), max_size=3
        ),
        "arrives": st.booleans(),
    }
)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    sizes=st.lists(st.integers(0, 7), min_size=1, max_size=12),
    other=st.integers(0, 12),
    faults=st.lists(FAULTS, max_size=8),
    limit=st.integers(1, 9),
    seeks=st.booleans(),
    tools=st.booleans(),
    two_processes=st.booleans(),
)
def test_any_walk_with_failing_lists_gives_each_run_once(
    *,
    sizes: list[int],
    other: int,
    faults: list[dict[str, object]],
    limit: int,
    seeks: bool,
    tools: bool,
    two_processes: bool,
) -> None:
    """With `tools`, each run's details are looked into, where faults come too."""
    lists: dict[str, Rows] = {
        f"s{number}": [(f"{number}-{index}", at(-(index // 2) * 3 - number % 4)) for index in range(size)]
        for number, size in enumerate(sizes)
    }
    one, two = Limited(name="one", lists=lists, page=2, seeks=seeks), many("two", other)
    there, coming = every(one, two), list(faults)
    if tools:
        one.tools = two.tools = dict.fromkeys([*there, *(f"new-{call}" for call in range(9))], "x")
    query = RunQuery(tools=("x",)) if tools else RunQuery()

    async def go() -> None:
        processes = [runs_of(one, two) for _ in range(1 + two_processes)]
        found: list[str] = []
        after: Checkpoint | None = None
        for call in range(500):
            fault = coming.pop(0) if coming else {"left": 1_000_000, "broken": set(), "arrives": False}
            one.left = fault["left"]  # type: ignore[assignment] # drawn as such
            one.fail = {place: down("one") for place in fault["broken"]}  # type: ignore[attr-defined] # as above
            try:
                page = await page_of(processes[call % len(processes)], sealed(after), limit=limit, query=query)
            except RundownError:
                continue
            finally:
                if fault["arrives"]:
                    one.lists["s0"].insert(0, (f"new-{call}", at(100 + call)))
            assert_newest_first(page)
            found += ids(page)
            after = page.following
            if after is None:
                break
        else:
            raise AssertionError("the walk does not end")
        assert len(found) == len(set(found))
        assert [run_id for run_id in sorted(found) if not run_id.startswith("new")] == there

    anyio.run(go)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(
    sizes=st.lists(st.integers(1, 7), min_size=2, max_size=5),
    slow=st.lists(st.sets(st.sampled_from(["plan", "s0", "s1@2", "s0@4"]), min_size=1, max_size=2), max_size=2),
    limit=st.integers(2, 9),
)
def test_any_walk_with_lists_that_hang_for_a_while_gives_each_run_once(
    sizes: list[int], slow: list[set[str]], limit: int
) -> None:
    lists: dict[str, Rows] = {
        f"s{number}": [(f"{number}-{index}", at(-index * 3 - number)) for index in range(size)]
        for number, size in enumerate(sizes)
    }
    one, two = FakeProvider(name="one", lists=lists, page=2), many("two", 9, minutes=2)
    runs, there = runs_of(one, two), every(one, two)

    async def go() -> list[str]:
        found: list[str] = []
        after: Checkpoint | None = None
        for _ in range(100):
            one.slow = slow.pop() if slow else set()
            try:
                page = await page_of(runs, sealed(after), limit=limit, time_s=0.5 if one.slow else 30)
            except RundownError:
                continue
            assert_newest_first(page)
            found += ids(page)
            after = page.following
            if after is None:
                return found
        raise AssertionError("the walk does not end")

    assert sorted(anyio.run(go)) == there


async def test_a_list_is_read_while_another_connection_still_looks_for_its_lists() -> None:
    was_read = anyio.Event()

    class LooksLong(FakeProvider):
        async def plan(self, query: RunQuery) -> ListPlan:
            await was_read.wait()
            return await super().plan(query)

    other = FakeProvider(name="other", lists={"all": [("o", at(0))]}, shifts=lambda _: was_read.set())
    page = await page_of(runs_of(LooksLong(name="long", lists={"all": [("l", at(1))]}), other), time_s=2)
    assert list(map(str, page.coverage)) == ["long ok", "other ok"]
    assert len(other.pages) == 1


class PlansAtOnce(FakeProvider):
    """Needs to ask nobody which lists it has."""

    async def plan(self, query: RunQuery) -> ListPlan:
        return ListPlan(streams=tuple(map(RunStream, self.lists)))


async def test_a_connection_for_which_no_time_is_left_once_its_lists_are_known_is_never_said_to_be_ok() -> None:
    provider = PlansAtOnce(lists={"s": [("a", at(0))]})
    with pytest.raises(RundownError, match="fake: no answer within"):
        await page_of(runs_of(provider), time_s=0)


@pytest.mark.parametrize("stood_still_s", [0.6, 0.8, 1.1])
def test_a_connection_whose_lists_are_not_known_when_the_machine_goes_on_is_never_said_to_be_ok(
    stood_still_s: float,
) -> None:
    """What plans may take, what first pages may, and the call's whole time run out one by one, or together."""

    class StandsStill(FakeProvider):
        async def plan(self, query: RunQuery) -> ListPlan:
            loop = asyncio.get_running_loop()
            assert isinstance(loop, VirtualTime)
            loop.stand_still(stood_still_s)
            return await super().plan(query)

    provider = StandsStill(lists={"s": [("a", at(0))]}, slow={"plan"})

    async def list_them() -> None:
        with pytest.raises(RundownError, match="fake: no answer within"):
            await page_of(runs_of(provider), time_s=1)

    anyio.run(list_them, backend=BACKEND[0], backend_options=BACKEND[1])
