"""What is set up: agents and their guardrails, never their prompts."""

import pytest
from tests.providers.conduit.conduit_server import AGENT, OTHER_AGENT, WORKSPACES, Server, opened, refused, sample
from tests.providers.conduit.flat import flat

from rundown_mcp.provider import ConfigItem, ConfigQuery, ListsConfig, ListsTools, Page
from rundown_mcp.providers.conduit.wire import Agent

pytestmark = pytest.mark.anyio


async def read(kind: str) -> Page[ConfigItem]:
    async with opened(Server()) as client:
        return await client.list_config(ConfigQuery(kind=kind), token=None, size=50)


def facts(item: ConfigItem) -> dict[str, object]:
    return {name: flat(value)[""] for name, value in item.facts}


async def test_agents_are_listed_with_their_facts() -> None:
    page = await read("agents")
    first, second = page.items
    assert (page.next_token, page.unusable) == (None, 1)
    assert flat((first.id, first.name, first.text)) == {
        "[0]": ("id", AGENT),
        "[1]": ("name", "Reservations"),
        "[2]": ("text", "Books rooms and cancels them."),
    }
    assert facts(first) == {
        "workspace": ("id", WORKSPACES[0]),
        "operation_mode": ("word", "autopilot"),
        "version": ("name", "v2"),
        "response_language": ("name", "English"),
        "skills": ("word", "1"),
        "triggers": ("word", "1"),
    }
    assert facts(second) == {
        "workspace": ("id", WORKSPACES[1]),
        "enabled": ("word", "false"),
        "triggers": ("word", "0"),
    }


async def test_an_agents_workspace_is_told_where_there_are_several() -> None:
    async with opened(Server(), WORKSPACES[0]) as client:
        page = await client.list_config(ConfigQuery(kind="agents"), token=None, size=50)
    assert "workspace" not in facts(page.items[0])


async def test_guardrails_are_listed_with_their_agent() -> None:
    page = await read("guardrails")
    first, second = page.items
    assert flat((first.id, first.name, first.text)) == {
        "[0]": ("id", "guardrail_1"),
        "[1]": ("text", "No promised refunds"),
        "[2]": ("text", "Quote the policy, or hand over."),
    }
    assert facts(first) == {"agent": ("name", "Reservations")}
    assert (second.name, second.text) == (None, None)


def test_an_agents_prompt_is_not_kept() -> None:
    agent = Agent.model_validate(sample("agents_first")["data"][0])
    assert "instructions" not in agent.model_dump()


async def test_the_client_lists_what_is_set_up_and_no_tools() -> None:
    async with opened(Server()) as client:
        assert isinstance(client, ListsConfig)
        assert not isinstance(client, ListsTools)
        assert client.config_kinds == {"agents": frozenset(), "guardrails": frozenset()}
        assert [flat(agent.id)[""] for agent in await client.agents()] == [("id", AGENT), ("id", OTHER_AGENT)]


async def test_a_workspace_that_could_not_be_listed_is_told() -> None:
    server = Server()
    listed = server.answers["/agents"]
    server.answers["/agents"] = lambda params: (
        refused(500) if params["workspace_id"] == WORKSPACES[1] else listed(params)
    )
    async with opened(server) as client:
        for kind in ("agents", "guardrails"):
            page = await client.list_config(ConfigQuery(kind=kind), token=None, size=50)
            assert page.notes == ("1 of 2 workspaces could not be listed",)
