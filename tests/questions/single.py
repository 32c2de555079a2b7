"""Questions about one run: why it failed, what was said, what a step got, where it left a good one's path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tests.questions.question import Call, Cell, Fact, Given, Question, Said, newest, short

from rundown_mcp.sandbox.model import ChatRun, Run, Step, TicketRun
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.world import World


def ticket(world: World, story: str) -> TicketRun:
    return [run for run in world.tickets if run.story == story][-1]


def number(story: str) -> Given:
    """The number of the newest ticket of a story."""
    return Given(lambda world: ticket(world, story).ticket_id)


def _given(step: Step) -> dict[str, object]:
    assert isinstance(step.input, dict)
    return step.input


def failed_refund(world: World) -> Iterator[Fact]:
    run = ticket(world, "failure_and_consequence")
    yield short(run), "failed", run.title
    yield f"failed at step 1 of {len(run.steps)} lookup_order"
    yield "error: ", run.steps[0].error or ""
    yield f'input: {{"order_id":"{_given(run.steps[0])["order_id"]}"}}'
    yield "failed later: step 3"
    yield "amount is required: lookup_order returned no total"


def recall(world: World) -> Iterator[Fact]:
    run = ticket(world, "marathon")
    yield f"failed at step {len(run.steps)} of {len(run.steps)} crm_add_note"
    yield "error: ", run.steps[-1].error or ""
    refused = [at for at, step in enumerate(run.steps[:-1], 1) if step.error]
    yield f"recovered: step {', '.join(map(str, refused))} failed"
    yield from ((f"{at}\terror", run.steps[at - 1].error or "") for at in refused)
    yield f"{len(refused)} hits"


def complaint(world: World) -> Iterator[Fact]:
    run = ticket(world, "password_reset")
    yield short(run), run.ticket_id
    yield "customer", "I am [person#", "my login [", "does not work any more."
    yield "agent", "We sent you a link to set a new password."


def people(run: Run) -> Iterator[str]:
    yield from (run.person.name, run.person.email)


def refunded(world: World) -> Iterator[Fact]:
    run = ticket(world, "refund_paid")
    refund = _given(run.steps[2])
    assert str(refund["order_id"]) in run.title
    yield run.messages[0].text.partition(" to my account")[0]
    yield f'"order_id":"{refund["order_id"]}"', f'"amount":{refund["amount"]}', "[iban#"
    yield f'{{"order_id":"{refund["order_id"]}"}}'


def moved(world: World) -> Iterator[Fact]:
    run = ticket(world, "retry_succeeds")
    yield short(run), "completed", "resolved", run.title
    yield "recovered: step 1 failed, then made good"
    yield '{"state":"changed","errors":[]}'


def stopped(world: World) -> Iterator[Fact]:
    run = ticket(world, "guardrail_stop")
    rule = next(rule for rule in world.company.guardrails if rule.name in run.steps[0].title)
    yield "stopped at step 1", f"Guardrail: {rule.name}"
    yield "outcome: escalated"
    yield "content: ", rule.text
    yield "duckie", rule.id, rule.name, "escalation"


def label(world: World) -> Iterator[Fact]:
    run = newest(world.chats, "label_certificate_expired")
    yield short(run), "failed", run.agent.name
    yield "first divergence: step 2 create_return_label"
    yield "other: conduit:", "completed", f"agent {run.agent.name}"
    yield "error: ", "certificate has expired"


def new_version(world: World) -> Iterator[Fact]:
    run = [run for run in world.calls if run.story == "webhook_node_fails"][-1]
    assert run.version is not None
    yield "version: ", f"Version {run.version.number}"
    yield "first divergence: ", "Update TMS"
    yield "error: ", run.steps[-1].error or ""


def no_pickup(world: World) -> Iterator[Fact]:
    run = [run for run in world.calls if run.story == "connection_timeout"][-1]
    yield "failed at step 2 of 3 session"
    yield "error: ", run.sessions[0].sip_reason or ""
    yield run.steps[-1].error or ""


def in_japanese(world: World) -> Iterator[Fact]:
    _, asked, answered = hostile.SCRIPTS["ja"]
    written = [run for run in world.tickets if run.title == hostile.SCRIPTS["ja"][0]]
    yield short(written[-1]), written[-1].ticket_id
    yield "customer", asked.partition(" ")[0]
    yield "agent", answered


def guest_paid(world: World) -> Iterator[Fact]:
    run = newest(world.chats, "payment_gateway_504")
    assert isinstance(run, ChatRun)
    charge = _given(run.steps[-1])
    yield "failed at step 2 of 2 charge_card (inferred from its output)"
    yield f'input: {{"reservation_id":"{charge["reservation_id"]}","amount":{charge["amount"]}}}'
    assert run.tokens is not None
    yield f"tokens {run.tokens[0]} in, {run.tokens[1]} out", f"cost {run.cost}"
    yield f"conversation: {run.conversation_id}"


def promised(world: World) -> Iterator[Fact]:
    run = newest(world.chats, "missing_knowledge")
    yield f"run: conduit:{run.agent.id}/{run.id}"
    yield "assistant", "I will ask and come back to you."
    yield "outcome: escalated"
    yield "reason: missing_information"
    yield "No article; must not guess."
    assert run.outcome == "escalated"


def instructions(world: World) -> Iterator[Fact]:
    run = ticket(world, "prompt_injection")
    yield short(run), run.ticket_id
    yield "customer", max(re.findall(r"[A-Za-z ]+", run.messages[0].text), key=len).strip()
    yield "agent", "I am afraid that I cannot help with that."


def wrong_booking(world: World) -> Iterator[Fact]:
    run = [run for run in world.calls if run.story == "marked_critical"][-1]
    asked_for = run.messages[2].text.split()[1]
    cancelled = _given(run.steps[0])["booking_ref"]
    assert asked_for != cancelled
    yield f"Cancel {asked_for} please."
    yield f"I cancelled {cancelled} for you."


def _chat(world: World, story: str) -> ChatRun:
    return [run for run in world.chats if run.story == story][-1]


def call_ref(story: str) -> Given:
    return Given(lambda world: f"happyrobot:{newest(world.calls, story).id}")


def chat_ref(story: str) -> Given:
    """A guest's run as a log names it: agent and run."""

    def of(world: World) -> str:
        run = newest(world.chats, story)
        return f"conduit:{run.agent.id}/{run.id}"

    return Given(of)


SINGLE: Final = (
    Question(
        name="failed refund",
        asked="Why did the refund of that torn tent fail: the refund itself, or something before it?",
        calls=(
            Call("list_runs", {"ticket": [number("failure_and_consequence")]}),
            Call("get_run", {"run": Cell("ref")}),
            Call(
                "get_step", {"run": Cell("ref", answer=0), "step": Said(r"failed later: step (\d+)"), "part": "error"}
            ),
        ),
        facts=failed_refund,
        ceiling=540,
    ),
    Question(
        name="recall",
        asked="The recall run made some sixty calls: what broke it, and how often was it told to slow down?",
        calls=(
            Call("list_runs", {"search": "Recall of lot 2210"}),
            Call("get_run", {"run": Cell("ref")}),
            Call("search_run", {"run": Cell("ref", answer=0), "query": "429 Too Many Requests"}),
        ),
        facts=recall,
        ceiling=800,
    ),
    Question(
        name="what the customer said",
        asked="What did the customer say in this login ticket, and what did we answer?",
        calls=(
            Call("list_runs", {"provider": ["duckie"], "ticket": [number("password_reset")]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=complaint,
        absent=lambda world: people(ticket(world, "password_reset")),
        ceiling=350,
    ),
    Question(
        name="right order",
        asked="Did step 3 refund the order that the customer asked about?",
        calls=(
            Call(
                "get_run", {"run": Given(lambda world: short(ticket(world, "refund_paid"))), "detail": "conversation"}
            ),
            Call("get_step", {"run": Said(r"run: (duckie:\S+)"), "step": "1", "part": "input"}),
            Call("get_step", {"run": Said(r"run: (duckie:\S+)", answer=0), "step": "3", "part": "input"}),
        ),
        facts=refunded,
        absent=lambda world: [str(_given(ticket(world, "refund_paid").steps[2])["iban"])],
        ceiling=390,
    ),
    Question(
        name="went through in the end",
        asked="The booking change timed out: did it go through in the end?",
        calls=(
            Call("list_runs", {"ticket": [number("retry_succeeds")]}),
            Call("get_run", {"run": Cell("ref")}),
            Call("get_step", {"run": Cell("ref", answer=0), "step": "2", "part": "output"}),
        ),
        facts=moved,
        ceiling=490,
    ),
    Question(
        name="guardrail",
        asked="Which guardrail stopped this run, and what does it say?",
        calls=(
            Call("list_runs", {"ticket": [number("guardrail_stop")]}),
            Call("get_run", {"run": Cell("ref")}),
            Call("get_step", {"run": Cell("ref", answer=0), "step": "first_failure"}),
            Call(
                "list_config", {"kind": "guardrails", "type": ["escalation"], "search": Said(r"Guardrail: (.+?) \(", 1)}
            ),
        ),
        facts=stopped,
        ceiling=720,
    ),
    Question(
        name="left the path",
        asked="Where did the newest failed return label leave the path of a good one?",
        calls=(
            Call("list_runs", {"provider": ["conduit"], "tool": ["create_return_label"], "status": ["failed"]}),
            Call("compare_runs", {"run": Cell("ref")}),
        ),
        facts=label,
        ceiling=910,
    ),
    Question(
        name="new version",
        asked="The transport system refuses our webhook: which version of the agent was that, and is it a new one?",
        calls=(
            Call("compare_runs", {"run": call_ref("webhook_node_fails")}),
            Call("get_step", {"run": Said(r"run: (happyrobot:\w+)"), "step": "first_failure"}),
        ),
        facts=new_version,
        ceiling=780,
    ),
    Question(
        name="no pickup",
        asked="Why did this call never connect?",
        calls=(
            Call("get_run", {"run": call_ref("connection_timeout")}),
            Call("get_step", {"run": Said(r"run: (happyrobot:\S+)"), "step": "last", "part": "error"}),
        ),
        facts=no_pickup,
        ceiling=310,
    ),
    Question(
        name="wrong booking",
        asked="Which booking did the caller ask us to cancel, and which one did we cancel?",
        calls=(Call("get_run", {"run": call_ref("marked_critical"), "detail": "conversation"}),),
        facts=wrong_booking,
        ceiling=280,
    ),
    Question(
        name="in Japanese",
        asked="What did the customer with the Japanese ticket write, and what did we answer?",
        calls=(
            Call("list_runs", {"search": hostile.SCRIPTS["ja"][0]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=in_japanese,
        ceiling=380,
    ),
    Question(
        name="late checkout",
        asked="What was this guest charged for, why did it fail, and what did the run cost us?",
        calls=(Call("get_run", {"run": chat_ref("payment_gateway_504")}),),
        facts=guest_paid,
        ceiling=450,
    ),
    Question(
        name="promised",
        asked="What did our agent promise this guest, and why did it not answer?",
        calls=(
            Call("get_run", {"run": chat_ref("missing_knowledge"), "detail": "conversation"}),
            Call("get_run", {"run": chat_ref("missing_knowledge"), "detail": "full"}),
        ),
        facts=promised,
        ceiling=690,
    ),
    Question(
        name="strange ticket",
        asked="What does that strange ticket want from the agent, and what did the agent answer?",
        calls=(
            Call("list_runs", {"ticket": [number("prompt_injection")]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=instructions,
        ceiling=370,
    ),
)

HINDERED: Final = (
    Question(
        name="what the guest wrote",
        asked="What did this guest write to us?",
        calls=(Call("get_run", {"run": chat_ref("context_overflow"), "detail": "triage"}),),
        facts=lambda world: [
            "note: a run here holds the last reply only, not the conversation",
            f"conversation: {_chat(world, 'context_overflow').conversation_id}",
        ],
        ceiling=340,
    ),
)
"""What the tools cannot answer: the facts are what the answer has to admit, so that nobody takes it for more."""
