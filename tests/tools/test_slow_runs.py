"""Runs that a provider does not give in time: the error names the connection and how long was waited."""

from __future__ import annotations

import re

import pytest
from tests.harness import receipt, rows
from tests.runs.imitated import Wire, asking_imitations, silence

from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=4, runs=60)


@pytest.mark.parametrize(("tool", "more"), [("get_run", {}), ("get_step", {"step": "1"})])
async def test_a_run_that_does_not_come_names_its_connection_and_the_time(
    world: World, tool: str, more: dict[str, str]
) -> None:
    run = f"happyrobot:{world.calls[-1].id}"
    async with asking_imitations(world, Wire({"happyrobot/": silence}), timeout_s=1) as asked:
        error = await asked.error(tool, run=run, **more)
    assert re.fullmatch(r"happyrobot: no answer within \d(\.\d)? s\. Try again later, or ask for less\.", error)


async def test_a_short_ref_that_one_connection_was_not_asked_for_in_time_says_which(world: World) -> None:
    async with asking_imitations(world, Wire({"conduit/": silence}), timeout_s=1) as asked:
        error = await asked.error("get_run", run="ffffffff")
        assert error.startswith('No run "ffffffff" among the newest runs: ')
        assert " of duckie, " in error
        assert re.search(r" conduit: no answer within \d(\.\d)? s\.", error)
        found = await asked.text("get_run", run=world.tickets[-1].id[:8])
        assert receipt(found)["coverage"].endswith("duckie ok")


async def test_the_tools_of_a_connection_that_hangs_are_left_out_with_the_time(world: World) -> None:
    async with asking_imitations(world, Wire({"happyrobot/api/v1/runs/": silence}), timeout_s=1) as asked:
        answer = await asked.text("list_tool_options", provider=["duckie", "happyrobot"])
    coverage = receipt(answer)["coverage"]
    assert "happyrobot ok (observed in 0 runs; " in coverage
    assert "runs could not be read" in coverage
    assert {row["connection"] for row in rows(answer)} == {"duckie"}
