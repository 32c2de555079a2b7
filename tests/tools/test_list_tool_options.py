"""`list_tool_options`: the provider's own list, or what recent runs show, and said which."""

from __future__ import annotations

import pytest
from tests.harness import receipt, rows
from tests.tools.handmade import Handmade, asking_handmade, detail, settings, step, text, unauthorized
from tests.tools.reading import next_calls, tokens
from tests.tools.sandboxed import assert_snapshot, in_sandbox, world

from rundown_mcp.domain.errors import RateLimited
from rundown_mcp.domain.run import Named, Status
from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import ToolOption

pytestmark = pytest.mark.anyio


async def test_the_answer_has_the_shape_that_was_kept() -> None:
    async with in_sandbox() as asked:
        assert_snapshot("list_tool_options", await asked.text("list_tool_options"))


async def test_duckies_own_counts_are_the_worlds() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_tool_options", provider="duckie")
    counted = sum(any(step.tool and step.tool.name == "issue_refund" for step in run.steps) for run in world().tickets)
    row = next(row for row in rows(answer) if row["tool"] == "issue_refund")
    assert row == {"connection": "duckie", "tool": "issue_refund", "runs": str(counted), "name": "Issue refund"}
    assert receipt(answer)["coverage"] == "sandbox (imitated data); duckie ok"


async def test_where_an_api_has_no_list_recent_runs_are_counted_and_marked() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_tool_options", provider="conduit")
    assert "conduit ok (observed in 50 runs, older ones not looked into)" in receipt(answer)["coverage"]
    assert all(row["runs"].endswith(" of 50") for row in rows(answer))
    newest = sorted(world().chats, key=lambda run: run.started)[-50:]
    expected = sum(any(step.tool and step.tool.name == "get_guest" for step in run.steps) for run in newest)
    assert next(row["runs"] for row in rows(answer) if row["tool"] == "get_guest") == f"{expected} of 50"


async def test_an_agent_narrows_the_count_where_it_exists_and_the_others_say_that_they_lack_it() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_tool_options", agent=["refund desk"])
    found = rows(answer)
    assert {row["connection"] for row in found} == {"duckie"}
    assert "observed in" in receipt(answer)["coverage"]
    assert "happyrobot ok (has no such agent), conduit ok (has no such agent)" in receipt(answer)["coverage"]


async def test_agents_of_different_providers_can_be_asked_for_at_once() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_tool_options", agent=["Refund Desk", "Store Chat"])
    assert {row["connection"] for row in rows(answer)} == {"duckie", "conduit"}


async def test_where_no_call_has_more_room_the_tools_that_were_cut_are_found_by_search() -> None:
    many = [ToolOption(name=text(f"tool_{number}", Kind.NAME)) for number in range(99)]
    async with asking_handmade(Handmade(tools=many), server=settings(most=400)) as asked:
        answer = await asked.text("list_tool_options", max_tokens=400)
    assert next_calls(answer) == []
    assert receipt(answer)["cut"].endswith(" tool names (find them with search)")


async def test_tools_without_a_name_are_counted() -> None:
    provider = Handmade(tools=[ToolOption(name=text("refund", Kind.NAME))], unusable=2)
    async with asking_handmade(provider) as asked:
        answer = await asked.text("list_tool_options")
    assert receipt(answer)["coverage"] == "duckie ok (2 without a usable name left out)"
    assert receipt(answer)["shown"] == "1, all that could be found"


async def test_search_looks_in_tool_and_display_name() -> None:
    async with in_sandbox() as asked:
        found = rows(await asked.text("list_tool_options", search="REFUND"))
        assert [row["tool"] for row in found] == ["issue_refund"]
        found = rows(await asked.text("list_tool_options", search="escalator"))
        assert [row["tool"] for row in found] == ["escalate_to_human"]
        none = await asked.text("list_tool_options", provider="duckie", search="teleport")
        assert none.startswith("No tool name matches.\n")
        unsure = await asked.text("list_tool_options", provider="conduit", search="teleport")
        assert unsure.startswith("No tool name found in what was looked into.\n")


async def test_a_tool_that_one_run_calls_twice_counts_once() -> None:
    run = detail(step(1, tool="ask"), step(2, tool="ask"), step(3), status=Status.COMPLETED)
    provider = Handmade(details=[run], names=[Named(name=text("Ann", Kind.NAME))])
    async with asking_handmade(provider) as asked:
        assert rows(await asked.text("list_tool_options", agent="Ann")) == [
            {"connection": "duckie", "tool": "ask", "runs": "1 of 1"}
        ]


async def test_one_failing_connection_leaves_the_others_their_answer() -> None:
    good = Handmade("one", tools=[ToolOption(name=text("ask", Kind.NAME))])
    bad = Handmade("two", failure=unauthorized("two"))
    async with asking_handmade(good, bad) as asked:
        answer = await asked.text("list_tool_options")
    assert rows(answer) == [{"connection": "one", "tool": "ask"}]
    assert receipt(answer)["coverage"] == "one ok, two left out (401)"
    assert receipt(answer)["shown"] == "1, all that could be found"


async def test_what_the_operator_allows_no_room_for_is_had_from_each_connection() -> None:
    tools = [ToolOption(name=text(f"tool_number_{number}", Kind.NAME), runs=number) for number in range(60)]
    async with asking_handmade(
        *(Handmade(name, tools=tools) for name in ("one", "two")), server=settings(most=900)
    ) as asked:
        answer = await asked.text("list_tool_options", max_tokens=900)
        calls = next_calls(answer)
        assert calls[-1] == ("list_tool_options", {"provider": ["two"]})
        assert rows(await asked.text(calls[-1][0], **calls[-1][1]))[0]["connection"] == "two"


async def test_an_agent_is_not_refused_while_a_connection_that_may_have_it_fails() -> None:
    good = Handmade("one", details=[], names=[Named(name=text("Ann", Kind.NAME))])
    bad = Handmade("two", failure=unauthorized("two"))
    async with asking_handmade(good, bad) as asked:
        answer = await asked.text("list_tool_options", agent="Bob")
    assert receipt(answer)["coverage"] == "one ok (has no such agent), two left out (401)"


async def test_runs_that_cannot_be_read_are_counted_and_said() -> None:
    class Forgetful(Handmade):
        async def get_run(self, run_id: str) -> object:  # type: ignore[override] # it never returns
            self.failure = unauthorized("duckie")
            self._note("get_run")
            raise AssertionError

    provider = Forgetful(details=[detail(step(1))], names=[Named(name=text("Ann", Kind.NAME))])
    async with asking_handmade(provider) as asked:
        answer = await asked.text("list_tool_options", agent="Ann")
    assert "observed in 0 runs; 1 run could not be read" in receipt(answer)["coverage"]


async def test_what_does_not_fit_is_said_and_had_with_more_room() -> None:
    tools = [ToolOption(name=text(f"tool_number_{number}", Kind.NAME), runs=number) for number in range(300)]
    async with asking_handmade(Handmade(tools=tools), server=settings(most=1500)) as asked:
        answer = await asked.text("list_tool_options", max_tokens=400)
        count = len(rows(answer))
        assert receipt(answer)["shown"] == f"{count}, more exist"
        assert receipt(answer)["cut"] == f"{300 - count} tool names"
        ((tool, arguments),) = next_calls(answer)
        assert arguments == {"max_tokens": 1500}
        roomy = await asked.text(tool, **arguments)
        assert count < len(rows(roomy)) < 300
        assert "next" not in receipt(roomy)
        assert tokens(roomy) <= 1500


async def test_behind_a_rate_limit_no_more_runs_are_asked_for() -> None:
    class Limited(Handmade):
        async def get_run(self, run_id: str) -> object:  # type: ignore[override] # it never returns
            self._note("get_run")
            raise RateLimited("duckie", "429", "duckie: 429", retry_after_s=30)

    provider = Limited(
        details=[detail(step(1), number=number) for number in range(40)], names=[Named(name=text("Ann", Kind.NAME))]
    )
    async with asking_handmade(provider) as asked:
        answer = await asked.text("list_tool_options", agent="Ann")
    assert "observed in 0 runs; 40 runs could not be read: 429" in receipt(answer)["coverage"]
    assert provider.asked.count("get_run") <= 8
