"""Asking several connections at once: what answered, what failed, what was too slow; and what is remembered of each."""

from __future__ import annotations

import anyio
import pytest
from tests.runs.fakes import FakeProvider, at, down, page_of, runs_of
from tests.runs.imitated import Wire, asking_imitations, silence

from rundown_mcp.domain.errors import InvalidArgument, NotConfigured, RundownError, Unavailable, Unsupported
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.provider import NO_WAY_ON, Page, RunStream
from rundown_mcp.runs import connection as connection_module
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection, SeenRefs
from rundown_mcp.runs.fanout import Reply, ask_all
from rundown_mcp.sandbox.world import build_world

pytestmark = pytest.mark.anyio


def three() -> Runs:
    return runs_of(*(FakeProvider(name=name, lists={}) for name in ("one", "two", "three")))


async def ask(connection: Connection) -> Reply[str]:
    match connection.name:
        case "one":
            raise down("one")
        case "two":
            return Reply("answer", ["not all"])
        case _:
            await anyio.sleep_forever()
            raise AssertionError


async def test_what_answered_is_kept_apart_from_what_failed_or_was_slow() -> None:
    asked = await ask_all(three().connections, ask, time_s=0.5)
    assert [(connection.name, result) for connection, result in asked.results] == [("two", "answer")]
    assert list(map(str, asked.coverage)) == [
        "one left out (503 from the provider)",
        "two ok (not all)",
        "three left out (no answer within 0.5 s)",
    ]


async def test_the_only_one_s_own_error_is_raised_and_of_several_a_list() -> None:
    runs = three()
    with pytest.raises(Unavailable, match="one: the provider failed with 503"):
        await ask_all(runs.select(["one"]), ask, time_s=1)
    with pytest.raises(RundownError, match=r"None of the 2 connections could answer:\n- one: .*\n- three: no answer"):
        await ask_all(runs.select(["three", "one"]), ask, time_s=0.5)


async def test_a_refused_argument_is_an_error_whoever_else_answers() -> None:
    async def refuses(connection: Connection) -> Reply[str]:
        if connection.name == "one":
            raise InvalidArgument("ticket", "too long")
        if connection.name == "three":
            raise Unsupported("three has none", names=["ticket"])
        return Reply("answer")

    with pytest.raises(InvalidArgument, match="ticket: too long"):
        await ask_all(three().connections, refuses, time_s=1)
    asked = await ask_all(three().select(["two", "three"]), refuses, time_s=1)
    assert str(asked.coverage[1]) == "three left out (has no ticket)"


def test_without_connections_every_question_says_what_to_configure() -> None:
    runs = Runs([], secret=b"", how_to_configure="Set DUCKIE_API_KEY.")
    with pytest.raises(NotConfigured, match=r"Set DUCKIE_API_KEY\."):
        runs.select([])


def test_refs_and_aliases_that_were_named_are_bounded() -> None:
    seen, most = SeenRefs(), connection_module._REMEMBERED_REFS
    for number in range(most + 10):
        seen.add(Ref("c", f"agent{number % 3}/run{number:08d}"), (f"alias{number}",))
    assert len(seen) == most
    assert seen.starting_with("alias9") == []
    assert seen.starting_with("run00000009") == []
    assert seen.starting_with("alias10") == seen.starting_with("run00000010") == [Ref("c", "agent1/run00000010")]
    seen.add(Ref("c", "agent1/run00000010"), ("run0000001",))
    assert len(seen.starting_with("run0000001")) == 10


def test_a_short_ref_is_unique_among_all_that_a_connection_named() -> None:
    runs = runs_of(FakeProvider(name="one", lists={}), FakeProvider(name="two", lists={}))
    near, far = Ref("one", "aaaaaaaa-b1"), Ref("two", "aaaaaaaa-b2")
    for connection in runs.connections:
        connection.seen.add({"one": near, "two": far}[connection.name])
    ref = Ref("one", "aaaaaaaa-b3")
    assert runs.short([ref, far]) == {ref: "one:aaaaaaaa-b3", far: "two:aaaaaaaa"}


async def test_rows_without_a_usable_id_are_counted() -> None:
    class Odd(FakeProvider):
        async def list_page(self, stream: RunStream, query: object, *, token: str | None, size: int) -> Page:  # type: ignore[type-arg] # only the count differs
            page = await super().list_page(stream, query, token=token, size=size)  # type: ignore[arg-type] # as above
            return Page(page.items, page.next_token, unusable=2)

    page = await page_of(runs_of(Odd(lists={"all": [("r", at(0))]})))
    assert str(page.coverage[0]) == "fake ok (rows left out for want of a usable id: 2)"
    assert page.has_gaps


async def test_what_a_page_says_is_missing_is_said_once_and_leaves_a_gap() -> None:
    class Cut(FakeProvider):
        async def list_page(self, stream: RunStream, query: object, *, token: str | None, size: int) -> Page:  # type: ignore[type-arg] # only the notes differ
            page = await super().list_page(stream, query, token=token, size=size)  # type: ignore[arg-type] # as above
            return Page(page.items, page.next_token, notes=(NO_WAY_ON,))

    page = await page_of(runs_of(Cut(lists={"one": [("r", at(0))], "two": [("q", at(1))]})))
    assert str(page.coverage[0]) == f"fake ok ({NO_WAY_ON})"
    assert page.has_gaps


async def test_an_unknown_agent_is_refused_with_the_names_that_came_in_time() -> None:
    slow = FakeProvider(name="slow", lists={}, slow={"agents"})
    down_for_names = FakeProvider(name="down", lists={}, fail={"agents": down("down")})
    runs = runs_of(slow, FakeProvider(lists={}), down_for_names)
    with pytest.raises(InvalidArgument, match='agent: no connection asked knows "nobody"') as caught:
        await page_of(runs, query=RunQuery(agents=("nobody",)), time_s=0.2)
    assert [name.equals("agent of fake") for name in caught.value.data] == [True]


async def test_an_agent_may_be_one_of_a_connection_that_is_down() -> None:
    world = build_world(seed=3, runs=60)
    async with asking_imitations(world, Wire({"conduit/": silence}), timeout_s=1) as asked:
        answer = await asked.text("list_runs", agent=[world.company.chat_agents[0].name])
    assert answer.startswith("No run found in what was looked into.")
    assert "conduit left out" in answer
    assert "all that could be found" in answer
