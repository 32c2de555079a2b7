"""Name the step that a run failed at, with how that is known; what was made good and what is uncertain stand apart."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.analysis.asked import AskedOnce
from rundown_mcp.analysis.assess import Assessment, Basis, Clue, assess, assess_all
from rundown_mcp.analysis.beside import Beside
from rundown_mcp.analysis.blame import accused, chosen_among
from rundown_mcp.analysis.carried import causes_of
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.later import Later
from rundown_mcp.analysis.names import only_reads
from rundown_mcp.analysis.phrases import BY_THE_CUSTOMER, CANCELLED, MOST, NOT_FOUND, TO_BE_RETRIED
from rundown_mcp.analysis.polled import restarted, with_failed_jobs
from rundown_mcp.analysis.stops import ended_the_run, failed, stops
from rundown_mcp.analysis.took_effect import repeated_in_vain
from rundown_mcp.domain.run import OutcomeWord, RunDetail, Status, StepState

__all__ = ["Assessment", "Basis", "Clue", "Diagnosis", "assess", "diagnose"]

_NOT_OVER: Final = frozenset({Status.QUEUED, Status.RUNNING, Status.PAUSED})
_RESOLVED: Final = frozenset({OutcomeWord.RESOLVED, OutcomeWord.DEFLECTED})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong in a run.

    `first` is the first failed step that nothing made good, or the stop that the run ended at; None where none can be
    named with reason. `others` failed besides it, `consequences` are those of them that carry an earlier failure.
    `recovered` were made good. `candidates` may be the cause or not: a failed step of which nobody can tell whether it
    was made good, a stop that the run went on from. No step is in two of `first`, `others`, `recovered` and
    `candidates`. `steps` holds every step as it was assessed.
    """

    steps: tuple[Assessment, ...]
    first: Assessment | None
    others: tuple[Assessment, ...]
    recovered: tuple[Assessment, ...]
    candidates: tuple[Assessment, ...] = ()
    consequences: tuple[Assessment, ...] = ()


def diagnose(detail: RunDetail) -> Diagnosis:
    """Assess every step, and pick the first failed one that nothing made good.

    Where the run's own error names a later one of several, that is the one. Where no failure stands, a run that failed
    or was escalated may have ended at a step that was stopped or never ended, or at one that its own texts name. The
    cost grows with the number of steps and the size of their inputs and outputs.
    """
    steps = with_failed_jobs(assess_all(detail))
    broken = _broken(steps)
    halted = stops(detail, steps)
    fates = _fates(detail, steps, {item.step.number for item in (*broken, *halted)})
    causes = causes_of([item for item in broken if fates[item.step.number] is not Fate.RECOVERED])
    for number, cause in causes.items():
        # What follows from a failure that may be made good may be so as well.
        fates[number] = max(fates[number], fates[cause])
    standing, uncertain, recovered = (
        [item for item in broken if fates[item.step.number] is fate]
        for fate in (Fate.STANDING, Fate.UNCERTAIN, Fate.RECOVERED)
    )
    halted = [item for item in halted if fates[item.step.number] is not Fate.RECOVERED]
    first = chosen_among(detail, standing, causes) if standing else None
    candidates = [*uncertain, *halted]
    if first is not None:
        place = next(place for place, item in enumerate(standing) if item is first)
        candidates += standing[:place]
        standing = standing[place:]
    elif standing:
        candidates, standing = [*candidates, *standing], []
    else:
        first, named = _ended_at(detail, steps, halted, uncertain)
        candidates += named
        steps = tuple(first if first and item.step is first.step else item for item in steps)
    others = tuple(item for item in standing if item is not first)
    return Diagnosis(
        steps,
        first,
        others,
        tuple(_by_number(recovered)),
        tuple(_by_number(item for item in candidates if first is None or item.step is not first.step)),
        tuple(item for item in others if item.step.number in causes),
    )


def _ended_at(
    detail: RunDetail, steps: Sequence[Assessment], halted: Sequence[Assessment], uncertain: Sequence[Assessment]
) -> tuple[Assessment | None, Sequence[Assessment]]:
    """Where no failure stands: the stop that the run ended at, or what its own texts accuse, and others they name."""
    stop = next((item for item in halted if ended_the_run(item, detail, steps)), None)
    return (stop, ()) if stop is not None or not failed(detail) else accused(detail, steps, uncertain)


def _broken(steps: Sequence[Assessment]) -> list[Assessment]:
    """The failed steps in the order in which they failed: one that others were a part of failed after those."""
    last_within = {item.step.within: item.step.number for item in steps if item.step.within is not None}
    broken = [item for item in steps if item.state is StepState.FAILED and not item.stopped]
    return sorted(
        broken, key=lambda item: (last_within.get(item.step.number, 0) or item.step.number, -item.step.number)
    )


def _fates(detail: RunDetail, steps: Sequence[Assessment], wanted: Collection[int]) -> dict[int, Fate]:
    """What became of the steps of these numbers, read from the last to the first, so that what came later is known."""
    if not wanted:
        return {}
    status = detail.run.status.word
    asked = AskedOnce()
    later = Later(asked, ended_well=status is Status.COMPLETED, goes_on=status in _NOT_OVER)
    uncertain, beside = repeated_in_vain(steps) | restarted(steps), Beside(steps, asked)
    fates: dict[int, Fate] = {}
    for item in reversed(steps):
        number = item.step.number
        if number in wanted:
            of_before = Fate.UNCERTAIN if number in uncertain else Fate.STANDING
            fates[number] = max(later.fate_of(item), beside.fate_of(item.step), of_before, _of_the_run(item, detail))
        later.add(item, made_good=fates.get(number) is Fate.RECOVERED)
    return fates


def _of_the_run(item: Assessment, detail: RunDetail) -> Fate:
    """Uncertain where the step or the run was cancelled, is to try again, or was resolved by what was not found."""
    status, outcome = detail.run.status.word, detail.run.outcome
    if item.error is None:
        return Fate.STANDING
    said = item.error.head(MOST)
    was_cancelled = said.matches(BY_THE_CUSTOMER) or (status is Status.CANCELLED and said.matches(CANCELLED))
    to_be_retried = status is Status.PAUSED and detail.run.resumes_at is not None and said.matches(TO_BE_RETRIED)
    name = item.step.tool.name if item.step.tool else None
    was_resolved = status is Status.COMPLETED and outcome is not None and outcome.word in _RESOLVED
    was_an_answer = was_resolved and only_reads(name) and said.matches(NOT_FOUND)
    return Fate.UNCERTAIN if was_cancelled or to_be_retried or was_an_answer else Fate.STANDING


def _by_number(items: Iterable[Assessment]) -> list[Assessment]:
    """Each step once, in the order of their numbers."""
    return [item for _, item in sorted({item.step.number: item for item in items}.items())]
