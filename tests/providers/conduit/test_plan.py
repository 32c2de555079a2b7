"""What a query is turned into: streams, filters that the caller applies, notes."""

from datetime import UTC, datetime

import pytest

from rundown_mcp.domain.query import Filter, RunQuery, parse_duration
from rundown_mcp.domain.run import Status
from rundown_mcp.provider import ListPlan
from rundown_mcp.providers.conduit.directory import Directory
from rundown_mcp.providers.conduit.plan import make_plan
from rundown_mcp.providers.conduit.wire import Agent

FIRST, SECOND, THIRD = (f"ag7{n}c0dy0mgdpzmqz6tesry8w184002s" for n in (1, 2, 3))
DIRECTORY = Directory(
    agents=(
        Agent(id=FIRST, name="Reservations"),
        Agent(id=SECOND, name="Front Desk"),
        Agent(id=THIRD, name=" front desk "),
    ),
    workspaces=1,
)
ALL = frozenset({FIRST, SECOND, THIRD})


def plan(query: RunQuery, directory: Directory = DIRECTORY) -> ListPlan:
    return make_plan(query, directory)


def keys(result: ListPlan) -> list[str]:
    return [stream.key for stream in result.streams]


def test_no_filter_reads_every_agent_in_any_state() -> None:
    result = plan(RunQuery())
    assert result == ListPlan(streams=result.streams)
    assert keys(result) == [f"agent={FIRST}", f"agent={SECOND}", f"agent={THIRD}"]
    assert result.streams[0].params == (("agent", FIRST),)


def test_each_wanted_status_is_a_stream_of_its_own() -> None:
    result = plan(RunQuery(statuses=(Status.FAILED, Status.QUEUED, Status.FAILED), agents=(FIRST,)))
    assert keys(result) == [f"agent={FIRST}&status=failed", f"agent={FIRST}&status=accepted"]
    assert result.streams[1].params == (("agent", FIRST), ("status", "accepted"))
    assert result.here == {Filter.STATUS}


def test_statuses_that_do_not_exist_here_are_noted_and_the_others_asked_for() -> None:
    result = plan(RunQuery(statuses=(Status.PAUSED, Status.RUNNING, Status.CANCELLED), agents=(FIRST,)))
    assert keys(result) == [f"agent={FIRST}&status=running"]
    assert result.notes == ("has no status paused", "has no status cancelled")


def test_only_statuses_that_do_not_exist_here_leave_nothing_to_read() -> None:
    result = plan(RunQuery(statuses=(Status.CANCELLED,)))
    assert result.streams == ()
    assert result.notes == ("has no status cancelled",)


def test_unknown_words_cannot_be_asked_for_and_are_left_to_the_rows() -> None:
    result = plan(RunQuery(statuses=(Status.UNKNOWN, Status.FAILED), agents=(FIRST,)))
    assert keys(result) == [f"agent={FIRST}"]
    assert result.here == {Filter.STATUS}


def test_agents_are_found_by_id_and_by_name_in_any_case() -> None:
    result = plan(RunQuery(agents=(" RESERVATIONS", SECOND.upper())))
    assert keys(result) == [f"agent={FIRST}", f"agent={SECOND}"]
    assert result.matched_agents == {" RESERVATIONS", SECOND.upper()}


def test_a_name_that_two_agents_bear_means_both_of_them_once() -> None:
    assert keys(plan(RunQuery(agents=("front desk", SECOND)))) == [f"agent={SECOND}", f"agent={THIRD}"]


def test_an_id_that_the_list_does_not_hold_is_used_all_the_same() -> None:
    missing = "ag99c0dy0mgdpzmqz6tesry8w184002s"
    result = plan(RunQuery(agents=(missing,)), Directory())
    assert keys(result) == [f"agent={missing}"]
    assert result.notes == ()


@pytest.mark.parametrize(
    "text",
    ["Refunds", "RefundsAndReturns", "refunds_and_returns_2", "00000011-0000-4000-8000-000000000000", "", "a b"],
)
def test_a_name_or_another_vendors_id_that_is_not_known_reads_nothing(text: str) -> None:
    result = plan(RunQuery(agents=(text,)))
    assert result.streams == ()
    assert result.notes == ("knows no such agent",)
    assert result.matched_agents == frozenset()


def test_one_unknown_agent_among_known_ones_is_left_out() -> None:
    result = plan(RunQuery(agents=("Refunds", "Reservations")))
    assert keys(result) == [f"agent={FIRST}"]
    assert result.matched_agents == {"Reservations"}


def test_an_account_without_agents_says_so() -> None:
    assert plan(RunQuery(), Directory()).notes == ("lists no agents",)


def test_gaps_in_the_directory_are_noted() -> None:
    gaps = Directory(agents=DIRECTORY.agents, workspaces=2, failed=1, odd=3)
    assert plan(RunQuery(), gaps).notes == (
        "1 of 2 workspaces could not be listed",
        "agents left out for want of a usable id: 3",
    )


@pytest.mark.parametrize("gaps", [Directory(workspaces=2, failed=1), Directory(workspaces=1, odd=1)])
def test_runs_of_agents_that_could_not_be_listed_are_missing(gaps: Directory) -> None:
    assert plan(RunQuery(), gaps).partial


def test_filters_that_a_row_can_answer_are_left_to_the_caller() -> None:
    at = datetime(2026, 4, 3, tzinfo=UTC)
    query = RunQuery(
        outcomes=("resolved",),
        agents=("Reservations",),
        tickets=("co77",),
        sources=("inbox",),
        search="x",
        durations=(parse_duration(">60"),),
        since=at,
        until=at,
    )
    result = plan(query)
    assert result.here == query.used - {Filter.AGENT}
    assert not result.needs_detail
    assert not result.seeks


def test_a_tool_needs_each_runs_detail() -> None:
    result = plan(RunQuery(tools=("get_reservation",)))
    assert result.needs_detail
    assert result.here == frozenset()
