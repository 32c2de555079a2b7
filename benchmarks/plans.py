"""For each question of the bank, what a model has to read through a generic proxy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from tests.questions.counted import YESTERDAY
from tests.questions.facts_of_single import ticket
from tests.questions.question import DAY, NIGHT, TODAY, WEEK, days_ago, newest

from benchmarks.sweeps import Reader
from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.world import World

Plan = Callable[[Reader, World], Awaitable[object]]

TWO_DAYS: Final = {"since": days_ago(2), "until": days_ago(0)}
TEN_DAYS: Final = {"since": days_ago(10), "until": days_ago(0)}


def of_ticket(story: str) -> Plan:
    """Whoever asks knows the ticket's number."""
    return lambda reader, world: reader.ticket(ticket(world, story).ticket_id)


def of_run(api: str, runs: Callable[[World], Run]) -> Plan:
    """Whoever asks knows the run."""

    async def plan(reader: Reader, world: World) -> None:
        run = runs(world)
        await reader.whole(api, [{"id": run.id, "agent_id": run.agent.id}])

    return plan


async def one_cause(reader: Reader, _: World) -> None:
    await reader.whole("duckie", await reader.tickets(DAY, status="failed", tool_name="track_parcel"))
    await reader.chats(DAY, ("Returns", "Store Chat"), status="failed")


async def is_it_gone(reader: Reader, _: World) -> None:
    agent = await reader.agent_id("Order Tracker")
    await reader.whole("duckie", await reader.tickets(TEN_DAYS, status="failed", agent_id=agent))


async def worst_agent(reader: Reader, _: World) -> None:
    await reader.sweep(DAY, "failed")
    await reader.ask("happyrobot", "/use-cases")


async def approvals(reader: Reader, _: World) -> None:
    rows = await reader.tickets(status="paused")
    await reader.whole("duckie", [row for row in rows if row["approval"]][:1])


async def busy_now(reader: Reader, _: World) -> None:
    await reader.tickets(status="running")
    for status in ("running", "scheduled"):
        await reader.calls(status=status)
    for status in ("running", "accepted"):
        await reader.chats(status=status)
    await reader.ask("happyrobot", "/use-cases")


async def handed_over(reader: Reader, _: World) -> None:
    await reader.tickets(TODAY, resolution_type="escalated")
    await reader.chats(TODAY)


async def slow(reader: Reader, _: World) -> None:
    await reader.tickets(WEEK, **{"duration[gt]": "120"})
    await reader.calls(WEEK)
    await reader.chats(WEEK)
    await reader.ask("happyrobot", "/use-cases")


async def asked_for_people(reader: Reader, _: World) -> None:
    cases = (await reader.ask("happyrobot", "/use-cases"))["result"]
    inbound = next(case["id"] for case in cases if case["name"] == "Inbound booking line")
    await reader.whole("happyrobot", await reader.calls(WEEK, use_case_id=inbound, status="completed"))


async def marked(reader: Reader, _: World) -> None:
    rows = await reader.calls(status="completed")
    await reader.whole("happyrobot", [row for row in rows if row["annotation"] == "critical"][:1])


async def unwritten(reader: Reader, _: World) -> None:
    rows = await reader.tickets(WEEK, status="failed", tool_name="knowledge_search")
    await reader.whole("duckie", rows)


async def recall(reader: Reader, _: World) -> None:
    await reader.whole("duckie", (await reader.tickets(search="Recall of lot 2210"))[:1])


async def japanese(reader: Reader, _: World) -> None:
    await reader.whole("duckie", (await reader.tickets(search=hostile.SCRIPTS["ja"][0]))[:1])


async def guardrail(reader: Reader, world: World) -> None:
    await reader.ticket(ticket(world, "guardrail_stop").ticket_id)
    await reader.pages("duckie", "/guardrails", type="escalation")


async def left_path(reader: Reader, _: World) -> None:
    """The rows' errors name the tool; a good run of the same agent is read beside the failed one."""
    failed = [row for row in await reader.chats(status="failed") if "create_return_label" in (row["error"] or "")]
    last = max(failed, key=lambda row: str(row["created_at"]))
    body = await reader.ask("conduit", "/agents/{id}/runs", id=last["agent_id"], status="completed")
    good = next(row for row in body["data"] if row["created_at"] < last["created_at"])
    await reader.whole("conduit", [last, good])


async def new_version(reader: Reader, world: World) -> None:
    run = newest(world.calls, "webhook_node_fails")
    body = await reader.ask("happyrobot", "/runs/{id}", id=run.id)
    rows = await reader.calls(use_case_id=run.agent.id, status="completed", end=body["timestamp"], limit="1")
    await reader.whole("happyrobot", rows)


async def refund_desk(reader: Reader, _: World) -> None:
    agent = await reader.agent_id("Refund Desk")
    await reader.tickets({**TODAY, "since": YESTERDAY["since"]}, agent_id=agent)


async def refund_tool(reader: Reader, _: World) -> None:
    await reader.ask("duckie", "/runs/tool-options")
    await reader.tickets(DAY, tool_name="issue_refund")


async def every_agent(reader: Reader, _: World) -> None:
    await reader.pages("duckie", "/agents")
    await reader.ask("happyrobot", "/use-cases")
    await reader.chat_agents()


PLANS: Final[Mapping[str, Plan]] = {
    "last night": lambda reader, _: reader.sweep(NIGHT, "failed", whole=True),
    "new since yesterday": lambda reader, _: reader.sweep(TWO_DAYS, "failed", whole=True),
    "one cause or two": one_cause,
    "is it gone": is_it_gone,
    "worst agent": worst_agent,
    "worst tool": lambda reader, _: reader.sweep(WEEK, "failed", whole=True),
    "completed but not done": lambda reader, _: reader.sweep(DAY, "completed", whole=True),
    "approvals": approvals,
    "looks again": lambda reader, _: reader.tickets(status="paused"),
    "busy now": busy_now,
    "handed over": handed_over,
    "slow": slow,
    "asked for a person": asked_for_people,
    "marked critical": marked,
    "all of the day": worst_agent,
    "unwritten": unwritten,
    "failed refund": of_ticket("failure_and_consequence"),
    "recall": recall,
    "what the customer said": of_ticket("password_reset"),
    "right order": of_run("duckie", lambda world: ticket(world, "refund_paid")),
    "went through in the end": of_ticket("retry_succeeds"),
    "guardrail": guardrail,
    "left the path": left_path,
    "new version": new_version,
    "no pickup": of_run("happyrobot", lambda world: newest(world.calls, "connection_timeout")),
    "wrong booking": of_run("happyrobot", lambda world: newest(world.calls, "marked_critical")),
    "in Japanese": japanese,
    "late checkout": of_run("conduit", lambda world: newest(world.chats, "payment_gateway_504")),
    "promised": of_run("conduit", lambda world: newest(world.chats, "missing_knowledge")),
    "strange ticket": of_ticket("prompt_injection"),
    "worse than yesterday": refund_desk,
    "cost today": lambda reader, _: reader.chats(TODAY),
    "by provider": lambda reader, _: reader.sweep(WEEK),
    "when it began": lambda reader, _: reader.sweep(NIGHT),
    "by channel": lambda reader, _: reader.tickets(DAY),
    "refund tool": refund_tool,
    "needs approval": lambda reader, _: reader.pages("duckie", "/tools", requires_approval="true"),
    "may write": lambda reader, _: reader.pages("duckie", "/tools", is_write_action="true"),
    "runbook": lambda reader, _: reader.pages("duckie", "/runbooks"),
    "every agent": every_agent,
    "telephone agents": lambda reader, _: reader.ask("happyrobot", "/use-cases"),
}
