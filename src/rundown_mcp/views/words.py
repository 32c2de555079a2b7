"""Neutral words with the vendor's own beside them, through the gate."""

from __future__ import annotations

from typing import Final

from rundown_mcp.analysis.failure import Assessment, Basis
from rundown_mcp.domain.run import Approval, Named, Outcome, Run, RunDetail, RunStatus, Step, StepState
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.budget import clip
from rundown_mcp.views.finding import is_withheld
from rundown_mcp.views.format import length, plural, second

_ID_ROOM: Final = 8


def maybe(gate: Gate, value: Untrusted | None) -> Cell:
    """The safe text of a value, or an empty cell where there is none."""
    return gate.safe(value) if value is not None else ""


def status(gate: Gate, value: RunStatus) -> Cell:
    """`failed`, or `cancelled (canceled)` where the vendor's word differs."""
    return value.word.value if value.native is None else SafeText(f"{value.word.value} ({gate.safe(value.native)})")


def about(gate: Gate, run: Run) -> SafeText:
    """What heads a run: `failed · agent Ann · started 2026-11-21 04:10:02 UTC · took 42s`, as far as it is known."""
    parts = [
        str(status(gate, run.status)),
        f"agent {label}" if (label := name(gate, run.agent)) else "",
        f"started {second(run.started_at)} UTC" if run.started_at else "",
        f"took {length(run.duration)}" if run.duration is not None else "",
    ]
    return SafeText(" · ".join(part for part in parts if part))


def step_state(gate: Gate, item: Assessment, *, whole: bool = False) -> SafeText:
    """`ok`, `failed (inferred)`, or the vendor's own word where it is none of ours: `rejected`.

    With `whole`, ours and the vendor's wherever they differ: `ok (completed)`, `unknown (rejected)`. A step that failed
    though the vendor gives it another word bears both in any case: `failed (completed)`.
    """
    said = item.step.native_status
    native = gate.safe(said) if said is not None and not said.equals(item.state.value) else ""
    if whole or (item.state is StepState.FAILED and item.basis is Basis.STATED):
        shown = f"{item.state.value} ({native})" if native else item.state.value
    else:
        shown = str(native) if native and item.state is StepState.UNKNOWN else item.state.value
    return SafeText(shown + inferred(item, whole=whole))


def of_state(gate: Gate, item: Assessment) -> SafeText:
    """`step_state` behind a step's name in a line: `ok`, or `of unknown state`, as `unknown` would read like a name."""
    said = step_state(gate, item)
    return SafeText(f"of {said} state") if said.text == StepState.UNKNOWN.value else said


def inferred(item: Assessment, *, whole: bool = False) -> str:
    """The mark of a state that the provider does not state; with `whole`, what it was inferred from."""
    if item.basis is not Basis.INFERRED:
        return ""
    return f" (inferred from {item.clue.value})" if whole else " (inferred)"


def messages(detail: RunDetail) -> str:
    """How many messages a run has, as far as that is known: what is kept apart from it may not have been read."""
    return "messages not read" if detail.thread else plural(len(detail.messages), "message")


def step_label(gate: Gate, step: Step) -> SafeText:
    """What a step is called, if it is called anything; its kind where its title is withheld."""
    said = gate.safe(step.label) if step.label else SafeText("")
    return gate.safe(step.kind) if step.kind and is_withheld(said) else said


def called(gate: Gate, item: Assessment) -> str:
    """What a step is called, with a space before it; empty where it has no name."""
    said = step_label(gate, item.step)
    return f" {said}" if said else ""


def outcome(gate: Gate, value: Outcome | None) -> Cell:
    """`resolved`, or the vendor's own word verbatim."""
    if value is None:
        return ""
    return value.word.value if value.word is not None else maybe(gate, value.native)


def name(gate: Gate, value: Named | None) -> Cell:
    """The name, or the id where no name is known."""
    return maybe(gate, value.label) if value is not None else ""


def with_id(gate: Gate, name: Cell, identity: Untrusted) -> SafeText:
    """A name that several have, with the start of the id that tells this one from the others: `Ann (first-a…)`."""
    return SafeText(f"{name} ({clip(gate.safe(identity), _ID_ROOM)})")


def belongs_to(gate: Gate, run: Run) -> Cell:
    """The ticket, conversation or contact that a run belongs to: the first that is known."""
    return maybe(gate, (run.ticket.id if run.ticket else None) or run.conversation_id or run.contact_id)


def waits_for(gate: Gate, run: Run) -> Cell:
    """What a run waits for, and until when; empty where it waits for nothing that is known, and where it has ended."""
    if run.status.word.is_final:
        return ""
    approval = run.approval
    parts: list[str] = []
    if approval is not None and approval.is_open:
        parts.append(_approval(gate, approval, "waits for approval"))
    if run.resumes_at is not None:
        parts.append(f"resumes {second(run.resumes_at)}")
    return SafeText(", ".join(parts))


def left_open(gate: Gate, run: Run) -> Cell:
    """What a run that has ended was still to do: the vendor leaves the approval and the time to resume standing."""
    if not run.status.word.is_final:
        return ""
    approval = run.approval
    parts: list[str] = []
    if approval is not None and approval.is_open:
        parts.append(_approval(gate, approval, "approval"))
    if run.resumes_at is not None:
        parts.append(f"resumption at {second(run.resumes_at)}")
    return SafeText(", ".join(parts))


def _approval(gate: Gate, approval: Approval, said: str) -> str:
    tool = maybe(gate, approval.pending.name) if approval.pending else ""
    return f"{said} of {tool}" if tool else said
