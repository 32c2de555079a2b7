"""What happened in a run, in one sentence that agrees with everything else on its card."""

from __future__ import annotations

from collections.abc import Sequence

from rundown_mcp.analysis.failure import Assessment, Diagnosis
from rundown_mcp.domain.run import RunDetail, Status, StepState
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.format import plural


def what_happened(gate: Gate, detail: RunDetail, diagnosis: Diagnosis) -> SafeText:
    """How the run ended and where, or why that cannot be said."""
    status, total = detail.run.status.word, len(detail.steps)
    if diagnosis.first is not None:
        return SafeText(_ended_at(gate, diagnosis.first, status, total))
    if not total:
        said = "" if detail.run.error or status is not Status.FAILED else " and no error given"
        return SafeText(f"{status.value}, no steps recorded{said}")
    if diagnosis.candidates:
        return SafeText(f"{status.value}; {_unclear(diagnosis.candidates, status)}, see candidates")
    open_step = next((item for item in reversed(diagnosis.steps) if item.state is StepState.RUNNING), None)
    if status is Status.CANCELLED and open_step is not None:
        where = f"step {open_step.step.number} of {total}{words.called(gate, open_step)}"
        return SafeText(f"cancelled while {where} was running{_good(diagnosis, total)}")
    if status is Status.FAILED:
        said = "no step states why" if diagnosis.recovered else f"none of its {plural(total, 'step')} states a failure"
        return SafeText(f"failed, but {said}{_good(diagnosis, total)}")
    if diagnosis.recovered:
        return SafeText(f"{status.value}{_good(diagnosis, total)}")
    return SafeText(f"{status.value}, no failed step among {total}{_unknown(diagnosis)}")


def _ended_at(gate: Gate, first: Assessment, status: Status, total: int) -> str:
    where = f"step {first.step.number} of {total}{words.called(gate, first)}"
    known = words.inferred(first, whole=True)
    if first.state is not StepState.FAILED:
        return f"{status.value}, stopped at {where} ({words.step_state(gate, first)})"
    if status is Status.FAILED:
        return f"failed at {where}{known}"
    over = "" if status.is_final or status is Status.UNKNOWN else " so far"
    return f"{status.value}, but {where} failed and nothing made it good{over}{known}"


def _unclear(candidates: Sequence[Assessment], status: Status) -> str:
    """What cannot be said of a run that has candidates and no verdict."""
    if status is Status.FAILED:
        return "no single step can be named as the cause"
    if any(item.state is StepState.FAILED and not item.stopped for item in candidates):
        return "unclear whether what failed was made good"
    return "unclear whether a step is why it was escalated"


def _good(diagnosis: Diagnosis, total: int) -> str:
    """`; 2 of 9 steps failed, all made good`, marked where nobody states so."""
    good = diagnosis.recovered
    if not good:
        return ""
    guessed = sum(bool(words.inferred(item)) for item in good)
    mark = "" if not guessed else " (inferred)" if guessed == len(good) else f" ({guessed} inferred)"
    return f"; {len(good)} of {plural(total, 'step')} failed{mark}, all made good"


def _unknown(diagnosis: Diagnosis) -> str:
    """How many calls tell nothing of how they ended; they may have failed."""
    silent = sum(
        item.state is StepState.UNKNOWN and item.step.native_status is None and item.step.tool is not None
        for item in diagnosis.steps
    )
    return f", {silent} of unknown state" if silent else ""
