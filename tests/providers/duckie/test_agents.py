"""Agents by name and by id."""

import anyio
import pytest
from tests.providers.comparing import same
from tests.providers.duckie.serving import duckie, sample

from rundown_mcp.domain.errors import UnexpectedBody
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Named
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

RETURNS = "9d7c1f00-1111-4222-8333-444455556666"
BILLING = "9d7c1f00-1111-4222-8333-000000000002"
GONE = "9d7c1f00-1111-4222-8333-00000000dead"


async def test_agents_have_id_and_name() -> None:
    async with duckie({"/agents": sample("agents")}) as (client, asked):
        agents = await client.agents()
    wanted = [(RETURNS, "Returns Desk"), (BILLING, "Billing Desk")]
    same(agents, [Named(Untrusted(id_, Kind.ID), Untrusted(name, Kind.NAME)) for id_, name in wanted])
    assert asked.requests == [("/agents", [("limit", "200")])]


async def test_names_in_any_case_become_ids_and_the_list_is_read_once() -> None:
    async with duckie({"/agents": sample("agents")}) as (client, asked):
        plan = await client.plan(RunQuery(agents=("returns desk ", "BILLING DESK", "nobody")))
        again = await client.plan(RunQuery(agents=("Returns Desk",)))
    assert plan.streams[0].params == (("agent_id", RETURNS), ("agent_id", BILLING))
    assert plan.matched_agents == {"returns desk ", "BILLING DESK"}
    assert again.streams[0].params == (("agent_id", RETURNS),)
    assert asked.paths == ["/agents"]


async def test_plans_made_at_once_share_one_reading_of_the_list() -> None:
    async with duckie({"/agents": sample("agents")}) as (client, asked), anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(client.plan, RunQuery(agents=("Returns Desk",)))
    assert asked.paths == ["/agents"]


async def test_an_id_is_used_without_asking_even_where_the_list_may_lack_it() -> None:
    async with duckie({"/agents": 403}) as (client, asked):
        plan = await client.plan(RunQuery(agents=(GONE.upper(), GONE)))
    assert plan.streams[0].params == (("agent_id", GONE),)
    assert plan.matched_agents == {GONE.upper(), GONE}
    assert asked.requests == []


async def test_an_agent_that_nobody_knows_leaves_nothing_to_read() -> None:
    async with duckie({"/agents": sample("agents")}) as (client, _):
        plan = await client.plan(RunQuery(agents=("nobody", "")))
    assert plan.streams == ()
    assert plan.notes == ("knows no such agent",)
    assert plan.matched_agents == frozenset()


async def test_two_agents_of_one_name_are_both_asked_for() -> None:
    rows = [{"id": RETURNS, "name": "Desk"}, {"id": BILLING, "name": "desk"}, {"name": "Desk"}, {"id": "agent-3"}]
    async with duckie({"/agents": {"data": rows}}) as (client, _):
        plan = await client.plan(RunQuery(agents=("Desk", "Agent-3")))
        agents = await client.agents()
    assert plan.streams[0].params == (("agent_id", RETURNS), ("agent_id", BILLING), ("agent_id", "agent-3"))
    same(agents[2], Named(Untrusted("agent-3", Kind.ID)))
    assert len(agents) == 3


async def test_the_list_of_agents_is_read_to_its_end() -> None:
    def answer(params: dict[str, str]) -> Json:
        start = int(params.get("cursor", "0"))
        return {"data": [{"id": f"a{start}"}], "pagination": {"next_cursor": str(start + 1), "has_more": start < 2}}

    async with duckie({"/agents": answer}) as (client, asked):
        assert len(await client.agents()) == 3
    assert len(asked.requests) == 3


@pytest.mark.parametrize("following", [{"": "a", "a": "a"}, {"": "a", "a": "b", "b": "a"}])
async def test_a_list_of_agents_that_goes_in_a_circle_is_a_fault_and_agents_by_id_need_no_list(
    following: dict[str, str],
) -> None:
    def answer(params: dict[str, str]) -> Json:
        cursor = following[params.get("cursor", "")]
        return {"data": [{"id": "a"}], "pagination": {"next_cursor": cursor, "has_more": True}}

    async with duckie({"/agents": answer}) as (client, asked):
        with pytest.raises(UnexpectedBody, match="duckie: the list /agents has no end: its pages go in a circle"):
            await client.agents()
        assert len(asked.requests) == len(following)
        assert (await client.plan(RunQuery(agents=(GONE,)))).streams
