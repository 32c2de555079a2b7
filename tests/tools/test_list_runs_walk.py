"""A walk by pages over the three imitated providers gives each run once, newest first, whatever happens meanwhile."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.harness import receipt, rows
from tests.runs.imitated import Wire, asking_imitations, find_run, next_cursor, refs, vendor, walk

from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LISTS = ("tickets", "calls", "chats")


def with_equal_starts(world: World, every: timedelta) -> World:
    """The same world with starts on a coarse grid, so that many runs of all vendors start at the same instant."""
    for name in LISTS:
        runs: list[Run] = getattr(world, name)
        for run in runs:
            past = (world.now - run.started) // every
            run.started = world.now - past * every
        runs.sort(key=lambda run: (run.started, run.id))
    return world


def assert_walked(world: World, found: list[str], expected: list[Run]) -> None:
    runs = [find_run(world, ref) for ref in found]
    ids = [run.id for run in runs]
    assert len(set(ids)) == len(ids), "a run came twice"
    assert {run.id for run in expected} <= set(ids), "a run was lost"
    starts = [run.started for run in runs]
    assert starts == sorted(starts, reverse=True), "not newest first"


async def test_a_thousand_runs_come_once_each_newest_first_while_others_arrive() -> None:
    world = build_world(seed=11, runs=1040, now=NOW)
    there = world.runs

    def arrive(page: int) -> None:
        world.arrive(3)
        for name in ("duckie", "happyrobot", "conduit", "conduit"):
            world.arrive(1, vendor=name, at=NOW + timedelta(seconds=page))

    async with asking_imitations(world) as asked:
        found = await walk(asked, limit=40, max_tokens=4000, between=arrive)
    assert len(found) == len(there)
    assert_walked(world, found, there)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    limits=st.lists(st.integers(1, 100), min_size=1, max_size=4),
    budgets=st.lists(st.integers(260, 8000), min_size=1, max_size=4),
    arrivals=st.lists(
        st.tuples(st.sampled_from(["duckie", "happyrobot", "conduit"]), st.integers(0, 2), st.integers(1, 3)),
        max_size=6,
    ),
    equal=st.sampled_from([None, timedelta(hours=9), timedelta(days=30)]),
)
def test_any_walk_gives_each_run_once(
    seed: int,
    limits: list[int],
    budgets: list[int],
    arrivals: list[tuple[str, int, int]],
    equal: timedelta | None,
) -> None:
    async def go() -> None:
        world = build_world(seed=seed, runs=45, now=NOW)
        if equal is not None:
            with_equal_starts(world, equal)
        there, coming = world.runs, list(arrivals)
        async with asking_imitations(world) as asked:
            found: list[str] = []
            cursor: dict[str, str] = {}
            for page in range(200):
                paging = {"limit": limits[page % len(limits)], "max_tokens": budgets[page % len(budgets)]}
                answer = await asked.text("list_runs", **cursor, **paging)
                shown = refs(answer)
                assert receipt(answer)["shown"].startswith(f"{len(shown)}, ")
                assert len(shown) <= paging["limit"]
                assert shown
                found += shown
                following = next_cursor(answer)
                assert ("more exist" in receipt(answer)["shown"]) == (following is not None)
                if following is None:
                    break
                cursor = {"cursor": following}
                if coming:
                    name, second, count = coming.pop()
                    for _ in range(count):
                        world.arrive(1, vendor=name, at=NOW + timedelta(seconds=second))
            else:
                pytest.fail("the walk does not end")
        assert_walked(world, found, there)
        assert len(found) == len(there)

    anyio.run(go)


async def test_a_walk_goes_on_in_other_processes_with_the_same_connections() -> None:
    world = build_world(seed=5, runs=120, now=NOW)
    there = world.runs
    cursor: dict[str, str] = {}
    found: list[str] = []
    while True:
        async with asking_imitations(world) as asked:
            answer = await asked.text("list_runs", limit=17, **cursor)
        found += refs(answer)
        world.arrive(2)
        following = next_cursor(answer)
        if following is None:
            break
        cursor = {"cursor": following}
    assert len(found) == len(there)
    assert_walked(world, found, there)


def seconds(run: Run) -> float | None:
    return (run.ended - run.started).total_seconds() if run.ended else None


def lasts(run: Run, low: float, high: float = 10**9) -> bool:
    length = seconds(run)
    return length is not None and low < length <= high


WALKS: list[tuple[dict[str, Any], Any]] = [
    ({"duration": [">45", "<=5m"], "provider": ["happyrobot", "conduit"]}, lambda run: lasts(run, 45, 300)),
    ({"status": ["failed", "canceled"]}, lambda run: run.status in {"failed", "cancelled"}),
    ({"status": ["unknown"]}, lambda run: False),
    ({"status": ["accepted"]}, lambda run: run.status == "queued"),
    ({"outcome": ["escalated"]}, lambda run: run.outcome == "escalated" and vendor(run) != "happyrobot"),
    ({"since": "3d"}, lambda run: run.started >= datetime.now(UTC) - timedelta(days=3)),
    ({"since": "9d", "until": "2d"}, lambda run: timedelta(2) < datetime.now(UTC) - run.started <= timedelta(9)),
]


@pytest.mark.parametrize(("filters", "wanted"), WALKS, ids=lambda case: str(case) if isinstance(case, dict) else "")
@pytest.mark.parametrize("process", ["same", "other"])
async def test_filtered_walks_are_as_complete(filters: dict[str, Any], wanted: Any, process: str) -> None:  # noqa: ANN401
    world = build_world(seed=3, runs=400)
    asked_for = set(filters.get("provider", ["duckie", "happyrobot", "conduit"]))
    expected = [run for run in world.runs if vendor(run) in asked_for and wanted(run)]
    found: list[str] = []
    arguments: dict[str, Any] = filters
    async with asking_imitations(world) as first, asking_imitations(world) as second:
        for page in range(200):
            asked = second if process == "other" and page % 2 else first
            answer = await asked.text("list_runs", limit=30, **arguments)
            found += refs(answer)
            world.arrive(1)
            following = next_cursor(answer)
            if following is None:
                break
            arguments = {"cursor": following}
    ids = [find_run(world, ref).id for ref in found]
    assert sorted(ids) == sorted(run.id for run in expected)
    assert_walked(world, found, expected)


async def test_a_walk_reads_each_page_of_a_list_that_cannot_seek_about_once() -> None:
    world = build_world(seed=7, runs=1200, now=NOW)
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        await walk(asked, limit=50, provider=["conduit"])
        pages = -(-len(world.chats) // 50)
        agents = len({run.agent.id for run in world.chats})
        assert len(wire.to("/runs")) <= 2 * agents * pages
        most = max(
            sum(f"/agents/{agent.id}/runs" in request.path for request in wire.requests)
            for agent in world.company.chat_agents
        )
        assert most <= 2 * pages + 2
    for request in wire.to("/runs"):
        assert request.all("limit") == ["51"]


async def test_one_page_of_an_unfiltered_list_reads_one_page_of_each_list() -> None:
    wire = Wire()
    world = build_world(seed=7, runs=900, now=NOW)
    async with asking_imitations(world, wire) as asked:
        await asked.text("list_runs")
    assert len(wire.to("duckie/api/v1/runs")) == 1
    assert len(wire.to("happyrobot/api/v1/runs")) == 1
    assert len(wire.to("/conduit/v1/agents/")) == len(world.company.chat_agents)


async def test_the_window_is_said_and_kept_while_the_walk_goes_on() -> None:
    world = build_world(seed=3, runs=300)
    async with asking_imitations(world) as asked:
        first = await asked.text("list_runs", since="4d", limit=10)
        world.now += timedelta(days=1)
        second = await asked.text("list_runs", cursor=next_cursor(first), limit=10)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? to now UTC", receipt(first)["window"])
    assert receipt(second)["window"] == receipt(first)["window"]


async def test_the_selected_connections_stay_selected() -> None:
    world = build_world(seed=3, runs=300, now=NOW)
    async with asking_imitations(world) as asked:
        found = await walk(asked, provider=["conduit", "duckie"], limit=100)
        assert {ref.partition(":")[0] for ref in found} == {"conduit", "duckie"}
        first = await asked.text("list_runs", provider=["conduit"], limit=10)
        second = await asked.text("list_runs", cursor=next_cursor(first), limit=10)
    assert {row["ref"].partition(":")[0] for row in rows(first) + rows(second)} == {"conduit"}
    assert "duckie" not in receipt(second)["coverage"]
