"""What a listing does where an API lacks a filter, where a scan is bounded, and where a value is not valid."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.harness import receipt
from tests.runs.imitated import Wire, asking_imitations, find_run, next_cursor, refs, walk

from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=7, runs=400, now=NOW)


async def listed(world: World, wire: Wire, **filters: Any) -> list[str]:  # noqa: ANN401 - any filter
    async with asking_imitations(world, wire) as asked:
        return sorted(find_run(world, ref).id for ref in await walk(asked, limit=100, **filters))


@pytest.mark.parametrize("name", ["happyrobot", "conduit"])
async def test_a_tool_is_looked_for_in_details_where_the_list_lacks_it(name: str) -> None:
    world = build_world(seed=9, runs=150, now=NOW)
    wire = Wire()
    runs: list[Run] = [*world.calls] if name == "happyrobot" else [*world.chats]
    tool = next(step.tool.name for run in runs for step in run.steps if step.tool is not None)
    found = await listed(world, wire, provider=name, tool=tool.upper())
    expected = sorted(run.id for run in runs if any(step.tool and step.tool.name == tool for step in run.steps))
    assert found == expected
    assert found
    looked = [request.path for request in wire.requests if request.path.rpartition("/")[2] in {run.id for run in runs}]
    finished = [run for run in runs if run.status in {"completed", "failed", "cancelled"}]
    assert len([path for path in looked if path.rpartition("/")[2] in {run.id for run in finished}]) == len(finished)


async def test_details_looked_into_are_bounded_said_and_gone_on_from() -> None:
    world = build_world(seed=9, runs=1000, now=NOW)
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        answer = await asked.text("list_runs", provider="happyrobot", tool="no such tool")
        looked = wire.to("happyrobot/api/v1/runs/")
        assert len(looked) == 200
        assert "stopped at the scan limit, 200 runs looked into; older ones not yet" in receipt(answer)["coverage"]
        assert receipt(answer)["shown"] == "0, more may exist"
        assert answer.startswith("No run matches so far")
        wire.clear()
        again = await asked.text("list_runs", cursor=next_cursor(answer))
        assert next_cursor(again) is None
        assert again.startswith("No runs match.")
    assert len(wire.to("happyrobot/api/v1/runs/")) == len(world.calls) - 200


async def test_only_as_many_details_are_looked_into_as_the_page_needs() -> None:
    world = build_world(seed=9, runs=600, now=NOW)
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        tool = next(step.tool.name for run in reversed(world.calls) for step in run.steps if step.tool is not None)
        await asked.text("list_runs", provider="happyrobot", tool=tool, limit=2)
    assert len(wire.to("happyrobot/api/v1/runs/")) < 60


LACKS = [
    ({"metadata": {"a": "b"}}, "conduit", "metadata"),
    ({"annotation": ["correct"]}, "conduit", "annotation"),
    ({"annotation": ["correct"]}, "duckie", "annotation"),
    ({"outcome": ["resolved"]}, "happyrobot", "outcome"),
    ({"ticket": ["1"]}, "happyrobot", "ticket"),
    ({"source": ["zendesk"]}, "happyrobot", "source"),
]


@pytest.mark.parametrize(("filters", "name", "lacking"), LACKS)
async def test_a_filter_that_an_api_lacks_leaves_its_connection_out(
    world: World, filters: dict[str, Any], name: str, lacking: str
) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        answer = await asked.text("list_runs", **filters)
        assert f"{name} left out (has no {lacking})" in receipt(answer)["coverage"]
        assert not wire.to(f"{name}/")
        error = await asked.error("list_runs", provider=name, **filters)
    assert error.startswith(f"{name} cannot filter runs by {lacking}; it can by ")
    for filter_name in ("status", "agent", "search", "since", "until", "duration", "tool"):
        assert filter_name in error
    assert not wire.to(f"{name}/")


async def test_an_outcome_that_no_run_has_says_what_an_outcome_is(world: World) -> None:
    async with asking_imitations(world) as asked:
        failure = await asked.text("list_runs", outcome=["failure"], since="7d")
        known = await asked.text("list_runs", outcome=["resolved"], ticket="no such ticket")
    first, hint, *_ = failure.split("\n")
    assert first.startswith("No run")
    assert hint.startswith("An outcome is resolved, deflected, escalated, pending or ")
    assert "An outcome is" not in known


@pytest.mark.parametrize(
    ("filters", "hint"),
    [
        ({"ticket": "#98362"}, "A ticket goes by its id"),
        ({"ticket": "https://help.example.com/tickets/98362"}, "without a # or a web address"),
        ({"source": "slck"}, 'run_stats(group_by="source")'),
        ({"tool": "charge cards"}, "list_tool_options()"),
        ({"search": "+14155550132"}, "Only ids, titles and agents' names are searched"),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
async def test_a_filter_that_found_nothing_says_what_it_takes(world: World, filters: dict[str, str], hint: str) -> None:
    async with asking_imitations(world) as asked:
        answer = await asked.text("list_runs", **filters)
        found = await asked.text("list_runs", search="refund", since="30d")
    assert hint in answer.split("\n")[1]
    assert "are searched" not in found, "what was found needs no hint"


async def test_where_all_lack_a_filter_each_says_so(world: World) -> None:
    async with asking_imitations(world) as asked:
        error = await asked.error("list_runs", provider=["duckie", "conduit"], annotation="correct")
    assert error.startswith("None of the 2 connections could answer:")
    assert error.count("annotation") == 2


async def test_a_status_that_an_api_lacks_is_said(world: World) -> None:
    async with asking_imitations(world) as asked:
        answer = await asked.text("list_runs", status=["paused", "cancelled"])
    coverage = receipt(answer)["coverage"]
    assert "happyrobot ok (has no status paused)" in coverage
    assert "conduit ok (has no status paused; has no status cancelled)" in coverage


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"status": ["finished"]}, "status", "queued, running, paused, completed, failed, cancelled, unknown"),
    ({"annotation": ["good"]}, "annotation", "correct, incorrect, critical"),
    ({"duration": ["60"]}, "duration", ">=60"),
    ({"since": "soon"}, "since", "24h"),
    ({"since": "1h", "until": "2h"}, "since", "before until"),
    ({"limit": 0}, "limit", "1 to 100"),
    ({"limit": 101}, "limit", "1 to 100"),
    ({"max_tokens": 199}, "max_tokens", "200"),
    ({"provider": ["stripe"]}, "provider", "duckie, happyrobot, conduit"),
    ({"search": "x" * 301}, "search", "300"),
    ({"metadata": {"a b": "c"}}, "metadata", "letters"),
    ({"agents": ["x"]}, "agents", "agent"),
    ({"agent": ["Nobody of this name"]}, "agent", "no connection asked knows"),
    ({"ticket": ["x" * 201]}, "ticket", "200"),
]


@pytest.mark.parametrize(("arguments", "parameter", "valid"), BAD, ids=lambda case: str(case)[:30])
async def test_a_bad_value_is_refused_with_the_parameter_and_what_is_valid(
    world: World, arguments: dict[str, Any], parameter: str, valid: str
) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        error = await asked.error("list_runs", **arguments)
    assert parameter in error.split(":")[0]
    assert valid in error
    assert not wire.to("/runs")


async def test_an_unknown_agent_names_those_that_exist(world: World) -> None:
    async with asking_imitations(world) as asked:
        error = await asked.error("list_runs", agent=["Nobody of this name"])
    for name in (world.company.desk_agents[0].name, world.company.use_cases[0].name, world.company.chat_agents[0].name):
        assert name in error


async def test_an_agent_that_one_connection_knows_is_no_mistake(world: World) -> None:
    agent = world.company.desk_agents[0]
    async with asking_imitations(world) as asked:
        answer = await asked.text("list_runs", agent=[agent.name], limit=3)
    assert {ref.partition(":")[0] for ref in refs(answer)} == {"duckie"}
    assert "happyrobot ok (knows no such agent)" in receipt(answer)["coverage"]
