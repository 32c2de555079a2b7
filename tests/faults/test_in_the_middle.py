"""Faults that come after a good start: a second page, the details of runs that were listed, the names of agents."""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from tests.faults.bad_server import Request
from tests.faults.behaviours import CANARY
from tests.faults.faults import FAULTS, Fault
from tests.faults.street import Street, asking_street, faulty, opened
from tests.harness import Asked, receipt, rows

from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio

OF_THE_CONNECTION = ["401", "429, seconds", "503", "reset within a body"]
"""Every other run would meet these as well, so that no more of them are asked for."""
OF_ONE_RUN = ["403", "500", "HTML", "JSON that breaks off", "JSON that is {}", "nested 100,000 deep"]
"""Other runs may well be read."""
ANY = [*OF_THE_CONNECTION, *OF_ONE_RUN, "302 to another host", "half a body"]


@contextlib.asynccontextmanager
async def half_broken(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: str, fault: Fault, when: Callable[[Request], bool]
) -> AsyncIterator[tuple[Asked, Street]]:
    """A client whose only connection does wrong where `when` holds."""
    async with (
        opened(world) as street,
        asking_street(street, monkeypatch, broken, fault=fault, broken=broken) as asked,
    ):
        street.servers[broken].when = when
        with faulty(street.servers[broken], fault):
            yield asked, street


@pytest.fixture(scope="module")
def many() -> World:
    """More runs than a page of any provider holds."""
    return build_world(seed=11, runs=500)


def is_later_page(request: Request) -> bool:
    return "cursor=" in request.target


def is_detail(request: Request) -> bool:
    return re.search(r"/runs/[^/?]+$", request.target) is not None


def is_of_agents(request: Request) -> bool:
    return re.search(r"/(use-cases|workspaces|agents)(\?|$)", request.target) is not None


@pytest.mark.parametrize(
    ("tool", "name"),
    # Where the connection is held back for a while, no details come either: see below.
    [
        (tool, name)
        for tool in ("list_runs", "triage_failures", "run_stats")
        for name in ANY
        if not (tool == "triage_failures" and FAULTS[name].holds_back)
    ],
)
async def test_a_page_that_does_not_come_leaves_those_before_it_and_is_told(
    many: World, name: str, tool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: dict[str, dict[str, object]] = {
        "list_runs": {"limit": 100},
        "triage_failures": {"status": ["failed", "completed"]},
        "run_stats": {},
    }
    async with half_broken(many, monkeypatch, "duckie", FAULTS[name], is_later_page) as (asked, _):
        answer = await asked.text(tool, since="2w", max_tokens=8000, **asked_for[tool])
    assert CANARY not in answer
    assert rows(answer)
    told = re.search(r"duckie ok \(stopped early: (.*)", receipt(answer)["coverage"])
    assert told is not None, answer
    assert re.search(f"{FAULTS[name].kind}|no time left", told[1]), told[1]
    assert "more" in told[1] + receipt(answer)["shown"]


@pytest.mark.parametrize("name", OF_ONE_RUN)
async def test_runs_of_which_only_the_rows_came_are_counted_as_not_looked_into(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with half_broken(world, monkeypatch, "happyrobot", FAULTS[name], is_detail) as (asked, _):
        answer = await asked.text("triage_failures", since="2w")
    failed = sum(run.status == "failed" for run in world.calls)
    assert CANARY not in answer
    assert receipt(answer)["coverage"] == f"happyrobot ok ({failed} runs not looked into)"
    assert re.search(f"; 0 of {failed} runs looked into; not: {failed} .*{FAULTS[name].kind}", receipt(answer)["shown"])


@pytest.mark.parametrize("name", OF_THE_CONNECTION)
async def test_where_no_details_come_at_all_that_is_an_error(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with half_broken(world, monkeypatch, "happyrobot", FAULTS[name], is_detail) as (asked, _):
        error = await asked.error("triage_failures", since="2w")
    assert CANARY not in error
    assert re.search(FAULTS[name].kind, error)


@pytest.mark.parametrize("name", ANY)
@pytest.mark.parametrize("broken", ["happyrobot", "conduit"])
async def test_names_of_agents_that_do_not_come_cost_the_names_alone(
    world: World, broken: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = replace(FAULTS[name], hangs=False)
    async with half_broken(world, monkeypatch, broken, patient, is_of_agents) as (asked, street):
        answer = await asked.text("get_run", run=street.ref(broken))
        assert CANARY not in answer
        assert "status: failed · " in answer
        assert receipt(answer)["coverage"] == f"{broken} ok"
