"""The bodies of the vendors' documents, served as they stand there, come out right through the real server."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.harness import Asked, asking, receipt, rows, served, settings_from

pytestmark = pytest.mark.anyio

KEY = "key-of-no-account"
ORGANIZATION = "0f0e0d0c-0000-4000-8000-000000000001"
UUID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
AGENT, RUN = "ag77c0dy0mgdpzmqz6tesry8w184002s", "ar77c0dy0mgdpzmqz6tesry8w184002s"
WORKSPACE = "j57demo8f8x7c9v0n2q4r6t8y1u3i5o"
ANY = r"\u003cstring>"
"""How the documents' `<string>` is shown: it must not render as HTML."""
DETAILS = ("triage", "timeline", "conversation", "full")
PREFIXES = {"duckie": "/api/v1", "happyrobot": "/api/v1", "conduit": "/v1"}

Bodies: TypeAlias = Mapping[str, str | object]
"""By path below the base URL: the name of a stored body, a body, or a whole response."""


@dataclass
class Vendor:
    """What was asked of a vendor, and a client of the server that asks it."""

    client: Asked
    requests: list[Request] = field(default_factory=list)

    @property
    def asked(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Path and query of each request, in order."""
        return [(request.url.path, request.query_params.multi_items()) for request in self.requests]


def stored(name: str) -> bytes:
    return (Path(__file__).parent / "samples" / f"{name}.json").read_bytes()


@asynccontextmanager
async def vendor(
    monkeypatch: pytest.MonkeyPatch, name: str, bodies: Bodies, *, redaction: str = "balanced"
) -> AsyncIterator[Vendor]:
    """A vendor on a loopback port, and a server that is set up for it alone; checks how it was asked at the end.

    A second page is empty and the last: the documents show one page, with a cursor in some.
    """
    requests: list[Request] = []

    async def answer(request: Request) -> Response:
        requests.append(request)
        body = bodies.get(request.url.path.removeprefix(PREFIXES[name]))
        if "cursor" in request.query_params:
            return JSONResponse({"data": []})
        if isinstance(body, str):
            return Response(stored(body), media_type="application/json")
        if isinstance(body, Response):
            return body
        return JSONResponse({"error": "not found"}, 404) if body is None else JSONResponse(body)

    with served(Starlette(routes=[Route("/{path:path}", answer)])) as address:
        variables = {
            f"{name.upper()}_API_KEY": KEY,
            f"{name.upper()}_BASE_URL": address + PREFIXES[name],
            "RUNDOWN_REDACTION": redaction,
        }
        if name == "happyrobot":
            variables["HAPPYROBOT_ORGANIZATION_ID"] = ORGANIZATION
        async with asking(settings_from(monkeypatch, variables)) as client:
            yield Vendor(client, requests)
    assert requests
    for request in requests:
        assert request.method == "GET"
        assert request.headers["authorization"] == f"Bearer {KEY}"
        assert request.headers.get("x-organization-id") == (ORGANIZATION if name == "happyrobot" else None)
        assert [value for value in request.headers.values() if KEY in value] == [f"Bearer {KEY}"]
        assert KEY not in str(request.url)


async def read(here: Vendor, run: str, detail: str) -> str:
    """One run in one detail; the answer names its connection as one that answered."""
    answer = await here.client.text("get_run", run=run, detail=detail)
    assert receipt(answer)["coverage"] == f"{run.partition(':')[0]} ok"
    assert KEY not in answer
    return answer


def states(answer: str, *facts: str) -> None:
    """Assert that an answer holds each of these facts, and never an absent value as null."""
    missing = [fact for fact in facts if fact not in answer]
    assert not missing, answer
    assert "null" not in answer
    assert "None" not in answer


def besides_limit(query: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A query in the order of names, without the page size, which is within every vendor's bounds."""
    assert 1 <= int(dict(query).get("limit", "1")) <= 100
    return sorted((name, value) for name, value in query if name != "limit")


DUCKIE_RUN = {f"/runs/{UUID}": "document_duckie_retrieve_a_run"}


async def test_duckies_document_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    async with vendor(monkeypatch, "duckie", DUCKIE_RUN, redaction="off") as here:
        answers = {detail: await read(here, f"duckie:{UUID}", detail) for detail in DETAILS}
    for answer in answers.values():
        states(answer, f"duckie:{UUID}", f"unknown ({ANY})", f"agent {ANY}", "2023-11-07 05:31:56", "2m03s")
    states(answers["triage"], "step 1 of 1", f"error: {ANY}", "input: [redacted:provider]")
    states(
        answers["triage"], "truncated in 1 step", "approval", "2023-11-07 05:31", f"{ANY} · {ANY}", f"evaluation: {ANY}"
    )
    states(answers["timeline"], f"1\t2023-11-07 05:31:56\tfailed ({ANY})", ANY)
    states(answers["conversation"], f"m1\t2023-11-07 05:31:56\t{ANY}\t{ANY}\t{ANY}")
    states(answers["full"], "input: [redacted:provider]", "output: [redacted:provider]", f"error: {ANY}")
    states(
        answers["full"], f"title: {ANY}", f"content: {ANY}", "internal_notes_only: true", "is_messaging_ticket: true"
    )
    assert here.asked == [(f"/api/v1/runs/{UUID}", [])] * len(DETAILS)


async def test_the_people_in_duckies_document_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with vendor(monkeypatch, "duckie", DUCKIE_RUN) as here:
        answers = [await read(here, f"duckie:{UUID}", detail) for detail in ("conversation", "full")]
    for answer in answers:
        assert "[person#" in answer
        assert "person" in receipt(answer)["masked"]


async def test_strict_lets_no_word_out_that_a_providers_users_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = "Chosen words"
    duckie = json.loads(stored("duckie_get_run"))
    duckie["data"] |= {"source": chosen, "category": {"id": "c-1", "name": chosen}}
    duckie["data"]["trigger"]["source"] = chosen
    duckie["data"]["evaluation_attributes"][0] |= {"name": chosen, "description": chosen}
    call = json.loads(stored("happyrobot_v1_get_run"))
    call["version"] |= {"name": chosen, "slug": chosen, "description": chosen}
    trigger = {"id": "tr77c0dy0mgdpzmqz6tesry8w184002s", "name": chosen, "type": "message"}
    conduit = {
        "/workspaces": {"data": [{"id": WORKSPACE}], "next_cursor": None, "has_more": False},
        "/agents": {"data": [{"id": AGENT, "name": "Front Desk", "triggers": [trigger]}], "has_more": False},
        f"/agents/{AGENT}/runs": "conduit_list_runs",
        f"/agents/{AGENT}/runs/{RUN}": "conduit_get_run",
        **CONDUIT_TALK,
    }
    bodies: Mapping[str, tuple[str, Bodies]] = {
        "duckie": (PAUSED, {"/runs": {"data": [duckie["data"]]}, f"/runs/{PAUSED}": duckie}),
        "happyrobot": (CALL, {"/runs": [call], f"/runs/{CALL}": call, "/use-cases": []}),
        "conduit": (f"{AGENT}/{RUN}", conduit),
    }
    for name, (run, served_here) in bodies.items():
        async with vendor(monkeypatch, name, served_here, redaction="strict") as here:
            answers = [await here.client.text("list_runs")]
            answers += [await read(here, f"{name}:{run}", detail) for detail in DETAILS]
            answers.append(await here.client.text("get_step", run=f"{name}:{run}", step="run"))
        assert not [answer for answer in answers if chosen in answer]
        assert "[withheld:policy]" in answers[-1]


async def test_duckies_document_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = {"/runs": "document_duckie_list_runs", **DUCKIE_RUN}
    async with vendor(monkeypatch, "duckie", bodies, redaction="off") as here:
        (row,) = rows(await here.client.text("list_runs", limit=50))
        states(await read(here, row["ref"], "triage"), f"duckie:{UUID}", "2m03s")
    assert row.pop("note").startswith(f"waits for approval of {ANY}")
    assert row == {
        "ref": "duckie:3c90c3cc",
        "start": "2023-11-07 05:31",
        "status": f"unknown ({ANY})",
        "outcome": ANY,
        "agent": ANY,
        "took": "2m03s",
        "ticket": ANY,
        "title": ANY,
    }
    assert [(path, besides_limit(query)) for path, query in here.asked] == [
        ("/api/v1/runs", []),
        ("/api/v1/runs", [("cursor", "<string>")]),
        (f"/api/v1/runs/{UUID}", []),
    ]


async def test_duckies_document_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    async with vendor(monkeypatch, "duckie", {"/runs": "document_duckie_pagination"}) as here:
        answer = await here.client.text("list_runs")
    assert rows(answer) == []
    assert receipt(answer)["coverage"] == "duckie ok"
    first, second = (besides_limit(query) for _, query in here.asked)
    assert first == []
    ((name, cursor),) = second
    assert name == "cursor"
    assert f'"{cursor}"'.encode() in stored("document_duckie_pagination")


async def test_duckies_document_of_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {"data": [], "pagination": {"limit": 50, "next_cursor": None, "has_more": False}}
    bodies = dict.fromkeys(("/runs", "/tools", "/guardrails"), nothing)
    async with vendor(monkeypatch, "duckie", bodies) as here:
        call = here.client.text
        await call("list_runs", status=["completed", "failed"], duration=[">=60", "<300"])
        await call("list_config", kind="tools", type=["custom_tool"], requires_approval=True)
        await call("list_config", kind="guardrails", type=["escalation"])
    (runs, runs_query), (tools, tools_query), (guardrails, guardrails_query) = here.asked
    assert runs == "/api/v1/runs"
    assert besides_limit(runs_query) == [
        ("duration[gte]", "60"),
        ("duration[lt]", "300"),
        ("status", "completed"),
        ("status", "failed"),
    ]
    assert tools == "/api/v1/tools"
    assert sorted(tools_query)[1:] == [("requires_approval", "true"), ("type", "custom_tool")]
    assert guardrails == "/api/v1/guardrails"
    assert sorted(guardrails_query)[1:] == [("type", "escalation")]


@pytest.mark.parametrize("body", ["document_duckie_tool_options", "duckie_tool_options"])
async def test_duckies_document_of_recorded_tools(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    async with vendor(monkeypatch, "duckie", {"/runs/tool-options": body}) as here:
        (row,) = rows(await here.client.text("list_tool_options"))
    assert set(row.values()) == {"duckie", "knowledge_search", "Knowledge Search", "42"}
    assert here.asked == [("/api/v1/runs/tool-options", [])]


async def test_happyrobots_document_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = {f"/runs/{UUID}": "document_happyrobot_get_a_run_by_id", "/use-cases": [{"id": UUID, "name": "Sales"}]}
    async with vendor(monkeypatch, "happyrobot", bodies) as here:
        answers = {detail: await read(here, f"happyrobot:{UUID}", detail) for detail in DETAILS}
    for answer in answers.values():
        states(answer, f"happyrobot:{UUID}", "queued (scheduled)", "agent Sales", "2023-11-07 05:31:56")
    states(answers["triage"], "step 1 of 1", f"error: {ANY}", "marked: correct", "open low transcriber")
    states(answers["triage"], f"version: {ANY}")
    states(answers["timeline"], f"1\t2023-11-07 05:31:56\tfailed\t{ANY}")
    states(answers["conversation"], "messages: none so far")
    states(answers["full"], f"title: {ANY}", f"error: {ANY}", "input: {}", "output: {}")
    run = (f"/api/v1/runs/{UUID}", list[tuple[str, str]]())
    assert here.asked == [run, ("/api/v1/use-cases", []), run, run, run]


CONVERSATION, CONTACT = "cv77c0dy0mgdpzmqz6tesry8w184002s", "co77c0dy0mgdpzmqz6tesry8w184002s"
CONDUIT_TALK: Bodies = {
    f"/conversations/{CONVERSATION}/messages": "conduit_messages",
    f"/contacts/{CONTACT}": "conduit_contact",
}
CONDUIT_RUN: Bodies = {f"/agents/{AGENT}/runs/{RUN}": "document_conduit_get_agent_run", **CONDUIT_TALK}


async def test_conduits_document_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    async with vendor(monkeypatch, "conduit", CONDUIT_RUN) as here:
        answers = {detail: await read(here, f"conduit:{AGENT}/{RUN}", detail) for detail in DETAILS}
    for answer in answers.values():
        states(answer, f"conduit:{AGENT}/{RUN}", "completed", f"agent {AGENT}", "2026-04-03 03:14:15", "4.2s")
    states(answers["triage"], "outcome: resolved", "reason: answered_from_knowledge", "1820", "342", "0.0121")
    states(answers["triage"], "cv77c0dy0mgdpzmqz6tesry8w184002s", "co77c0dy0mgdpzmqz6tesry8w184002s")
    states(answers["triage"], "0f9c2b1d8a7e4f36", "the last reply only")
    states(answers["timeline"], "get_reservation")
    states(answers["conversation"], "m1\t2026-04-03 03:14:12\tguest\t[person#", "m2\t", "assistant\tReservations")
    states(answers["conversation"], "You're all set, your reservation is confirmed for April 5th.")
    assert "Jane" not in answers["conversation"] + answers["full"]
    states(answers["full"], 'input: {"reservation_id":"res_123"}', 'output: {"status":"confirmed"')
    states(answers["full"], "reflection: Contact asked to confirm their booking.", "sess_4b21e9")
    runs = [request for request in here.asked if request[0] == f"/v1/agents/{AGENT}/runs/{RUN}"]
    assert runs == [(f"/v1/agents/{AGENT}/runs/{RUN}", [])]


async def test_conduits_run_is_named_by_its_id_and_never_by_the_other_one(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = {
        "/workspaces": {"data": [{"id": WORKSPACE}], "next_cursor": None, "has_more": False},
        "/agents": {"data": [{"id": AGENT, "name": "Front Desk"}], "next_cursor": None, "has_more": False},
        f"/agents/{AGENT}/runs": "conduit_list_runs",
        f"/agents/{AGENT}/runs/{RUN}": "conduit_get_run",
        **CONDUIT_TALK,
    }
    async with vendor(monkeypatch, "conduit", bodies) as here:
        (row,) = rows(await here.client.text("list_runs"))
        answer = await here.client.text("get_run", run="run_9f3a1c7e", detail="full")
    states(
        answer, f"conduit:{AGENT}/{RUN}", "agent Front Desk", "You're all set.", "Lookup returned an active booking."
    )
    cells = {
        "ref": "conduit:ar77c0dy",
        "status": "completed",
        "outcome": "resolved",
        "agent": "Front Desk",
        "took": "4.2s",
    }
    assert {column: row[column] for column in cells} == cells
    assert {path for path, _ in here.asked} == {f"/v1{path}" for path in bodies}
    assert ("/v1/agents", [("workspace_id", WORKSPACE), ("limit", "100")]) in here.asked


PAUSED = "00000001-0000-4000-8000-000000000000"


async def test_a_paused_run_shows_what_it_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = {"/runs": "duckie_list_runs", f"/runs/{PAUSED}": "duckie_get_run"}
    async with vendor(monkeypatch, "duckie", bodies) as here:
        (row,) = rows(await here.client.text("list_runs"))
        triage = await read(here, row["ref"], "triage")
        full = await read(here, row["ref"], "full")
    cells = {
        "ref": "duckie:00000001",
        "status": "paused",
        "outcome": "pending",
        "agent": "Refund Agent",
        "took": "42s",
        "ticket": "48213",
        "title": "Refund for order A-1009",
    }
    assert {column: row[column] for column in cells} == cells
    assert "approval of issue_refund" in row["note"]
    states(triage, f"duckie:{PAUSED}", "paused", "approval of issue_refund", "approval input: [redacted:provider]")
    states(triage, "48213 · Refund for order A-1009", "https://example.zendesk.com/agent/tickets/48213", "Billing")
    states(full, "step 1: ok", '{"hits":2} [truncated:provider]', "step 2: waiting", "input: [redacted:provider]")
    assert "Test Customer" not in triage + full
    assert "[REDACTED]" not in full


CALL = "00000101-0000-4000-8000-000000000000"


async def test_a_call_shows_its_session_its_tool_call_its_failed_action_and_its_issue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bodies = {"/runs": "happyrobot_v1_list_runs", f"/runs/{CALL}": "happyrobot_v1_get_run", "/use-cases": []}
    async with vendor(monkeypatch, "happyrobot", bodies) as here:
        (row,) = rows(await here.client.text("list_runs", metadata={"caller_intent": "reschedule"}))
        triage = await read(here, row["ref"], "triage")
        full = await read(here, row["ref"], "full")
        conversation = await read(here, row["ref"], "conversation")
    cells = {"ref": "happyrobot:00000101", "status": "failed", "took": "3m10s"}
    assert {column: row[column] for column in cells} == cells
    states(
        triage, f"happyrobot:{CALL}", "find_load", "inferred", 'input: {"load_id":"L-77"}', "Version 47 · production"
    )
    states(triage, "open high tool_call on m3: Retry the lookup; timeout")
    states(full, "session", "3m02s", 'output: {"error":"timeout"}', "step 3: failed", "error: HTTP 504 from upstream")
    states(conversation, "m1\t2026-11-20 10:00:05\tassistant", "Hi, this is Alex.", 'tool\t\t{"error":"timeout"}')
    path, query = here.asked[0]
    assert (path, besides_limit(query)) == ("/api/v1/runs", [("offset", "0"), ("sort", "desc"), ("use_case_id", "")])
