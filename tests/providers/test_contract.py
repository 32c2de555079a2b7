"""What every provider promises, asked of each one in the registry through its real client."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import anyio
import pytest
from tests.providers.comparing import plain
from tests.providers.filter_queries import QUERIES, answering
from tests.providers.opening import HOST, NOW, RUN_IDS, opened, refs, text

from rundown_mcp.domain.errors import NotFound, Unauthorized, Unsupported
from rundown_mcp.domain.query import Filter, RunQuery, parse_duration
from rundown_mcp.domain.ref import SHORT_LENGTH, is_safe_id
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListsConfig, ListsTools, ProviderSpec
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.transport.wire import Json

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("spec", PROVIDERS.values(), ids=list(PROVIDERS))]


async def test_every_run_is_listed_once_newest_first_whatever_the_page_size(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        streams = (await here.provider.plan(RunQuery())).streams
        by_size = {size: [await here.stream(stream, RunQuery(), size) for stream in streams] for size in (7, 100, 1000)}
    for size, pages_of_streams in by_size.items():
        for pages in pages_of_streams:
            assert all(len(page) <= size for page in pages)
            starts = [run.started_at for page in pages for run in page if run.started_at]
            assert starts == sorted(starts, reverse=True)
    listed = {size: [run for pages in streams for page in pages for run in page] for size, streams in by_size.items()}
    assert plain(listed[7]) == plain(listed[100]) == plain(listed[1000])
    assert len(listed[7]) == len(RUN_IDS[spec.name])
    assert {run.ref.run_part for run in listed[7]} == RUN_IDS[spec.name]
    assert all(run.started_at and run.agent and run.agent.id and run.agent.name for run in listed[7])


async def test_refs_have_the_shapes_that_are_described(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        runs = await here.all(RunQuery())
    for run in runs:
        assert run.ref.connection == spec.name
        assert spec.id_shape.fullmatch(run.ref.id)
        assert is_safe_id(run.ref.id)
        assert spec.short_shape.fullmatch(run.ref.run_part[:SHORT_LENGTH])
        assert not spec.short_shape.fullmatch(run.ref.run_part[: SHORT_LENGTH - 1])
    assert spec.name in spec.shape_hint


async def test_every_run_can_be_read_and_is_its_row_with_more(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        for row in await here.all(RunQuery()):
            detail = await here.provider.get_run(row.ref.id)
            assert plain(told_by_both(detail.run)) == plain(told_by_both(row))
            for numbered in (detail.steps, detail.messages):
                assert [item.number for item in numbered] == list(range(1, len(numbered) + 1))
            times = [message.at for message in detail.messages if message.at]
            assert times == sorted(times)
            assert all(step.message is None or step.message <= len(detail.messages) for step in detail.steps)


def told_by_both(run: Run) -> list[Json]:
    outcome = (run.outcome.word, run.outcome.native) if run.outcome else (None, None)
    return [run.ref, run.status, run.started_at, run.agent, outcome, run.ticket, run.approval, run.error]


async def test_since_is_inclusive_and_until_exclusive(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        runs = await here.all(RunQuery())
        for run in (runs[0], runs[len(runs) // 2], runs[-1]):
            at = run.started_at
            assert at is not None
            assert refs(await here.all(RunQuery(since=at))) == refs(
                [one for one in runs if one.started_at and one.started_at >= at]
            )
            assert refs(await here.all(RunQuery(until=at))) == refs(
                [one for one in runs if one.started_at and one.started_at < at]
            )
            alone = await here.all(RunQuery(since=at, until=at + timedelta(milliseconds=1)))
            assert refs(alone) == refs([one for one in runs if one.started_at == at])


async def test_every_filter_that_is_promised_gives_what_a_full_listing_holds(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        runs = await here.all(RunQuery())
        details = [await here.provider.get_run(run.ref.id) for run in runs]
        for name in sorted(spec.filters):
            queries = list(QUERIES[name](runs, details))
            assert any(wanted for _, wanted in queries), name
            for query, wanted in queries:
                assert refs(await here.all(query)) == refs(wanted), query


async def test_different_filters_must_all_hold(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        runs = await here.all(RunQuery())
        middle = runs[len(runs) // 2]
        assert middle.agent
        query = RunQuery(
            statuses=(middle.status.word,),
            since=runs[-9].started_at,
            until=runs[9].started_at,
            durations=(parse_duration(">=1"),),
        )
        _, rows = answering(runs, query)
        wanted = [run for run in rows if run.agent and run.agent.id == middle.agent.id]
        found = await here.all(replace(query, agents=(text(middle.agent.name),)))
    assert 0 < len(wanted) < len(rows) < len(runs)
    assert refs(found) == refs(wanted)


EVERYTHING = {
    Filter.OUTCOME: RunQuery(outcomes=("resolved",)),
    Filter.TICKET: RunQuery(tickets=("1",)),
    Filter.SOURCE: RunQuery(sources=("x",)),
    Filter.METADATA: RunQuery(metadata=(("k", "v"),)),
    Filter.ANNOTATION: RunQuery(annotations=("critical",)),
}


async def test_a_filter_that_is_not_there_is_refused_with_those_that_are_before_anything_is_sent(
    spec: ProviderSpec,
) -> None:
    async with opened(spec) as here:
        for name in set(Filter) - spec.filters:
            with pytest.raises(Unsupported) as refusal:
                await here.provider.plan(EVERYTHING[name])
            assert refusal.value.names == (name.value,)
            have = refusal.value.message.partition("; it can by ")[2].split(", ")
            assert have == [one.value for one in Filter if one in spec.filters]
            assert name.value in refusal.value.short
    assert set(Filter) - spec.filters <= set(EVERYTHING)
    assert here.sent == []


async def test_an_agent_that_nobody_knows_leaves_nothing_to_read_and_says_so(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        agents = await here.provider.agents()
        plan = await here.provider.plan(RunQuery(agents=("nobody",)))
        known = await here.provider.plan(RunQuery(agents=(text(agents[0].name), "nobody")))
    assert all(agent.id and agent.name for agent in agents)
    assert plan.streams == ()
    assert plan.matched_agents == frozenset()
    assert plan.notes == ("knows no such agent",)
    assert known.streams
    assert known.matched_agents == {text(agents[0].name)}


async def test_a_plan_says_what_the_account_has_no_word_for(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        lacking = [word for word in ("queued", "paused", "cancelled") if not await here.all(query_of(word))]
        for word in lacking:
            plan = await here.provider.plan(query_of(word))
            assert plan.streams == ()
            assert f"has no status {word}" in plan.notes
    assert lacking


def query_of(word: str) -> RunQuery:
    return RunQuery(statuses=(Status(word),))


async def test_an_unknown_id_is_not_found(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        known = (await here.all(RunQuery()))[0].ref.id
        with pytest.raises(NotFound):
            await here.provider.get_run(known[:-6] + "000000")


async def test_a_wrong_key_is_refused_whatever_is_asked(spec: ProviderSpec) -> None:
    async with opened(spec) as good:
        known = (await good.all(RunQuery()))[0].ref.id
        stream = (await good.provider.plan(RunQuery())).streams[0]
    async with opened(spec, key="wrong") as here:
        for ask in (
            here.provider.probe,
            here.provider.agents,
            partial(here.provider.get_run, known),
            partial(here.provider.list_page, stream, RunQuery(), token=None, size=1),
        ):
            with pytest.raises(Unauthorized) as refusal:
                await ask()
            assert f"{spec.name.upper()}_API_KEY" in refusal.value.message
            assert "wrong:" not in refusal.value.message


async def test_only_get_requests_are_sent_with_the_key_in_a_header_and_nowhere_else(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        runs = await here.all(RunQuery(since=NOW - timedelta(days=1)))
        await here.provider.get_run(runs[0].ref.id)
        await here.provider.agents()
        assert await here.provider.probe()
    assert {request.method for request in here.sent} == {"GET"}
    assert {f"{request.url.scheme}://{request.url.host}" for request in here.sent} == {HOST}
    assert {request.headers["authorization"] for request in here.sent} == {f"Bearer {here.key}"}
    assert all(here.key not in str(request.url) for request in here.sent)
    assert all(request.content == b"" for request in here.sent)


async def test_many_pages_asked_for_at_once_are_those_asked_for_one_by_one(spec: ProviderSpec) -> None:
    found: list[list[str]] = []
    async with opened(spec) as here:
        stream = (await here.provider.plan(RunQuery())).streams[0]
        alone = await here.provider.list_page(stream, RunQuery(), token=None, size=10)

        async def read() -> None:
            page = await here.provider.list_page(stream, RunQuery(), token=None, size=10)
            found.append(refs([*page.items]))

        async with anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(read)
    assert found == [refs([*alone.items])] * 20


async def test_every_kind_of_configuration_is_listed_whole_in_pages_of_any_size(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        provider = here.provider
        assert isinstance(provider, ListsConfig)
        assert "agents" in provider.config_kinds
        for kind in provider.config_kinds:
            whole = await config_items(provider, kind, 200)
            assert whole
            assert plain(whole) == plain(await config_items(provider, kind, 1))
            assert all(item.id and item.name for item in whole)


async def config_items(provider: ListsConfig, kind: str, size: int) -> list[ConfigItem]:
    items: list[ConfigItem] = []
    token: str | None = None
    while True:
        page = await provider.list_config(ConfigQuery(kind=kind), token=token, size=size)
        items += page.items
        token = page.next_token
        if token is None:
            return items


async def test_recorded_tools_are_those_of_the_runs(spec: ProviderSpec) -> None:
    async with opened(spec) as here:
        if not isinstance(here.provider, ListsTools):
            return
        options = (await here.provider.tool_options()).items
        assert options
        for option in options:
            found = await here.all(RunQuery(tools=(text(option.name),)))
            assert len(found) == option.runs
