"""Name the step that a run failed at, with how that is known; what was made good and what is uncertain stand apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from rundown_mcp.analysis.shapes import Inputs, declares_fallback, error_in
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
    fates = _fates(steps)
    standing = [item for item, fate in fates if fate is _Fate.STANDING]
    uncertain = [item for item, fate in fates if fate is _Fate.UNCERTAIN]
    stops = _stops(detail, steps)
    if not standing:
        standing = list(islice((item for item in stops if _ended_the_run(item, detail, steps)), 1))
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


def _fates(steps: Sequence[Assessment]) -> list[tuple[Assessment, _Fate]]:
    """What became of each failed step, read from the last to the first, so that what came later is known."""
    fates: list[tuple[Assessment, _Fate]] = []
    later = _Later()
    for item in reversed(steps):
        if item.state is StepState.FAILED:
            fates.append((item, later.fate_of(item)))
        later.add(item)
    return fates[::-1]


class _Later:
    """The steps behind a place in a run, by what they did."""

    def __init__(self) -> None:
        self._next: Assessment | None = None
        self._succeeded: dict[object, Inputs] = {}
        self._unknown: dict[object, Inputs] = {}
        self._has_succeeded: dict[str, bool] = {}

    def add(self, item: Assessment) -> None:
        """Take in the step before those that are known."""
        self._next = item
        done, tool = _what_it_does(item.step), item.step.tool
        kept = {StepState.OK: self._succeeded, StepState.UNKNOWN: self._unknown}.get(item.state)
        if done is not None and kept is not None:
            kept.setdefault(done, Inputs()).add(tool.input if tool else None)
        if tool and tool.name:
            name = tool.name.folded()
            self._has_succeeded[name] = self._has_succeeded.get(name, False) or item.state is StepState.OK

    def fate_of(self, item: Assessment) -> _Fate:
        """Made good where the same tool succeeds later on like input, or where a declared fallback took over."""
        if self._fell_back(item.error):
            return _Fate.RECOVERED
        done, given = _what_it_does(item.step), item.step.tool.input if item.step.tool else None
        done_again, tried_again = (
            kept[done].hold_like(given) if done in kept else False for kept in (self._succeeded, self._unknown)
        )
        if done_again:
            return _Fate.RECOVERED
        return _Fate.STANDING if done_again is False and tried_again is False else _Fate.UNCERTAIN

    def _fell_back(self, error: Untrusted | None) -> bool:
        """Whether the error declares a fallback and the tool that it names, or just the next step, succeeded."""
        if error is None or not declares_fallback(error):
            return False
        said = error.folded()
        named = [succeeded for name, succeeded in self._has_succeeded.items() if name in said]
        return any(named) if named else self._next is not None and self._next.state is StepState.OK


def _what_it_does(step: Step) -> object:
    """Equal for steps that call the same tool, or that are no calls and bear the same label; None where unknown."""
    if step.tool is not None:
        return None if step.tool.name is None else ("tool", step.tool.name)
    return None if step.label is None else ("step", step.label)


def _stops(detail: RunDetail, steps: Sequence[Assessment]) -> list[Assessment]:
    """Steps that never ended, or that a guardrail or a person stopped, in a run that failed or was escalated."""
    if not (_failed(detail) or _was_escalated(detail)):
        return []
    unended = {StepState.RUNNING, StepState.WAITING} if detail.run.status.word.is_final else set()
    return [item for item in steps if item.state in unended or _was_stopped(item.step)]


def _was_stopped(step: Step) -> bool:
    said = step.native_status
    return step.state is StepState.UNKNOWN and said is not None and said.folded() in _STOPPED


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
