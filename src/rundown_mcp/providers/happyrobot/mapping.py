"""HappyRobot's run → the neutral run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from rundown_mcp.domain.ref import Ref, is_safe_id
from rundown_mcp.domain.run import Issue, Message, Named, Quality, Run, RunDetail, Status
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.domain.uuids import canonical_id
from rundown_mcp.providers.happyrobot.steps import events_of_oldest_shape, is_session, to_steps_and_messages
from rundown_mcp.providers.happyrobot.wire import WireEvent, WireIssue, WireRun, WireRunDetail, WireVersion
from rundown_mcp.transport.unread import unread
from rundown_mcp.transport.values import each_once, span, to_status, value

STATUSES: Final = {
    "scheduled": Status.QUEUED,
    "not_started": Status.QUEUED,
    "running": Status.RUNNING,
    "completed": Status.COMPLETED,
    "succeeded": Status.COMPLETED,
    "success": Status.COMPLETED,
    "failed": Status.FAILED,
    "canceled": Status.CANCELLED,
    "cancelled": Status.CANCELLED,
}
"""The words of v1, and those that v2 and v1's own default use for the same states."""

_OLDEST_SHAPE: Final = "the provider sent its oldest body shape: sessions and node outputs, no issues, no version"


_MORE_OF_A_VERSION: Final = ("version_id", "version.slug", "version.version_number", "version.is_live")


def to_run(row: WireRun, connection: str, names: Mapping[str, Untrusted]) -> Run | None:
    """A row of the list; None where its id cannot be used in a ref. `names` are use cases' names by folded id."""
    run_id = canonical_id(row.id)
    return _run(row, Ref(connection, run_id), names) if is_safe_id(run_id) else None


def to_detail(wire: WireRunDetail, ref: Ref, names: Mapping[str, Untrusted]) -> RunDetail:
    """A run with steps and messages, under the `ref` that it was asked for by."""
    events = events_of_oldest_shape(wire.sessions) if wire.is_oldest_shape else wire.events
    steps, messages = to_steps_and_messages(events, wire.timestamp)
    # Its version and its issues repeat what an answer names for the run already.
    version_id = (wire.version.id if wire.version else None) or wire.version_id
    shown = {ref.id, wire.id, wire.use_case_id or "", version_id or ""}
    issues = _issues(wire.issues, messages, {*shown, str((wire.model_extra or {}).get("org_id"))})
    return RunDetail(
        run=replace(
            _run(wire, ref, names, version=wire.version, events=events, issues=issues),
            extra=unread(wire, *_MORE_OF_A_VERSION, known=shown),
        ),
        steps=steps,
        messages=messages,
        notes=(*_misfits(wire, events), *((_OLDEST_SHAPE,) if wire.is_oldest_shape else ())),
    )


def _misfits(wire: WireRunDetail, events: Iterable[WireEvent]) -> Iterable[str]:
    """What of the run and of its events could not be read, each told once."""
    return dict.fromkeys((*wire.misfits, *(misfit for event in events for misfit in event.misfits)))


def _run(
    wire: WireRun,
    ref: Ref,
    names: Mapping[str, Untrusted],
    *,
    version: WireVersion | None = None,
    events: Sequence[WireEvent] = (),
    issues: tuple[Issue, ...] = (),
) -> Run:
    status = to_status(wire.status, STATUSES)
    unfinished = status.word in {Status.QUEUED, Status.RUNNING}
    # `completed_at` is when the latest node gave an output, which is no end while the run goes on.
    ended_at = None if unfinished else wire.completed_at
    length = span((ended_at - wire.timestamp).total_seconds()) if ended_at and wire.timestamp else None
    return Run(
        ref=ref,
        status=status,
        started_at=wire.timestamp,
        ended_at=ended_at,
        updated_at=wire.completed_at if unfinished else None,
        duration=length if length is not None else _talked(events),
        agent=_agent(wire.use_case_id, names),
        quality=Quality(annotation=value(wire.annotation, Kind.WORD), issues=issues),
        version=_version(wire.version_id, version),
        environment=value(version.environment, Kind.WORD) if version else None,
        columns=tuple(
            (Untrusted(key, Kind.TEXT), Untrusted(content, Kind.PAYLOAD))
            for key, content in wire.data.items()
            if content is not None
        ),
        identities=each_once(value(event.user_number, Kind.IDENTITY) for event in events),
    )


def _talked(events: Iterable[WireEvent]) -> timedelta | None:
    """The sum of the sessions' durations; None where none of them has one."""
    lengths = [length for event in events if is_session(event) and (length := span(event.duration)) is not None]
    try:
        return sum(lengths, timedelta()) if lengths else None
    except OverflowError:
        return None


def _agent(use_case_id: str | None, names: Mapping[str, Untrusted]) -> Named | None:
    if not use_case_id:
        return None
    return Named(Untrusted(use_case_id, Kind.ID), names.get(use_case_id.casefold()))


def _version(version_id: str | None, wire: WireVersion | None) -> Named | None:
    named = Named(
        value((wire.id if wire else None) or version_id, Kind.ID),
        _version_name(wire) if wire else None,
    )
    return None if named == Named() else named


def _version_name(wire: WireVersion) -> Untrusted | None:
    """What people called it, which is free text, else its number."""
    return value(wire.name or wire.slug, Kind.TEXT) or value(wire.version_number, Kind.WORD)


def _issues(wires: Iterable[WireIssue], messages: Iterable[Message], shown: Collection[str]) -> tuple[Issue, ...]:
    numbers = {message.id: message.number for message in reversed(list(messages)) if message.id is not None}
    return tuple(
        Issue(
            status=value(wire.status, Kind.WORD),
            priority=value(wire.priority, Kind.WORD),
            type=value(wire.type, Kind.WORD),
            correction=value(wire.correction, Kind.TEXT),
            reason=value(wire.correction_reason, Kind.TEXT),
            message=numbers.get(Untrusted(wire.message_id, Kind.ID)) if wire.message_id else None,
            extra=unread(wire, "message_id", known=shown),
        )
        for wire in wires
    )
