"""Each filter of a query → the exact parameters that Duckie is sent, and what is left to the caller."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from tests.providers.duckie.serving import duckie

from rundown_mcp.domain.errors import InvalidArgument, Unsupported
from rundown_mcp.domain.query import Comparison, DurationBound, Filter, RunQuery, parse_duration
from rundown_mcp.domain.run import Status
from rundown_mcp.providers.duckie.plan import run_params
from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

AGENT = "9d7c1f00-1111-4222-8333-444455556666"
NO_RUNS = {"/runs": {"data": [], "pagination": {"limit": 50, "next_cursor": None, "has_more": False}}}
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)

CASES: list[tuple[RunQuery, list[tuple[str, str]], set[Filter]]] = [
    (RunQuery(), [], set()),
    (RunQuery(since=NOON), [("created_after", "2026-11-18T12:00:00.000Z")], {Filter.SINCE}),
    (
        RunQuery(until=datetime(2026, 11, 18, 14, 0, 0, 5, timezone(timedelta(hours=2)))),
        [("created_before", "2026-11-18T12:00:00.000005Z")],
        {Filter.UNTIL},
    ),
    (
        RunQuery(statuses=(Status.FAILED, Status.CANCELLED)),
        [("status", "failed"), ("status", "cancelled")],
        {Filter.STATUS},
    ),
    (RunQuery(statuses=(Status.QUEUED, Status.PAUSED)), [("status", "paused")], {Filter.STATUS}),
    (RunQuery(statuses=(Status.FAILED, Status.UNKNOWN)), [], {Filter.STATUS}),
    (
        RunQuery(outcomes=("resolved", "escalated")),
        [("resolution_type", "resolved"), ("resolution_type", "escalated")],
        set(),
    ),
    (RunQuery(outcomes=("resolved", "merged")), [], {Filter.OUTCOME}),
    (RunQuery(agents=(AGENT.upper(),)), [("agent_id", AGENT)], set()),
    (RunQuery(tickets=("T-1", "a&b=c")), [("ticket_id", "T-1"), ("ticket_id", "a&b=c")], set()),
    (RunQuery(sources=("zendesk",)), [("source", "zendesk")], set()),
    (RunQuery(tools=("knowledge_search", "x")), [("tool_name", "knowledge_search"), ("tool_name", "x")], set()),
    (RunQuery(search="Größe 43 #"), [("search", "Größe 43 #")], set()),
    (
        RunQuery(metadata=(("plan.tier", "gold"), ("a:b-c_d", ""))),
        [("metadata.plan.tier", "gold"), ("metadata.a:b-c_d", "")],
        set(),
    ),
]


@pytest.mark.parametrize(("query", "params", "here"), CASES)
async def test_a_filter_is_sent_exactly(query: RunQuery, params: list[tuple[str, str]], here: set[Filter]) -> None:
    async with duckie(NO_RUNS) as (client, asked):
        plan = await client.plan(query)
        assert plan.here == here
        assert plan.seeks
        assert not plan.needs_detail
        (stream,) = plan.streams
        assert stream.key == "runs"
        await client.list_page(stream, query, token=None, size=25)
    assert asked.requests == [("/runs", [("limit", "25"), *params])]


@pytest.mark.parametrize(
    ("texts", "params"),
    [
        (["=60"], [("duration[eq]", "60")]),
        ([">60", ">=60", "<300", "<=5m"], [*zip(["gt", "gte", "lt", "lte"], ["60", "60", "300", "300"], strict=True)]),
        ([">1m", ">90"], [("gt", "90")]),
        ([">=2h", ">=10"], [("gte", "7200")]),
        (["<10", "<20"], [("lt", "10")]),
        (["<=20", "<=10"], [("lte", "10")]),
    ],
)
def test_of_several_bounds_the_strictest_is_sent(texts: list[str], params: list[tuple[str, str]]) -> None:
    wanted = [(name if "[" in name else f"duration[{name}]", value) for name, value in params]
    assert run_params(RunQuery(durations=tuple(parse_duration(text) for text in texts))) == wanted


async def test_two_exact_lengths_cannot_both_hold_so_the_rows_are_checked() -> None:
    query = RunQuery(durations=(DurationBound(Comparison.EQ, 60), DurationBound(Comparison.EQ, 30)))
    async with duckie({}) as (client, _):
        assert (await client.plan(query)).here == {Filter.DURATION}
        assert (await client.plan(replace(query, durations=query.durations[:1] * 2))).here == set()
    assert run_params(query) == [("duration[eq]", "30")]


@pytest.mark.parametrize(("wish", "sent"), [(1, "1"), (100, "100"), (101, "100"), (1000, "100"), (0, "1")])
async def test_the_page_size_keeps_to_what_the_api_takes(wish: int, sent: str) -> None:
    async with duckie(NO_RUNS) as (client, asked):
        (stream,) = (await client.plan(RunQuery())).streams
        await client.list_page(stream, RunQuery(), token=None, size=wish)
    assert asked.params == [("limit", sent)]


async def test_a_status_that_duckie_lacks_is_said_and_nothing_is_asked() -> None:
    async with duckie({}) as (client, asked):
        plan = await client.plan(RunQuery(statuses=(Status.QUEUED,), agents=("nobody",)))
    assert plan.streams == ()
    assert plan.notes == ("has no status queued",)
    assert asked.requests == []


async def test_a_status_that_duckie_lacks_is_said_beside_one_that_it_has() -> None:
    async with duckie({}) as (client, _):
        plan = await client.plan(RunQuery(statuses=(Status.QUEUED, Status.FAILED)))
    assert len(plan.streams) == 1
    assert plan.notes == ("has no status queued",)


async def test_an_annotation_is_refused_with_the_filters_that_there_are() -> None:
    async with duckie({}) as (client, asked):
        with pytest.raises(Unsupported) as refused:
            await client.plan(RunQuery(annotations=("correct",)))
    assert refused.value.names == ("annotation",)
    assert refused.value.message.partition("; it can by ")[2].split(", ") == [
        item.value for item in Filter if item is not Filter.ANNOTATION
    ]
    assert asked.requests == []


@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        ("ticket", {"tickets": ("x" * 201,)}),
        ("ticket", {"tickets": (" ",)}),
        ("ticket", {"tickets": ("x",) * 201}),
        ("source", {"sources": ("x" * 121,)}),
        ("tool", {"tools": ("x" * 201,)}),
        ("agent", {"agents": ("x",) * 201}),
        ("outcome", {"outcomes": ("x",) * 201}),
        ("search", {"search": "x" * 301}),
        ("metadata", {"metadata": (("a b", "c"),)}),
        ("metadata", {"metadata": (("", "c"),)}),
        ("metadata", {"metadata": (("ключ", "c"),)}),
        ("metadata", {"metadata": (("a\n", "c"),)}),
        ("metadata", {"metadata": (("a", "x" * 501),)}),
    ],
)
async def test_what_the_api_would_refuse_is_refused_before_anything_is_sent(
    parameter: str, values: dict[str, Json]
) -> None:
    async with duckie({}) as (client, asked):
        with pytest.raises(InvalidArgument) as refused:
            await client.plan(RunQuery(**values))
    assert refused.value.parameter == parameter
    assert "xxx" not in refused.value.message
    assert asked.requests == []


def test_the_longest_values_that_the_api_takes_pass() -> None:
    query = RunQuery(
        tickets=("x" * 200,) * 200,
        sources=("x" * 120,),
        search="x" * 300,
        metadata=(("a", "x" * 500),),
        tools=("x" * 200,),
    )
    assert len(run_params(query)) == 204
