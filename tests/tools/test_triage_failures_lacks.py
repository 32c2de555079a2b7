"""What triage says where something is missing: a connection, time, the window before, room, the policy's leave."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

import anyio
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from mcp import Client
from tests.harness import receipt, rows
from tests.runs.imitated import Request, Wire, answers, asking_imitations, refusal, silence
from tests.tools.handmade import AT, Handmade, asking_handmade, context, detail, settings, step, text, unauthorized
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import in_sandbox, world
from tests.tools.test_triage_failures import DAY, WINDOW, a_world, triage

from rundown_mcp.connect import open_runs
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, RunDetail, StepState
from rundown_mcp.domain.text import Kind
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.sandbox.world import World, build_world
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings
from rundown_mcp.tools.triage_failures import triage_failures

pytestmark = pytest.mark.anyio

KEYS = {"duckie": "DUCKIE_API_KEY", "happyrobot": "HAPPYROBOT_API_KEY", "conduit": "CONDUIT_API_KEY"}


def of_all_vendors() -> World:
    return a_world(context_overflow=[1, 2, 30], conduit_context_overflow=[3], happyrobot_webhook_node_fails=[4, 5])


@pytest.mark.parametrize("name", sorted(KEYS))
async def test_a_connection_that_fails_is_told_and_the_others_are_grouped(name: str) -> None:
    wire = Wire({f"{name}/": answers(401)})
    async with asking_imitations(of_all_vendors(), wire) as asked:
        answer = await asked.text("triage_failures", **DAY)
        assert f"{name} left out (401, key refused)" in receipt(answer)["coverage"]
        assert receipt(answer)["coverage"].count(" ok") == 2
        assert not [row for row in rows(answer) if row["example"].startswith(name)]
        error = await asked.error("triage_failures", **DAY, provider=name)
        assert KEYS[name] in error


async def test_all_connections_failing_is_an_error_with_the_mend_of_each() -> None:
    wire = Wire({"duckie/": answers(401), "happyrobot/": refusal, "conduit/": answers(403)})
    async with asking_imitations(of_all_vendors(), wire) as asked:
        error = await asked.error("triage_failures", **DAY)
    assert error.startswith("None of the 3 connections could answer:")
    assert "DUCKIE_API_KEY" in error


async def test_details_that_are_refused_leave_what_the_rows_hold_and_are_counted() -> None:
    made = a_world(context_overflow=[1, 2], conduit_crm_credential_expired=[3, 4, 5], conduit_failed_without_text=[6])
    wire = Wire()

    async def refuse_details(request: Request) -> None:
        is_run = "/conduit/" in request.path and "/runs/" in request.path
        wire.faults = {"conduit/": answers(429, retry_after="77")} if is_run else {}

    wire.before = refuse_details
    answer = await triage(made, wire)
    found = {row["example"].partition(":")[0]: row for row in rows(answer)}
    assert found["duckie"]["runs"] == "2"
    assert (found["conduit"]["runs"], found["conduit"]["tool"]) == ("3", "no step named")
    assert found["conduit"]["why"] == "credential 401 expired"
    assert "conduit ok (runs no longer looked into: 429, try again in 77 s" in receipt(answer)["coverage"]
    assert "5 of 6 runs looked into, 3 by their row's error; not: 1 429, try again in 77 s" in receipt(answer)["shown"]
    details = [request for request in wire.requests if "/conduit/" in request.path and "/runs/" in request.path]
    assert len(details) <= 8, "it was not asked again"
    again = next(arguments for tool, arguments in next_calls(answer) if tool == "triage_failures")
    assert again == DAY, "half the time would meet the same rate limit"


async def test_rows_that_say_the_same_cost_two_details_and_no_more() -> None:
    wire = Wire()
    answer = await triage(a_world(conduit_crm_credential_expired=[1 + number / 10 for number in range(30)]), wire)
    (row,) = rows(answer)
    assert (row["runs"], row["tool"], row["why"]) == ("30", "get_guest", "credential 401 expired")
    assert len([request for request in wire.requests if "/runs/" in request.path]) == 2
    assert "30 of 30 runs looked into, 28 by their row's error" in receipt(answer)["shown"]


async def test_rows_that_say_the_same_of_different_failures_are_looked_into_one_by_one() -> None:
    said = text("the agent has failed while it used one of its tools")
    failed = [("charge", "HTTP 504: slow"), ("charge", "HTTP 504: slow"), ("mail", "HTTP 422: no subject")] * 4
    details = [_failing(tool, error, number, error_of_run=said) for number, (tool, error) in enumerate(failed)]
    provider = Handmade(details=details)
    async with asking_handmade(provider) as asked:
        answer = await asked.text("triage_failures", **WINDOW)
    assert [(row["runs"], row["tool"]) for row in rows(answer)] == [("8", "charge"), ("4", "mail")]
    assert provider.asked.count("get_run") == 12


async def test_it_answers_within_its_time_with_what_it_has() -> None:
    made = a_world(context_overflow=[1, 2], conduit_failed_without_text=[3], happyrobot_webhook_node_fails=[4])
    wire = Wire({"happyrobot/api/v1/runs/": silence})
    start = time.monotonic()
    answer = await triage(made, wire, timeout_s=4)
    assert time.monotonic() - start < 4
    assert "3 of 4 runs looked into; not: 1 no time left" in receipt(answer)["shown"]
    narrower = next(arguments for tool, arguments in next_calls(answer) if tool == "triage_failures")
    assert narrower == {**DAY, "since": "2026-11-20T00:00:00+00:00"}
    changes = {row["change"] for row in rows(answer)}
    assert changes == {"new"}, "nothing was before, whatever the run that was not looked into is"


async def test_where_the_window_before_was_not_looked_into_no_change_is_said_that_could_be_wrong() -> None:
    made = a_world(context_overflow=[1, 2, 30], model_outage=[26, 26.1, 26.2, 26.3, 26.4, 26.5])
    hung = [run.id for run in made.tickets if run.story == "context_overflow"][:1]
    answer = await triage(made, Wire({hung[0]: silence}), timeout_s=4)
    assert receipt(answer)["window"].endswith("before it 7 failed runs, 6 looked into; change empty where unsure")
    found = {row["why"]: row for row in rows(answer)}
    assert found["too long"]["change"] == "", "the run before may have been the same"
    assert found["unavailable 503"]["change"] == "gone", "more of it before would not alter that"
    assert "Change: 1 gone." in answer.split("\n")[0]


async def test_where_the_lists_could_not_be_read_to_their_end_that_is_said() -> None:
    made = a_world(context_overflow=[number / 9 for number in range(1, 150)])
    wire = Wire()

    async def second_page_hangs(request: Request) -> None:
        wire.faults = {"duckie/": silence} if request.all("cursor") else {}

    wire.before = second_page_hangs
    answer = await triage(made, wire, timeout_s=4, provider="duckie")
    assert " of 99 or more runs looked into" in receipt(answer)["shown"], "the 100th may have others of its time behind"
    assert "duckie ok (stopped early: no time left)" in receipt(answer)["coverage"]
    assert "before it at least 0 failed runs, 0 looked into; change empty where unsure" in receipt(answer)["window"]
    assert [row["change"] for row in rows(answer)] == [""]


async def test_there_is_no_window_before_the_first_day_of_the_calendar() -> None:
    async with asking_handmade(Handmade(details=[_failing("a", "x")])) as asked:
        answer = await asked.text("triage_failures", since="0001-01-02", until=WINDOW["until"])
    assert receipt(answer)["window"].endswith("nothing before it to compare with")
    assert rows(answer)[0]["change"] == ""


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_progress_reaches_a_client_that_asks_for_it(mode: Literal["auto", "legacy"]) -> None:
    told: list[tuple[float, float | None, str | None]] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, total, message))

    sandbox = Settings(ServerSettings(sandbox=True), ())
    async with Client(build_server(lambda: open_runs(sandbox, world=world()), sandbox.server), mode=mode) as client:
        result = await client.call_tool("triage_failures", DAY, progress_callback=note)
    assert not result.is_error
    assert told[0] == (0, None, "finding runs")
    assert told[-1][0] == told[-1][1]
    assert (told[-1][2] or "").startswith("looked into ")
    done = [each[0] for each in told]
    assert done == sorted(set(done))
    assert len(told) > 10


async def test_a_client_that_gives_up_stops_the_requests() -> None:
    wire = Wire({"/runs/": silence})
    async with asking_imitations(of_all_vendors(), wire) as asked:
        with anyio.move_on_after(0.5) as scope:
            await asked.text("triage_failures", **DAY)
        assert scope.cancelled_caught
        wire.faults, before = {}, len(wire.requests)
        await asked.text("list_config", kind="connections")
        assert len(wire.requests) == before


def _failing(tool: str, error: object, number: int = 0, **fields: Any) -> RunDetail:  # noqa: ANN401 - fields of a run
    fields.setdefault("started_at", AT + timedelta(minutes=number))
    said = {"error": error} if isinstance(error, str) else {"output": error}
    state = StepState.FAILED if isinstance(error, str) else StepState.UNKNOWN
    if "error_of_run" in fields:
        fields["error"] = fields.pop("error_of_run")
    return detail(step(1, state, tool, **said), number=number, **fields)


async def test_people_and_secrets_in_an_error_are_masked_by_what_its_own_run_knows() -> None:
    secret = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
    name = text("Ottilie Nakashima", Kind.IDENTITY)
    whole = _failing("mail", f"cannot mail Ottilie Nakashima: key {secret} is wrong", identities=(name,))
    async with asking_handmade(Handmade(details=[whole, _failing("mail", "Ottilie may not", 1)])) as asked:
        answer = await asked.text("triage_failures", **WINDOW, max_tokens=8000)
    assert "Nakashima" not in answer
    assert secret not in answer
    assert "Ottilie may not" in answer, "another run, which knows no such person"


async def test_strict_shows_kinds_and_names_of_tools_but_no_text() -> None:
    async with in_sandbox(Policy.STRICT) as asked:
        answer = await asked.text("triage_failures", **DAY, max_tokens=8000)
    found = rows(answer)
    assert (found[1]["why"], found[1]["tool"]) == ("unavailable 503", "llm_call")
    assert all(row["error"].startswith(("[withheld:policy]", "none given")) for row in found)
    assert "withheld" in receipt(answer)["masked"]


async def test_an_error_that_is_json_is_shown_by_its_message_and_a_very_long_one_by_its_run() -> None:
    nested = {"error": {"code": 429, "message": "slow down, please"}}
    long = "boom " * 10_000
    details = [_failing("a", nested), _failing("a", nested, 1), _failing("b", long, 2)]
    async with asking_handmade(Handmade(details=details)) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW))
    assert [row["error"] for row in found] == ["slow down, please", "a very long text, see the example"]


async def test_addresses_in_an_error_are_shortened_so_that_what_follows_can_be_read() -> None:
    said = "HTTP 504 from https://pay-us-7.acme.example/v2/charges/ch_1: slow"
    async with asking_handmade(Handmade(details=[_failing("a", said)])) as asked:
        answer = await asked.text("triage_failures", **WINDOW)
    assert rows(answer)[0]["error"] == "HTTP 504 from https://pay-us-7… slow"
    assert "1 long text, marked …" in receipt(answer)["cut"]


async def test_structured_content_holds_the_facts_of_the_text() -> None:
    async with in_sandbox(structured=True) as asked:
        result = await asked.client.call_tool("triage_failures", {**DAY, "max_tokens": 4000})
    facts = result.structured_content
    assert facts is not None
    before, inside, lines = parts(result.content[0].text)  # type: ignore[union-attr] # tools answer in text
    assert facts["receipt"] == lines
    assert "\n".join(facts["head"]) == before.removesuffix("\n")
    (block,) = facts["data"]
    assert ["\t".join(row) for row in [block["columns"], *block["rows"]]] == inside
    assert tokens(json.dumps(facts, ensure_ascii=False)) <= 4000


_SCRIPTS = st.sampled_from(
    [
        "plain ",
        "荷物の配達について",
        "تغيير موعد ",
        "ไม่มีช่อง",
        "🙇\u200d♀️",
        "\n\t",
        "⟦⟧",
        "a1-B2_c3",
        "\u202e",
        "{}",
        "𓀀",
    ]
)
_TEXTS = st.lists(_SCRIPTS | st.text(min_size=1, max_size=6), max_size=30).map("".join)


@given(
    told=st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS, st.integers(-200, 100)), min_size=1, max_size=14),
    size=st.integers(200, 1500),
    by=st.sampled_from(["signature", "agent", "tool", "provider"]),
)
@examples(max_examples=40, deadline=None, derandomize=True)
def test_groups_in_any_script_fit(told: list[tuple[str, str, str, int]], size: int, by: str) -> None:
    details = [
        _failing(tool, error, number, agent=Named(name=text(agent, Kind.NAME)), started_at=AT + timedelta(minutes=at))
        for number, (tool, error, agent, at) in enumerate(told)
    ]

    async def ask() -> str:
        provider = Handmade(details=details)
        return (await triage_failures(context(provider), **WINDOW, group_by=by, max_tokens=size)).text()  # type: ignore[arg-type]

    answer = anyio.run(ask)
    assert tokens(answer) <= size
    _, inside, _ = parts(answer)
    assert all(line.count("\t") == inside[0].count("\t") for line in inside)


@pytest.mark.parametrize("size", [200, 300, 500, 8000])
async def test_a_real_day_fits_into_any_budget_and_says_what_it_left_out(size: int) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, limit=50, max_tokens=size)
    assert tokens(answer) <= size
    found = rows(answer)
    assert found
    assert answer.startswith("59 failed runs; 19 causes.")
    assert {"runs", "change", "why", "example"} <= set(found[0])
    assert size == 200 or {"share", "tool", "error"} <= set(found[0])
    if len(found) < 19:
        assert f"{19 - len(found)} group" in receipt(answer)["cut"]


async def test_groups_that_were_cut_for_want_of_tokens_are_asked_for_with_more() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, group_by="tool", max_tokens=700)
        following = next(arguments for tool, arguments in next_calls(answer) if tool == "triage_failures")
        assert following == {**DAY, "group_by": "tool", "max_tokens": 8000}
        assert len(rows(await asked.text("triage_failures", **following))) == 10


@pytest.mark.parametrize("by", ["agent", "tool", "provider"])
async def test_with_the_least_tokens_each_group_still_has_its_name(by: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, group_by=by, max_tokens=220)
    assert all(row[by] for row in rows(answer))


async def test_runs_of_no_agent_are_grouped_as_such() -> None:
    details = [
        _failing("a", "x", agent=Named(name=text("Ann", Kind.NAME))),
        _failing("a", "x", 1),
        _failing("a", "x", 2),
    ]
    async with asking_handmade(Handmade(details=details)) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW, group_by="agent"))
    assert [(row["agent"], row["runs"]) for row in found] == [("no agent named", "2"), ("Ann", "1")]


async def test_agents_of_one_name_at_two_connections_are_two_rows_here_and_in_the_figures() -> None:
    ann, bob = (Named(name=text(name, Kind.NAME)) for name in ("Ann", "Bob"))
    details = [_failing("a", "x", 1, agent=ann), _failing("a", "x", 2, agent=bob)]
    others = [
        replace(found, run=replace(found.run, ref=Ref("duckie-eu", found.run.ref.id)))
        for found in (_failing("a", "x", number, agent=ann) for number in (3, 4))
    ]
    async with asking_handmade(Handmade(details=details), Handmade("duckie-eu", details=others)) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW, group_by="agent"))
        figures = rows(await asked.text("run_stats", **WINDOW, group_by="agent"))
    assert {(row["agent"], row["runs"]) for row in found} == {
        ("duckie-eu: Ann", "2"),
        ("duckie: Ann", "1"),
        ("Bob", "1"),
    }
    assert {(row["provider"], row["agent"], row["runs"]) for row in figures} == {
        ("duckie-eu", "Ann", "2"),
        ("duckie", "Ann", "1"),
        ("duckie", "Bob", "1"),
    }
    async with asking_handmade(Handmade(details=details)) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW, group_by="agent"))
    assert {row["agent"] for row in found} == {"Ann", "Bob"}


async def test_agents_of_one_name_at_one_connection_are_told_apart_here_as_in_the_figures() -> None:
    named = [Named(text(identity, Kind.ID), text("Ann", Kind.NAME)) for identity in ("first-agent", "other-agent")]
    details = [_failing("a", "x", number, agent=named[number > 0]) for number in range(3)]
    async with asking_handmade(Handmade(details=details)) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW, group_by="agent"))
        figures = rows(await asked.text("run_stats", **WINDOW, group_by="agent"))
    expected = [("Ann (other-a…)", "2"), ("Ann (first-a…)", "1")]
    assert [(row["agent"], row["runs"]) for row in found] == expected
    assert [(row["agent"], row["runs"]) for row in figures] == expected


async def test_an_error_that_is_cut_behind_a_shortened_address_ends_in_one_ellipsis() -> None:
    details = [
        _failing(
            f"tool_{size}", "x" * size + " https://orders.example/api/v2/orders/A-123456789 timed out and so on", size
        )
        for size in range(60)
    ]
    async with asking_handmade(Handmade(details=details)) as asked:
        answer = await asked.text("triage_failures", **WINDOW, group_by="tool", limit=50, max_tokens=8000)
    assert "…" in answer
    assert "……" not in answer


async def test_several_connections_that_fail_leave_room_for_an_answer_in_200_tokens() -> None:
    providers = [Handmade(f"duckie-{index}", failure=unauthorized(f"duckie-{index}")) for index in range(3)]
    whole = Handmade(details=[_failing("a", "HTTP 503")])
    async with asking_handmade(whole, *providers, server=settings()) as asked:
        answer = await asked.text("triage_failures", **WINDOW, max_tokens=200)
    assert tokens(answer) <= 200
    assert rows(answer)[0]["why"] == "unavailable 503"


async def test_a_thousand_runs_of_large_bodies_leave_little_behind() -> None:
    """What is kept of a run is small: bodies go with it, but for those that the cache holds within its bound."""
    body = "x" * 100_000

    class Large(Handmade):
        async def get_run(self, run_id: str) -> RunDetail:
            found = await super().get_run(run_id)
            return RunDetail(run=found.run, steps=(*found.steps, step(2, tool="note", output=body + run_id)))

    details = [_failing("a", f"HTTP 503: {number}", number) for number in range(100)]
    own = context(Large(details=details))
    answer = await triage_failures(own, **WINDOW)
    assert "100 of 100 runs looked into" in answer.text()


async def test_two_weeks_of_a_large_world_are_looked_into_whole() -> None:
    made = build_world(seed=5, runs=800)
    async with asking_imitations(made) as asked:
        answer = await asked.text("triage_failures", since="2w", limit=50, max_tokens=8000)
    expected = [run for run in made.runs if run.status == "failed"]
    assert f"{len(expected)} of {len(expected)} runs looked into" in receipt(answer)["shown"]
