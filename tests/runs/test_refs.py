"""Whatever names a run leads to it; whatever does not is refused before anything is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import quote

import anyio
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.harness import rows
from tests.runs.fakes import FakeProvider, Rows, at, down, runs_of
from tests.runs.imitated import Wire, answers, asking_imitations, imitated_runs

from rundown_mcp.domain.errors import AmbiguousRef, InvalidRef, RateLimited, RundownError, RunNotFound, Unavailable
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import is_safe_id
from rundown_mcp.provider import ListPlan
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.sandbox.world import World, build_world

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(seed=7, runs=300)


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[tuple[Runs, Wire]]:
    wire = Wire()
    async with imitated_runs(world, wire) as runs:
        yield runs, wire


def forms(world: World) -> list[tuple[str, str, bool]]:
    """A text, the ref that it names, and whether a provider has to be asked."""
    ticket, call, chat = world.tickets[-3], world.calls[-3], world.chats[-3]
    chat_id = f"{chat.agent.id}/{chat.id}"
    return [
        (f"duckie:{ticket.id}", f"duckie:{ticket.id}", False),
        (f"  duckie:{ticket.id.upper()}\n", f"duckie:{ticket.id}", False),
        (f"`duckie:{ticket.id}`", f"duckie:{ticket.id}", False),
        (f" <Duckie : {ticket.id} > ", f"duckie:{ticket.id}", False),
        (f"run://duckie/{ticket.id}", f"duckie:{ticket.id}", False),
        (f"run://conduit/{chat.agent.id}%2F{chat.id}", f"conduit:{chat_id}", False),
        (f"duckie:{ticket.id[:8]}", f"duckie:{ticket.id}", True),
        (f"duckie:{ticket.id[:8].upper()}", f"duckie:{ticket.id}", True),
        (f"duckie:{ticket.id[:20]}", f"duckie:{ticket.id}", True),
        (ticket.id[:12], f"duckie:{ticket.id}", True),
        (ticket.id, f"duckie:{ticket.id}", True),
        (call.id.upper(), f"happyrobot:{call.id}", True),
        (f"happyrobot:{call.id}", f"happyrobot:{call.id}", False),
        (f"conduit:{chat_id}", f"conduit:{chat_id}", False),
        (chat_id, f"conduit:{chat_id}", False),
        (chat.id, f"conduit:{chat_id}", True),
        (chat.id[:8], f"conduit:{chat_id}", True),
        (f"conduit:{chat.id[:9]}", f"conduit:{chat_id}", True),
        (chat.run_id, f"conduit:{chat_id}", True),
        (f"conduit:{chat.run_id}", f"conduit:{chat_id}", True),
        (f"http://sandbox.invalid/duckie/api/v1/runs/{ticket.id}", f"duckie:{ticket.id}", False),
        (f"http://sandbox.invalid/happyrobot/api/v1/runs/{call.id}?x=1", f"happyrobot:{call.id}", False),
        (f"http://SANDBOX.invalid/runs/{call.id.upper()}", f"happyrobot:{call.id}", True),
        (f"http://sandbox.invalid/conduit/v1/agents/{chat.agent.id}/runs/{chat.id}", f"conduit:{chat_id}", False),
        (f"https://platform.happyrobot.ai/acme/workflow/x/runs/{call.id}", f"happyrobot:{call.id}", False),
        (f"https://platform.happyrobot.ai/acme/workflow/x?run_id={call.id}#top", f"happyrobot:{call.id}", False),
        (f"https://platform.happyrobot.ai/acme?run={call.id}", f"happyrobot:{call.id}", False),
        (f"https://app.conduit.ai/agents/{chat.agent.id}/runs/{chat.id}/trace", f"conduit:{chat_id}", False),
        (f"https://app.conduit.ai/agents/{chat.agent.id}/runs/{chat.id}", f"conduit:{chat_id}", False),
        (f"https://app.conduit.ai/agents/{chat.agent.id}/runs/{chat.id}?tab=trace#x", f"conduit:{chat_id}", False),
        (f"https://app.conduit.ai/x/agents/{chat.agent.id}/runs/{chat.id}#top", f"conduit:{chat_id}", False),
        (
            f"https://app.conduit.ai/inbox?open=%2Fagents%2F{chat.agent.id}%2Fruns%2F{chat.id}",
            f"conduit:{chat_id}",
            False,
        ),
        (f"http://sandbox.invalid/duckie/api/v1/runs/{ticket.id}#x", f"duckie:{ticket.id}", False),
        (f"http://sandbox.invalid/duckie/api/v1/tickets?run={ticket.id}", f"duckie:{ticket.id}", False),
    ]


@pytest.mark.parametrize("number", range(34))
async def test_every_form_leads_to_the_run(world: World, number: int) -> None:
    text, ref, asks = forms(world)[number]
    async with opened(world) as (runs, wire):
        assert str(await runs.find(text)) == ref
        assert bool(wire.requests) == asks


async def test_a_ref_that_an_answer_printed_is_known_without_a_request(world: World) -> None:
    wire = Wire()
    async with asking_imitations(world, wire) as asked:
        for row in rows(await asked.text("list_runs", limit=6)):
            wire.clear()
            await asked.text("get_run", run=row["ref"])
            assert len(wire.requests) <= 1


MALFORMED = [
    "",
    "duckie",
    "duckie:",
    "duckie:123",
    "duckie:3c90c3c",
    "nobody:3c90c3cc",
    "Nobody:3c90c3cc",
    "run://duckie/%252e%252e%252fagents",
    "run://Duckie/3c90c3cc-cc44-4d4b-8888-90125bd65f12/x",
    "duckie:../../../etc/passwd",
    "duckie:3c90c3cc/../agents",
    "duckie:%2e%2e%2fagents",
    "duckie:3c90c3cc-cc44-4d4b-8888-90125bd65f12/../x",
    "duckie:3c90c3cc-cc44-4d4b-8888-90125bd65f12?x=1",
    "duckie:3c90c3cc-cc44-4d4b-8888-90125bd65f12\x00",
    "duckie:3c90c3cc-cc44-4d4b-8888-90125bd65f12\r\nHost: evil",
    "duckie:３c90c3cc-cc44-4d4b-8888-90125bd65f12",
    "conduit:agent123/../run12345",
    "conduit:..%2f..%2fx/ar77c0dyar77c0dy",
    "conduit:/ar77c0dyar77c0dy",
    "conduit:agent123/ar77c0dy/extra123",
    "conduit:agent 23/ar77c0dy",
    "happyrobot:" + "a" * 5000,
    "https://evil.example/runs/3c90c3cc-cc44-4d4b-8888-90125bd65f12",
    "https://platform.happyrobot.ai@evil.example/runs/3c90c3cc-cc44-4d4b-8888-90125bd65f12",
    "https://platform.happyrobot.ai.evil.example/runs/3c90c3cc-cc44-4d4b-8888-90125bd65f12",
    "https://platform.happyrobot.ai/runs/",
    "https://platform.happyrobot.ai/runs/3c90c3cc",
    "https://app.conduit.ai/agents/..%2f..%2fx/runs/ar77c0dyar77c0dy",
    "https://app.conduit.ai/agents/../runs/../../x",
    "https://[broken/runs/3c90c3cc-cc44-4d4b-8888-90125bd65f12",
    "file:///etc/passwd",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: repr(text)[:40])
async def test_a_malformed_text_is_refused_and_nothing_is_sent(world: World, text: str) -> None:
    async with opened(world) as (runs, wire):
        with pytest.raises(InvalidRef) as caught:
            await runs.find(text)
        assert caught.value.message.startswith("run: ")
        assert "Nothing was sent" in caught.value.message
        assert not wire.requests


async def test_a_refusal_names_the_shapes_or_the_hosts(world: World) -> None:
    async with opened(world) as (runs, _):
        with pytest.raises(InvalidRef, match=r"duckie:<uuid>.*happyrobot:<uuid>.*conduit:<agent_id>/<run_id>"):
            await runs.find("what")
        with pytest.raises(InvalidRef, match=r"app\.conduit\.ai.*platform\.happyrobot\.ai.*sandbox\.invalid"):
            await runs.find("https://evil.example/runs/1")


HEX = st.text("0123456789abcdefABCDEF", min_size=1, max_size=12)
PIECES = st.sampled_from(
    "duckie: conduit: https://platform.happyrobot.ai/runs/ http://sandbox.invalid/ / .. %2e%2e \0 \u202e ?run= # "
    "3c90c3cc-cc44-4d4b-8888-90125bd65f12 ar77c0dyar77c0dy agents/ runs/ \r\n".split(" ")
)


@settings(max_examples=70, deadline=None, derandomize=True)
@given(st.lists(PIECES | HEX | st.text(max_size=6), max_size=7).map("".join))
@example("duckie:" + "3c90c3cc-cc44-4d4b-8888-90125bd65f12/%2e%2e/agents")
@example("a" * 3000)
def test_no_text_breaks_anything_or_bends_a_path(text: str) -> None:
    world = build_world(seed=1, runs=6)

    async def go() -> None:
        async with opened(world) as (runs, wire):
            try:
                ref = await runs.find(text)
                await runs.get(ref)
            except InvalidRef:
                assert not wire.requests
            except RundownError:
                pass
            else:
                assert is_safe_id(ref.id)
            for request in wire.requests:
                assert ".." not in request.path
                assert "%" not in request.path
                parts = request.path.split("/")
                assert parts[1] in {"duckie", "happyrobot", "conduit"}
                assert len(parts) <= 7

    anyio.run(go)


A = "3c90c3cc-cc44-4d4b-8888-90125bd65f12"
B = "3c90c3cc-dd44-4d4b-8888-90125bd65f12"


async def test_an_ambiguous_start_is_refused_with_the_candidates() -> None:
    runs = runs_of(FakeProvider(lists={"all": [(A, at(1)), (B, at(0))]}))
    with pytest.raises(AmbiguousRef, match="names 2 runs") as caught:
        await runs.find("fake:3c90c3cc")
    assert [ref.id for ref in caught.value.candidates] == [A, B]
    assert (await runs.find("fake:3c90c3cc-d")).id == B


async def test_a_start_that_fits_runs_of_two_connections_is_ambiguous_without_a_name() -> None:
    one, two = (FakeProvider(name=name, lists={"all": [(A, at(1))]}) for name in ("one", "two"))
    runs = runs_of(one, two)
    with pytest.raises(AmbiguousRef):
        await runs.find("3c90c3cc")
    with pytest.raises(AmbiguousRef) as caught:
        await runs.find(A)
    assert [str(ref) for ref in caught.value.candidates] == [f"one:{A}", f"two:{A}"]
    assert str(await runs.find("two:3c90c3cc")) == f"two:{A}"


async def test_a_bare_id_is_asked_for_wherever_it_fits() -> None:
    one = FakeProvider(name="one", lists={"all": [(A, at(1))]})
    two = FakeProvider(name="two", lists={"all": [(B, at(1))]})
    runs = runs_of(one, two)
    assert str(await runs.find(B)) == f"two:{B}"
    assert (one.details, two.details) == ([B], [B])
    with pytest.raises(RunNotFound, match="at one, two: it does not exist, or these keys cannot see it"):
        await runs.find("00000000-0000-4000-8000-000000000000")
    one.fail[A] = down("one")
    with pytest.raises(Unavailable):
        await runs.find(A)
    one.fail[B] = down("one")
    assert str(await runs.find(B)) == f"two:{B}"


async def test_an_unknown_start_is_looked_for_among_recent_runs_and_then_refused() -> None:
    provider = FakeProvider(
        lists={"all": [(f"{index:08x}-0000-4000-8000-000000000000", at(-index)) for index in range(3000)]}
    )
    runs = runs_of(provider)
    assert (await runs.find(f"fake:{999:08x}")).id.startswith(f"{999:08x}")
    assert len(provider.pages) == 10
    with pytest.raises(RunNotFound, match=r"newest runs: 1000 of fake\. Give the full id, or find the run"):
        await runs.find(f"fake:{2500:08x}")


async def test_a_search_for_a_start_that_could_not_look_everywhere_says_so() -> None:
    one = FakeProvider(name="one", lists={"a": [(A, at(1))], "b": [(B, at(1))]}, fail={"b": down("one")})
    two = FakeProvider(name="two", lists={"all": []}, fail={"plan": down("two")})
    runs = runs_of(one, two)
    assert str(await runs.find("3c90c3cc-cc")) == f"one:{A}"
    with pytest.raises(RunNotFound, match=r"one: the provider failed with 503.*two: the provider failed.*could not"):
        await runs.find("77777777")


async def test_a_search_for_a_start_asks_no_more_lists_behind_a_rate_limit() -> None:
    limited = RateLimited("fake", "429", "fake: 429, try again in 30 s.", retry_after_s=30)
    lists: dict[str, Rows] = {f"s{number}": [] for number in range(40)}
    provider = FakeProvider(lists=lists, fail=dict.fromkeys(lists, limited))
    with pytest.raises(RunNotFound, match="fake: 429, try again in 30 s"):
        await runs_of(provider).find("77777777")
    assert len(provider.pages) <= 8


async def test_an_address_that_fits_two_accounts_is_asked_for_at_both() -> None:
    one = FakeProvider(name="one", lists={"all": []})
    two = FakeProvider(name="two", lists={"all": [(B, at(1))]})
    runs = runs_of(one, two)
    same_host = [
        connection.__class__(
            **{name: getattr(connection, name) for name in ("name", "spec", "provider", "key_variable")},
            base_url="https://app.example/v1",
        )
        for connection in runs.connections
    ]
    runs = Runs(same_host, secret=b"s", how_to_configure="")
    assert str(await runs.find(f"https://app.example/runs/{B}")) == f"two:{B}"
    with pytest.raises(RunNotFound):
        await runs.find(f"https://app.example/runs/{A}")


async def test_a_run_that_does_not_exist_is_named_with_the_key_that_cannot_see_it(world: World) -> None:
    async with asking_imitations(world) as asked:
        error = await asked.error("get_run", run=f"duckie:{A}")
    assert error.startswith(f"duckie:{A} does not exist, or the key in DUCKIE_API_KEY cannot see it.")


async def test_an_address_with_an_escaped_slash_is_no_way_round(world: World) -> None:
    chat = world.chats[-1]
    async with opened(world) as (runs, wire):
        with pytest.raises(InvalidRef):
            await runs.find(f"https://app.conduit.ai/agents/{quote(chat.agent.id + '/x', safe='')}/runs/{chat.id}")
        assert not wire.requests


async def test_an_address_that_holds_the_runs_part_of_an_id_alone_is_looked_for(world: World) -> None:
    chat = world.chats[-1]
    async with opened(world) as (runs, _):
        found = await runs.find(f"https://app.conduit.ai/runs/{chat.id}")
    assert str(found) == f"conduit:{chat.agent.id}/{chat.id}"


async def test_candidates_of_an_ambiguous_ref_are_printed(world: World) -> None:
    wire = Wire({"conduit/": answers(500)})
    async with asking_imitations(world, wire) as asked:
        error = await asked.error("get_run", run="ffffffff")
    looked_at = f"{len(world.tickets)} of duckie, {len(world.calls)} of happyrobot"
    assert error.startswith(f'No run "ffffffff" among the newest runs: {looked_at}. ')
    assert "conduit: the provider failed with 500" in error


async def test_a_connection_that_could_not_be_asked_is_not_said_to_lack_a_run(world: World) -> None:
    async with asking_imitations(world, Wire({"duckie/": answers(401)})) as asked:
        error = await asked.error("get_run", run="duckie:ffffffff")
    assert error.startswith("duckie: 401, the key was refused: wrong, expired or revoked. Set DUCKIE_API_KEY anew. ")
    assert error.endswith('So "duckie:ffffffff" could not be looked for.')


async def test_where_lists_do_not_answer_the_full_id_is_what_may_help(world: World) -> None:
    async with asking_imitations(world, Wire({"duckie/": answers(500)})) as asked:
        error = await asked.error("get_run", run="duckie:ffffffff")
    assert error.endswith(
        'So "duckie:ffffffff" could not be looked for. Give the full id, which needs no list, or try again after '
        "`rundown-mcp check`."
    )


async def test_a_connection_of_which_some_lists_are_unknown_is_not_said_to_lack_a_run() -> None:
    class Partial(FakeProvider):
        async def plan(self, query: RunQuery) -> ListPlan:
            return replace(await super().plan(query), partial=True, notes=("1 of 2 workspaces could not be listed",))

    runs = runs_of(Partial(lists={"all": [(A, at(0))]}))
    assert str(await runs.find(f"fake:{A[:8]}")) == f"fake:{A}"
    with pytest.raises(RunNotFound, match="1 of 2 workspaces could not be listed") as raised:
        await runs.find("fake:ffffffff")
    assert "among the newest" not in str(raised.value)
