"""Figures add up, percentiles are values that occurred, and what is unknown stays unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.tools.handmade import detail, text

from rundown_mcp.analysis.stats import GroupBy, Known, bucket, figures, groups, percentile
from rundown_mcp.domain.run import Named, Outcome, OutcomeWord, Run, RunStatus, Status, Usage
from rundown_mcp.domain.text import Kind

SECOND = timedelta(seconds=1)


def run(number: int = 0, status: Status = Status.COMPLETED, **fields: object) -> Run:
    return detail(number=number, status=status, **fields).run


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([1], 50, 1),
        ([1], 95, 1),
        ([1, 2], 50, 1),
        ([1, 2, 3], 50, 2),
        (list(range(1, 101)), 50, 50),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 21)), 95, 19),
        (list(range(1, 22)), 95, 20),
        ([1, 2, 3], 100, 3),
    ],
)
def test_percentiles_are_by_nearest_rank(values: list[int], percent: int, expected: int) -> None:
    assert percentile([value * SECOND for value in values], percent) == expected * SECOND


def test_there_is_no_percentile_of_nothing() -> None:
    assert percentile([], 50) is None


@given(
    values=st.lists(st.timedeltas(timedelta(), timedelta(days=9)), min_size=1, max_size=60),
    percent=st.integers(1, 100),
)
@examples(max_examples=300, deadline=None, derandomize=True)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(values: list[timedelta], percent: int) -> None:
    found = percentile(sorted(values), percent)
    assert found in values
    assert 100 * sum(value <= found for value in values) >= percent * len(values)
    assert 100 * sum(value < found for value in values) < percent * len(values)


@given(
    statuses=st.lists(st.sampled_from(list(Status)), max_size=30),
    names=st.lists(st.sampled_from(["Ann", "ann", "Bob", None]), min_size=30, max_size=30),
    by=st.sampled_from(list(GroupBy)),
)
@examples(max_examples=100, deadline=None, derandomize=True)
def test_the_groups_hold_every_run_once(statuses: list[Status], names: list[str | None], by: GroupBy) -> None:
    runs = [
        run(
            number,
            status,
            source=text(name) if name else None,
            started_at=datetime(2026, 11, 20, number % 5, tzinfo=UTC) if name else None,
        )
        for number, (status, name) in enumerate(zip(statuses, names, strict=False))
    ]
    parts = [group.figures for group in groups(runs, by)]
    whole = figures(runs)
    assert sum(part.runs for part in parts) == whole.runs == len(runs)
    assert sum(part.failed for part in parts) == whole.failed
    assert sum(part.ended for part in parts) == whole.ended


def test_the_failure_rate_is_of_the_runs_that_ended() -> None:
    runs = [
        run(0, Status.FAILED),
        run(1),
        run(2, Status.CANCELLED),
        run(3),
        run(4, Status.RUNNING),
        run(5, Status.UNKNOWN),
    ]
    whole = figures(runs)
    assert (whole.runs, whole.failed, whole.ended, whole.failure_rate) == (6, 1, 4, 0.25)
    assert figures([run(0, Status.RUNNING)]).failure_rate is None


def test_a_duration_counts_once_the_run_does_not_go_on() -> None:
    runs = [run(number, status, duration=SECOND) for number, status in enumerate(Status)]
    assert len(figures(runs).durations) == 4


def test_what_is_not_reported_is_not_zero() -> None:
    whole = figures([run(0), run(1, usage=Usage(cost=0.5)), run(2, usage=Usage(cost=0.0, input_tokens=3))])
    assert whole.costs == {"duckie": Known(0.5, 2)}
    assert whole.tokens_in == Known(3, 1)
    assert whole.tokens_out == Known(0, 0)
    assert figures([run(0, usage=Usage(input_tokens=1))]).costs == {}


def test_agents_are_told_apart_by_id_and_words_of_vendors_are_one_in_any_case() -> None:
    named = [Named(text(identity, Kind.ID), text("Ann")) for identity in ("a-1", "a-2", "a-1")]
    found = groups([run(number, agent=agent) for number, agent in enumerate(named)], GroupBy.AGENT)
    assert [group.figures.runs for group in found] == [2, 1]
    assert all(group.connection == "duckie" for group in found)
    outcomes = [
        Outcome(native=text("Partner")),
        Outcome(native=text("partner")),
        Outcome(word=OutcomeWord.RESOLVED),
        None,
    ]
    found = groups([run(number, outcome=outcome) for number, outcome in enumerate(outcomes)], GroupBy.OUTCOME)
    assert [group.figures.runs for group in found] == [2, 1, 1]
    assert found[-1].label is None


def test_words_that_no_document_lists_are_groups_of_their_own() -> None:
    odd = [RunStatus(Status.UNKNOWN, text(word)) for word in ("halted", "parked", "Halted")]
    runs = [Run(ref=run(number).ref, status=status) for number, status in enumerate(odd)]
    assert [group.figures.runs for group in groups(runs, GroupBy.STATUS)] == [2, 1]


def test_hours_and_days_are_those_of_utc_newest_first() -> None:
    at = datetime.fromisoformat("2026-11-20T23:40:00-05:00")
    assert bucket(at, GroupBy.HOUR) == datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert bucket(at, GroupBy.DAY) == datetime(2026, 11, 21, tzinfo=UTC)
    runs = [run(number, started_at=at - timedelta(hours=hours)) for number, hours in enumerate((5, 0, 5, 1))]
    assert [group.figures.runs for group in groups(runs, GroupBy.HOUR)] == [1, 1, 2]
