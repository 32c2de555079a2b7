"""A run with the verdict that a careful reader gives it, and how an analysis is judged against that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rundown_mcp.analysis.failure import Diagnosis, diagnose
from rundown_mcp.domain.run import RunDetail


class Grade(StrEnum):
    """`WRONG` is wrong with confidence: a step named that is not it, or called made good (or ok) and is not."""

    RIGHT = "right"
    ABSTAINED = "abstained"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One adversarial run.

    `first` is the step that it failed at, None where none can be named with reason; `candidates` have to be listed,
    `recovered` have to be told as made good. `states` are how single steps have to read, `inferred` whether `first`
    has to be marked so. `why` is the reason in one sentence.
    """

    name: str
    run: RunDetail
    why: str
    first: int | None = None
    recovered: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()
    later: tuple[int, ...] = ()
    states: Mapping[int, str] = field(default_factory=dict)
    inferred: bool | None = None


@dataclass(frozen=True)
class Judgement:
    """What an analysis made of a case, and what of it is amiss."""

    case: Case
    grade: Grade
    said: str


def judge(case: Case) -> Judgement:
    """Run the analysis on a case."""
    found = diagnose(case.run)
    return Judgement(case, _grade(case, found), told(found))


def told(found: Diagnosis) -> str:
    """The verdict in one line."""
    first = "none" if found.first is None else f"{found.first.step.number} ({found.first.basis.value})"
    return f"first {first}, later {_of(found.others)}, recovered {_of(found.recovered)}, cand. {_of(found.candidates)}"


def _of(items: tuple[object, ...]) -> list[int]:
    return [item.step.number for item in items]  # type: ignore[attr-defined]


def _grade(case: Case, found: Diagnosis) -> Grade:
    first = found.first.step.number if found.first else None
    recovered, candidates, later = set(_of(found.recovered)), set(_of(found.candidates)), set(_of(found.others))
    states = {item.step.number: item.state.value for item in found.steps}
    misread = any(states[number] != state for number, state in case.states.items())
    basis = found.first.basis.value if found.first else None
    mismarked = first is not None and case.inferred is not None and (basis == "inferred") is not case.inferred
    if (first is not None and first != case.first) or recovered - set(case.recovered) or misread or mismarked:
        return Grade.WRONG
    if later - set(case.later) - {case.first} and case.first is None:
        return Grade.WRONG
    whole = first == case.first and recovered == set(case.recovered) and candidates >= set(case.candidates)
    return Grade.RIGHT if whole and later >= set(case.later) else Grade.ABSTAINED
