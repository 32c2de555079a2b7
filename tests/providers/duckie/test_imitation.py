"""The client against the imitated API: a second reading of the documents agrees with the first."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.providers.duckie.comparing import plain

from rundown_mcp.domain.errors import Forbidden, Unauthorized
from rundown_mcp.domain.query import Filter, RunQuery, parse_duration
from rundown_mcp.domain.ref import is_safe_id
from rundown_mcp.domain.run import Run, Status, StepState
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ConfigQuery, ListsConfig, ListsTools, RunProvider
from rundown_mcp.providers.duckie import SPEC
from rundown_mcp.providers.duckie.sandbox import imitate
from rundown_mcp.sandbox.app import ImitatedApi, build_app
from rundown_mcp.sandbox.world import build_world
from rundown_mcp.transport.json_api import JsonApi

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORLD = build_world(seed=7, runs=400, now=NOW)


@dataclass(frozen=True)
class Opened:
    provider: RunProvider

    async def all(self, query: RunQuery, size: int = 100) -> list[Run]:
        """Every run that a query gives, with the caller's share of the filtering."""
        plan = await self.provider.plan(query)
        found: list[Run] = []
        for stream in plan.streams:
            token: str | None = None
            while True:
                page = await self.provider.list_page(stream, query, token=token, size=size)
                assert page.unusable == 0
                found += [run for run in page.items if query.admits(run, plan.here)]
                token = page.next_token
                if token is None:
                    break
        return found


@asynccontextmanager
async def opened(api: ImitatedApi | None = None, key: str | None = None) -> AsyncIterator[Opened]:
    api = api or SPEC.imitate(WORLD)
    settings = SPEC.settings.model_validate({"api_key": key or api.environment["DUCKIE_API_KEY"]})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(build_app([api]))) as http:
        json_api = JsonApi(
            http,
            connection="duckie",
            base_url=f"http://sandbox.test{api.prefix}",
            headers=SPEC.headers(settings),
            key_variable="DUCKIE_API_KEY",
        )
        yield Opened(SPEC.open("duckie", settings, json_api))


def text(value: Untrusted | None) -> str:
    assert value is not None
    return str(plain(value)[1])


async def test_all_pages_together_hold_every_run_once_newest_first() -> None:
    async with opened() as duckie:
        by_hundred = await duckie.all(RunQuery())
        by_seven = await duckie.all(RunQuery(), size=7)
    assert len(by_hundred) == len(WORLD.tickets)
    assert plain(by_hundred) == plain(by_seven)
    starts = [run.started_at for run in by_hundred if run.started_at]
    assert starts == sorted(starts, reverse=True)
    assert all(is_safe_id(run.ref.id) and SPEC.id_shape.fullmatch(run.ref.id) for run in by_hundred)
    assert len({run.ref for run in by_hundred}) == len(by_hundred)


async def test_what_the_api_filters_is_what_the_rows_say() -> None:
    async with opened() as duckie:
        runs = await duckie.all(RunQuery())
        pick = next(
            run for run in runs if run.ticket and run.ticket.id and run.source and run.status.word is Status.FAILED
        )
        assert pick.ticket
        assert pick.started_at
        queries = [
            RunQuery(statuses=(Status.FAILED, Status.PAUSED)),
            RunQuery(outcomes=("escalated", "deflected")),
            RunQuery(tickets=(text(pick.ticket.id),)),
            RunQuery(sources=(text(pick.source),)),
            RunQuery(search=text(pick.ticket.id)[:4]),
            RunQuery(durations=(parse_duration(">=10"), parse_duration("<60"))),
            RunQuery(since=pick.started_at),
            RunQuery(until=pick.started_at),
            RunQuery(since=pick.started_at, until=pick.started_at + timedelta(microseconds=1000)),
        ]
        for query in queries:
            found = await duckie.all(query)
            wanted = [run for run in runs if query.admits(run, query.used)]
            assert [run.ref for run in found] == [run.ref for run in wanted], query
            assert found, query


async def test_an_agent_is_found_by_name_and_by_id_alike() -> None:
    async with opened() as duckie:
        agent = (await duckie.provider.agents())[0]
        runs = await duckie.all(RunQuery())
        by_name = await duckie.all(RunQuery(agents=(text(agent.name).upper(),)))
        by_id = await duckie.all(RunQuery(agents=(text(agent.id),)))
    wanted = [run.ref for run in runs if run.agent and run.agent.id == agent.id]
    assert wanted
    assert [run.ref for run in by_name] == [run.ref for run in by_id] == wanted


async def test_a_recorded_tool_finds_the_runs_whose_details_hold_it() -> None:
    async with opened() as duckie:
        assert isinstance(duckie.provider, ListsTools)
        option = min(await duckie.provider.tool_options(), key=lambda one: one.runs or 0)
        query = RunQuery(tools=(text(option.name),))
        found = await duckie.all(query)
        details = [await duckie.provider.get_run(run.ref.id) for run in found]
    assert len(found) == option.runs
    assert all(query.admits_detail(detail) for detail in details)


async def test_every_detail_is_its_row_with_more() -> None:
    same_in_both = ("ref", "status", "started_at", "duration", "outcome", "source", "ticket", "agent", "approval")
    states: set[StepState] = set()
    async with opened() as duckie:
        for row in await duckie.all(RunQuery()):
            detail = await duckie.provider.get_run(row.ref.id)
            for name in same_in_both:
                assert plain(getattr(detail.run, name)) == plain(getattr(row, name)), name
            assert row.status.word is not Status.UNKNOWN
            assert {person.folded() for person in row.identities} <= {item.folded() for item in detail.run.identities}
            states |= {step.state for step in detail.steps}
    assert {StepState.OK, StepState.FAILED, StepState.WAITING} <= states


@pytest.mark.parametrize("kind", ["agents", "tools", "guidelines", "guardrails", "runbooks"])
async def test_every_kind_of_configuration_is_listed_in_pages(kind: str) -> None:
    async with opened() as duckie:
        assert isinstance(duckie.provider, ListsConfig)
        whole = await duckie.provider.list_config(ConfigQuery(kind=kind), token=None, size=200)
        first = await duckie.provider.list_config(ConfigQuery(kind=kind), token=None, size=1)
    assert whole.items
    assert whole.unusable == 0
    assert all(item.id and item.name for item in whole.items)
    assert plain(first.items) == plain(whole.items[:1])
    assert (first.next_token is None) == (len(whole.items) == 1)


async def test_tools_and_guardrails_are_filtered_by_the_api() -> None:
    async with opened() as duckie:
        assert isinstance(duckie.provider, ListsConfig)
        for query in (
            ConfigQuery(kind="tools", types=("custom_tool", "app_tool")),
            ConfigQuery(kind="tools", is_write_action=True),
            ConfigQuery(kind="guardrails", types=("restriction",)),
        ):
            page = await duckie.provider.list_config(query, token=None, size=200)
            assert page.items, query
            for item in page.items:
                facts = dict(item.facts)
                assert not query.types or text(facts["type"]) in query.types
                assert not query.is_write_action or facts["is_write_action"].flag() is True


async def test_a_wrong_key_and_a_missing_scope_are_told_apart() -> None:
    async with opened(key="wrong") as duckie:
        with pytest.raises(Unauthorized):
            await duckie.provider.probe()
    async with opened(imitate(WORLD, scopes={"api:runs:read"})) as duckie:
        assert await duckie.provider.probe() == "runs can be read"
        with pytest.raises(Forbidden):
            await duckie.provider.agents()


def test_every_filter_of_the_spec_is_one_that_a_query_can_hold() -> None:
    assert set(Filter) >= SPEC.filters
