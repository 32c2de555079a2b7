"""Conduit's run turned into the neutral run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from rundown_mcp.domain.ref import Ref, is_safe_id
from rundown_mcp.domain.run import (
    Message,
    Named,
    Run,
    RunDetail,
    Status,
    Step,
    ToolCall,
    Trigger,
    Usage,
)
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.providers.conduit.wire import Agent, AgentRun, AgentTrigger, TracedCall
from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.values import error_value, payload, span, to_outcome, to_status, value
from rundown_mcp.transport.wire import decode_rows

STATUSES: Final = {
    "accepted": Status.QUEUED,
    "running": Status.RUNNING,
    "completed": Status.COMPLETED,
    "failed": Status.FAILED,
}
"""Conduit's words, each with ours."""


REPLY_ONLY: Final = "a run here holds the last reply only, not the conversation"


def usable_id(agent_id: str, run_id: str | None) -> str | None:
    """The `Ref.id` of a run, None where the row's id could not stand in a ref."""
    joined = f"{agent_id}/{run_id}"
    return joined if run_id and is_safe_id(joined) else None


def to_run(ref: Ref, row: AgentRun, *, agent: Agent | None = None, sources: Sequence[str] = ()) -> Run:
    """A row of a list, or the row's part of a single run.

    `agent` is the run's agent where the directory knows it: it gives the agent's name and the trigger's. `source` is
    the trigger's name, and its id where the name is not known, or where `sources` (what a query asks for) has that id.
    """
    trigger = agent.trigger(row.trigger_id) if agent else None
    return Run(
        ref=ref,
        status=to_status(row.status, STATUSES),
        started_at=row.created_at,
        ended_at=row.completed_at,
        duration=_duration(row.duration_ms, row.created_at, row.completed_at),
        agent=Named(
            id=value(row.agent_id or ref.id.partition("/")[0], Kind.ID),
            name=value(agent.name, Kind.NAME) if agent else None,
        ),
        outcome=to_outcome(row.disposition, row.disposition_reason),
        source=_source(row, trigger, sources),
        contact_id=value(row.contact_id, Kind.ID),
        conversation_id=value(row.conversation_id, Kind.ID),
        trigger=_trigger(row, trigger),
        error=error_value(row.error),
        usage=_usage(row),
        trace_id=value(row.trace_id, Kind.ID),
        aliases=(row.run_id,) if row.run_id and row.run_id != ref.run_part and is_safe_id(row.run_id) else (),
    )


def to_detail(ref: Ref, body: AgentRun, *, agent: Agent | None = None) -> RunDetail:
    """A single run: its tool calls as steps, its reply as the one message of a run that has no conversation."""
    steps, notes = _steps(body.tool_trace, ref.connection)
    reply = value(body.response, Kind.TEXT)
    thread = _thread(body)
    if reply is not None or body.conversation_id:
        notes = (*notes, REPLY_ONLY)
    # A trace in another shape than the documented one gave no steps, and is shown as it came.
    odd_trace = () if body.tool_trace is None or isinstance(body.tool_trace, list) else ("tool_trace",)
    return RunDetail(
        run=replace(to_run(ref, body, agent=agent), extra=unread(body, "run_id", *odd_trace)),
        steps=steps,
        messages=() if reply is None or thread else (reply_message(1, reply),),
        reply=reply if thread else None,
        reflection=value(body.reflection, Kind.TEXT),
        notes=(*body.misfits, *notes),
        thread=thread,
    )


def reply_message(number: int, reply: Untrusted) -> Message:
    """A run's reply as a message."""
    return Message(number=number, role=Untrusted("assistant", Kind.WORD), text=reply)


def _thread(body: AgentRun) -> tuple[tuple[str, str], ...]:
    """The conversation that the run was a part of, and whose it is; nothing where it cannot be asked for."""
    ids = {"conversation": body.conversation_id, "contact": body.contact_id}
    usable = tuple((name, given) for name, given in ids.items() if given and is_safe_id(given))
    return usable if "conversation" in dict(usable) else ()


def _duration(length_ms: float | None, start: datetime | None, end: datetime | None) -> timedelta | None:
    stated = span(None if length_ms is None else length_ms / 1000)
    if stated is not None:
        return stated
    return end - start if start and end and end >= start else None


def _source(row: AgentRun, trigger: AgentTrigger | None, sources: Sequence[str]) -> Untrusted | None:
    identity = value(row.trigger_id, Kind.ID)
    name = value(trigger.name, Kind.TEXT) if trigger else None
    if identity is not None and any(identity.equals(wanted) for wanted in sources):
        return identity
    return name or identity


def _trigger(row: AgentRun, trigger: AgentTrigger | None) -> Trigger | None:
    ids = {"trigger_id": row.trigger_id, "trigger_event_id": row.trigger_event_id, "session_id": row.session_id}
    facts = tuple((name, Untrusted(given, Kind.ID)) for name, given in ids.items() if given)
    if not facts:
        return None
    return Trigger(
        event=value(trigger.type, Kind.WORD) if trigger else None,
        source=value(trigger.name, Kind.TEXT) if trigger else None,
        facts=facts,
    )


def _usage(row: AgentRun) -> Usage | None:
    tokens = row.token_usage
    usage = Usage(
        input_tokens=tokens.input if tokens else None,
        output_tokens=tokens.output if tokens else None,
        cost=row.total_cost,
    )
    return None if usage == Usage() else usage


def _steps(trace: JsonValue, connection: str) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """The tool calls in the order of the trace, and what of it could not be read, in our words."""
    if trace is None:
        return (), ()
    if not isinstance(trace, list):
        return (), ("the tool trace came in an undocumented shape: no steps could be read from it",)
    calls, odd = decode_rows(TracedCall, trace, connection=connection, what="the tool trace")
    steps = tuple(_step(number, call) for number, call in enumerate(calls, 1))
    return steps, (f"{odd} of {len(trace)} entries of the tool trace could not be read",) if odd else ()


def _step(number: int, call: TracedCall) -> Step:
    return Step(
        number=number,
        kind=Untrusted("tool_call", Kind.WORD),
        tool=ToolCall(name=value(call.name, Kind.NAME), input=payload(call.input), output=payload(call.output)),
        extra=unread(call),
    )
