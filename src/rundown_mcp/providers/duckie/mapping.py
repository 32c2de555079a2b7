"""Duckie's run → the neutral run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from rundown_mcp.domain.ref import Ref, is_safe_id
from rundown_mcp.domain.run import (
    Approval,
    Evaluation,
    Message,
    Named,
    Quality,
    Run,
    RunDetail,
    Status,
    Ticket,
    ToolCall,
    Trigger,
)
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.domain.uuids import canonical_id
from rundown_mcp.providers.duckie.steps import to_messages, to_steps
from rundown_mcp.providers.duckie.wire import (
    WireApproval,
    WireEvaluation,
    WireNamed,
    WireRun,
    WireRunDetail,
    WireTicket,
    WireTrigger,
)
from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.values import each_once, payload, span, to_outcome, to_status, value

STATUSES: Final = {
    "running": Status.RUNNING,
    "paused": Status.PAUSED,
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
    "cancelled": Status.CANCELLED,
    "canceled": Status.CANCELLED,
}


def to_run(row: WireRun, connection: str) -> Run | None:
    """A row of the list; None where its id cannot be used in a ref."""
    run_id = canonical_id(row.id)
    return _run(row, Ref(connection, run_id)) if is_safe_id(run_id) else None


def to_detail(wire: WireRunDetail, ref: Ref) -> RunDetail:
    """A run with steps and messages, under the `ref` that it was asked for by."""
    evaluations = tuple(_evaluations(wire.evaluation_attributes))
    messages = to_messages(wire.conversation)
    return RunDetail(
        run=replace(
            _run(wire, ref, quality=Quality(evaluations=evaluations), people=_people(messages, wire.agent)),
            extra=unread(wire),
        ),
        steps=to_steps(wire.steps),
        messages=messages,
        notes=wire.misfits,
    )


def _run(wire: WireRun, ref: Ref, *, quality: Quality | None = None, people: Iterable[Untrusted] = ()) -> Run:
    customer = value(wire.trigger.customer_name if wire.trigger else None, Kind.IDENTITY)
    return Run(
        ref=ref,
        status=to_status(wire.status, STATUSES),
        started_at=wire.created_at,
        updated_at=wire.updated_at,
        duration=span(wire.duration_seconds),
        agent=_named(wire.agent, Kind.NAME),
        outcome=to_outcome(wire.resolution.type, wire.resolution.summary) if wire.resolution else None,
        source=value(wire.source, Kind.TEXT),
        ticket=_ticket(wire.ticket),
        category=_named(wire.category, Kind.TEXT),
        trigger=_trigger(wire.trigger),
        approval=_approval(wire.approval),
        resumes_at=wire.scheduled_resume_at,
        quality=quality or Quality(),
        identities=each_once([customer, *people]),
    )


def _named(wire: WireNamed | None, kind: Kind) -> Named | None:
    if wire is None or not (wire.id or wire.name):
        return None
    return Named(value(wire.id, Kind.ID), value(wire.name, kind))


def _ticket(wire: WireTicket | None) -> Ticket | None:
    if wire is None or not (wire.id or wire.title or wire.url):
        return None
    return Ticket(id=value(wire.id, Kind.ID), title=value(wire.title, Kind.TEXT), url=value(wire.url, Kind.TEXT))


def _trigger(wire: WireTrigger | None) -> Trigger | None:
    if wire is None:
        return None
    trigger = Trigger(
        event=value(wire.event_type, Kind.WORD),
        source=value(wire.source, Kind.TEXT),
        at=wire.timestamp,
        customer=value(wire.customer_name, Kind.IDENTITY),
        text=value(wire.message_text, Kind.TEXT),
        latest_comment=value(wire.latest_comment, Kind.TEXT),
        facts=tuple(_trigger_facts(wire)),
    )
    return None if trigger == Trigger() else trigger


def _trigger_facts(wire: WireTrigger) -> Iterator[tuple[str, Untrusted]]:
    facts: dict[str, tuple[JsonValue, Kind]] = {
        "ticket_status": (wire.ticket_status, Kind.WORD),
        "ticket_priority": (wire.ticket_priority, Kind.WORD),
        "ticket_tags": ([tag for tag in wire.ticket_tags if tag] or None, Kind.TEXT),
        "trigger_message_type": (wire.trigger_message_type, Kind.WORD),
        "internal_notes_only": (wire.internal_notes_only, Kind.WORD),
        "is_messaging_ticket": (wire.is_messaging_ticket, Kind.WORD),
    }
    for name, (content, kind) in facts.items():
        fact = value(content, kind)
        if fact is not None:
            yield name, fact


def _approval(wire: WireApproval | None) -> Approval | None:
    if wire is None:
        return None
    call = wire.pending
    if call is None:
        return None if wire.waiting_for_approval is None else Approval(waiting=wire.waiting_for_approval)
    pending = ToolCall(
        name=value(call.tool_name, Kind.NAME),
        type=value(call.tool_type, Kind.WORD),
        input=payload(call.params, redacted=call.redacted, truncated=call.truncated),
    )
    return Approval(
        waiting=wire.waiting_for_approval,
        step_id=value(call.step_id, Kind.ID),
        tool_id=value(call.tool_id, Kind.ID),
        pending=None if pending == ToolCall() else pending,
    )


def _evaluations(wires: Iterable[WireEvaluation]) -> Iterator[Evaluation]:
    for wire in wires:
        evaluation = Evaluation(
            name=value(wire.name, Kind.TEXT), value=value(wire.value, Kind.TEXT), extra=unread(wire)
        )
        if evaluation.name or evaluation.value:
            yield evaluation


def _people(messages: Iterable[Message], agent: WireNamed | None) -> Iterator[Untrusted]:
    """Who wrote the messages.

    The agent's own name and a bare role (`customer`) name no person; as identities they would mask such words wherever
    they stand in the run.
    """
    agent_name = value(agent.name if agent else None, Kind.NAME)
    for message in messages:
        no_person = {name.folded() for name in (agent_name, message.role) if name is not None}
        if message.author is not None and message.author.folded() not in no_person:
            yield message.author
