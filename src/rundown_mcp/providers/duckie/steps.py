"""Duckie's steps and conversation → neutral steps and messages, numbered in order."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from rundown_mcp.domain.run import Message, Step, StepState, ToolCall
from rundown_mcp.domain.text import Kind
from rundown_mcp.providers.duckie.wire import WireMessage, WireStep, WireTool
from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.values import error_value, payload, span, value

T = TypeVar("T", WireMessage, WireStep)

_STATES: Final = {
    "completed": StepState.OK,
    "success": StepState.OK,
    "succeeded": StepState.OK,
    "successful": StepState.OK,
    "ok": StepState.OK,
    "done": StepState.OK,
    "failed": StepState.FAILED,
    "error": StepState.FAILED,
    "errored": StepState.FAILED,
    "failure": StepState.FAILED,
    "crashed": StepState.FAILED,
    "running": StepState.RUNNING,
    "in_progress": StepState.RUNNING,
    "pending": StepState.RUNNING,
    "queued": StepState.RUNNING,
    "scheduled": StepState.WAITING,
    "pending_approval": StepState.WAITING,
    "awaiting_approval": StepState.WAITING,
    "paused": StepState.WAITING,
}
_TIMED_OUT: Final = frozenset({"timed_out", "timeout"})
"""Failures of a call; of anything else (a wait, an approval) it says that the clock ended it."""
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


def to_steps(wires: Sequence[WireStep]) -> tuple[Step, ...]:
    """The steps, numbered from 1."""
    return tuple(_step(number, wire) for number, wire in enumerate(_in_order(wires, lambda wire: wire.timestamp), 1))


def to_messages(wires: Sequence[WireMessage]) -> tuple[Message, ...]:
    """The messages, numbered from 1."""
    return tuple(_message(number, wire) for number, wire in enumerate(_in_order(wires, _written_at), 1))


def _step(number: int, wire: WireStep) -> Step:
    tool = wire.tool or WireTool()
    # The documents' flags speak of the payloads, and an error is none: withheld, it would take the cause with it.
    error = error_value(tool.error)
    return Step(
        number=number,
        id=value(wire.id, Kind.ID),
        kind=value(wire.type, Kind.WORD),
        title=value(wire.title, Kind.TEXT),
        state=StepState.FAILED if error else _state(wire.status, is_call=bool(tool.name)),
        native_status=value(wire.status, Kind.WORD),
        at=wire.timestamp,
        duration=span(wire.duration_seconds),
        content=value(wire.content, Kind.TEXT),
        tool=_tool(wire.tool),
        error=error,
        extra=unread(wire, *_odd_order(number, wire)),
    )


def _state(status: str | None, *, is_call: bool) -> StepState:
    word = (status or "").strip().casefold().replace(" ", "_").replace("-", "_")
    if word in _TIMED_OUT and is_call:
        return StepState.FAILED
    return StepState.WAITING if word.startswith("waiting") else _STATES.get(word, StepState.UNKNOWN)


def _tool(wire: WireTool | None) -> ToolCall | None:
    if wire is None:
        return None
    call = ToolCall(
        name=value(wire.name, Kind.NAME),
        type=value(wire.type, Kind.WORD),
        input=payload(wire.input, redacted=wire.redacted, truncated=wire.truncated),
        output=payload(wire.output, redacted=wire.redacted, truncated=wire.truncated),
    )
    return None if call == ToolCall() else call


def _message(number: int, wire: WireMessage) -> Message:
    return Message(
        number=number,
        id=value(wire.id, Kind.ID),
        role=value(wire.role, Kind.WORD),
        author=value(wire.user_name, Kind.IDENTITY),
        text=value(wire.message, Kind.TEXT),
        at=_written_at(wire),
        extra=unread(wire, *_odd_order(number, wire), *(("recorded_at",) if wire.source_timestamp else ())),
    )


def _odd_order(number: int, wire: WireMessage | WireStep) -> tuple[str, ...]:
    """The vendor's `order` where it is not told by the number, counted from 0 or from 1."""
    return () if wire.order in {None, number - 1, number} else ("order",)


def _written_at(wire: WireMessage) -> datetime | None:
    return wire.source_timestamp or wire.recorded_at


def _in_order(wires: Sequence[T], time_of: Callable[[T], datetime | None]) -> list[T]:
    """By `order`, then by time, then by position.

    An item without `order` goes behind the latest one with an `order` that is not later than it. One without a time
    is taken to be as old as the item before it in the body.
    """
    anchors = sorted((at, wire.order) for wire in wires if (at := time_of(wire)) and wire.order is not None)
    times = [at for at, _ in anchors]
    keys: list[tuple[float, datetime, int]] = []
    place, moment = -math.inf, _LONG_AGO
    for position, wire in enumerate(wires):
        at = time_of(wire)
        if wire.order is not None:
            place = wire.order
        elif at is not None and anchors:
            earlier = bisect_right(times, at)
            place = anchors[earlier - 1][1] if earlier else -math.inf
        moment = at or moment
        keys.append((place, moment, position))
    return [wires[position] for _, _, position in sorted(keys)]
