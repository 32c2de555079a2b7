"""What a client sees of the tools before it calls one, and the forms of arguments that it may send."""

from __future__ import annotations

import json
import re
from typing import Any, Literal

import pytest
from mcp import Client
from mcp_types import Tool
from tests.harness import rows
from tests.tools.reading import by_real_tokens, tokens
from tests.tools.sandboxed import assert_snapshot, in_sandbox, ref_of, world

from rundown_mcp.connect import open_runs
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings

pytestmark = pytest.mark.anyio

NAMES = [
    "list_runs",
    "get_run",
    "get_step",
    "search_run",
    "triage_failures",
    "run_stats",
    "compare_runs",
    "list_tool_options",
    "list_config",
]
MOST_TOKENS = {"search_run": 230, "triage_failures": 330, "run_stats": 260, "compare_runs": 260}


async def catalogue(*, structured: bool = False) -> list[Tool]:
    async with in_sandbox(structured=structured) as asked:
        return (await asked.client.list_tools()).tools


def as_json(tool: Tool) -> dict[str, Any]:
    return tool.model_dump(mode="json", by_alias=True, exclude_none=True)


async def test_the_tools_stand_in_the_order_in_which_they_are_used() -> None:
    assert [tool.name for tool in await catalogue()] == NAMES


async def test_every_tool_says_that_it_only_reads() -> None:
    for tool in await catalogue():
        assert as_json(tool)["annotations"] == {
            "readOnlyHint": True,
            "destructiveHint": False,
            "idempotentHint": True,
            "openWorldHint": True,
        }


async def test_parameters_have_names_that_every_client_takes_and_no_others_are_allowed() -> None:
    for tool in await catalogue():
        assert tool.input_schema["additionalProperties"] is False
        assert all(re.fullmatch(r"[a-zA-Z0-9_]{1,64}", name) for name in tool.input_schema["properties"])
        assert len((tool.description or "").encode()) <= 2048


async def test_the_catalogue_costs_at_most_3200_tokens() -> None:
    listed = json.dumps([as_json(tool) for tool in await catalogue()], ensure_ascii=False)
    assert tokens(listed) <= 3200


@by_real_tokens
async def test_the_tools_that_look_at_many_texts_or_runs_cost_few_tokens_each() -> None:
    listed = {tool.name: json.dumps(as_json(tool), ensure_ascii=False) for tool in await catalogue()}
    costs = {name: tokens(listed[name]) for name in MOST_TOKENS if name in listed}
    assert {name: cost for name, cost in costs.items() if cost > MOST_TOKENS[name]} == {}


async def test_the_catalogue_is_the_one_that_was_kept() -> None:
    listed = [as_json(tool) for tool in await catalogue()]
    assert_snapshot("catalogue", json.dumps(listed, ensure_ascii=False, indent=1))


async def test_by_default_there_is_no_output_schema_and_no_structured_content() -> None:
    assert all("outputSchema" not in as_json(tool) for tool in await catalogue())
    async with in_sandbox() as asked:
        result = await asked.client.call_tool("list_config", {"kind": "connections"})
        assert result.structured_content is None


async def test_structured_answers_are_announced_by_an_output_schema() -> None:
    for tool in await catalogue(structured=True):
        assert tool.output_schema is not None
        assert tool.output_schema["type"] == "object"


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_both_protocol_eras_are_served(mode: Literal["auto", "legacy"]) -> None:
    settings = Settings(ServerSettings(sandbox=True), ())
    server = build_server(lambda: open_runs(settings, world=world()), settings.server)
    async with Client(server, mode=mode) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == NAMES
        result = await client.call_tool("list_config", {"kind": "connections"})
        assert not result.is_error


async def test_the_server_says_in_its_instructions_that_it_is_a_sandbox() -> None:
    async with in_sandbox() as asked:
        assert "sandbox" in (asked.client.instructions or "")


@pytest.mark.parametrize(
    ("arguments", "connections"),
    [
        ({"provider": "duckie"}, {"duckie"}),
        ({"provider": '["duckie","conduit"]'}, {"duckie", "conduit"}),
        ({"provider": ["conduit"], "limit": "3"}, {"conduit"}),
        ({"provider": None, "cursor": None}, {"duckie", "happyrobot", "conduit"}),
    ],
)
async def test_lists_may_come_as_one_value_as_json_in_a_text_or_as_null(
    arguments: dict[str, Any], connections: set[str]
) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_config", kind="agents", **arguments)
        assert {row["connection"] for row in rows(answer)} == connections


@pytest.mark.parametrize("search", ['{"a":1}', "[1,2]", "12", "null"])
async def test_a_text_that_looks_like_json_stays_the_text_that_is_searched_for(search: str) -> None:
    async with in_sandbox() as asked:
        assert "No item matches." in await asked.text("list_config", kind="tools", search=search)


async def test_numbers_are_taken_where_an_id_is_a_text() -> None:
    async with in_sandbox() as asked:
        run = ref_of("duckie.refund_paid")
        assert await asked.text("get_step", run=run, step=1) is not None
        assert "No item matches." in await asked.text("list_config", kind="tools", integration_id=48213)
        ticket = rows(await asked.text("list_runs", provider="duckie", limit=1))[0]["ticket"]
        assert rows(await asked.text("list_runs", ticket=int(ticket)))[0]["ticket"] == ticket
