"""HappyRobot's API v1, imitated: credentials, errors, filters, offsets, both shapes of a run."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.sandbox.asking import Ask

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

Body = dict[str, Any]
UNKNOWN = "00000000-0000-4000-8000-00000000abcd"


async def test_wrong_credentials_are_not_authenticated(world: World, ask_happyrobot: Ask) -> None:
    organization = {"x-organization-id": world.company.organization_id}
    key = {"authorization": f"Bearer {'sk' + '_live_' + world.token('happyrobot key')}"}
    for headers in ({}, organization, key, {**key, "x-organization-id": UNKNOWN}):
        answer = await ask_happyrobot("/runs", headers=headers)
        assert answer.status_code == 401
        assert answer.json() == {"message": "The user is not authenticated."}
    assert (await ask_happyrobot("/runs", headers={**key, **organization})).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=5001", "limit=-1", "limit=all", "offset=-1", "offset=x", "status=success", "status=cancelled", "status=",
        "status=failed&status=running", "sort=newest", "start=2026-11-20", "end=now", "completed_start=x",
        "completed_end=2026-11-20T00:00:00", "use_case_id=a&use_case_id=b", "node_output_filters=x",
    ],
)  # fmt: skip
async def test_a_parameter_that_is_not_as_documented_is_refused(ask_happyrobot: Ask, query: str) -> None:
    answer = await ask_happyrobot(f"/runs?{query}")
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (f"/runs/{UNKNOWN}", "The run was not found."),
        ("/runs/x", "The run was not found."),
        (f"/runs/{UNKNOWN}/recordings", "The run was not found."),
        (f"/use-cases/{UNKNOWN}", "The use case was not found."),
        ("/calls", "Not found."),
    ],
)
async def test_what_is_unknown_is_not_found(ask_happyrobot: Ask, path: str, message: str) -> None:
    answer = await ask_happyrobot(path)
    assert (answer.status_code, answer.json()) == (404, {"message": message})


async def test_only_get_is_allowed(ask_happyrobot: Ask) -> None:
    answer = await ask_happyrobot("/runs", method="POST")
    assert (answer.status_code, list(answer.json())) == (405, ["message"])


async def test_offsets_walk_every_run_once(world: World, ask_happyrobot: Ask) -> None:
    rows: list[Body] = []
    while page := (await ask_happyrobot("/runs", {"limit": 25, "offset": len(rows)})).json():
        rows += page
    assert len(rows) == len({row["id"] for row in rows}) == len(world.calls)
    assert [row["timestamp"] for row in rows] == sorted((row["timestamp"] for row in rows), reverse=True)
    oldest_first = (await ask_happyrobot("/runs?sort=asc")).json()
    assert oldest_first == rows[::-1]


def _at_least(row: Body, name: str, bound: str) -> bool:
    return row[name] is not None and row[name] >= bound


FILTERS: list[tuple[Callable[[list[Body]], dict[str, str]], Callable[[Body, dict[str, str]], bool]]] = [
    (lambda rows: {"status": "canceled"}, lambda row, sent: row["status"] == "canceled"),
    (lambda rows: {"status": "scheduled"}, lambda row, sent: row["status"] == "scheduled"),
    (
        lambda rows: {"use_case_id": rows[0]["use_case_id"]},
        lambda row, sent: row["use_case_id"] == sent["use_case_id"],
    ),
    (lambda rows: {"use_case_id": ""}, lambda row, sent: True),
    (
        lambda rows: {"start": rows[60]["timestamp"], "end": rows[10]["timestamp"]},
        lambda row, sent: sent["start"] <= row["timestamp"] <= sent["end"],
    ),
    (
        lambda rows: {"completed_start": rows[40]["completed_at"], "completed_end": rows[12]["completed_at"]},
        lambda row, sent: (
            row["completed_at"] is not None and sent["completed_start"] <= row["completed_at"] <= sent["completed_end"]
        ),
    ),
]


@pytest.mark.parametrize(("params", "passes"), FILTERS)
async def test_a_filter_gives_what_the_bodies_say(
    ask_happyrobot: Ask,
    params: Callable[[list[Body]], dict[str, str]],
    passes: Callable[[Body, dict[str, str]], bool],
) -> None:
    rows = (await ask_happyrobot("/runs")).json()
    sent = params(rows)
    got = (await ask_happyrobot("/runs", sent)).json()
    assert got == [row for row in rows if passes(row, sent)]
    assert got


async def test_an_unknown_use_case_has_no_runs(ask_happyrobot: Ask) -> None:
    assert (await ask_happyrobot("/runs", {"use_case_id": UNKNOWN})).json() == []


async def test_a_limit_of_nothing_gives_nothing(ask_happyrobot: Ask) -> None:
    assert (await ask_happyrobot("/runs?limit=0")).json() == []


async def test_columns_are_keyed_as_the_use_case_declares(ask_happyrobot: Ask) -> None:
    columns = {
        use_case["id"]: {f"{column['group_id']}.{column['variable_id']}" for column in use_case["run_columns"]}
        for use_case in (await ask_happyrobot("/use-cases")).json()
    }
    rows = (await ask_happyrobot("/runs")).json()
    assert all(set(row["data"]) <= columns[row["use_case_id"]] for row in rows)
    assert any(row["data"] for row in rows)


async def _details(ask: Ask, world: World, story: str) -> list[Body]:
    return [(await ask(f"/runs/{run.id}")).json() for run in world.calls if run.story == story]


async def test_tool_calls_come_as_text_and_are_followed_by_their_result(world: World, ask_happyrobot: Ask) -> None:
    for body in await _details(ask_happyrobot, world, "lookup_retried"):
        session = next(event for event in body["events"] if event["type"] == "session")
        tools = [
            (message, session["messages"][at + 1])
            for at, message in enumerate(session["messages"])
            if message["tool_calls"]
        ]
        assert len(tools) == 2
        for call, result in tools:
            function = call["tool_calls"][0]["function"]
            assert isinstance(json.loads(function["arguments"]), dict)
            assert (result["role"], result["name"]) == ("tool", function["name"])
        assert json.loads(tools[0][1]["content"]) == {"error": "timeout after 10 s"}


async def test_a_failed_node_says_so_in_its_intermediate(world: World, ask_happyrobot: Ask) -> None:
    for body in await _details(ask_happyrobot, world, "webhook_node_fails"):
        assert body["status"] == "failed"
        assert body["events"][-1]["intermediate"]["error"].startswith("Request failed with status code 502")
        assert body["events"][-1]["output"] is None
        assert "intermediate" not in body["events"][0]


async def test_a_refused_call_carries_the_network_s_words(world: World, ask_happyrobot: Ask) -> None:
    for body in await _details(ask_happyrobot, world, "sip_failure"):
        session = body["events"][-1]
        assert session["sip_code"] in {"486", "503", "603"}
        assert session["sip_reason"]
        assert session["messages"] == []


async def test_what_retention_deleted_is_empty(world: World, ask_happyrobot: Ask) -> None:
    for body in await _details(ask_happyrobot, world, "data_deleted"):
        for event in body["events"]:
            assert all(message["data_deleted"] and not message["content"] for message in event.get("messages", []))
            assert event.get("output") is None


async def test_some_runs_come_in_the_older_shape(world: World, ask_happyrobot: Ask) -> None:
    for body in await _details(ask_happyrobot, world, "old_shape"):
        assert set(body) == {"run", "sessions"}
        assert body["sessions"][0]["user_number"].startswith("+")
        assert body["sessions"][0]["messages"]


async def test_issues_point_at_messages_of_their_run(ask_happyrobot: Ask) -> None:
    issues = (await ask_happyrobot("/issues")).json()
    assert {issue["message_id"] is None for issue in issues} == {True, False}
    one = next(issue for issue in issues if issue["message_id"])
    body = (await ask_happyrobot(f"/runs/{one['run_id']}")).json()
    ids = {message["id"] for event in body["events"] for message in event.get("messages", [])}
    assert one["message_id"] in ids
    assert one in body["issues"]
    assert (await ask_happyrobot("/issues", {"run_id": one["run_id"]})).json() == body["issues"]
    of_use_case = (await ask_happyrobot("/issues", {"use_case_id": one["use_case_id"]})).json()
    assert of_use_case == [issue for issue in issues if issue["use_case_id"] == one["use_case_id"]]


async def test_recordings_have_one_address_a_connected_call(world: World, ask_happyrobot: Ask) -> None:
    run = next(run for run in world.calls if run.story == "transferred")
    both = (await ask_happyrobot(f"/runs/{run.id}/recordings")).json()["recordings"]
    assert [one["session_id"] for one in both] == [session.id for session in run.sessions]
    params: dict[str, str | int] = {"session_id": run.sessions[1].id, "url_expires_in_days": 7}
    assert len((await ask_happyrobot(f"/runs/{run.id}/recordings", params)).json()["recordings"]) == 1
    refused = await ask_happyrobot(f"/runs/{run.id}/recordings", {"url_expires_in_days": 8})
    assert refused.status_code == 400


async def test_a_use_case_opens_without_its_versions(ask_happyrobot: Ask) -> None:
    for use_case in (await ask_happyrobot("/use-cases")).json():
        one = (await ask_happyrobot(f"/use-cases/{use_case['id']}")).json()
        assert use_case == {**one, "versions": use_case["versions"]}
        assert sum(version["is_live"] for version in use_case["versions"]) == 1
