"""Duckie's API, imitated: keys, errors, filters, pages, limits."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from tests.sandbox.asking import Ask, AskApi

from rundown_mcp.providers.duckie.sandbox import SCOPES, Limits, imitate
from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

Body = dict[str, Any]
UNKNOWN = "00000000-0000-4000-8000-00000000abcd"


async def walk(ask: Ask, path: str, params: list[tuple[str, str]], limit: int = 100) -> list[Body]:
    rows: list[Body] = []
    cursor: list[tuple[str, str]] = []
    while True:
        answer = await ask(path, [*params, ("limit", str(limit)), *cursor])
        assert answer.status_code == 200, answer.text
        page = answer.json()
        rows += page["data"]
        assert page["pagination"]["limit"] == limit
        assert page["pagination"]["has_more"] is (page["pagination"]["next_cursor"] is not None)
        if not page["pagination"]["has_more"]:
            return rows
        cursor = [("cursor", page["pagination"]["next_cursor"])]


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "Authorization header must be 'Bearer <api_key>'"),
        ({"authorization": "Basic abc"}, "Authorization header must be 'Bearer <api_key>'"),
        ({"authorization": "Bearer wrong"}, "Invalid API key"),
    ],
)
async def test_a_missing_or_wrong_key_is_unauthenticated(
    ask_duckie: Ask, headers: dict[str, str], message: str
) -> None:
    answer = await ask_duckie("/runs", headers=headers)
    assert answer.status_code == 401
    error = answer.json()["error"]
    assert (error["code"], error["message"]) == ("unauthenticated", message)
    assert error["request_id"].startswith("req_")


async def test_a_key_without_the_scope_is_denied(world: World, ask_api: AskApi) -> None:
    ask = ask_api(imitate(world, scopes=SCOPES - {"api:tools:read"}))
    assert (await ask("/runs")).status_code == 200
    answer = await ask("/tools")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "permission_denied")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=101", "limit=ten", "limit=", "cursor=nonsense", "cursor=e30", "cursor=",
        "created_after=yesterday", "created_after=2026-11-20", "created_before=2026-11-20T00:00:00",
        "created_before=2026-13-20T00:00:00Z", "status=canceled", "status=completed&status=", "agent_id=7",
        "resolution_type=won", "duration[eq]=-1", "duration[gt]=1.5", "duration[lte]=x", "source=" + "x" * 121,
        "ticket_id=" + "x" * 201, "tool_name=" + "x" * 201, "search=" + "x" * 301, "metadata.a b=1",
        "metadata.=1", "metadata.k=" + "x" * 501, "&".join(["source=x"] * 201),
    ],
)  # fmt: skip
async def test_a_parameter_that_is_not_as_documented_is_invalid(ask_duckie: Ask, query: str) -> None:
    answer = await ask_duckie(f"/runs?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/runs/{UNKNOWN}", 404, "not_found"),
        ("/runs/12345", 400, "invalid_request"),
        (f"/agents/{UNKNOWN}", 404, "not_found"),
        ("/agents/x", 400, "invalid_request"),
        ("/tools/duckie:none", 404, "not_found"),
        ("/tools/none", 400, "invalid_request"),
        ("/tools?type=builtin", 400, "invalid_request"),
        ("/tools?is_write_action=yes", 400, "invalid_request"),
        ("/tools?limit=201", 400, "invalid_request"),
        ("/guardrails?type=hard", 400, "invalid_request"),
        (f"/runbooks/{UNKNOWN}", 404, "not_found"),
        ("/alerts", 404, "not_found"),
        ("/", 404, "not_found"),
    ],
)
async def test_what_is_unknown_or_malformed_is_refused(ask_duckie: Ask, path: str, status: int, code: str) -> None:
    answer = await ask_duckie(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_only_get_is_allowed(ask_duckie: Ask, method: str) -> None:
    answer = await ask_duckie("/runs", method=method)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "invalid_request")


@pytest.mark.parametrize("limit", [1, 7, 100])
async def test_a_walk_meets_every_run_once_newest_first(fresh_world: World, ask_api: AskApi, limit: int) -> None:
    rows = await walk(ask_api(imitate(fresh_world)), "/runs", [], limit)
    places = [(row["created_at"], row["id"]) for row in rows]
    assert places == sorted(places, reverse=True)
    assert {row["id"] for row in rows} == {run.id for run in fresh_world.tickets}
    assert len(rows) == len(fresh_world.tickets)


async def test_runs_that_arrive_move_no_page(fresh_world: World, ask_api: AskApi) -> None:
    ask = ask_api(imitate(fresh_world))
    there = {run.id for run in fresh_world.tickets}
    first = (await ask("/runs?limit=5")).json()
    fresh_world.arrive(9, vendor="duckie")
    rest = await walk(ask, "/runs", [], 100)
    second = (await ask("/runs", {"limit": 100, "cursor": first["pagination"]["next_cursor"]})).json()
    seen = [row["id"] for row in (*first["data"], *second["data"])]
    assert len(seen) == len(set(seen))
    assert set(seen) == there
    assert len(rest) == len(there) + 9


async def test_the_default_page_has_fifty_runs(ask_duckie: Ask) -> None:
    page = (await ask_duckie("/runs")).json()
    assert (len(page["data"]), page["pagination"]["limit"]) == (50, 50)


def _seconds(row: Body) -> int:
    return -1 if row["duration_seconds"] is None else int(row["duration_seconds"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _recorded(row: Body) -> set[str]:
    return {step["tool"]["name"] for step in row["steps"] if step["type"] == "tool_call"}


FILTERS: list[tuple[list[tuple[str, str]], Callable[[Body], bool]]] = [
    ([("status", "failed")], lambda row: row["status"] == "failed"),
    ([("status", "paused"), ("status", "cancelled")], lambda row: row["status"] in {"paused", "cancelled"}),
    ([("source", "zendesk"), ("source", "batch_test")], lambda row: row["source"] in {"zendesk", "batch_test"}),
    ([("resolution_type", "escalated")], lambda row: (row["resolution"] or {}).get("type") == "escalated"),
    ([("duration[gte]", "10"), ("duration[lt]", "30")], lambda row: 10 <= _seconds(row) < 30),
    ([("duration[gt]", "40")], lambda row: _seconds(row) > 40),
    ([("duration[lte]", "5")], lambda row: 0 <= _seconds(row) <= 5),
    ([("duration[eq]", "12")], lambda row: _seconds(row) == 12),
    ([("tool_name", "charge_card")], lambda row: "charge_card" in _recorded(row)),
    (
        [("tool_name", "hold_seat"), ("tool_name", "issue_refund")],
        lambda row: bool(_recorded(row) & {"hold_seat", "issue_refund"}),
    ),
    ([("tool_name", "Charge card")], lambda row: False),
    (
        [("search", "REFUND")],
        lambda row: any(
            "refund" in text.lower()
            for text in (row["agent"]["name"], *((row["ticket"]["title"],) if row["ticket"] else ()))
        ),
    ),
    (
        [("status", "failed"), ("status", "completed"), ("tool_name", "issue_refund"), ("duration[gt]", "3")],
        lambda row: row["status"] in {"failed", "completed"} and "issue_refund" in _recorded(row) and _seconds(row) > 3,
    ),
]


@pytest.fixture(scope="module")
def details() -> dict[int, list[Body]]:
    return {}


async def all_details(ask: Ask, kept: dict[int, list[Body]]) -> list[Body]:
    if 0 not in kept:
        rows = await walk(ask, "/runs", [])
        kept[0] = [(await ask(f"/runs/{row['id']}")).json()["data"] for row in rows]
    return kept[0]


@pytest.mark.parametrize(("params", "passes"), FILTERS, ids=[str(params)[:50] for params, _ in FILTERS])
async def test_a_filter_gives_what_the_bodies_say(
    ask_duckie: Ask, details: dict[int, list[Body]], params: list[tuple[str, str]], passes: Callable[[Body], bool]
) -> None:
    wanted = [row["id"] for row in await all_details(ask_duckie, details) if passes(row)]
    assert [row["id"] for row in await walk(ask_duckie, "/runs", params)] == wanted
    assert wanted or params == [("tool_name", "Charge card")]


async def test_created_after_includes_its_moment_and_created_before_does_not(
    ask_duckie: Ask, details: dict[int, list[Body]]
) -> None:
    rows = await all_details(ask_duckie, details)
    start, end = rows[120]["created_at"], rows[20]["created_at"]
    wanted = [row["id"] for row in rows if _moment(start) <= _moment(row["created_at"]) < _moment(end)]
    got = await walk(ask_duckie, "/runs", [("created_after", start), ("created_before", end.replace("Z", "+00:00"))])
    assert [row["id"] for row in got] == wanted
    assert rows[120]["id"] in wanted
    assert rows[20]["id"] not in wanted


async def test_ids_of_tickets_and_agents_filter(ask_duckie: Ask, details: dict[int, list[Body]]) -> None:
    rows = await all_details(ask_duckie, details)
    tickets = [row["ticket"]["id"] for row in rows if row["ticket"]][:2]
    got = await walk(ask_duckie, "/runs", [("ticket_id", ticket) for ticket in tickets])
    assert {row["ticket"]["id"] for row in got} == set(tickets)
    agent = rows[0]["agent"]["id"]
    got = await walk(ask_duckie, "/runs", [("agent_id", agent.upper())])
    assert [row["id"] for row in got] == [row["id"] for row in rows if row["agent"]["id"] == agent]


async def test_metadata_filters_by_key_and_value(world: World, ask_duckie: Ask) -> None:
    params = [("metadata.region", "eu"), ("metadata.shop:locale", "de-DE")]
    got = {row["id"] for row in await walk(ask_duckie, "/runs", params)}
    wanted = {
        run.id for run in world.tickets if run.metadata["region"] == "eu" and run.metadata["shop:locale"] == "de-DE"
    }
    assert got == wanted
    assert wanted


async def test_list_rows_are_details_without_what_only_details_have(
    ask_duckie: Ask, details: dict[int, list[Body]]
) -> None:
    for row, full in zip(await walk(ask_duckie, "/runs", []), await all_details(ask_duckie, details), strict=True):
        for name in ("conversation", "steps", "evaluation_attributes"):
            del (full := {**full})[name]
        full["agent"] = {"id": full["agent"]["id"], "name": full["agent"]["name"]}
        if full["trigger"]:
            full["trigger"] = {
                key: value for key, value in full["trigger"].items() if key not in {"message_text", "latest_comment"}
            }
        assert row == full


async def test_tool_options_count_the_runs_of_each_recorded_name(
    ask_duckie: Ask, details: dict[int, list[Body]]
) -> None:
    rows = await all_details(ask_duckie, details)
    for option in (await ask_duckie("/runs/tool-options")).json()["data"]:
        assert set(option) == {"tool_name", "display_name", "run_count"}
        assert option["run_count"] == sum(option["tool_name"] in _recorded(row) for row in rows)


TOOL_FILTERS: list[tuple[dict[str, str], Callable[[Body], bool]]] = [
    ({"type": "custom_tool"}, lambda tool: tool["id"].startswith("custom:")),
    ({"type": "mcp_tool"}, lambda tool: tool["mcp"] is not None),
    ({"is_write_action": "true"}, lambda tool: bool(tool["is_write_action"])),
    ({"requires_approval": "true"}, lambda tool: tool["name"] == "issue_refund"),
    ({"requires_approval": "false"}, lambda tool: tool["name"] != "issue_refund"),
    ({"integration_id": "beacon-crm"}, lambda tool: (tool["app"] or {}).get("integration_name") == "Beacon CRM"),
    ({"search": "beacon"}, lambda tool: (tool["app"] or {}).get("integration_name") == "Beacon CRM"),
    ({"search": "FARES"}, lambda tool: (tool["mcp"] or {}).get("server_name") == "Fares"),
]


@pytest.mark.parametrize(("params", "passes"), TOOL_FILTERS, ids=[str(params) for params, _ in TOOL_FILTERS])
async def test_a_filter_of_tools_gives_what_the_bodies_say(
    ask_duckie: Ask, params: dict[str, str], passes: Callable[[Body], bool]
) -> None:
    tools = (await ask_duckie("/tools")).json()["data"]
    got = (await ask_duckie("/tools", params)).json()["data"]
    assert [tool["id"] for tool in got] == [tool["id"] for tool in tools if passes(tool)]
    assert got


async def test_tools_can_be_filtered_by_mcp_server(ask_duckie: Ask) -> None:
    tools = (await ask_duckie("/tools")).json()["data"]
    server = next(tool["mcp"]["server_id"] for tool in tools if tool["mcp"])
    got = (await ask_duckie("/tools", {"mcp_server_id": server})).json()["data"]
    assert {tool["name"] for tool in got} == {"search_flights", "fare_cache_get", "hold_seat"}


@pytest.mark.parametrize("kind", ["tools", "agents", "guidelines", "guardrails", "runbooks"])
async def test_configuration_pages_and_opens_one_by_one(ask_duckie: Ask, kind: str) -> None:
    rows = await walk(ask_duckie, f"/{kind}", [], 1)
    assert len({row["id"] for row in rows}) == len(rows) > 1
    assert rows == (await ask_duckie(f"/{kind}")).json()["data"]
    for row in rows:
        assert (await ask_duckie(f"/{kind}/{row['id']}")).json() == {"data": row}


async def test_guardrails_filter_by_type(ask_duckie: Ask) -> None:
    got = (await ask_duckie("/guardrails?type=escalation")).json()["data"]
    assert {rule["type"] for rule in got} == {"escalation"}


async def test_headers_tell_of_the_tightest_budget_and_it_is_kept(world: World, ask_api: AskApi) -> None:
    now = [1000.0]
    ask = ask_api(imitate(world, limits=Limits(lists=2, reads=9), clock=lambda: now[0]))
    first = await ask("/runs")
    assert [first.headers[f"x-ratelimit-{name}"] for name in ("limit", "remaining", "reset")] == ["2", "1", "1060"]
    assert (await ask("/runs")).headers["x-ratelimit-remaining"] == "0"
    now[0] += 20.5
    refused = await ask("/runs")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "rate_limited")
    assert refused.headers["retry-after"] == "40"
    assert (await ask("/agents")).status_code == 200
    now[0] += 39.5
    assert (await ask("/runs")).status_code == 200


async def test_wrong_keys_have_a_budget_of_their_own(world: World, ask_api: AskApi) -> None:
    ask = ask_api(imitate(world, limits=Limits(bad_keys=1), clock=lambda: 5.0))
    wrong = {"authorization": "Bearer wrong"}
    assert [(await ask("/runs", headers=wrong)).status_code for _ in range(2)] == [401, 429]
    assert (await ask("/runs")).status_code == 200


async def test_without_limits_a_demo_never_stumbles(ask_duckie: Ask) -> None:
    for _ in range(3):
        assert (await ask_duckie("/runs?limit=1")).headers["x-ratelimit-remaining"] == "599"
