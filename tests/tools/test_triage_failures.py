"""What is failing, grouped: through a real client of a real server over the sandbox."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.harness import receipt, rows
from tests.runs.imitated import Wire, asking_imitations, find_run
from tests.tools.handmade import AT, Handmade, asking_handmade, detail, step, text
from tests.tools.reading import by_real_tokens, next_calls, parts, tokens
from tests.tools.sandboxed import NOW, assert_snapshot, in_sandbox, world

from rundown_mcp.domain.run import Outcome, RunDetail, StepState
from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio

DAY: dict[str, Any] = {"since": (NOW - timedelta(days=1)).isoformat(), "until": NOW.isoformat()}


def failed(runs: list[Run], start: datetime, end: datetime) -> list[Run]:
    return [run for run in runs if run.status == "failed" and start <= run.started < end]


def count(answer: str) -> int:
    """The runs of all groups that are shown."""
    return sum(int(row["runs"].split()[0]) for row in rows(answer))


def a_world(now: datetime = NOW, **arrivals: list[float]) -> World:
    """A world of nothing but these stories of Duckie's (`conduit_…`: Conduit's), each so many hours before `now`."""
    made = build_world(seed=3, runs=0, now=now)
    for name, hours in arrivals.items():
        vendor, _, story = name.partition("_") if name.startswith(("conduit_", "happyrobot_")) else ("duckie", "", name)
        for hour in hours:
            made.arrive(1, vendor=vendor, at=now - timedelta(hours=hour), story=story)
    return made


async def triage(made: World, wire: Wire | None = None, *, timeout_s: float = 45, **arguments: Any) -> str:  # noqa: ANN401 - any argument
    async with asking_imitations(made, wire, timeout_s=timeout_s) as asked:
        return await asked.text("triage_failures", **{**DAY, **arguments})


@by_real_tokens
async def test_the_answer_of_a_day_is_the_one_that_was_kept() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY)
    assert_snapshot("triage_failures", answer)
    assert tokens(answer) <= 850, "ten groups, with absolute times in two calls"


async def test_every_failed_run_of_the_window_is_in_exactly_one_group() -> None:
    expected = failed(world().runs, NOW - timedelta(days=1), NOW)
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, limit=50, max_tokens=8000)
        assert count(answer) == len(expected) == 59
        assert answer.startswith("59 failed runs; ")
        assert "59 of 59 runs looked into" in receipt(answer)["shown"]
        for by in ("agent", "tool", "provider"):
            assert count(await asked.text("triage_failures", **DAY, group_by=by, limit=50, max_tokens=8000)) == 59


async def test_a_group_holds_the_runs_of_one_story() -> None:
    """Each example, and each count, is what the world was made of."""
    told = Counter(run.story for run in failed(world().runs, NOW - timedelta(days=1), NOW))
    async with in_sandbox() as asked:
        found = rows(await asked.text("triage_failures", **DAY, limit=50, max_tokens=8000))
    by_story = {find_run(world(), row["example"]).story: row for row in found}
    certificates = by_story.get("carrier_certificate_expired") or by_story["label_certificate_expired"]
    assert int(certificates["runs"]) == told["carrier_certificate_expired"] + told["label_certificate_expired"]
    assert certificates["why"] == "TLS expired"
    assert int(by_story["model_outage"]["runs"]) == told["model_outage"]
    assert by_story["model_outage"]["why"] == "unavailable 503"
    assert by_story["missing_knowledge"]["tool"] == "knowledge_search"


@pytest.mark.parametrize("by", ["agent", "tool", "provider"])
async def test_groups_by_agent_tool_or_provider_have_its_name(by: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, group_by=by, limit=50, max_tokens=8000)
    names = [row[by] for row in rows(answer)]
    assert len(names) == len(set(names))
    if by == "provider":
        expected = Counter(_vendor(run) for run in failed(world().runs, NOW - timedelta(days=1), NOW))
        assert {row[by]: int(row["runs"]) for row in rows(answer)} == dict(expected)
    if by == "agent":
        agents = Counter(_agent(run) for run in failed(world().runs, NOW - timedelta(days=1), NOW))
        assert {row[by]: int(row["runs"]) for row in rows(answer)} == dict(agents)


async def test_where_an_agent_fails_in_several_ways_why_says_how_many_are_as_the_example() -> None:
    made = a_world(context_overflow=[1, 2], model_outage=[3], conduit_context_overflow=[4, 5])
    found = {row["provider"]: row["why"] for row in rows(await triage(made, group_by="provider"))}
    assert found == {"duckie": "too long 2/3", "conduit": "too long"}


def _vendor(run: Run) -> str:
    return {"TicketRun": "duckie", "CallRun": "happyrobot", "ChatRun": "conduit"}[type(run).__name__]


def _agent(run: Run) -> str:
    use_case = getattr(run, "use_case", None)
    return str((use_case or run.agent).name)


async def test_the_why_of_several_causes_says_how_many_share_it() -> None:
    made = a_world(model_outage=[1, 2, 3], tool_input_invalid=[4])
    answer = await triage(made, group_by="provider")
    assert [row["why"] for row in rows(answer)] == ["unavailable 503 3/4"]


async def test_filters_narrow_what_is_looked_at() -> None:
    day = failed(world().runs, NOW - timedelta(days=1), NOW)
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, provider="duckie", agent="Refund Desk", max_tokens=8000)
        assert count(answer) == len([run for run in day if _vendor(run) == "duckie" and _agent(run) == "Refund Desk"])
        answer = await asked.text("triage_failures", **DAY, tool="llm_call", limit=50, max_tokens=8000)
        listed = await asked.text("list_runs", **DAY, status="failed", tool="llm_call", limit=100, max_tokens=8000)
        assert count(answer) == len(rows(listed))
        answer = await asked.text("triage_failures", since="2026-11-20T03:00", until="2026-11-20T04:00", limit=50)
        hour = failed(world().runs, NOW - timedelta(hours=9), NOW - timedelta(hours=8))
        assert count(answer) == len(hour)
        assert receipt(answer)["window"].startswith("2026-11-20 03:00 to 2026-11-20 04:00 UTC")


async def test_completed_runs_whose_failure_nothing_made_good_are_found() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, status=["completed"], limit=50, max_tokens=8000)
    stories = {find_run(world(), row["example"]).story for row in rows(answer)}
    assert "completed_with_failed_tool" in stories
    assert not stories & {"retry_succeeds", "cache_miss_fallback", "zero_errors", "lookup_retried"}
    assert " with a failure, of 154 looked into; " in answer
    before = re.search(r"; before it (\d+) runs, (\d+) with a failure$", receipt(answer)["window"])
    assert before is not None
    assert int(before[1]) > int(before[2]), "as of this window: what failed stands beside what was looked into"
    assert "154 of 154 runs looked into" in receipt(answer)["shown"]


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        ([1, 2, 3], [], "new"),
        ([1] * 7, [30, 31], "up"),
        ([1, 2], [30] * 7, "down"),
        ([], [30, 31], "gone"),
        ([1, 2, 3], [30, 31], "steady"),
    ],
)
async def test_the_change_against_the_window_before(now: list[float], before: list[float], word: str) -> None:
    made = a_world(context_overflow=[*now, *before], failed_without_text=[4])
    found = rows(await triage(made))
    row = next(row for row in found if row["why"] == "too long")
    assert row["change"] == word
    assert row["runs"] == (str(len(now)) if now else f"0 ({len(before)} before)")
    assert row["share"] == (f"{round(100 * len(now) / (len(now) + 1))}%" if now else "")
    if word == "gone":
        assert found[-1] == row, "listed last"


async def test_a_window_that_is_not_over_is_compared_with_one_as_long_as_what_has_passed() -> None:
    now = datetime.now(UTC)
    made = build_world(seed=3, runs=0, now=now)
    for hours in (1, 2, 3, 4, 5, 5.5, 7, 8, 9, 10, 11, 11.5, 13, 14, 15, 16, 17, 17.5, 19, 20):
        made.arrive(1, vendor="duckie", at=now - timedelta(hours=hours), story="context_overflow")
    window: dict[str, Any] = {
        "since": (now - timedelta(hours=6)).isoformat(),
        "until": (now + timedelta(hours=6)).isoformat(),
    }
    answer = await triage(made, **window)
    assert [(row["runs"], row["change"]) for row in rows(answer)] == [("6", "steady")]
    answer = await triage(made, since=None, until=window["until"])
    assert [row["runs"] for row in rows(answer)] == ["20"], "the day before now, as no run is later"


async def test_the_first_line_says_how_much_is_failing_of_what_sort_and_what_is_new() -> None:
    made = a_world(model_outage=[8, 8.1, 8.25], context_overflow=[5, 30], fares_rate_limited=[2, 40])
    answer = await triage(made)
    assert answer.split("\n")[0] == ("5 failed runs; 3 causes. 3 unavailable, 1 rate limit, 1 too long. Change: 1 new.")
    first = rows(answer)[0]
    assert (first["runs"], first["share"], first["change"], first["why"]) == ("3", "60%", "new", "unavailable 503")
    assert first["tool"] == "llm_call"
    assert first["seen"] == "03:45–04:00"


async def test_a_window_of_more_than_a_day_says_the_days_and_another_year_says_the_year() -> None:
    made = a_world(context_overflow=[5, 30])
    assert rows(await triage(made, since="2026-11-18"))[0]["seen"] == "11-19 06:00–11-20 07:00"
    old = a_world(context_overflow=[24 * 400, 24 * 398])
    answer = await triage(old, since="2025-10-01", until="2025-11-01")
    assert rows(answer)[0]["seen"] == "2025-10-16 12:00–2025-10-18 12:00"


async def test_one_cause_across_connections_says_where_it_gathers() -> None:
    made = a_world(carrier_certificate_expired=[2, 3, 4], conduit_label_certificate_expired=[3])
    (row,) = rows(await triage(made))
    assert (row["runs"], row["tool"]) == ("4", "track_parcel 3/4")
    assert row["where"] == "Order Tracker 3/4; duckie 3/4"


async def test_the_texts_of_one_outage_are_named() -> None:
    errors = [
        "HTTP 504: no answer",
        "HTTP 504: no answer",
        "connection refused",
        "socket hang up",
        "HTTP 502",
        "timeout",
    ]
    details = [_failing("charge", error, number) for number, error in enumerate(errors)]
    async with asking_handmade(Handmade(details=details)) as asked:
        (row,) = rows(await asked.text("triage_failures", **WINDOW))
    shown = row["error"].split(" | ")
    assert shown[0] == "HTTP 504: no answer"
    assert [part.startswith("also: ") for part in shown] == [False, True, True, False]
    assert shown[-1] == "and 2 more texts"


WINDOW: dict[str, Any] = {
    "since": (AT - timedelta(hours=2)).isoformat(),
    "until": (AT + timedelta(hours=2)).isoformat(),
}


def _failing(tool: str, error: str, number: int = 0, **fields: Any) -> RunDetail:  # noqa: ANN401 - fields of a run
    fields.setdefault("started_at", AT + timedelta(minutes=number))
    return detail(step(1, StepState.FAILED, tool, error=error), number=number, **fields)


async def test_a_failure_that_no_single_step_is_named_for_is_marked_uncertain() -> None:
    unsure = [
        detail(step(1, StepState.FAILED, "find", error="HTTP 500: x"), step(2, StepState.OK, "find"), number=number)
        for number in range(2)
    ]
    sure = [_failing("find", "HTTP 500: x", 5), _failing("mail", "HTTP 422: y", 6)]
    async with asking_handmade(Handmade(details=unsure)) as asked:
        assert rows(await asked.text("triage_failures", **WINDOW))[0]["why"] == "server error 500, uncertain"
    async with asking_handmade(Handmade(details=[*unsure, *sure])) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW))
    assert [row["why"] for row in found] == ["server error 500, 2 uncertain", "invalid input 422"]


async def test_runs_without_a_step_are_grouped_by_their_reason_or_stand_as_silent() -> None:
    reasoned = [detail(number=number, outcome=Outcome(reason=text("the agent gave up on it"))) for number in range(2)]
    async with asking_handmade(Handmade(details=[*reasoned, detail(number=7)])) as asked:
        found = rows(await asked.text("triage_failures", **WINDOW))
    assert [(row["runs"], row["tool"], row["error"]) for row in found] == [
        ("2", "no step named", "the agent gave up on it"),
        ("1", "no step named", "none given"),
    ]
    assert found[1]["why"] == "no error given"


async def test_more_groups_than_the_limit_are_counted_and_asked_for_by_the_next_call() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("triage_failures", **DAY, limit=3)
        assert len(rows(answer)) == 3
        assert receipt(answer)["shown"].startswith("3 of 19 groups; ")
        following = dict(next_calls(answer))
        assert set(following) == {"get_run", "triage_failures", "list_runs"}
        assert following["triage_failures"] == {**DAY, "limit": 19}
        assert following["get_run"] == {"run": rows(answer)[0]["example"]}
        assert len(rows(await asked.text("triage_failures", **following["triage_failures"], max_tokens=8000))) == 19
        card = await asked.text("get_run", **following["get_run"])
        assert "what happened: failed at step" in card
        assert len(rows(await asked.text("list_runs", **following["list_runs"], limit=100, max_tokens=8000))) == 59


async def test_the_calls_that_go_on_keep_the_filters_and_need_no_default() -> None:
    made = a_world(model_outage=[0.5], context_overflow=[0.6])
    async with asking_imitations(made) as asked:
        answer = await asked.text(
            "triage_failures", provider="duckie", agent=["Refund Desk"], status="failed", since="9w"
        )
        assert next_calls(answer)[-1] == (
            "list_runs",
            {"provider": ["duckie"], "since": "9w", "agent": ["Refund Desk"], "status": ["failed"]},
        )
    async with asking_imitations(a_world(datetime.now(UTC), model_outage=[0.5])) as asked:
        answer = await asked.text("triage_failures")
        assert next_calls(answer)[-1] == ("list_runs", {"since": "24h", "status": ["failed"]})


async def test_where_nothing_fails_that_is_said() -> None:
    answer = await triage(a_world(refund_paid=[2]))
    assert answer.split("\n")[0] == "No failed run matches."
    assert receipt(answer)["shown"] == "0 groups"
    answer = await triage(a_world(refund_paid=[2]), agent=["Refund Desk"])
    assert next_calls(answer) == [("run_stats", {**DAY, "agent": ["Refund Desk"]})], "did anything run at all?"
    answer = await triage(a_world(refund_paid=[2]), status="cancelled")
    assert answer.split("\n")[0] == "No run matches."
    answer = await triage(a_world(zero_errors=[2, 3]), status="completed")
    assert answer.split("\n")[0] == "No failure in the 2 runs that were looked into."
    parts(answer)


async def test_where_all_is_gone_the_first_line_says_that_nothing_fails_now() -> None:
    answer = await triage(a_world(context_overflow=[30, 31]))
    assert answer.split("\n")[0] == "No failed run matches. Change: 1 gone."
    assert [row["change"] for row in rows(answer)] == ["gone"]


async def test_head_and_receipt_agree_on_how_many_groups_there_are() -> None:
    answer = await triage(a_world(failed_without_text=[2], context_overflow=[30, 31]))
    assert "; 1 cause." in answer.split("\n")[0]
    assert receipt(answer)["shown"].startswith("all 2 groups (1 only before); ")
