"""Every filter: what is sent to each provider, and that the answer is what a look through the whole world gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.harness import receipt, rows
from tests.runs.imitated import Wire, asking_imitations, find_run, next_cursor, refs, vendor, walk

from rundown_mcp.sandbox.model import CallRun, ChatRun, Run, TicketRun
from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
RUNS = "duckie/api/v1/runs"
Wanted = Callable[[Run], bool]


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=7, runs=400, now=NOW)


def brute(world: World, wanted: Wanted, *vendors: str) -> list[str]:
    return sorted(run.id for run in world.runs if vendor(run) in (vendors or {vendor(run)}) and wanted(run))


async def listed(world: World, wire: Wire | None = None, **filters: Any) -> list[str]:  # noqa: ANN401 - any filter
    async with asking_imitations(world, wire) as asked:
        return sorted(find_run(world, ref).id for ref in await walk(asked, limit=100, **filters))


def length(run: Run) -> int:
    return round((run.ended - run.started).total_seconds()) if run.ended else -1


def tickets(wanted: Callable[[TicketRun], bool]) -> Wanted:
    return lambda run: isinstance(run, TicketRun) and wanted(run)


def recorded(*names: str) -> Wanted:
    """Runs whose steps recorded a tool of one of these names."""
    return lambda run: any(
        step.tool is not None and step.tool.name in names and step.kind == "tool_call" for step in run.steps
    )


def duckie_cases(world: World) -> dict[str, tuple[dict[str, Any], list[tuple[str, str]], Wanted]]:
    """The arguments, what must be sent for them, and what must come, for every filter that Duckie documents."""
    some = [run for run in world.tickets if not run.bare]
    one, other = some[0], some[5]
    agent = one.agent
    key, value = next((key, value) for run in some for key, value in run.metadata.items())
    tool = next(step.tool.name for run in some for step in run.steps if step.tool and step.kind == "tool_call")
    noon = "2026-11-18T12:00:00.000Z"
    past = datetime(2026, 11, 18, 12, tzinfo=UTC)
    return {
        "since": ({"since": "2026-11-18T12:00"}, [("created_after", noon)], lambda run: run.started >= past),
        "until": ({"until": "2026-11-18T13:00+01:00"}, [("created_before", noon)], lambda run: run.started < past),
        "status": (
            {"status": ["failed", "canceled", "success"]},
            [("status", "failed"), ("status", "cancelled"), ("status", "completed")],
            lambda run: run.status in {"failed", "cancelled", "completed"},
        ),
        "paused": ({"status": "paused"}, [("status", "paused")], lambda run: run.status == "paused"),
        "ticket": (
            {"ticket": [one.ticket_id, other.ticket_id]},
            [("ticket_id", one.ticket_id), ("ticket_id", other.ticket_id)],
            tickets(lambda run: not run.bare and run.ticket_id in {one.ticket_id, other.ticket_id}),
        ),
        "agent by id": ({"agent": [agent.id.upper()]}, [("agent_id", agent.id)], lambda run: run.agent is agent),
        "agent by name": (
            {"agent": [f" {agent.name.upper()} "]},
            [("agent_id", agent.id)],
            lambda run: run.agent is agent,
        ),
        "source": (
            {"source": [one.source, "nowhere"]},
            [("source", one.source), ("source", "nowhere")],
            tickets(lambda run: not run.bare and run.source == one.source),
        ),
        "outcome": (
            {"outcome": ["Escalated", "deflected"]},
            [("resolution_type", "escalated"), ("resolution_type", "deflected")],
            lambda run: run.outcome in {"escalated", "deflected"},
        ),
        "a vendor's own outcome": ({"outcome": ["escalated", "odd word"]}, [], lambda run: run.outcome == "escalated"),
        "duration =": (
            {"duration": [f"={length(one)}"]},
            [("duration[eq]", str(length(one)))],
            lambda run: length(run) == length(one),
        ),
        "duration > <": (
            {"duration": [">60", "<5m"]},
            [("duration[gt]", "60"), ("duration[lt]", "300")],
            lambda run: 60 < length(run) < 300,
        ),
        "duration >= <=": (
            {"duration": [">=60", ">= 2m", "<=1h"]},
            [("duration[gte]", "120"), ("duration[lte]", "3600")],
            lambda run: 120 <= length(run) <= 3600,
        ),
        "two equal durations": ({"duration": ["=60", "=61"]}, [("duration[eq]", "60")], lambda run: False),
        "tool": ({"tool": [tool, "nothing"]}, [("tool_name", tool), ("tool_name", "nothing")], recorded(tool)),
        "search": (
            {"search": one.title[3:12].upper()},
            [("search", one.title[3:12].upper())],
            tickets(lambda run: not run.bare and one.title[3:12].casefold() in run.title.casefold()),
        ),
        "metadata": (
            {"metadata": {key: value, "absent": ""}},
            [(f"metadata.{key}", value), ("metadata.absent", "")],
            lambda run: False,
        ),
        "metadata of one key": (
            {"metadata": {key: value}},
            [(f"metadata.{key}", value)],
            tickets(lambda run: run.metadata.get(key) == value),
        ),
    }


NAMES = list(duckie_cases(build_world(seed=7, runs=400, now=NOW)))


@pytest.mark.parametrize("name", NAMES)
async def test_duckie_is_sent_the_filter_and_gives_what_it_says(world: World, name: str) -> None:
    arguments, sent, wanted = duckie_cases(world)[name]
    wire = Wire()
    found = await listed(world, wire, provider=["duckie"], **arguments)
    assert found == brute(world, wanted, "duckie")
    first = wire.to(RUNS)[0]
    assert sorted(first.params) == sorted([*sent, ("limit", "100")])


async def test_limit_and_cursor_reach_duckie(world: World) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        first = await asked.text("list_runs", provider="duckie", limit=7)
        assert len(refs(first)) == 7
        assert wire.to(RUNS)[-1].all("limit") == ["8"]
        await asked.text("list_runs", cursor=next_cursor(first), limit=9)
        assert wire.to(RUNS)[-1].all("limit") == ["10"]
        assert wire.to(RUNS)[-1].all("created_before")
        wire.clear()
        await walk(asked, provider="duckie", limit=100, tool="nothing recorded under this name")
    assert not any(request.all("cursor") for request in wire.to(RUNS))


async def test_more_rows_of_one_instant_than_a_page_are_had_with_duckies_cursor() -> None:
    world = build_world(seed=7, runs=60, now=NOW)
    for run in world.tickets:
        run.started = NOW
    world.tickets.sort(key=lambda run: (run.started, run.id))
    wire = Wire()
    found = await listed_by(world, wire, limit=5)
    assert found == sorted(run.id for run in world.tickets)
    assert any(request.all("cursor") for request in wire.to(RUNS))


async def listed_by(world: World, wire: Wire, limit: int) -> list[str]:
    async with asking_imitations(world, wire) as asked:
        return sorted(find_run(world, ref).id for ref in await walk(asked, limit=limit, provider=["duckie"]))


STATUSES = {
    "queued": ["queued", "scheduled", "accepted", "not_started"],
    "running": ["running", "RUNNING"],
    "completed": ["completed", "success", "succeeded"],
    "failed": ["failed"],
    "cancelled": ["cancelled", "canceled"],
    "paused": ["paused"],
}


@pytest.mark.parametrize(("status", "word"), [(status, word) for status, words in STATUSES.items() for word in words])
async def test_every_spelling_of_a_status_means_it_at_every_provider(world: World, status: str, word: str) -> None:
    assert await listed(world, status=word) == brute(world, lambda run: run.status == status)


async def test_a_connection_is_known_by_its_name_in_any_case(world: World) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        assert receipt(await asked.text("list_runs", provider="Duckie", limit=3))["coverage"].endswith("; duckie ok")
        assert '"Ducky" is no connection' in await asked.error("list_runs", provider=["Duckie", "Ducky"])


async def test_happyrobot_is_sent_what_its_document_demands_and_no_default_status(world: World) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        await asked.text("list_runs", provider="happyrobot")
        await asked.text("list_runs", provider="happyrobot", status=["canceled", "queued"], since="2026-11-10")
        await asked.text("list_runs", provider="happyrobot", agent=world.company.use_cases[1].name)
    sent = wire.to("happyrobot/api/v1/runs")
    asked_for = [request.all("status") for request in sent]
    assert [asked_for[0], *sorted(asked_for[1:3]), asked_for[3]] == [[], ["canceled"], ["scheduled"], []]
    assert [request.all("use_case_id") for request in sent] == [[""], [""], [""], [world.company.use_cases[1].id]]
    assert all(request.headers["x-organization-id"] for request in wire.to("happyrobot"))
    assert all(request.all("sort") == ["desc"] for request in sent)


async def test_happyrobots_filters_agree_with_the_world(world: World) -> None:
    use_case = world.company.use_cases[0]
    _, column = use_case.columns[0]
    run = next(run for run in world.calls if run.use_case is use_case and isinstance(run.columns.get(column), str))
    value = str(run.columns[column])
    part = use_case.name[2:9]
    cases: list[tuple[dict[str, Any], Callable[[CallRun], bool]]] = [
        ({"annotation": ["Critical", "incorrect"]}, lambda run: run.annotation in {"critical", "incorrect"}),
        ({"agent": use_case.name}, lambda run: run.agent.id == use_case.id),
        ({"search": part.upper()}, lambda run: part.casefold() in run.agent.name.casefold()),
        ({"duration": "<=90"}, lambda run: 0 <= length(run) <= 90),
        ({"metadata": {column: value}}, lambda run: str(run.columns.get(column)) == value),
    ]
    for filters, wanted in cases:
        found = await listed(world, provider="happyrobot", **filters)
        assert found == sorted(run.id for run in world.calls if wanted(run)), filters
        assert found


async def test_conduit_is_asked_for_one_status_of_one_agent_a_call(world: World) -> None:
    wire = Wire()
    agents = world.company.chat_agents
    async with asking_imitations(world, wire) as asked:
        await asked.text("list_runs", provider="conduit", status=["accepted", "failed", "paused"], agent=agents[0].name)
        await asked.text("list_runs", provider="conduit", status=["success"])
    first, second = [
        [(request.path.split("/")[-2], request.all("status")) for request in wire.to("/runs")][part]
        for part in (slice(0, 2), slice(2, None))
    ]
    assert sorted(first) == [(agents[0].id, ["accepted"]), (agents[0].id, ["failed"])]
    assert sorted(second) == sorted((agent.id, ["completed"]) for agent in agents)


async def test_conduits_filters_agree_with_the_world(world: World) -> None:
    chat = next(run for run in world.chats if run.contact_id and run.conversation_id and run.trigger_id)
    contact, conversation = chat.contact_id, chat.conversation_id
    cases: list[tuple[dict[str, Any], Callable[[ChatRun], bool]]] = [
        ({"ticket": [conversation]}, lambda run: run.conversation_id == conversation),
        ({"ticket": [contact]}, lambda run: run.contact_id == contact),
        ({"source": [chat.trigger_id]}, lambda run: run.trigger_id == chat.trigger_id),
        ({"outcome": ["resolved", "pending"]}, lambda run: run.outcome in {"resolved", "pending"}),
        ({"search": chat.agent.name[1:6]}, lambda run: chat.agent.name[1:6] in run.agent.name),
        ({"agent": chat.agent.id}, lambda run: run.agent.id == chat.agent.id),
    ]
    for filters, wanted in cases:
        found = await listed(world, provider="conduit", **filters)
        assert found == sorted(run.id for run in world.chats if wanted(run)), filters
        assert found


async def test_a_search_that_the_api_lacks_says_what_it_looked_in(world: World) -> None:
    async with asking_imitations(world) as asked:
        answer = await asked.text("list_runs", search="whale")
    covered = receipt(answer)["coverage"]
    assert "conduit ok (search looked in ids, titles and agent names)" in covered
    assert "duckie ok," in covered


async def test_a_shortened_id_of_a_row_finds_its_runs_as_ticket(world: World) -> None:
    async with asking_imitations(world) as asked:
        listed = rows(await asked.text("list_runs", provider="conduit", limit=5))
        for row in listed:
            assert row["ticket"].endswith("…")
            start = row["ticket"][:-1]
            (meant,) = {run.conversation_id for run in world.chats if (run.conversation_id or "").startswith(start)}
            assert meant is not None
            expected = {run.id for run in world.chats if run.conversation_id == meant}
            for ticket in (row["ticket"], row["ticket"][:-1], meant):
                found = refs(await asked.text("list_runs", provider="conduit", ticket=[ticket], limit=50))
                assert {find_run(world, ref).id for ref in found} == expected
        assert refs(await asked.text("list_runs", provider="conduit", ticket=[listed[0]["ticket"][:7]])) == []
