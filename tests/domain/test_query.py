"""Filters: how durations are typed, and which runs a filter admits."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.query import (
    Comparison,
    DurationBound,
    Filter,
    RunQuery,
    is_outcome_word,
    outcome_is,
    parse_duration,
    searchable,
)
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Named,
    Outcome,
    OutcomeWord,
    Quality,
    Run,
    RunDetail,
    RunStatus,
    Status,
    Step,
    Ticket,
    ToolCall,
)
from rundown_mcp.domain.text import Kind, Untrusted

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def said(value: str) -> Untrusted:
    return Untrusted(value, Kind.TEXT)


BARE = Run(ref=Ref("duckie", "a"), status=RunStatus(Status.UNKNOWN))
FULL = Run(
    ref=Ref("duckie", "b"),
    status=RunStatus(Status.FAILED),
    started_at=START,
    duration=timedelta(seconds=60.4),
    agent=Named(said("ag-1"), said("Returns Desk")),
    outcome=Outcome(word=OutcomeWord.ESCALATED),
    source=said("Zendesk"),
    ticket=Ticket(id=said("T-9"), title=said("Where is my parcel?")),
    contact_id=said("C-1"),
    conversation_id=said("V-1"),
    quality=Quality(annotation=said("Critical")),
    columns=((said("node-7.Carrier"), said("DHL")), (said("a.b.load"), said("L-1"))),
)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("=60", DurationBound(Comparison.EQ, 60)),
        (">60", DurationBound(Comparison.GT, 60)),
        (">=60", DurationBound(Comparison.GTE, 60)),
        ("<300", DurationBound(Comparison.LT, 300)),
        ("<=5m", DurationBound(Comparison.LTE, 300)),
        (" >= 2 h ", DurationBound(Comparison.GTE, 7200)),
        ("<1d", DurationBound(Comparison.LT, 86_400)),
        ("=0s", DurationBound(Comparison.EQ, 0)),
    ],
)
def test_a_duration_is_a_comparison_in_seconds_unless_a_unit_follows(text: str, bound: DurationBound) -> None:
    assert parse_duration(text) == bound


@pytest.mark.parametrize(
    "text", ["", "60", "=", "==60", "=>60", "!=60", ">-5", ">1.5", ">5y", ">٣", "> 60 60", "=" + "9" * 10]
)
def test_any_other_duration_is_refused_with_the_forms_that_are_taken(text: str) -> None:
    with pytest.raises(InvalidArgument, match="=60 >60 >=60 <300 <=5m") as raised:
        parse_duration(text)
    assert raised.value.parameter == "duration"


@pytest.mark.parametrize(
    ("comparison", "holds"),
    [
        (Comparison.EQ, [False, True, True, False]),
        (Comparison.GT, [False, False, True, True]),
        (Comparison.GTE, [False, True, True, True]),
        (Comparison.LT, [True, False, False, False]),
        (Comparison.LTE, [True, True, False, False]),
    ],
)
def test_a_bound_compares_and_equal_is_the_same_whole_second(comparison: Comparison, holds: list[bool]) -> None:
    bound = DurationBound(comparison, 60)
    assert [bound.holds(timedelta(seconds=seconds)) for seconds in (59.9, 60, 60.4, 61)] == holds


ADMITTED: list[tuple[Filter, dict[str, Any]]] = [
    (Filter.STATUS, {"statuses": (Status.COMPLETED, Status.FAILED)}),
    (Filter.OUTCOME, {"outcomes": ("resolved", "escalated")}),
    (Filter.TICKET, {"tickets": ("x", "t-9")}),
    (Filter.TICKET, {"tickets": ("v-1",)}),
    (Filter.TICKET, {"tickets": ("c-1",)}),
    (Filter.SOURCE, {"sources": ("zendesk",)}),
    (Filter.SEARCH, {"search": "PARCEL"}),
    (Filter.SEARCH, {"search": "turns de"}),
    (Filter.METADATA, {"metadata": (("carrier", "dhl"),)}),
    (Filter.METADATA, {"metadata": (("NODE-7.carrier", "dhl"), ("load", "l-1"))}),
    (Filter.DURATION, {"durations": (parse_duration(">60"), parse_duration("<61"))}),
    (Filter.ANNOTATION, {"annotations": ("critical",)}),
    (Filter.SINCE, {"since": START}),
    (Filter.UNTIL, {"until": START + timedelta(microseconds=1)}),
]
REFUSED: list[tuple[Filter, dict[str, Any]]] = [
    (Filter.STATUS, {"statuses": (Status.COMPLETED,)}),
    (Filter.OUTCOME, {"outcomes": ("resolved",)}),
    (Filter.TICKET, {"tickets": ("T-",)}),
    (Filter.SOURCE, {"sources": ("zen",)}),
    (Filter.SEARCH, {"search": "zendesk"}),
    (Filter.METADATA, {"metadata": (("carrier", "dhl"), ("load", "L-2"))}),
    (Filter.METADATA, {"metadata": (("arrier", "dhl"),)}),
    (Filter.DURATION, {"durations": (parse_duration(">60"), parse_duration("<60"))}),
    (Filter.ANNOTATION, {"annotations": ("correct",)}),
    (Filter.SINCE, {"since": START + timedelta(microseconds=1)}),
    (Filter.UNTIL, {"until": START}),
]


@pytest.mark.parametrize(("name", "fields"), ADMITTED)
def test_a_run_that_meets_a_filter_is_admitted(name: Filter, fields: dict[str, Any]) -> None:
    query = RunQuery(**fields)
    assert query.used == {name}
    assert query.admits(FULL, query.used)


@pytest.mark.parametrize(("name", "fields"), REFUSED)
def test_a_run_that_does_not_is_refused_unless_the_filter_is_answered_elsewhere(
    name: Filter, fields: dict[str, Any]
) -> None:
    query = RunQuery(**fields)
    assert not query.admits(FULL, {name})
    assert query.admits(FULL, frozenset())


@pytest.mark.parametrize(("name", "fields"), ADMITTED)
def test_a_run_that_does_not_know_is_refused_but_for_its_place_in_time(name: Filter, fields: dict[str, Any]) -> None:
    assert RunQuery(**fields).admits(BARE, {name}) == (name in {Filter.SINCE, Filter.UNTIL})


def test_all_filters_must_hold() -> None:
    query = RunQuery(statuses=(Status.FAILED,), sources=("mail",))
    assert query.admits(FULL, {Filter.STATUS})
    assert not query.admits(FULL, query.used)


def test_a_row_cannot_answer_for_tool_and_agent() -> None:
    query = RunQuery(tools=("lookup",), agents=("nobody",))
    assert query.used == {Filter.TOOL, Filter.AGENT}
    assert query.admits(FULL, query.used)


def test_no_filter_is_used_where_none_is_set() -> None:
    assert RunQuery().used == frozenset()
    assert RunQuery(search="").used == frozenset()


def test_a_detail_answers_by_the_recorded_names_of_its_tools() -> None:
    steps = (Step(number=1), Step(number=2, tool=ToolCall(name=said("Lookup_Order"))), Step(number=3, tool=ToolCall()))
    detail = RunDetail(run=FULL, steps=steps)
    assert RunQuery().admits_detail(detail)
    assert RunQuery(tools=("refund", "lookup_order")).admits_detail(detail)
    assert not RunQuery(tools=("lookup",)).admits_detail(detail)


def test_an_outcome_is_one_of_ours_or_the_vendors_word() -> None:
    assert outcome_is(Outcome(word=OutcomeWord.RESOLVED), "RESOLVED")
    assert outcome_is(Outcome(native=said("Handed_Over")), "handed_over")
    assert not outcome_is(Outcome(word=OutcomeWord.RESOLVED, native=said("x")), "x")
    assert not outcome_is(Outcome(), "resolved")
    assert is_outcome_word("pending")
    assert not is_outcome_word("handed_over")


def test_search_looks_at_titles_ids_and_names() -> None:
    assert searchable(BARE) == []
    assert searchable(FULL) == [said(text) for text in ("Where is my parcel?", "T-9", "V-1", "C-1", "Returns Desk")]


def test_the_label_of_a_named_thing_is_its_name_or_its_id() -> None:
    assert Named(said("a"), said("b")).label == said("b")
    assert Named(said("a"), said("")).label == said("a")
    assert Named().label is None


def test_the_label_of_a_step_is_its_tool_or_title_or_kind() -> None:
    assert Step(number=1, kind=said("k")).label == said("k")
    assert Step(number=1, kind=said("k"), title=said("t"), tool=ToolCall()).label == said("t")
    assert Step(number=1, title=said("t"), tool=ToolCall(name=said("n"))).label == said("n")


def test_a_final_status_changes_no_more() -> None:
    assert {status for status in Status if status.is_final} == {Status.COMPLETED, Status.FAILED, Status.CANCELLED}
