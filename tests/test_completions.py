"""The completions: what is offered while somebody types, how cheaply, and what never is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest
from mcp_types import PromptReference, ResourceTemplateReference
from tests.eras import ERAS, Era, completed, offered, resource, speaking
from tests.harness import Asked, rows
from tests.tools.handmade import ID, Handmade, context, detail, settings, step, text, unauthorized
from tests.tools.sandboxed import fixed, full_refs

from rundown_mcp.completions import Completer, Offer
from rundown_mcp.domain.run import Named
from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import ToolOption
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio

STATUSES = ["queued", "running", "paused", "completed", "failed", "cancelled", "unknown"]


def named(*names: str) -> list[Named]:
    return [Named(text(f"ag_{number}", Kind.ID), text(name, Kind.NAME)) for number, name in enumerate(names)]


def tools(*names: str) -> list[ToolOption]:
    return [ToolOption(name=text(name, Kind.NAME)) for name in names]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("argument", "typed", "values"),
    [
        ("connection", "", ["duckie", "happyrobot", "conduit"]),
        ("connection", "H", ["happyrobot"]),
        ("provider", "d", ["duckie"]),
        ("provider", "duckie,", ["duckie,duckie", "duckie,happyrobot", "duckie,conduit"]),
        ("provider", "duckie,c", ["duckie,conduit"]),
        ("status", "", STATUSES),
        ("status", "c", ["completed", "cancelled"]),
        ("since", "", ["1h", "24h", "7d", "2w", "today", "yesterday"]),
        ("since", "t", ["today"]),
        ("agent", "refund", ["Refund Desk"]),
        ("tool", "charge", ["charge_card"]),
        ("tool", "nothing", []),
    ],
)
async def test_values_begin_with_what_was_typed_in_any_case(
    era: Era, argument: str, typed: str, values: list[str]
) -> None:
    async with speaking(era=era) as client:
        found = await completed(client, argument, typed)
    assert found.values == values
    assert (found.total, found.has_more) == (len(values), False)


@pytest.mark.parametrize("era", ERAS)
async def test_an_offered_agent_and_tool_are_values_that_the_filters_take(era: Era) -> None:
    async with speaking(era=era) as client:
        for argument in ("agent", "tool"):
            for value in (await offered(client, argument))[:5]:
                await Asked(client).text(
                    "list_runs", provider="duckie" if argument == "tool" else None, limit=1, **{argument: value}
                )


@pytest.mark.parametrize("era", ERAS)
async def test_recent_runs_are_offered_newest_first_by_refs_that_can_be_read(era: Era) -> None:
    async with speaking(era=era) as client:
        for vendor in ("duckie", "happyrobot", "conduit"):
            refs = await offered(client, "run", f"{vendor}:")
            ids = await offered(client, "id", connection=vendor)
            assert [f"{vendor}:{one}" for one in ids] == refs
            listed = rows(await Asked(client).text("list_runs", provider=vendor, limit=20))
            assert [row["ref"] for row in listed] == refs[:20]
            read = await Asked(client).text("get_run", run=refs[0])
            assert fixed(await resource(client, f"run://{vendor}/{ids[0]}")) == fixed(read)


async def test_where_more_was_typed_than_a_short_ref_holds_the_full_one_is_offered() -> None:
    async with speaking(Handmade(details=[detail(step(1))])) as client:
        assert await offered(client, "run") == ["duckie:3c90c3cc"]
        assert await offered(client, "run", "duckie:3c90C") == ["duckie:3c90c3cc"]
        assert await offered(client, "run", "duckie:3c90c3cc-0d") == [f"duckie:{ID}"]
        assert await offered(client, "id", "3c90c3cc-0d") == [ID]
        assert await offered(client, "run", "3c90") == []


async def test_runs_that_begin_alike_are_offered_by_refs_that_tell_them_apart() -> None:
    async with speaking(Handmade(details=[detail(step(1)), detail(step(1), number=1)])) as client:
        refs = await offered(client, "run", "duckie:3c90")
        assert len(set(refs)) == 2
        for ref in refs:
            assert not (await client.call_tool("get_run", {"run": ref})).is_error


@pytest.mark.parametrize(("count", "shown"), [(99, 99), (100, 100), (101, 100), (250, 100)])
async def test_of_many_matches_a_hundred_are_shown_and_all_are_counted(count: int, shown: int) -> None:
    async with speaking(Handmade(names=named(*(f"Agent {number:03}" for number in range(count)), "Other"))) as client:
        found = await completed(client, "agent", "agent")
    assert found.values == [f"Agent {number:03}" for number in range(shown)]
    assert (found.total, found.has_more) == (count, count > shown)


async def test_only_the_connections_that_were_chosen_are_asked() -> None:
    east, west = Handmade("east", names=named("Ann")), Handmade("west", names=named("Ada"))
    async with speaking(east, west) as client:
        assert await offered(client, "agent", provider="west") == ["Ada"]
        assert east.asked == []
        assert await offered(client, "agent", provider="east, west") == ["Ada", "Ann"]
        assert await offered(client, "agent", provider="nowhere") == []
        assert await offered(client, "agent") == ["Ada", "Ann"]


async def test_a_provider_is_asked_once_for_many_key_strokes() -> None:
    provider = Handmade(names=named("Ann"), tools=tools("charge"), details=[detail(step(1))])
    async with speaking(provider) as client, anyio.create_task_group() as tasks:
        for typed in ("", "a", "an", "ann"):
            for argument in ("agent", "tool", "run", "id"):
                tasks.start_soon(offered, client, argument, typed)
    assert sorted(provider.asked) == ["agents", "list_page", "plan", "tool_options"]


async def test_a_provider_that_fails_offers_nothing_and_the_others_do() -> None:
    broken = Handmade("east", failure=unauthorized("east"), details=[detail(step(1))])
    well = Handmade("west", names=named("Ada"), tools=tools("charge"), details=[])
    async with speaking(broken, well) as client:
        for _ in range(2):
            assert await offered(client, "agent") == ["Ada"]
            assert await offered(client, "tool") == ["charge"]
            assert await offered(client, "run") == []
    assert len(broken.asked) == 3, "one that failed is left alone for a while"


async def test_without_a_connection_nothing_is_offered_and_nothing_fails() -> None:
    async with speaking(server=ServerSettings()) as client:
        for argument in ("connection", "provider", "agent", "tool", "run", "id"):
            assert await offered(client, argument) == []
        assert await offered(client, "status") == STATUSES


@pytest.mark.parametrize("era", ERAS)
async def test_nothing_is_offered_for_arguments_that_are_not_ours(era: Era) -> None:
    async with speaking(era=era) as client:
        for ref in (PromptReference(name="other"), ResourceTemplateReference(uri="other://{x}")):
            found = (await client.complete(ref, {"name": "other", "value": ""})).completion
            assert (found.values, found.total, found.has_more) == ([], 0, False)
        assert client.server_capabilities.completions is not None


def completing(
    *providers: Handmade,
    **options: Any,  # noqa: ANN401 - those of a `Completer`
) -> Callable[[str, str, Mapping[str, str]], Coroutine[Any, Any, Offer]]:
    """What completes over these providers."""
    ours = context(*providers)
    completer = Completer(ours, **options)
    return lambda argument, typed, given: completer.complete(argument, typed, given, ours.runs)


@dataclass
class Slow(Handmade):
    """Answers when it is let."""

    let: anyio.Event = field(default_factory=anyio.Event)

    async def agents(self) -> Sequence[Named]:
        self._note("agents")
        await self.let.wait()
        return self.names


async def test_a_slow_provider_is_not_waited_for_and_left_alone_for_a_while() -> None:
    now = 0.0
    slow, quick = Slow("east", names=named("Ann")), Handmade("west", names=named("Ada"))
    complete = completing(slow, quick, wait_s=0.5, clock=lambda: now)
    assert (await complete("agent", "", {})).values == ("Ada",)
    slow.let.set()
    assert (await complete("agent", "", {})).values == ("Ada",)
    now = 31.0
    assert (await complete("agent", "", {})).values == ("Ada", "Ann")
    assert slow.asked == ["agents", "agents"]
    assert quick.asked == ["agents"]


async def test_what_is_kept_is_asked_for_anew_after_minutes_and_outlives_a_failure() -> None:
    now = 0.0
    provider = Handmade(names=named("Ann"), details=[detail(step(1))])
    complete = completing(provider, clock=lambda: now)
    assert (await complete("agent", "", {})).values == ("Ann",)
    provider.names = named("Ann", "Ada")
    now = 299.0
    assert (await complete("agent", "", {})).values == ("Ann",)
    now = 301.0
    assert (await complete("agent", "", {})).values == ("Ada", "Ann")
    provider.failure = unauthorized("duckie")
    now = 700.0
    assert (await complete("agent", "", {})).values == ("Ada", "Ann")


async def test_a_request_that_is_cancelled_does_not_count_as_a_failure() -> None:
    slow = Slow(names=named("Ann"))
    complete = completing(slow)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(complete, "agent", "", {})
        while not slow.asked:
            await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    slow.let.set()
    assert (await complete("agent", "", {})).values == ("Ann",)


@pytest.mark.parametrize("policy", list(Policy))
async def test_a_name_that_the_gate_changes_is_not_offered_but_its_id_is(policy: Policy) -> None:
    key = "sk_" + "live_" + "a1B2" * 6
    names = [
        f"Desk {key}",
        "Mail ann@mail.example",
        "A\nB",
        "C ![x](https://evil.example)",
        "D [email#aaaaaa]",
        "x" * 201,
    ]
    provider = Handmade(names=named(*names, "Plain Desk"), tools=tools(*names, "plain_tool"))
    async with speaking(provider, server=settings(policy)) as client:
        agents, found = await offered(client, "agent"), await offered(client, "tool")
    passes = ["Mail ann@mail.example"] if policy is Policy.OFF else []
    assert found == [*passes, "plain_tool"]
    hidden = [f"ag_{number}" for number, name in enumerate(names) if name not in passes]
    assert agents == [*hidden, *passes, "Plain Desk"]


async def test_strict_offers_what_it_shows_in_lists_and_no_id_that_looks_like_none() -> None:
    odd = Named(text("not an id but a sentence", Kind.ID), None)
    provider = Handmade(names=[*named("Refund Desk"), odd], tools=tools("charge"), details=[detail(step(1))])
    async with speaking(provider, server=settings(Policy.STRICT)) as client:
        assert await offered(client, "agent") == ["Refund Desk"]
        assert await offered(client, "tool") == ["charge"]
        assert await offered(client, "run") == ["duckie:3c90c3cc"]


async def test_what_is_offered_under_any_policy_is_the_same_in_the_sandbox() -> None:
    said = []
    for policy in (Policy.BALANCED, Policy.STRICT):
        async with speaking(server=ServerSettings(sandbox=True, redaction=policy)) as client:
            said.append([await offered(client, argument) for argument in ("agent", "tool", "run")])
    assert said[0] == said[1]
    refs = {ref.partition(":")[0] for ref in said[0][2]}
    assert refs == {ref.partition(":")[0] for refs in full_refs().values() for ref in refs}
