"""What a listing says when connections fail: the others answer, the receipt tells, a walk loses nothing."""

from __future__ import annotations

import re
import time

import anyio
import pytest
from starlette.types import ASGIApp
from tests.harness import receipt
from tests.runs.imitated import (
    Request,
    Wire,
    answers,
    asking_imitations,
    find_run,
    next_cursor,
    refs,
    refusal,
    silence,
    vendor,
    walk,
)

from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio

FAULTS: dict[str, tuple[ASGIApp, str]] = {
    "401": (answers(401), "401, key refused"),
    "403": (answers(403, '{"error": "needs api:runs:read"}'), "403, it lacks the scope api:runs:read"),
    "429": (answers(429, retry_after="77"), "429, try again in"),
    "500": (answers(500), "500 from the provider"),
    "HTML": (answers(200, "<html>Sign in</html>"), "HTML instead of JSON"),
    "other JSON": (answers(200, '{"surprise": 1}'), "undocumented answer"),
    "refused": (refusal, "connection refused"),
}


@pytest.fixture
def world() -> World:
    return build_world(seed=4, runs=150)


VENDORS = ["duckie", "happyrobot", "conduit"]


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_one_connection_that_fails_is_told_and_the_others_answer(world: World, name: str, fault: str) -> None:
    app, short = FAULTS[fault]
    async with asking_imitations(world, Wire({f"{name}/": app}), timeout_s=5) as asked:
        answer = await asked.text("list_runs", limit=100, max_tokens=8000)
        found = [vendor(find_run(world, ref)) for ref in refs(answer)]
        assert set(found) == {"duckie", "happyrobot", "conduit"} - {name}
        coverage = receipt(answer)["coverage"]
        assert f"{name} left out ({short}" in coverage
        assert coverage.count(" ok") == 2
        error = await asked.error("list_runs", provider=name)
        assert error.startswith(f"{name}: ")


@pytest.mark.parametrize("name", VENDORS)
async def test_a_connection_that_never_answers_is_waited_for_no_longer_than_the_call_may_take(
    world: World, name: str
) -> None:
    async with asking_imitations(world, Wire({f"{name}/": silence}), timeout_s=3) as asked:
        start = time.monotonic()
        answer = await asked.text("list_runs")
        assert time.monotonic() - start < 3
        assert re.search(rf"{name} left out \(no answer within [\d.]+ s; the cursor", receipt(answer)["coverage"])
        assert len(refs(answer)) == 25


async def test_all_failing_is_an_error_with_the_mend_of_each(world: World) -> None:
    wire = Wire({"duckie/": answers(401), "happyrobot/": answers(500), "conduit/": answers(403)})
    async with asking_imitations(world, wire) as asked:
        error = await asked.error("list_runs")
    assert error.startswith("None of the 3 connections could answer:")
    assert "DUCKIE_API_KEY" in error
    assert "happyrobot: the provider failed with 500" in error
    assert "CONDUIT_API_KEY" in error


async def test_one_list_of_a_connection_that_fails_leaves_out_that_list_alone(world: World) -> None:
    broken = world.company.chat_agents[0]
    async with asking_imitations(world, Wire({broken.id: answers(500)})) as asked:
        answer = await asked.text("list_runs", provider="conduit", limit=100, max_tokens=8000)
        error = await asked.error("list_runs", cursor=next_cursor(answer))
        assert error.startswith("conduit: the provider failed with 500")
    agents = {find_run(world, ref).agent.id for ref in refs(answer)}
    assert agents == {run.agent.id for run in world.chats} - {broken.id}
    count = len(world.company.chat_agents)
    assert f"1 of {count} lists left out: 500 from the provider" in receipt(answer)["coverage"]
    assert receipt(answer)["shown"].endswith("all that could be found; next: asks again for the rest")


@pytest.mark.parametrize("part", ["duckie/", "happyrobot/", "conduit/v1/agents/", "conduit/"])
async def test_a_connection_that_fails_in_the_middle_of_a_walk_keeps_its_place(world: World, part: str) -> None:
    wire = Wire()
    found: list[str] = []
    arguments: dict[str, str] = {}
    async with asking_imitations(world, wire) as asked:
        for page in range(100):
            wire.faults = {part: answers(500)} if page in {1, 2, 5} else {}
            answer = await asked.text("list_runs", limit=13, **arguments)
            found += refs(answer)
            assert ("the cursor keeps its place" in receipt(answer)["coverage"]) == (page in {1, 2, 5}), page
            world.arrive(2)
            following = next_cursor(answer)
            if following is None:
                break
            arguments = {"cursor": following}
    ids = [find_run(world, ref).id for ref in found]
    assert len(ids) == len(set(ids)) == 150


async def test_one_list_that_fails_in_the_middle_of_a_walk_keeps_its_place(world: World) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:

        def break_one(page: int) -> None:
            wire.faults = {world.company.chat_agents[page % 3].id: answers(500)} if page % 2 else {}

        found = await walk(asked, provider="conduit", limit=6, between=break_one)
    ids = [find_run(world, ref).id for ref in found]
    assert sorted(ids) == sorted(run.id for run in world.chats)


async def test_a_walk_that_waits_for_a_failing_connection_alone_says_so(world: World) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        answer = await asked.text("list_runs", limit=40, max_tokens=8000)
        wire.faults = {"duckie/": answers(500)}
        found = refs(answer)
        cursor = next_cursor(answer)
        while True:
            result = await asked.client.call_tool("list_runs", {"cursor": cursor, "limit": 40, "max_tokens": 8000})
            text = result.content[0].text  # type: ignore[union-attr] # always text
            if result.is_error:
                break
            found += refs(text)
            cursor = next_cursor(text)
            assert cursor is not None
        assert text.startswith("duckie: the provider failed with 500")
        assert "The same cursor goes on from here later." in text
        wire.faults = {}
        while cursor is not None:
            answer = await asked.text("list_runs", cursor=cursor, limit=40, max_tokens=8000)
            found += refs(answer)
            cursor = next_cursor(answer)
    assert len(found) == len(set(found)) == 150


async def test_a_connection_that_was_never_there_does_not_keep_a_walk_from_its_end(world: World) -> None:
    async with asking_imitations(world, Wire({"conduit/": answers(401)})) as asked:
        found = await walk(asked, limit=30)
    assert len(found) == len(world.tickets) + len(world.calls)


async def test_a_connection_that_fails_between_its_pages_stops_the_list_there(world: World) -> None:
    for run in world.calls:
        run.started = world.calls[-1].started
    wire = Wire()

    async def second_page_fails(request: Request) -> None:
        if request.all("offset") not in ([], ["0"]):
            wire.faults = {"happyrobot/": answers(500)}

    wire.before = second_page_fails
    async with asking_imitations(world, wire) as asked:
        answer = await asked.text("list_runs", limit=10)
        assert "happyrobot ok (stopped early: 500 from the provider" in receipt(answer)["coverage"]
        assert next_cursor(answer) is not None
        assert all(find_run(world, ref).started > world.calls[-1].started for ref in refs(answer))
        wire.before, wire.faults = None, {}
        found = refs(answer)
        cursor = next_cursor(answer)
        while cursor is not None:
            answer = await asked.text("list_runs", cursor=cursor, limit=50, max_tokens=8000)
            found += refs(answer)
            cursor = next_cursor(answer)
    assert len(found) == len(set(found)) == 150


async def test_a_run_that_is_gone_when_it_is_looked_into_is_counted(world: World) -> None:
    gone = world.calls[-1]
    async with asking_imitations(world, Wire({gone.id: answers(404)})) as asked:
        answer = await asked.text("list_runs", provider="happyrobot", tool="nothing")
    assert "happyrobot ok (runs that could not be looked into: 1)" in receipt(answer)["coverage"]
    assert receipt(answer)["shown"] == "0, all that could be found"


async def test_details_that_are_refused_for_a_while_stop_the_list_and_lose_nothing(world: World) -> None:
    wire = Wire({"happyrobot/api/v1/runs/": FAULTS["429"][0]})
    tool = next(step.tool.name for run in world.calls for step in run.steps if step.tool is not None)
    async with asking_imitations(world, wire, timeout_s=5) as asked:
        answer = await asked.text("list_runs", provider="happyrobot", tool=tool)
        assert refs(answer) == []
        assert "stopped early: 429" in receipt(answer)["coverage"]
        cursor = next_cursor(answer)
        error = await asked.error("list_runs", cursor=cursor)
        assert error.startswith("happyrobot: held back within the provider's rate limit, told to wait by a 429; ")
    found: list[str] = []
    async with asking_imitations(world) as another_process:
        while cursor is not None:
            answer = await another_process.text("list_runs", cursor=cursor)
            found += refs(answer)
            cursor = next_cursor(answer)
    expected = [run for run in world.calls if any(step.tool and step.tool.name == tool for step in run.steps)]
    assert sorted(find_run(world, ref).id for ref in found) == sorted(run.id for run in expected)


async def test_a_client_that_gives_up_stops_the_requests(world: World) -> None:
    wire = Wire({"duckie/": silence})
    async with asking_imitations(world, wire) as asked:
        with anyio.move_on_after(0.2) as scope:
            await asked.text("list_runs")
        assert scope.cancelled_caught
        count = len(wire.requests)
        wire.faults = {}
        await asked.text("list_runs", provider="happyrobot")
        assert len(wire.requests) <= count + 2
