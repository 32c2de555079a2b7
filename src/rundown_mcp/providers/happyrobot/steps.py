"""HappyRobot's events → neutral steps and messages, numbered over the whole run in the order of time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from rundown_mcp.domain.run import Message, Step, StepState, ToolCall
from rundown_mcp.domain.text import Kind, Untrusted, as_text
from rundown_mcp.providers.happyrobot.calls import Call, holds_no_call, is_answer, paired_calls
from rundown_mcp.providers.happyrobot.wire import WireEvent, WireMessage, WireNodeOutput
from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.values import error_value, payload, span, value

_DELETED: Final = "data deleted by retention"
_UNNUMBERED: Final = 0
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
_SIP_CODE: Final = re.compile(r"\s*([1-9]\d{2})(?!\d)", re.ASCII)
_SIP_ERRORS: Final = 400
_ACTION_STATES: Final = {
    "failed": StepState.FAILED,
    "completed": StepState.OK,
    "succeeded": StepState.OK,
    "running": StepState.RUNNING,
}
_SESSION_STATES: Final = {
    "failed": StepState.FAILED,
    "completed": StepState.OK,
    "in-progress": StepState.RUNNING,
    "in_progress": StepState.RUNNING,
}
_MORE_OF_A_SESSION: Final = ("sip_code", "sip_reason", "failure_reason", "user_number", "output")


@dataclass(frozen=True, slots=True)
class _Placed:
    """An event, or a message of one: the time that orders it, and the event's place in the body."""

    at: datetime
    place: int
    event: WireEvent
    message: WireMessage | None = None


def to_steps_and_messages(
    events: Sequence[WireEvent], started_at: datetime | None
) -> tuple[tuple[Step, ...], tuple[Message, ...]]:
    """The steps, numbered from 1, and the messages, numbered from 1, each in the order of time, then of the body."""
    items = _in_order(events, started_at)
    sessions = {event.id for event in events if event.id and is_session(event)}
    only_session = sessions if len(sessions) == 1 else set()
    messages: list[Message] = []
    spoken: dict[int, list[tuple[Message, WireMessage]]] = {}
    times: dict[int, datetime] = {}
    for item in items:
        if item.message is not None:
            message = _message(len(messages) + 1, item.message, only_session)
            messages.append(message)
            times[message.number] = item.at
            spoken.setdefault(item.place, []).append((message, item.message))
    placed: list[tuple[datetime, int, Step]] = [
        (item.at, item.place, _step(item.event)) for item in items if item.message is None
    ]
    placed += [
        (times[call.number], place, _call_step(call, messages[call.number - 1]))
        for place, said in spoken.items()
        for call in paired_calls(said)
    ]
    placed.sort(key=lambda each: each[:2])
    step_of_session = {place: number for number, (_, place, step) in enumerate(placed, 1) if step.message is None}
    return (
        tuple(
            replace(step, number=number, within=None if step.message is None else step_of_session.get(place))
            for number, (_, place, step) in enumerate(placed, 1)
        ),
        tuple(messages),
    )


def _in_order(events: Sequence[WireEvent], started_at: datetime | None) -> list[_Placed]:
    """By time, then as they stand; what has no time of its own is taken to be as old as what stands before it."""
    now = started_at or _LONG_AGO
    items: list[_Placed] = []
    for place, event in enumerate(events):
        now = _time_of(event) or now
        items.append(_Placed(now, place, event))
        for message in event.messages:
            now = message.timestamp or now
            items.append(_Placed(now, place, event, message))
    return sorted(items, key=lambda item: item.at)


def events_of_oldest_shape(sessions: Iterable[WireEvent]) -> list[WireEvent]:
    """The sessions of the oldest shape as events, each followed by its node outputs as actions."""
    events: list[WireEvent] = []
    for session in sessions:
        # In that shape `type` is the direction of the call, which no field of ours carries.
        events.append(session.model_copy(update={"type": "session", "direction": session.type}))
        events += [_action_event(node) for node in session.node_outputs]
    return events


def _action_event(node: WireNodeOutput) -> WireEvent:
    """A node output of the oldest shape as an event; its `data` is what the node gave."""
    event = node.event if isinstance(node.event, dict) else {}
    action = WireEvent(type="action", event_name=event.get("name"), output=node.data)
    return action.model_copy(update={"intermediate": node.model_copy(update={"data": None})})


def is_session(event: WireEvent) -> bool:
    """Whether an event is a session, by its word, or by its messages where it has another word or none."""
    word = _word(event.type)
    return word == "session" or (word != "action" and bool(event.messages))


def _is_action(event: WireEvent) -> bool:
    known = (event.intermediate, event.output, event.integration_name, event.event_name)
    return _word(event.type) == "action" or any(part is not None for part in known)


def _time_of(event: WireEvent) -> datetime | None:
    return event.timestamp or (event.intermediate.timestamp if event.intermediate else None)


def _step(event: WireEvent) -> Step:
    kind = value(event.type, Kind.WORD)
    if is_session(event):
        return _session_step(event, kind)
    if _is_action(event):
        return _action_step(event, kind)
    return Step(
        number=_UNNUMBERED,
        id=value(event.id, Kind.ID),
        kind=kind,
        at=event.timestamp,
        duration=span(event.duration),
        native_status=value(event.status, Kind.WORD),
        content=payload(dict(event.model_extra or {}) or None),
    )


def _action_step(event: WireEvent, kind: Untrusted | None) -> Step:
    node = event.intermediate or WireNodeOutput()
    error = error_value(node.error)
    known = node.data is not None or event.output is not None
    return Step(
        number=_UNNUMBERED,
        id=value(node.id or event.id, Kind.ID),
        kind=kind,
        title=value(node.name, Kind.TEXT),
        state=_action_state(event.status, has_error=error is not None, known=known),
        at=_time_of(event),
        duration=span(event.duration),
        native_status=value(event.status, Kind.WORD),
        tool=ToolCall(
            name=value(node.name or event.event_name or event.integration_name, Kind.NAME),
            type=value(event.integration_name, Kind.NAME),
            input=payload(node.data),
            output=payload(event.output),
        ),
        error=error,
        notes=(_DELETED,) if node.data_deleted else (),
        extra=unread(event, "intermediate.event", *_told_twice(event, node)),
    )


def _told_twice(event: WireEvent, node: WireNodeOutput) -> Iterator[str]:
    """The fields of which an action has two, of which the step carries the other one."""
    if node.id:
        yield "id"
    if node.name:
        yield "event_name"
    if event.timestamp and event.timestamp != node.timestamp:
        yield "intermediate.timestamp"


def _session_step(event: WireEvent, kind: Untrusted | None) -> Step:
    found = _SIP_CODE.match(event.sip_code or "")
    code = int(found[1]) if found else None
    refused = code is not None and code >= _SIP_ERRORS
    state = _SESSION_STATES.get(_word(event.status), StepState.UNKNOWN)
    failure = error_value(event.failure_reason)
    error = None
    if refused or failure or state is StepState.FAILED:
        state = StepState.FAILED
        # A SIP reason beside a code below 400 tells of a call that was put through.
        sip_reason = event.sip_reason if refused or code is None else None
        error = value(sip_reason, Kind.TEXT) or failure
        if error is None and refused:
            error = Untrusted({"sip_code": code}, Kind.PAYLOAD)
    return Step(
        number=_UNNUMBERED,
        id=value(event.id, Kind.ID),
        kind=kind,
        state=state,
        native_status=value(event.status, Kind.WORD),
        at=event.timestamp,
        duration=span(event.duration),
        error=error,
        extra=unread(event, *_MORE_OF_A_SESSION),
    )


def _call_step(call: Call, message: Message) -> Step:
    return Step(
        number=_UNNUMBERED,
        id=value(call.id, Kind.ID),
        kind=Untrusted("tool_call", Kind.WORD),
        at=message.at,
        tool=ToolCall(name=value(call.name, Kind.NAME), input=payload(call.input), output=payload(call.output)),
        message=message.number,
        notes=(_DELETED,) if call.deleted else (),
    )


def _message(number: int, wire: WireMessage, only_session: Collection[str]) -> Message:
    """`only_session` holds the id of a run's one session, which its messages need not repeat."""
    notes = {
        "filler": wire.is_filler,
        "interrupted": wire.is_interrupted,
        "natural cut": wire.is_natural_cut,
        _DELETED: wire.data_deleted,
    }
    return Message(
        number=number,
        id=value(wire.id, Kind.ID),
        role=value(wire.role, Kind.WORD),
        text=None if wire.content is None else value(as_text(wire.content), Kind.TEXT),
        at=wire.timestamp,
        latency=payload(wire.latency_breakdown),
        notes=tuple(note for note, flag in notes.items() if flag),
        extra=unread(wire, *_not_in_steps(wire), known=only_session),
    )


def _not_in_steps(wire: WireMessage) -> Iterator[str]:
    """The fields of a message that tell of tools, and that no step carries."""
    if not is_answer(wire):
        yield "name"
    if wire.tool_calls and holds_no_call(wire):
        yield "tool_calls"


def _word(text: str | None) -> str:
    return (text or "").strip().casefold()


def _action_state(status: str | None, *, has_error: bool, known: bool) -> StepState:
    """As the node's error or status states it; a node without either went well where it worked with anything."""
    if has_error:
        return StepState.FAILED
    stated = _ACTION_STATES.get(_word(status))
    return stated or (StepState.OK if known and not status else StepState.UNKNOWN)
