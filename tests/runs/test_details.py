"""Filtering by what only details hold: in order, bounded, and never coming back to the same place."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from tests.runs.fakes import FakeProvider, at, ids, page_of, runs_of, walked

from rundown_mcp.domain.errors import RateLimited, RundownError, Unavailable
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.runs.scan import DETAILS_SCANNED

pytestmark = pytest.mark.anyio
Lists = dict[str, list[tuple[str, datetime | None]]]
LATE = re.compile(r"(hung|slow) left out \(no answer within \d(\.\d)? s\)")
TOOL = RunQuery(tools=("wanted",))


def fake(lists: dict[str, list[tuple[str, datetime | None]]], wanted: set[str], **options: object) -> FakeProvider:
    every = [run_id for rows in lists.values() for run_id, _ in rows]
    tools = {run_id: "wanted" if run_id in wanted else "other" for run_id in every}
    return FakeProvider(lists=lists, tools=tools, **options)  # type: ignore[arg-type] # any of its fields


def one_list(count: int, *, same: bool = False) -> dict[str, list[tuple[str, datetime | None]]]:
    return {"all": [(f"r{index}", at(0 if same else -index)) for index in range(count)]}


@pytest.mark.parametrize("same", [True, False])
@pytest.mark.parametrize("seeks", [True, False])
async def test_a_walk_with_more_details_than_a_call_may_look_into_is_complete(same: bool, seeks: bool) -> None:  # noqa: FBT001
    wanted = {"r0", "r3", "r204", "r555", "r610"}
    provider = fake(one_list(611, same=same), wanted, seeks=seeks)
    assert sorted(await walked(runs_of(provider), query=TOOL)) == sorted(wanted)


async def test_no_list_starves_where_there_are_more_lists_than_details() -> None:
    lists: Lists = {
        f"s{number}": [(f"{number}-{index}", at(-index - number / 1000)) for index in range(5)] for number in range(60)
    }
    provider = fake(lists, {"59-4"})
    runs = runs_of(provider)
    page = await page_of(runs, query=TOOL)
    assert len(provider.details) == DETAILS_SCANNED
    assert page.rows == ()
    assert await walked(runs, query=TOOL) == ["59-4"]


async def test_a_run_that_breaks_its_provider_is_passed_over_and_counted() -> None:
    broken = Unavailable("fake", "500 from the provider", "fake: 500", status=500)
    provider = fake(one_list(9), {"r2", "r8"}, fail={"r2": broken, "r5": broken})
    page = await page_of(runs_of(provider), query=TOOL)
    assert ids(page) == ["r8"]
    assert str(page.coverage[0]) == "fake ok (runs that could not be looked into: 2)"
    assert page.has_gaps


async def test_a_rate_limit_stops_at_the_run_that_met_it() -> None:
    limited = RateLimited("fake", "429, try again in 30 s", "fake: 429", retry_after_s=30)
    provider = fake(one_list(30), {"r1", "r12", "r25"}, fail={"r11": limited})
    runs = runs_of(provider)
    page = await page_of(runs, query=TOOL)
    assert ids(page) == ["r1"]
    assert str(page.coverage[0]) == "fake ok (stopped early: 429, try again in 30 s)"
    with pytest.raises(RundownError, match="fake: 429\nThe same cursor"):
        await page_of(runs, page.following, query=TOOL)
    provider.fail.clear()
    page = await page_of(runs, page.following, query=TOOL)
    assert ids(page) == ["r12", "r25"]
    assert page.following is None


async def test_what_was_looked_into_before_the_time_ran_out_is_answered() -> None:
    provider = fake(one_list(30), {"r1", "r12", "r25"}, slow={"r20"})
    runs = runs_of(provider)
    page = await page_of(runs, query=TOOL, time_s=0.5)
    assert ids(page) == ["r1", "r12"]
    assert str(page.coverage[0]) == "fake ok (stopped early: no time left)"
    with pytest.raises(RundownError, match=r"no answer within 0\.\d s"):
        await page_of(runs, page.following, query=TOOL, time_s=0.5)
    assert provider.details[24:] == ["r20", "r24", "r25", "r26", "r27"]
    provider.slow.clear()
    assert ids(await page_of(runs, page.following, query=TOOL)) == ["r25"]


async def test_a_connection_that_gives_nothing_does_not_keep_the_others_from_reading_on() -> None:
    other = FakeProvider(name="other", lists=one_list(9), page=2)
    hung = FakeProvider(name="hung", lists={"all": [("h", at(1)), ("i", at(-20))]}, slow={"all"})
    runs = runs_of(other, hung)
    page = await page_of(runs, limit=7, time_s=1)
    assert ids(page) == [f"r{index}" for index in range(7)]
    assert str(page.coverage[0]) == "other ok"
    assert re.fullmatch(r"hung left out \(no answer within 0.[7-9] s\)", str(page.coverage[1]))
    hung.slow.clear()
    rest = await page_of(runs, page.following, limit=7)
    assert ids(rest) == ["h", "r7", "r8", "i"]
    assert str(rest.coverage[1]) == "hung ok (late: some runs are newer than earlier pages)"
    assert rest.following is None


async def test_one_list_of_a_connection_that_hangs_is_said_to_be_out_of_time() -> None:
    other = FakeProvider(name="other", lists={"all": []})
    hung = FakeProvider(name="hung", lists={"a": [], "b": []}, slow={"b"})
    page = await page_of(runs_of(other, hung), time_s=0.5)
    assert list(map(str, page.coverage)) == [
        "other ok",
        "hung ok (1 of 2 lists left out: no time left)",
    ]
    assert page.has_gaps


async def test_a_list_that_is_slow_is_left_out_and_the_other_lists_answer() -> None:
    lists: Lists = {"a": one_list(5)["all"], "b": [("late", at(3))]}
    provider = FakeProvider(lists=lists, slow={"b"})
    page = await page_of(runs_of(provider), time_s=0.5)
    assert ids(page) == ["r0", "r1", "r2", "r3", "r4"]
    assert str(page.coverage[0]) == "fake ok (1 of 2 lists left out: no time left)"
    assert page.has_gaps


async def test_a_plan_that_takes_too_long_leaves_the_connection_out() -> None:
    slow = FakeProvider(name="slow", lists={}, slow={"plan"})
    runs = runs_of(FakeProvider(lists=one_list(2)), slow)
    page = await page_of(runs, time_s=0.5)
    assert ids(page) == ["r0", "r1"]
    assert re.fullmatch(r"slow left out \(no answer within 0.[23] s\)", str(page.coverage[1]))
    slow.slow.clear()
    slow.lists["all"] = [("late", at(1))]
    assert ids(await page_of(runs, page.following)) == ["late"]
