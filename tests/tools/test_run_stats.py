"""`run_stats`: what is counted, what is unknown, what was not counted, and how to go on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.harness import receipt, rows
from tests.tools.handmade import AT, Handmade, asking_handmade, detail, text, unauthorized
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import NOW, assert_snapshot, in_sandbox, world

from rundown_mcp.domain.errors import RateLimited
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Outcome, Run, RunDetail, Status, Usage
from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import Page, RunStream
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.tools.run_stats import SCANNED_RUNS

pytestmark = pytest.mark.anyio

WEEK = {"since": f"{NOW - timedelta(days=7):%Y-%m-%dT%H:%M}", "until": f"{NOW:%Y-%m-%dT%H:%M}"}


@pytest.mark.parametrize("by", ["status", "outcome", "agent", "provider", "source", "day"])
async def test_the_answer_has_the_shape_that_was_kept(by: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("run_stats", group_by=by, **WEEK)
    assert_snapshot(f"run_stats.{by}", answer)


async def test_the_hours_of_a_night_have_the_shape_that_was_kept() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("run_stats", group_by="hour", since="2026-11-19T20:30", until="2026-11-20T06:15")
    assert_snapshot("run_stats.hour", answer)


async def test_the_figures_are_those_of_the_world() -> None:
    begin = NOW - timedelta(days=7)
    runs = [run for run in (*world().tickets, *world().calls, *world().chats) if begin <= run.started < NOW]
    statuses = Counter("cancelled" if run.status == "canceled" else run.status for run in runs)
    async with in_sandbox() as asked:
        answer = await asked.text("run_stats", group_by="provider", **WEEK)
    assert sum(int(row["runs"]) for row in rows(answer)) == len(runs)
    ended = statuses["completed"] + statuses["failed"] + statuses["cancelled"]
    rate = f"{100 * statuses['failed'] / ended:.1f}".removesuffix(".0")
    assert f"failure rate: {rate}% by status ({statuses['failed']} of {ended} completed" in answer


def listed(number: int, status: Status = Status.COMPLETED, **fields: Any) -> RunDetail:  # noqa: ANN401
    fields.setdefault("started_at", AT - timedelta(seconds=number))
    return detail(number=number, status=status, **fields)


async def test_cost_and_tokens_that_only_some_runs_report_say_of_how_many_and_none_is_unknown() -> None:
    some = [
        listed(0, usage=Usage(cost=0.25, input_tokens=10), duration=timedelta(seconds=4)),
        listed(1, usage=Usage(cost=0.5)),
        listed(2, Status.FAILED, agent=Named(name=text("Ann", Kind.NAME))),
    ]
    async with asking_handmade(Handmade(details=some)) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", group_by="agent")
        assert parts(answer)[0].splitlines() == [
            "3 runs: 2 completed, 1 failed",
            "failure rate: 33.3% by status (1 of 3 completed, failed or cancelled)",
            "duration: p50 4s, p95 4s (1 of 3 runs)",
            "cost: duckie 0.75 (2 runs)",
            "tokens: 10 in, unknown out (1 of 3 runs)",
        ]
        unnamed, ann = rows(answer)
        assert (unnamed["agent"], unnamed["cost"], unnamed["tokens in"]) == ("unknown", "0.75", "10 (of 1)")
        assert (ann["agent"], ann["cost"], ann["p50"], ann["tokens in"]) == ("Ann", "unknown", "unknown", "unknown")
    async with asking_handmade(Handmade(details=[listed(0, Status.RUNNING)])) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", group_by="source")
    assert "failure rate: unknown, no run has ended" in answer
    assert "duration: unknown\ncost: unknown\ntokens: unknown\n" in answer
    assert rows(answer) == [{"source": "unknown", "runs": "1", "failed": "0", "ended": "0", "failure rate": "unknown"}]


async def test_costs_of_two_vendors_bills_are_never_added_up() -> None:
    one = Handmade("one", details=[_at("one", usage=Usage(cost=1.0))])
    two = Handmade("two", details=[_at("two", usage=Usage(cost=2.0))])
    async with asking_handmade(one, two, Handmade("three", details=[_at("three")])) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", group_by="status")
    assert "cost: one 1 (1 run), two 2 (1 run); unknown: three" in answer
    assert rows(answer)[0]["cost"] == "one 1 (of 1) + two 2 (of 1)"


def _at(connection: str, **fields: Any) -> RunDetail:  # noqa: ANN401
    whole = listed(0, **fields)
    return replace(whole, run=replace(whole.run, ref=Ref(connection, whole.run.ref.id)))


async def test_a_failure_rate_among_some_statuses_is_not_given() -> None:
    runs = [listed(0, Status.FAILED), listed(1)]
    async with asking_handmade(Handmade(details=runs)) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", status=["failed", "succeeded"], group_by="provider")
        assert "failure rate: not given, the status filter leaves out cancelled" in answer
        assert "failure rate" not in rows(answer)[0]
        whole = await asked.text(
            "run_stats", since="2026-11-01", status=["failed", "success", "canceled"], group_by="provider"
        )
        assert rows(whole)[0]["failure rate"] == "50%"


async def test_agents_of_one_name_are_told_apart() -> None:
    named = [Named(text(identity, Kind.ID), text("Ann", Kind.NAME)) for identity in ("first-agent", "other-agent")]
    runs = [listed(number, agent=agent) for number, agent in enumerate(named)]
    async with asking_handmade(Handmade(details=runs)) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", group_by="agent")
    assert [row["agent"] for row in rows(answer)] == ["Ann (first-a…)", "Ann (other-a…)"]


class Long(Handmade):
    """Lists its runs in pages, within the window that is asked for."""

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        found = [item.run for item in self.details if query.admits(item.run, query.used)]
        start = int(token or 0)
        end = start + min(size, 1000)
        return Page(tuple(found[start:end]), next_token=str(end) if end < len(found) else None)


async def test_more_runs_than_are_counted_are_said_to_exist_and_the_next_call_counts_them() -> None:
    runs = [listed(number) for number in range(SCANNED_RUNS + 3)]
    async with asking_handmade(Long(details=runs)) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", group_by="hour")
        lines = parts(answer)[0].splitlines()
        assert lines[0] == f"{SCANNED_RUNS} runs: {SCANNED_RUNS} completed"
        assert lines[1] == "More runs exist at duckie: every figure is of the newest, which were counted."
        assert receipt(answer)["coverage"] == (
            f"duckie ok (counted {SCANNED_RUNS} runs back to 2026-11-20 07:36; more exist)"
        )
        assert rows(answer)[-1]["hour"] == "2026-11-20 07:00", "what was not counted has no row"
        assert rows(answer)[-1]["note"] == "duckie counted from 07:36"
        (call,) = next_calls(answer)
        assert call[1]["provider"] == ["duckie"]
        assert "3 runs: 3 completed" in await asked.text(call[0], **call[1])


async def test_a_connection_that_fails_is_left_out_and_said() -> None:
    broken = Handmade("two", failure=unauthorized("two"))
    async with asking_handmade(Handmade("one", details=[_at("one")]), broken) as asked:
        answer = await asked.text("run_stats", since="2026-11-01")
    assert receipt(answer)["coverage"] == "one ok, two left out (401)"
    assert "1 run: 1 completed" in answer


class Paced(Long):
    """Refuses every page behind the first for a while."""

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        if token is not None:
            raise RateLimited(self.connection, "429, try again in 30 s", "429", retry_after_s=30)
        return await super().list_page(stream, query, token=token, size=size)


async def test_where_a_rate_limit_cuts_the_count_short_the_same_call_is_advised() -> None:
    runs = [listed(number) for number in range(1500)]
    arguments = {"since": "2026-11-01", "group_by": "day"}
    async with asking_handmade(Paced(details=runs)) as asked:
        answer = await asked.text("run_stats", **arguments)
    assert "stopped early: 429, try again in 30 s; counted 999 runs" in receipt(answer)["coverage"]
    assert next_calls(answer)[0] == ("run_stats", arguments)


async def test_a_connection_whose_rate_limit_is_used_up_is_to_be_asked_again() -> None:
    limited = Handmade("two", failure=RateLimited("two", "429, try again in 30 s", "429", retry_after_s=30))
    async with asking_handmade(Handmade("one", details=[_at("one")]), limited) as asked:
        answer = await asked.text("run_stats", since="2026-11-01")
    assert receipt(answer)["coverage"] == "one ok, two left out (429, try again in 30 s)"
    assert next_calls(answer)[0] == ("run_stats", {"since": "2026-11-01", "group_by": "status"})


async def test_an_agent_that_one_connection_has_is_counted_there_alone() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("run_stats", agent="Refund Desk", group_by="agent", **WEEK)
    assert {row["agent"] for row in rows(answer)} == {"Refund Desk"}
    assert "happyrobot ok (has no such agent)" in receipt(answer)["coverage"]
    assert "unknown" not in parts(answer)[0].split("cost: ")[1].split("\n")[0].replace("unknown", "", 1)


@pytest.mark.parametrize(
    ("arguments", "window"),
    [
        ({"until": "2026-11-20"}, "2026-11-19 00:00 to 2026-11-20 00:00 UTC"),
        ({"since": "2026-11-18T06:30", "until": "2026-11-20T01:00+01:00"}, "2026-11-18 06:30 to 2026-11-20 00:00 UTC"),
    ],
)
async def test_the_window_is_said_in_utc_and_starts_a_day_before_its_end(
    arguments: dict[str, str], window: str
) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("run_stats", **arguments)
    assert receipt(answer)["window"] == window


async def test_by_default_the_last_day_is_counted() -> None:
    now = datetime.now(UTC)
    runs = [listed(0, started_at=now - timedelta(hours=23)), listed(1, started_at=now - timedelta(hours=25))]
    async with asking_handmade(Long(details=runs)) as asked:
        assert (await asked.text("run_stats")).startswith("1 run: 1 completed")


async def test_nothing_counted_is_said_as_such() -> None:
    async with asking_handmade(Handmade()) as asked:
        answer = await asked.text("run_stats", since="2026-11-01", group_by="day")
    assert answer.startswith("No runs match.\ncoverage: duckie ok\n")


@pytest.mark.parametrize("by", ["status", "outcome", "agent", "provider", "source", "hour", "day"])
async def test_every_grouping_of_the_sandbox_fits_into_200_tokens(by: str) -> None:
    async with in_sandbox() as asked:
        for size in (200, 300, 500, 1000):
            answer = await asked.text("run_stats", group_by=by, max_tokens=size, **WEEK)
            assert tokens(answer) <= size
            assert rows(answer)
            if "cut" in receipt(answer):
                tool, arguments = next_calls(answer)[0]
                assert "left out" not in (await asked.text(tool, **arguments))


@pytest.mark.parametrize("by", ["outcome", "agent", "source"])
async def test_a_person_whom_the_runs_name_is_masked_in_the_name_of_a_group(by: str) -> None:
    said = text("Agent of Ann Fictional", Kind.NAME)
    run = listed(
        0, agent=Named(name=said), source=said, outcome=Outcome(native=said), identities=(text("Ann Fictional"),)
    )
    async with asking_handmade(Long(details=[run])) as asked:
        answer = await asked.text("run_stats", group_by=by, since="2026-11-01")
    assert rows(answer)[0][by].startswith("Agent of [person#")


async def test_strict_shows_the_same_figures() -> None:
    async with in_sandbox() as open_, in_sandbox(Policy.STRICT) as strict:
        for by in ("status", "agent", "day"):
            one, two = [rows(await asked.text("run_stats", group_by=by, **WEEK)) for asked in (open_, strict)]
            assert one == two
