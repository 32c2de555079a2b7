"""Tool names that are counted over recent runs: what is said of the runs that were not looked into."""

from __future__ import annotations

import pytest
from tests.runs.fakes import FakeProvider, at, down, runs_of

from rundown_mcp.runs.tool_names import OBSERVED_RUNS, ToolNames

pytestmark = pytest.mark.anyio


async def observed(provider: FakeProvider) -> tuple[ToolNames, str]:
    runs = runs_of(provider)
    asked = await runs.tool_names(runs.connections, (), time_s=30)
    ((_, names),) = asked.results
    return names, str(asked.coverage[0])


def listed(count: int) -> FakeProvider:
    rows = [(f"r{number}", at(-number)) for number in range(count)]
    return FakeProvider(lists={"all": list(rows)}, tools={"r0": "ask"})


async def test_where_all_runs_were_looked_into_nothing_is_missing() -> None:
    names, said = await observed(listed(3))
    assert (names.observed, names.has_gaps, said) == (3, False, "fake ok (observed in 3 runs)")


async def test_older_runs_are_told_where_there_are_older_ones() -> None:
    names, said = await observed(listed(OBSERVED_RUNS + 1))
    assert (names.observed, names.has_gaps) == (OBSERVED_RUNS, True)
    assert said == "fake ok (observed in 50 runs, older ones not looked into)"


async def test_a_list_that_was_left_out_is_no_older_run() -> None:
    provider = FakeProvider(
        lists={"a": [("a0", at(0))], "b": [("b0", at(1))]}, tools={"a0": "ask"}, fail={"b": down("fake")}
    )
    names, said = await observed(provider)
    assert names.has_gaps
    assert said == "fake ok (1 of 2 lists left out: 503 from the provider; observed in 1 run)"


async def test_a_run_that_cannot_be_read_leaves_a_gap() -> None:
    provider = listed(2)
    provider.fail["r1"] = down("fake")
    names, said = await observed(provider)
    assert names.has_gaps
    assert said == "fake ok (observed in 1 run; 1 run could not be read: 503 from the provider)"
