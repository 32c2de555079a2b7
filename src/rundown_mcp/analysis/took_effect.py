"""Whether a deed whose answer was lost was done after all: a later look shows it, or who repeats it is told so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rundown_mcp.analysis.asked import Asked, asked_of
from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.heard import status_of
from rundown_mcp.analysis.inputs import Inputs, Likeness
from rundown_mcp.analysis.kinds import FailureKind, kind_of_error
from rundown_mcp.analysis.looks import Look
from rundown_mcp.analysis.names import may_be_anothers, only_reads, prepares, stem_of, undoes, what_it_does
from rundown_mcp.analysis.phrases import DONE_ALREADY, MOST, NOT_FOUND, already
from rundown_mcp.domain.run import StepState

_MOST_COMPARED: Final = 16
_CONFLICT: Final = 409
_LOST: Final = frozenset({FailureKind.UNAVAILABLE, FailureKind.SERVER})
"""Failures of which the caller cannot know whether the deed was done."""


class Effects:
    """Later looks at things, and calls that were told that what they ask for is done already."""

    def __init__(self) -> None:
        self._looks: dict[str, list[Look]] = {}
        self._told: dict[object, Inputs] = {}

    def add(self, item: Assessment, asked: Asked, *, went_on: bool) -> None:
        """Take in the step before those that are known."""
        step, done = item.step, what_it_does(item.step)
        if done is not None and says_it_is_done(item):
            self._told.setdefault(done, Inputs()).add(asked)
        output = step.tool.output if step.tool and only_reads(step.tool.name) else None
        if item.state is not StepState.OK or output is None or not asked.ids or asked.hidden:
            return
        look = Look(step, asked, went_on)
        for value in asked.id_values:
            some = self._looks.setdefault(value, [])
            if len(some) < _MOST_COMPARED:
                some.append(look)

    def fate_of(self, item: Assessment, asked: Asked) -> Fate:
        """What later steps tell of a deed of which its own answer tells nothing, or that it is done already."""
        step, told = item.step, self._told.get(what_it_does(item.step))
        name = step.tool.name if step.tool else None
        if name is None or only_reads(name) or prepares(step):
            return Fate.STANDING
        best = Fate.UNCERTAIN if _is_so(item) else Fate.STANDING
        looks = {id(look): look for value in asked.id_values for look in self._looks.get(value, ())}
        if not (told or looks) or not (_was_lost(item) or says_it_is_done(item)):
            return best
        if told is not None and _was_lost(item) and told.like(asked) is not Likeness.OTHER:
            best = Fate.UNCERTAIN
        return max((best, *(look.shows(name, asked) for look in looks.values())))


def repeated_in_vain(steps: Sequence[Assessment]) -> frozenset[int]:
    """The numbers of calls that were told that it is done already, where an earlier one like it may have done it."""
    if not any(map(says_it_is_done, steps)):
        return frozenset()
    earlier: dict[object, Inputs] = {}
    found: set[int] = set()
    for item in steps:
        done, asked = what_it_does(item.step), asked_of(item.step)
        if done is None:
            continue
        if says_it_is_done(item) and done in earlier and earlier[done].like(asked) is not Likeness.OTHER:
            found.add(item.step.number)
        elif item.state is StepState.OK or _was_lost(item):
            earlier.setdefault(done, Inputs()).add(asked)
    return frozenset(found)


def says_it_is_done(item: Assessment) -> bool:
    """Whether a failure says that what was asked for is there already, or that what was to go is gone."""
    if item.state is not StepState.FAILED or item.error is None:
        return False
    said, name = item.error.head(MOST), item.step.tool.name if item.step.tool else None
    is_gone = undoes(name) and said.matches(NOT_FOUND)
    return is_gone or _is_so(item) or said.matches(DONE_ALREADY) or status_of(item.error) == _CONFLICT


def _is_so(item: Assessment) -> bool:
    """Whether a failure says that the thing has the state already which the deed was to give it."""
    name = item.step.tool.name if item.step.tool else None
    stem = stem_of(name)
    if item.error is None or not stem or may_be_anothers(name):
        return False
    return item.error.head(MOST).matches(already(stem))


def _was_lost(item: Assessment) -> bool:
    return item.state is StepState.FAILED and item.error is not None and kind_of_error(item.error) in _LOST
