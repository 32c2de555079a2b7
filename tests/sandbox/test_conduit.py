"""Conduit's API, imitated: tokens, workspaces, pages, ids, limits."""

from typing import Any

import pytest
from tests.sandbox.asking import Ask, AskApi

from rundown_mcp.providers.conduit.sandbox import imitate
from rundown_mcp.sandbox.model import ChatRun
from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

Body = dict[str, Any]


def told(world: World, story: str) -> ChatRun:
    return next(run for run in world.chats if run.story == story)


def address(run: ChatRun) -> str:
    return f"/agents/{run.agent.id}/runs/{run.id}"


async def walk(ask: Ask, path: str, limit: int, **params: str) -> list[Body]:
    rows: list[Body] = []
    while True:
        page = (await ask(path, {**params, "limit": limit})).json()
        assert set(page) == {"data", "next_cursor", "has_more"}
        rows += page["data"]
        if not page["has_more"]:
            assert page["next_cursor"] is None
            return rows
        params["cursor"] = page["next_cursor"]


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, {"authorization": "wrong"}])
async def test_a_missing_or_wrong_token_is_unauthorized(ask_conduit: Ask, headers: dict[str, str]) -> None:
    answer = await ask_conduit("/workspaces", headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


async def test_agents_need_a_workspace_that_the_token_opens(world: World, ask_conduit: Ask) -> None:
    for params, status, error in (
        ({}, 400, "Invalid workspace id"),
        ({"workspace_id": ""}, 400, "Invalid workspace id"),
        ({"workspace_id": "j57unknown"}, 403, "This token has no access to the workspace"),
    ):
        for path in ("/agents", "/escalations"):
            answer = await ask_conduit(path, params)
            assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert len((await ask_conduit("/workspaces")).json()["data"]) == len(world.company.workspaces) == 2


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=e30", "status=queued", "status=", "status=failed&status=x"],
)
async def test_a_parameter_that_is_not_as_documented_is_refused(world: World, ask_conduit: Ask, query: str) -> None:
    answer = await ask_conduit(f"/agents/{world.chats[0].agent.id}/runs?{query}")
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


async def test_what_is_unknown_is_not_found(world: World, ask_conduit: Ask) -> None:
    run = world.chats[0]
    for path in (
        "/agents/ag0", "/agents/ag0/runs", f"/agents/{run.agent.id}/runs/ar0", "/conversations/cv0/messages",
        "/contacts/co0", "/tickets",
    ):  # fmt: skip
        answer = await ask_conduit(path)
        assert (answer.status_code, list(answer.json())) == (404, ["error"]), path


async def test_a_run_opens_by_its_id_and_not_by_its_run_id(world: World, ask_conduit: Ask) -> None:
    run = world.chats[0]
    body = (await ask_conduit(address(run))).json()["data"]
    assert (body["id"], body["run_id"]) == (run.id, run.run_id)
    assert (await ask_conduit(f"/agents/{run.agent.id}/runs/{run.run_id}")).status_code == 404
    other = next(agent for agent in world.company.chat_agents if agent.id != run.agent.id)
    assert (await ask_conduit(f"/agents/{other.id}/runs/{run.id}")).status_code == 404


async def test_the_workspace_asked_for_must_be_the_agent_s(world: World, ask_conduit: Ask) -> None:
    run = world.chats[0]
    other = next(one.id for one in world.company.workspaces if one.id != run.workspace_id)
    for path in (f"/agents/{run.agent.id}", f"/agents/{run.agent.id}/runs", address(run)):
        assert (await ask_conduit(path, {"workspace_id": run.workspace_id})).status_code == 200
        assert (await ask_conduit(path, {"workspace_id": other})).status_code == 404
        assert (await ask_conduit(path, {"workspace_id": "j57unknown"})).status_code == 403


@pytest.mark.parametrize("limit", [3, 20, 100])
async def test_a_walk_meets_every_run_of_an_agent_once_newest_first(world: World, ask_conduit: Ask, limit: int) -> None:
    for agent in world.company.chat_agents:
        rows = await walk(ask_conduit, f"/agents/{agent.id}/runs", limit)
        assert [row["created_at"] for row in rows] == sorted((row["created_at"] for row in rows), reverse=True)
        assert sorted(row["id"] for row in rows) == sorted(run.id for run in world.chats if run.agent.id == agent.id)


@pytest.mark.parametrize("status", ["accepted", "running", "completed", "failed"])
async def test_a_status_filters(world: World, ask_conduit: Ask, status: str) -> None:
    found = 0
    for agent in world.company.chat_agents:
        rows = await walk(ask_conduit, f"/agents/{agent.id}/runs", 100)
        got = await walk(ask_conduit, f"/agents/{agent.id}/runs", 2, status=status)
        assert got == [row for row in rows if row["status"] == status]
        found += len(got)
    assert found


async def test_runs_that_arrive_move_no_page(fresh_world: World, ask_api: AskApi) -> None:
    ask = ask_api(imitate(fresh_world))
    agent = fresh_world.chats[-1].agent.id
    there = {run.id for run in fresh_world.chats if run.agent.id == agent}
    first = (await ask(f"/agents/{agent}/runs?limit=1")).json()
    fresh_world.arrive(20, vendor="conduit")
    rest = await walk(ask, f"/agents/{agent}/runs", 100, **({"cursor": first["next_cursor"]} if len(there) > 1 else {}))
    assert {row["id"] for row in (*first["data"], *rest)} >= there
    assert not {row["id"] for row in first["data"]} & {row["id"] for row in rest}


async def test_agents_open_one_by_one(world: World, ask_conduit: Ask) -> None:
    names = set()
    for workspace in (await ask_conduit("/workspaces")).json()["data"]:
        for agent in await walk(ask_conduit, "/agents", 1, workspace_id=workspace["id"]):
            assert agent["workspace_id"] == workspace["id"]
            assert (await ask_conduit(f"/agents/{agent['id']}")).json() == {"data": agent}
            names.add(agent["name"])
    assert names == {agent.name for agent in world.company.chat_agents}


async def test_a_run_leads_to_its_conversation_and_contact(world: World, ask_conduit: Ask) -> None:
    run = told(world, "reservation_confirmed")
    newest_first = await walk(ask_conduit, f"/conversations/{run.conversation_id}/messages", 100)
    oldest_first = await walk(ask_conduit, f"/conversations/{run.conversation_id}/messages", 1, order="asc")
    assert newest_first == oldest_first[::-1]
    assert {"inbound", "outbound"} == {message["direction"] for message in newest_first}
    assert run.reply in {message["body"] for message in newest_first}
    contact = (await ask_conduit(f"/contacts/{run.contact_id}")).json()["data"]
    assert f"{contact['first_name']} {contact['last_name']}" == run.person.name
    assert contact["channels"][0]["value"] == run.person.email
    assert contact["last_message_at"] >= newest_first[0]["created_at"]
    refused = await ask_conduit(f"/conversations/{run.conversation_id}/messages?order=up")
    assert refused.status_code == 400


async def test_escalations_name_their_runs(world: World, ask_conduit: Ask) -> None:
    run = told(world, "escalated")
    rows = await walk(ask_conduit, "/escalations", 3, workspace_id=run.workspace_id, status="pending")
    one = next(row for row in rows if row["agent_run_id"] == run.id)
    assert (one["agent_id"], one["disposition"]) == (run.agent.id, "escalated")
    assert await walk(ask_conduit, "/escalations", 3, workspace_id=run.workspace_id, status="dismissed") == []
    assert (await ask_conduit(f"/escalations?workspace_id={run.workspace_id}&status=open")).status_code == 400


async def test_unfinished_runs_have_no_end(world: World, ask_conduit: Ask) -> None:
    for story, status in (("accepted", "accepted"), ("running", "running")):
        body = (await ask_conduit(address(told(world, story)))).json()["data"]
        assert (body["status"], body["completed_at"], body["duration_ms"]) == (status, None, None)


async def test_only_get_is_allowed(world: World, ask_conduit: Ask) -> None:
    answer = await ask_conduit(f"/agents/{world.chats[0].agent.id}/runs", method="POST")
    assert (answer.status_code, list(answer.json())) == (405, ["error"])


async def test_each_workspace_has_a_budget_of_its_own(world: World, ask_api: AskApi) -> None:
    now = [0.0]
    ask = ask_api(imitate(world, per_minute=2, clock=lambda: now[0]))
    one, other = (workspace.id for workspace in world.company.workspaces)
    answers = [await ask("/agents", {"workspace_id": one}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].headers["retry-after"], list(answers[2].json())) == ("60", ["error"])
    agent = next(agent for agent in world.company.chat_agents if agent.workspace_id == one)
    assert (await ask(f"/agents/{agent.id}/runs")).status_code == 429
    assert (await ask("/agents", {"workspace_id": other})).status_code == 200
    assert [(await ask("/workspaces")).status_code for _ in range(3)] == [200, 200, 429]
    now[0] += 60
    assert (await ask("/agents", {"workspace_id": one})).status_code == 200
