"""A query becomes lists: which streams, which parameters, and what is filtered on rows."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.providers.happyrobot.serving import happyrobot, sample, uuid

from rundown_mcp.domain.errors import InvalidArgument, Unavailable, Unsupported
from rundown_mcp.domain.query import DurationBound, Filter, RunQuery, parse_duration
from rundown_mcp.domain.run import Status
from rundown_mcp.provider import RunStream

pytestmark = pytest.mark.anyio

ALL = RunStream("all")
SALES, CHECKS = uuid(4), uuid(14)
MINUTE: DurationBound = parse_duration(">60")


@pytest.mark.parametrize(
    ("query", "streams", "notes"),
    [
        (RunQuery(), (ALL,), ()),
        (RunQuery(statuses=(Status.FAILED,)), (RunStream("status=failed", (("status", "failed"),)),), ()),
        (
            RunQuery(statuses=(Status.QUEUED, Status.CANCELLED, Status.QUEUED)),
            (
                RunStream("status=scheduled", (("status", "scheduled"),)),
                RunStream("status=canceled", (("status", "canceled"),)),
            ),
            (),
        ),
        (RunQuery(statuses=(Status.PAUSED,)), (), ("has no status paused",)),
        (
            RunQuery(statuses=(Status.PAUSED, Status.RUNNING)),
            (RunStream("status=running", (("status", "running"),)),),
            ("has no status paused",),
        ),
        (RunQuery(statuses=(Status.UNKNOWN, Status.FAILED)), (ALL,), ()),
        (RunQuery(statuses=(Status.UNKNOWN, Status.PAUSED)), (ALL,), ("has no status paused",)),
    ],
)
async def test_each_wanted_status_is_a_list_of_its_own(
    query: RunQuery, streams: tuple[RunStream, ...], notes: tuple[str, ...]
) -> None:
    async with happyrobot({}) as (client, asked):
        plan = await client.plan(query)
    assert (plan.streams, plan.notes, plan.seeks) == (streams, notes, True)
    assert plan.here == ({Filter.STATUS} if query.statuses else frozenset())
    assert asked.paths == []


@pytest.mark.parametrize(
    ("query", "here"),
    [
        (RunQuery(durations=(MINUTE,)), {Filter.DURATION}),
        (RunQuery(annotations=("critical",)), {Filter.ANNOTATION}),
        (RunQuery(metadata=(("caller_intent", "reschedule"),)), {Filter.METADATA}),
        (RunQuery(since=datetime(2026, 11, 1, tzinfo=UTC)), {Filter.SINCE}),
        (RunQuery(until=datetime(2026, 11, 1, tzinfo=UTC)), {Filter.UNTIL}),
    ],
)
async def test_what_the_api_lacks_is_filtered_on_rows(query: RunQuery, here: set[Filter]) -> None:
    async with happyrobot({}) as (client, _):
        plan = await client.plan(query)
    assert plan.streams == (ALL,)
    assert plan.here == here
    assert plan.needs_detail is False


async def test_a_tool_needs_each_runs_detail() -> None:
    async with happyrobot({}) as (client, _):
        plan = await client.plan(RunQuery(tools=("find_load",)))
    assert plan.needs_detail is True
    assert plan.here == frozenset()


async def test_filters_that_do_not_exist_are_refused_by_name() -> None:
    async with happyrobot({}) as (client, asked):
        with pytest.raises(Unsupported) as refusal:
            await client.plan(RunQuery(outcomes=("resolved",), tickets=("T-1",), sources=("web",), search="x"))
    assert refusal.value.message == (
        "happyrobot cannot filter runs by outcome, ticket, source; "
        "it can by status, agent, tool, search, metadata, duration, annotation, since, until"
    )
    assert asked.paths == []


async def test_agents_are_found_by_id_or_name_in_any_case() -> None:
    query = RunQuery(agents=(" inbound CARRIER sales", CHECKS.upper(), "nobody"), statuses=(Status.FAILED,))
    async with happyrobot({"/use-cases": sample("use_cases")}) as (client, asked):
        plan = await client.plan(query)
    assert plan.streams == (
        RunStream(f"uc={SALES}&status=failed", (("use_case_id", SALES), ("status", "failed"))),
        RunStream(f"uc={CHECKS}&status=failed", (("use_case_id", CHECKS), ("status", "failed"))),
    )
    assert plan.matched_agents == {" inbound CARRIER sales", CHECKS.upper()}
    assert plan.notes == ()
    assert asked.paths == ["/use-cases"]


async def test_a_use_case_named_twice_is_read_once_and_two_of_one_name_are_both_read() -> None:
    cases = [{"id": "a", "name": "Sales"}, {"id": "b", "name": "sales"}, {"id": "c", "name": None}]
    async with happyrobot({"/use-cases": cases}) as (client, _):
        plan = await client.plan(RunQuery(agents=("Sales", "b", "")))
    assert [stream.key for stream in plan.streams] == ["uc=a", "uc=b"]
    assert plan.matched_agents == {"Sales", "b"}


async def test_an_unknown_agent_leaves_nothing_to_read() -> None:
    async with happyrobot({"/use-cases": sample("use_cases")}) as (client, _):
        plan = await client.plan(RunQuery(agents=("nobody",)))
    assert (plan.streams, plan.notes, plan.matched_agents) == ((), ("knows no such agent",), frozenset())


async def test_a_uuid_is_an_agent_even_where_the_list_lacks_it_or_fails() -> None:
    gone = uuid(99)
    async with happyrobot({"/use-cases": 400}) as (client, _):
        plan = await client.plan(RunQuery(agents=(gone,)))
    assert plan.streams == (RunStream(f"uc={gone}", (("use_case_id", gone),)),)
    assert plan.matched_agents == {gone}
    async with happyrobot({"/use-cases": sample("use_cases")}) as (client, _):
        mixed = await client.plan(RunQuery(agents=(gone, "Check calls")))
    assert [stream.key for stream in mixed.streams] == [f"uc={gone}", f"uc={CHECKS}"]


@pytest.mark.parametrize("query", [RunQuery(agents=("Sales",)), RunQuery(search="sales")])
async def test_a_query_that_turns_on_names_fails_where_they_cannot_be_read(query: RunQuery) -> None:
    async with happyrobot({"/use-cases": 500}) as (client, _):
        with pytest.raises(Unavailable):
            await client.plan(query)


async def params(query: RunQuery, stream: RunStream = ALL, *, token: str | None = None, size: int = 50) -> Any:  # noqa: ANN401 - pairs
    async with happyrobot({"/runs": []}) as (client, asked):
        await client.list_page(stream, query, token=token, size=size)
        return asked.params_of("/runs")


async def test_the_whole_account_is_asked_for_with_an_empty_use_case() -> None:
    assert await params(RunQuery()) == [("use_case_id", ""), ("sort", "desc"), ("limit", "50"), ("offset", "0")]


async def test_a_stream_is_asked_for_by_its_use_case_and_status() -> None:
    stream = RunStream("any", (("use_case_id", SALES), ("status", "failed")))
    offset = str(120)
    assert await params(RunQuery(), stream, token=offset, size=5000) == [
        ("use_case_id", SALES), ("status", "failed"), ("sort", "desc"), ("limit", "1000"), ("offset", "120"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "start"),
    [
        (datetime(2026, 11, 20, 10, tzinfo=UTC), "2026-11-20T09:59:59.999Z"),
        (datetime(2026, 11, 20, 10, 0, 0, 1_999, UTC), "2026-11-20T10:00:00.000Z"),
        (datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=2))), "2026-11-20T07:59:59.999Z"),
        (datetime.min.replace(tzinfo=UTC), None),
        (None, None),
    ],
)
async def test_start_is_sent_a_millisecond_early(since: datetime | None, start: str | None) -> None:
    assert dict(await params(RunQuery(since=since))).get("start") == start


@pytest.mark.parametrize(
    ("until", "end"),
    [
        (datetime(2026, 11, 20, 10, tzinfo=UTC), "2026-11-20T10:00:00.000Z"),
        (datetime(2026, 11, 20, 10, 0, 0, 1, UTC), "2026-11-20T10:00:00.001Z"),
        (datetime(2026, 11, 20, 10, tzinfo=timezone(timedelta(hours=-2))), "2026-11-20T12:00:00.000Z"),
        (datetime.max.replace(tzinfo=UTC), None),
        (None, None),
    ],
)
async def test_end_is_never_sent_too_early(until: datetime | None, end: str | None) -> None:
    assert dict(await params(RunQuery(until=until))).get("end") == end


@pytest.mark.parametrize("token", ["x", "-1", "1.5", "", "\uff11", "9" * 13])
async def test_a_token_that_is_no_offset_is_refused(token: str) -> None:
    async with happyrobot({"/runs": []}) as (client, asked):
        with pytest.raises(InvalidArgument):
            await client.list_page(ALL, RunQuery(), token=token, size=5)
    assert asked.paths == []
