"""Name the step that a run failed at, with how that is known; what was made good and what is uncertain stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rundown_mcp.analysis.shapes import are_alike, declares_fallback, error_in
from rundown_mcp.domain.run import OutcomeWord, RunDetail, Status, Step, StepState
from rundown_mcp.domain.text import Untrusted

_STOPPED: Final = ("rejected", "denied", "declined", "blocked", "stopped", "timed_out", "expired")
"""Vendors' words for a step that an approval, a guardrail or a clock ended."""
_LONGEST_HAND_OVER: Final = 1
"""How many steps may follow a stop that the run ended because of: the one that hands it to a person."""


class Basis(StrEnum):
    """How a state is known: the provider states it, or the shape of an output gives it away."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Assessment:
    """A step with the state that it is taken to have; `error` is what it says went wrong."""

    step: Step
    state: StepState
    basis: Basis
    error: Untrusted | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong in a run.

    `first` is the first failed step that nothing made good, or the stop that the run ended at; None where none can be
    named with reason. `others` failed after it, `recovered` were made good. `candidates` may be the cause or not: a
    failed step of which nobody can tell whether it was made good, a stop that the run went on from. `steps` holds
    every step as it was assessed.
    """

    steps: tuple[Assessment, ...]
    first: Assessment | None
    others: tuple[Assessment, ...]
    recovered: tuple[Assessment, ...]
    candidates: tuple[Assessment, ...] = ()


class _Fate(StrEnum):
    """What became of a failed step."""

    STANDING = "standing"
    RECOVERED = "recovered"
    UNCERTAIN = "uncertain"


def diagnose(detail: RunDetail) -> Diagnosis:
    """Assess every step, and pick the first failed one that nothing made good.

    Where no step failed, a run that failed or was escalated may have ended at a step that was stopped or never ended.
    """
    steps = tuple(assess(step) for step in detail.steps)
    fates = [(item, _fate(item, steps)) for item in steps if item.state is StepState.FAILED]
    standing = [item for item, fate in fates if fate is _Fate.STANDING]
    uncertain = [item for item, fate in fates if fate is _Fate.UNCERTAIN]
    stops = _stops(detail, steps)
    if not standing:
        standing = [item for item in stops if _ended_the_run(item, detail, steps)][:1]
    first = standing[0] if standing else None
    candidates = [item for item in (*uncertain, *stops) if item is not first]
    return Diagnosis(
        steps,
        first,
        tuple(standing[1:]),
        tuple(item for item, fate in fates if fate is _Fate.RECOVERED),
        tuple(sorted(candidates, key=lambda item: item.step.number)),
    )


def assess(step: Step) -> Assessment:
    """The state of one step: as stated, or as its output's shape tells where the provider says nothing or `ok`."""
    if step.state is StepState.FAILED:
        return Assessment(step, StepState.FAILED, Basis.STATED, step.error)
    output = step.tool.output if step.tool else None
    if step.state in {StepState.OK, StepState.UNKNOWN} and output is not None:
        error = error_in(output)
        if error is not None:
            return Assessment(step, StepState.FAILED, Basis.INFERRED, error)
        if step.state is StepState.UNKNOWN and step.native_status is None:
            return Assessment(step, StepState.OK, Basis.INFERRED)
    return Assessment(step, step.state, Basis.STATED)


def _fate(item: Assessment, steps: Sequence[Assessment]) -> _Fate:
    """Made good where the same tool succeeds later on like input, or where a declared fallback took over."""
    later = [other for other in steps if other.step.number > item.step.number]
    if _fell_back(item, later):
        return _Fate.RECOVERED
    alike = [_redoes(other.step, item.step) for other in later if other.state is StepState.OK]
    if True in alike:
        return _Fate.RECOVERED
    tried_again = any(
        other.state is StepState.UNKNOWN and _redoes(other.step, item.step) is not False for other in later
    )
    return _Fate.UNCERTAIN if None in alike or tried_again else _Fate.STANDING


def _fell_back(item: Assessment, later: Sequence[Assessment]) -> bool:
    """Whether the error declares a fallback and the tool that it names, or just the next step, succeeded."""
    error = item.error
    if error is None or not declares_fallback(error):
        return False
    names = [(other, other.step.tool.name.folded()) for other in later if other.step.tool and other.step.tool.name]
    named = [other for other, name in names if name in error.folded()]
    return any(other.state is StepState.OK for other in named or later[:1])


def _redoes(later: Step, earlier: Step) -> bool | None:
    """Whether a step does again what an earlier one tried; None where it is the same tool on an unknown input."""
    mine, theirs = earlier.tool, later.tool
    if mine is None or theirs is None:
        same = mine is theirs and earlier.label is not None and earlier.label == later.label
        return None if same else False
    if mine.name is None or mine.name != theirs.name:
        return False
    return are_alike(mine.input, theirs.input)


def _stops(detail: RunDetail, steps: Sequence[Assessment]) -> list[Assessment]:
    """Steps that never ended, or that a guardrail or a person stopped, in a run that failed or was escalated."""
    if not (_failed(detail) or _was_escalated(detail)):
        return []
    unended = {StepState.RUNNING, StepState.WAITING} if detail.run.status.word.is_final else set()
    return [item for item in steps if item.state in unended or _was_stopped(item.step)]


def _was_stopped(step: Step) -> bool:
    said = step.native_status
    return step.state is StepState.UNKNOWN and said is not None and any(said.equals(word) for word in _STOPPED)


def _ended_the_run(item: Assessment, detail: RunDetail, steps: Sequence[Assessment]) -> bool:
    """Whether the run ended because of a stop: its outcome's reason says so, or only the hand-over follows."""
    label, reason = item.step.label, detail.run.outcome.reason if detail.run.outcome else None
    if label and reason is not None and label.folded() in reason.folded():
        return True
    return steps[-1].step.number - item.step.number <= _LONGEST_HAND_OVER


def _failed(detail: RunDetail) -> bool:
    return detail.run.status.word is Status.FAILED


def _was_escalated(detail: RunDetail) -> bool:
    return detail.run.outcome is not None and detail.run.outcome.word is OutcomeWord.ESCALATED
