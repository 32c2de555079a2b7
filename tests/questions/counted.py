"""Questions about figures and about what is set up: rates, cost, tool names, guardrails, runbooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from tests.questions.question import DAY, NIGHT, TODAY, WEEK, Call, Cell, Fact, Question, failed, short, within

from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World

YESTERDAY: Final = {"since": "2026-11-19", "until": "2026-11-20"}


def _rate(runs: Iterable[Run]) -> str:
    """Runs, failed, ended and rate as a row has them."""
    every = list(runs)
    ended = sum(run.status in {"completed", "failed", "cancelled"} for run in every)
    bad = len(failed(every))
    return f"\t{len(every)}\t{bad}\t{ended}\t{f'{100 * bad / ended:.1f}'.removesuffix('.0')}%"


def refund_desk(world: World) -> Iterator[Fact]:
    for day, window in (("2026-11-20", TODAY), ("2026-11-19", YESTERDAY)):
        yield day, _rate(run for run in within(world.tickets, window) if run.agent.name == "Refund Desk")


def cost_today(world: World) -> Iterator[Fact]:
    runs = within(world.chats, TODAY)
    known = [run.cost for run in world.chats if run in runs and run.cost is not None]
    yield "conduit", f"\t{len(runs)}\t", f"{round(sum(known), 4):g} (of {len(known)})"


def by_provider(world: World) -> Iterator[Fact]:
    for name, runs in (("duckie", world.tickets), ("happyrobot", world.calls), ("conduit", world.chats)):
        yield name, _rate(within(runs, WEEK))


def when_it_began(world: World) -> Iterator[Fact]:
    hours = Counter(f"{run.started:%Y-%m-%d %H}:00" for run in failed(within(world.runs, NIGHT)))
    (hour, count), *_ = hours.most_common(1)
    every = Counter(f"{run.started:%Y-%m-%d %H}:00" for run in within(world.runs, NIGHT))
    yield hour, f"\t{every[hour]}\t{count}\t"
    yield f"{len(failed(within(world.runs, NIGHT)))} failed"


def by_channel(world: World) -> Iterator[Fact]:
    runs = [run for run in world.tickets if run in within(world.tickets, DAY) and not run.bare]
    for source in sorted({run.source for run in runs} - {"batch_test"}):
        yield source, _rate(run for run in runs if run.source == source)


def refund_tool(world: World) -> Iterator[Fact]:
    runs = [run for run in world.tickets if any(step.tool and step.tool.name == "issue_refund" for step in run.steps)]
    yield "duckie\tissue_refund", f"\t{len(runs)}\t", "Issue refund"
    yield from ((short(run), run.agent.name) for run in within(runs, DAY))


def needs_approval(world: World) -> Iterator[Fact]:
    yield from ((tool.id, tool.name) for tool in world.company.tools.values() if tool.needs_approval)


def may_write(world: World) -> Iterator[Fact]:
    writing = [tool for tool in world.company.tools.values() if tool.writes]
    yield from ((tool.id, tool.name, "true") for tool in writing)
    yield f"shown: {len(writing)}, all that match"


def runbook(world: World) -> Iterator[Fact]:
    yield from (("duckie", rule.id, rule.name) for rule in world.company.runbooks if "Payment" in rule.name)


def every_agent(world: World) -> Iterator[Fact]:
    company = world.company
    yield from (("duckie", agent.id, agent.name) for agent in company.desk_agents)
    yield from (("conduit", agent.id, agent.name) for agent in company.chat_agents)
    yield "happyrobot"


def telephone_agents(world: World) -> Iterator[Fact]:
    yield from (("happyrobot", case.id, case.name) for case in world.company.use_cases)


COUNTED: Final = (
    Question(
        name="worse than yesterday",
        asked="Is the refund agent worse than yesterday?",
        calls=(Call("run_stats", {"agent": ["Refund Desk"], "group_by": "day", **TODAY, "since": YESTERDAY["since"]}),),
        facts=refund_desk,
        ceiling=300,
    ),
    Question(
        name="cost today",
        asked="How much did Conduit cost today?",
        calls=(Call("run_stats", {"provider": ["conduit"], "group_by": "provider", **TODAY}),),
        facts=cost_today,
        ceiling=310,
    ),
    Question(
        name="by provider",
        asked="Which of the three vendors fails most this week?",
        calls=(Call("run_stats", {"group_by": "provider", **WEEK}),),
        facts=by_provider,
        ceiling=390,
    ),
    Question(
        name="when it began",
        asked="In which hour of the night was it worst?",
        calls=(Call("run_stats", {"group_by": "hour", **NIGHT}),),
        facts=when_it_began,
        ceiling=960,
    ),
    Question(
        name="by channel",
        asked="Do the failed tickets come from one channel?",
        calls=(Call("run_stats", {"provider": ["duckie"], "group_by": "source", **DAY}),),
        facts=by_channel,
        ceiling=340,
    ),
    Question(
        name="refund tool",
        asked="What is the refund tool called, how often was it used, and in which runs of the last day?",
        calls=(
            Call("list_tool_options", {"provider": ["duckie"], "search": "refund"}),
            Call("list_runs", {**DAY, "provider": ["duckie"], "tool": [Cell("tool")]}),
        ),
        facts=refund_tool,
        ceiling=490,
    ),
    Question(
        name="needs approval",
        asked="Which tools need a person's approval?",
        calls=(Call("list_config", {"kind": "tools", "requires_approval": True}),),
        facts=needs_approval,
        ceiling=140,
    ),
    Question(
        name="may write",
        asked="Which tools can the helpdesk agents change anything with?",
        calls=(Call("list_config", {"kind": "tools", "provider": ["duckie"], "is_write_action": True}),),
        facts=may_write,
        ceiling=400,
    ),
    Question(
        name="runbook",
        asked="Is there a runbook for a payment outage?",
        calls=(Call("list_config", {"kind": "runbooks", "search": "payment"}),),
        facts=runbook,
        ceiling=130,
    ),
    Question(
        name="every agent",
        asked="Which agents do we have at all, and at which vendor?",
        calls=(Call("list_config", {"kind": "agents"}),),
        facts=every_agent,
        ceiling=1000,
    ),
    Question(
        name="telephone agents",
        asked="Which telephone agents do we have?",
        calls=(Call("list_config", {"kind": "use_cases"}),),
        facts=telephone_agents,
        ceiling=290,
    ),
)

HINDERED: Final = (
    Question(
        name="cost of the refund agent",
        asked="What did the refund agent cost today?",
        calls=(Call("run_stats", {"agent": ["Refund Desk"], "group_by": "agent", **TODAY}),),
        facts=lambda _: ["cost: unknown", ("Refund Desk", "duckie")],
        ceiling=260,
    ),
)
"""What the tools cannot answer, because the vendor does not say it: the facts are what the answer has to admit."""
