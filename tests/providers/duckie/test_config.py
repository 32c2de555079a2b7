"""What is set up: the lists asked for, the facts told, and the secrets that stay behind."""

import pytest
from tests.providers.comparing import plain, same
from tests.providers.duckie.serving import duckie, sample

from rundown_mcp.domain.errors import Forbidden, InvalidArgument
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.provider import ConfigItem, ConfigQuery
from rundown_mcp.providers.duckie.config_wire import WireAgent, WireToolConfig
from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

SERVER = "99999999-0000-4000-8000-000000000001"
NOTHING: Json = {"data": [], "pagination": {}}


async def items(kind: str, answer: Json) -> tuple[ConfigItem, ...]:
    async with duckie({f"/{kind}": answer}) as (client, _):
        return (await client.list_config(ConfigQuery(kind=kind), token=None, size=50)).items


def facts(item: ConfigItem) -> dict[str, Json]:
    return {name: plain(fact)[:2] for name, fact in item.facts}


async def test_the_kinds_and_what_their_apis_filter_by() -> None:
    async with duckie({}) as (client, _):
        kinds = client.config_kinds
    assert list(kinds) == ["agents", "tools", "guidelines", "guardrails", "runbooks"]
    assert kinds["guardrails"] == {"type"}
    assert kinds["agents"] == kinds["guidelines"] == kinds["runbooks"] == frozenset()
    assert "search" in kinds["tools"]


async def test_tools_tell_what_they_are() -> None:
    search, tag, replacement, parts = await items("tools", sample("tools"))
    same(search.id, Untrusted("duckie:search_docs", Kind.ID))
    same(search.name, Untrusted("Search docs", Kind.NAME))
    same(search.text, Untrusted("Looks through articles", Kind.TEXT))
    assert list(facts(search)) == ["type", "is_write_action", "requires_approval", "availability"]
    assert [facts(item)["type"] for item in (search, tag, replacement, parts)] == [
        ("word", "duckie_tool"),
        ("word", "app_tool"),
        ("word", "custom_tool"),
        ("word", "mcp_tool"),
    ]
    assert facts(tag)["integration"] == ("name", "Helpdesk")
    assert facts(tag)["connection_status"] == ("word", "connected")
    assert facts(tag)["enabled"] == ("word", "\x00false")
    assert facts(parts)["mcp_server"] == ("name", "Warehouse")
    assert facts(parts)["mcp_server_id"] == ("id", SERVER)


async def test_a_tool_without_prefix_or_own_object_has_no_type() -> None:
    (tool,) = await items("tools", {"data": [{"id": "other:1"}]})
    assert tool.facts == ()


async def test_agents_tell_what_they_are_without_their_instructions() -> None:
    returns, billing = await items("agents", sample("agents"))
    assert facts(returns) == {
        "status": ("word", "active"),
        "last_run_at": ("word", "2026-11-18 14:05"),
        "starts_with": ("name", "Returns"),
        "starts_with_type": ("word", "runbook"),
        "tools": ("word", "\x002"),
        "guidelines": ("word", "\x000"),
        "guardrails": ("word", "\x001"),
    }
    assert facts(billing) == {"status": ("word", "draft"), "resolution_tracking": ("word", "\x00false")}
    same(returns.text, Untrusted("Takes returns back", Kind.TEXT))


@pytest.mark.parametrize(("name", "model"), [("tools", WireToolConfig), ("agents", WireAgent)])
async def test_secrets_go_no_further_than_the_decoder(name: str, model: type[WireAgent | WireToolConfig]) -> None:
    body = sample(name)
    assert "canary" in str(body)
    assert "canary" not in str([model.model_validate(row).model_dump() for row in body["data"]]).lower()
    assert "canary" not in str(plain(await items(name, body))).lower()


@pytest.mark.parametrize("kind", ["guidelines", "guardrails", "runbooks"])
async def test_lists_of_unknown_shape_give_what_is_usual(kind: str) -> None:
    rows = [
        {"id": "g1", "name": "No refunds", "type": "restriction", "status": "published", "description": "d"},
        {"id": 2, "title": "Tone", "summary": "s", "sections": [{"text": "t"}]},
        {"status": "draft"},
        "text",
    ]
    async with duckie({f"/{kind}": {"data": rows}}) as (client, _):
        page = await client.list_config(ConfigQuery(kind=kind), token=None, size=50)
    first, second = page.items
    assert page.unusable == 2
    assert facts(first) == {"type": ("word", "restriction"), "status": ("word", "published")}
    same(first.text, Untrusted("d", Kind.TEXT))
    wanted = (Untrusted("2", Kind.ID), Untrusted("Tone", Kind.NAME), Untrusted("s", Kind.TEXT))
    same((second.id, second.name, second.text), wanted)


@pytest.mark.parametrize(
    ("query", "params"),
    [
        (ConfigQuery(kind="agents"), []),
        (ConfigQuery(kind="agents", search="x"), []),
        (ConfigQuery(kind="tools", search="x"), [("search", "x")]),
        (
            ConfigQuery(kind="tools", types=("app_tool", "mcp_tool", "app_tool")),
            [("type", "app_tool"), ("type", "mcp_tool")],
        ),
        (
            ConfigQuery(kind="tools", is_write_action=False, requires_approval=True),
            [("is_write_action", "false"), ("requires_approval", "true")],
        ),
        (
            ConfigQuery(kind="tools", integration_id="i", mcp_server_id=SERVER),
            [("integration_id", "i"), ("mcp_server_id", SERVER)],
        ),
        (ConfigQuery(kind="guardrails", types=("escalation",)), [("type", "escalation")]),
        (ConfigQuery(kind="guardrails", types=("escalation", "restriction")), []),
    ],
)
async def test_a_list_is_asked_for_exactly(query: ConfigQuery, params: list[tuple[str, str]]) -> None:
    async with duckie({f"/{query.kind}": NOTHING}) as (client, asked):
        await client.list_config(query, token="c", size=500)  # noqa: S106 - a cursor
    assert asked.requests == [(f"/{query.kind}", [("limit", "200"), ("cursor", "c"), *params])]


async def test_an_mcp_servers_id_that_the_api_would_refuse_is_refused_here() -> None:
    async with duckie({}) as (client, asked):
        with pytest.raises(InvalidArgument) as refused:
            await client.list_config(ConfigQuery(kind="tools", mcp_server_id="warehouse"), token=None, size=1)
    assert refused.value.parameter == "mcp_server_id"
    assert asked.requests == []


@pytest.mark.parametrize("kind", ["agents", "tools", "guidelines", "guardrails", "runbooks"])
async def test_each_kind_names_its_own_scope(kind: str) -> None:
    async with duckie({f"/{kind}": 403}) as (client, _):
        with pytest.raises(Forbidden, match=f"api:{kind}:read"):
            await client.list_config(ConfigQuery(kind=kind), token=None, size=1)
