"""What the world says about one run: the facts of the questions in `single`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.questions.question import Fact, newest, short

from rundown_mcp.sandbox.model import ChatRun, Run, Step, TicketRun
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.world import World


def ticket(world: World, story: str) -> TicketRun:
    return [run for run in world.tickets if run.story == story][-1]


def given(step: Step) -> dict[str, object]:
    assert isinstance(step.input, dict)
    return step.input


def failed_refund(world: World) -> Iterator[Fact]:
    run = ticket(world, "failure_and_consequence")
    yield short(run), "failed", run.title
    yield f"failed at step 1 of {len(run.steps)} lookup_order"
    yield "error: ", run.steps[0].error or ""
    yield f'input: {{"order_id":"{given(run.steps[0])["order_id"]}"}}'
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
    refund = given(run.steps[2])
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
    charge = given(run.steps[-1])
    yield "failed at step 2 of 2 charge_card (inferred from its output)"
    yield f'input: {{"reservation_id":"{charge["reservation_id"]}","amount":{charge["amount"]}}}'
    assert run.tokens is not None
    yield f"tokens {run.tokens[0]} in, {run.tokens[1]} out", f"cost {run.cost}"
    yield f"conversation: {run.conversation_id}"


def promised(world: World) -> Iterator[Fact]:
    run = newest(world.chats, "missing_knowledge")
    yield f"run: conduit:{run.agent.id}/{run.id}"
    yield "guest", run.messages[0].text
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
    cancelled = given(run.steps[0])["booking_ref"]
    assert asked_for != cancelled
    yield f"Cancel {asked_for} please."
    yield f"I cancelled {cancelled} for you."
