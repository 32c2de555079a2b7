"""How agents are found across workspaces, kept, and done without."""

import pytest
from starlette.responses import JSONResponse
from tests.providers.conduit.conduit_server import (
    AGENT,
    OTHER_AGENT,
    WORKSPACES,
    Params,
    Server,
    agents_of_workspace,
    opened,
    opened_api,
    refused,
    sample,
)
from tests.providers.serving import Clock

from rundown_mcp.domain.errors import BadRequest, Forbidden, NotFound, RateLimited, UnexpectedBody
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.providers.conduit.directory import AgentDirectory
from rundown_mcp.providers.conduit.settings import ConduitSettings
from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

SETTINGS = ConduitSettings.model_validate({"api_key": "a key"})
FIRST, SECOND = (f"/agents?workspace_id={workspace}&limit=100" for workspace in WORKSPACES)


async def listed(server: Server, workspace_id: str | None = None) -> list[str]:
    async with opened_api(server, SETTINGS) as api:
        directory = await AgentDirectory(api, workspace_id).read()
    return [agent.id or "" for agent in directory.agents]


async def test_all_workspaces_of_the_token_are_listed() -> None:
    server = Server()
    assert await listed(server) == [AGENT, OTHER_AGENT]
    assert server.asked[0] == "/workspaces?limit=100"
    assert sorted(server.asked[1:]) == [FIRST, SECOND]


async def test_only_the_configured_workspace_is_listed() -> None:
    server = Server()
    assert await listed(server, WORKSPACES[1]) == [OTHER_AGENT]
    assert server.asked == [SECOND]


async def test_every_page_of_agents_is_read() -> None:
    def page(params: Params) -> Json:
        number = int(params.get("cursor", "1"))
        more = number < 3
        return {"data": [{"id": f"agent{number}"}], "next_cursor": str(number + 1) if more else None, "has_more": more}

    server = Server()
    server.answers["/agents"] = page
    assert await listed(server, "w") == ["agent1", "agent2", "agent3"]
    assert server.asked[2] == "/agents?workspace_id=w&limit=100&cursor=3"


async def test_an_agent_that_two_workspaces_list_is_one_agent() -> None:
    server = Server()
    server.answers["/agents"] = lambda _: sample("agents_first")
    assert await listed(server) == [AGENT]


async def test_agents_without_a_usable_id_are_counted() -> None:
    server = Server()
    server.answers["/agents"] = lambda _: {"data": [{"id": "a/b"}, {"id": "a b"}, {"id": None}, 7, {"id": "good"}]}
    async with opened_api(server, SETTINGS) as api:
        directory = await AgentDirectory(api, "w").read()
    assert [agent.id for agent in directory.agents] == ["good"]
    assert directory.odd == 4


async def test_one_workspace_that_fails_does_not_hide_the_others() -> None:
    server = Server()
    server.answers["/agents"] = lambda params: (
        refused(403) if params["workspace_id"] == WORKSPACES[0] else agents_of_workspace(params)
    )
    async with opened(server) as client:
        plan = await client.plan(RunQuery())
    assert [stream.key for stream in plan.streams] == [f"agent={OTHER_AGENT}"]
    assert plan.notes[0] == "1 of 2 workspaces could not be listed"


async def test_a_workspace_without_an_id_counts_as_one_that_could_not_be_listed() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: {"data": [{"id": WORKSPACES[0]}, {"name": "Harbour"}]}
    async with opened(server) as client:
        plan = await client.plan(RunQuery())
    assert plan.notes == ("1 of 2 workspaces could not be listed",)


async def test_where_every_workspace_fails_the_failure_is_raised() -> None:
    server = Server()
    server.answers["/agents"] = lambda _: refused(403)
    with pytest.raises(Forbidden):
        await listed(server)


@pytest.mark.parametrize(
    "answer", [refused(404), refused(400), ["odd"], {"rows": []}, {"data": [{"name": "no id"}]}, {"data": ["w1"]}]
)
async def test_where_workspaces_cannot_be_read_agents_are_asked_for_without_one(answer: Json) -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: answer
    server.answers["/agents"] = lambda _: sample("agents_first")
    assert await listed(server) == [AGENT]
    assert server.asked == ["/workspaces?limit=100", "/agents?limit=100"]


async def test_where_a_workspace_must_be_named_the_variable_is() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: refused(404)
    with pytest.raises(BadRequest, match="CONDUIT_WORKSPACE_ID"):
        await listed(server)


async def test_a_wrong_address_is_told_as_such() -> None:
    server = Server()
    server.answers.clear()
    with pytest.raises(NotFound):
        await listed(server)


async def test_a_token_without_workspaces_has_no_agents() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: {"data": [], "next_cursor": None, "has_more": False}
    assert await listed(server) == []
    assert len(server.asked) == 1


@pytest.mark.parametrize("following", [{"": "a", "a": "a"}, {"": "a", "a": "b", "b": "a"}])
async def test_agents_whose_pages_go_in_a_circle_are_a_fault(following: dict[str, str]) -> None:
    server = Server()
    server.answers["/agents"] = lambda params: {"data": [], "next_cursor": following[params.get("cursor", "")]}
    with pytest.raises(UnexpectedBody, match="conduit: the list of agents has no end: its pages go in a circle"):
        await listed(server, "w")
    assert len(server.asked) == len(following)


async def test_a_workspace_whose_agents_go_in_a_circle_does_not_hide_the_others() -> None:
    server = Server()
    server.answers["/agents"] = lambda params: (
        {"data": [{"id": "lost"}], "next_cursor": "same"}
        if params["workspace_id"] == WORKSPACES[0]
        else agents_of_workspace(params)
    )
    async with opened(server) as client:
        plan = await client.plan(RunQuery())
    assert [stream.key for stream in plan.streams] == [f"agent={OTHER_AGENT}"]
    assert plan.notes[0] == "1 of 2 workspaces could not be listed"


async def test_a_listing_is_kept_for_five_minutes() -> None:
    server, clock = Server(), Clock(0)
    async with opened_api(server, SETTINGS) as api:
        directory = AgentDirectory(api, "w", clock=clock)
        server.answers["/agents"] = lambda _: sample("agents_first")
        await directory.read()
        clock.now = 299
        await directory.read()
        assert len(server.asked) == 1
        clock.now = 300
        await directory.read()
        assert len(server.asked) == 2


async def test_a_listing_with_gaps_is_made_anew_after_half_a_minute() -> None:
    server, clock = Server(), Clock(0)
    server.answers["/agents"] = lambda params: (
        refused(403) if params["workspace_id"] == WORKSPACES[0] else agents_of_workspace(params)
    )
    async with opened_api(server, SETTINGS) as api:
        directory = AgentDirectory(api, None, clock=clock)
        assert (await directory.read()).failed == 1
        server.answers["/agents"] = agents_of_workspace
        clock.now = 29
        assert (await directory.read()).failed == 1
        clock.now = 30
        assert (await directory.read()).failed == 0


async def test_names_come_from_an_older_listing_where_a_new_one_fails() -> None:
    server, clock = Server(), Clock(0)
    async with opened_api(server, SETTINGS) as api:
        directory = AgentDirectory(api, WORKSPACES[0], clock=clock)
        await directory.read()
        server.answers["/agents"] = lambda _: refused(403)
        clock.now = 1000
        assert (await directory.recall()).find(AGENT) is not None
        with pytest.raises(Forbidden):
            await directory.read()


async def test_names_are_looked_for_again_half_a_minute_after_a_failure() -> None:
    server, clock = Server(), Clock(0)
    server.answers["/agents"] = lambda _: refused(403)
    async with opened_api(server, SETTINGS) as api:
        directory = AgentDirectory(api, WORKSPACES[0], clock=clock)
        assert (await directory.recall()).agents == ()
        server.answers["/agents"] = agents_of_workspace
        clock.now = 29
        assert (await directory.recall()).agents == ()
        clock.now = 30
        assert (await directory.recall()).find(AGENT) is not None


async def test_behind_a_rate_limit_no_more_workspaces_are_asked_for() -> None:
    server = Server()
    server.answers["/workspaces"] = lambda _: {"data": [{"id": f"w{number:031d}"} for number in range(40)]}
    server.answers["/agents"] = lambda _: JSONResponse({"error": "slow"}, 429, {"retry-after": "60"})
    async with opened(server) as client:
        with pytest.raises(RateLimited, match="try again in 60 s"):
            await client.agents()
    assert len([path for path in server.asked if path.startswith("/agents")]) <= 4
