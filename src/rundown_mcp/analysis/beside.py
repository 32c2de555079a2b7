"""Calls that sought the same as a failed one in another way, and of which the run used what they gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final, TypeVar

from rundown_mcp.analysis.asked import asked_by
from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.names import deed_of, hands_over, makes, name_of, sought_by, undoes, what_it_is_about
from rundown_mcp.domain.run import Step, StepState

_Key = TypeVar("_Key")

_FLAGS: Final = frozenset(("\0true", "\0false", "\0null"))
_MOST_LEAVES: Final = 100
_MOST_COMPARED: Final = 16
_LAST_WORD: Final = re.compile(r".*[\W_](?=[^\W_])")
_LEAST: Final = 3
"""Shorter values are too common to tell that an answer was used."""


class Beside:
    """The calls of a run that succeeded, by what they sought, and the last call that each value was given to."""

    def __init__(self, steps: Sequence[Assessment]) -> None:
        """Read all steps, where any of them failed."""
        self._last_given: dict[str, int] = {}
        self._by_object: dict[object, list[Step]] = {}
        self._branches: dict[object, list[Step]] = {}
        if not any(item.state is StepState.FAILED for item in steps):
            return
        for item in steps:
            step, given = item.step, item.step.tool.input if item.step.tool else None
            self._last_given.update((value, step.number) for _, value in asked_by(given).leaves)
            if item.state is StepState.OK:
                _keep(self._by_object, sought_by(step), step)
                _keep(self._branches, _branch(step), step)

    def fate_of(self, step: Step) -> Fate:
        """What became of a failed call.

        What a lookup by another key (by phone instead of by mail) gave is what this one sought, proven where the run
        went on to use it. A branch beside one that was asked the very same may not have been needed where the run used
        the answer of that; a later one of the same name but for the way (`_api`, `_table`) took over.
        """
        best = Fate.STANDING
        for other in self._by_object.get(sought_by(step), ()):
            if other.number > step.number and _asks_otherwise(step, other):
                best = max(best, Fate.RECOVERED if self._was_used(other, other.number) else Fate.UNCERTAIN)
        for other in self._branches.get(_branch(step), ()):
            if name_of(other) != name_of(step) and self._was_used(other, max(other.number, step.number)):
                took_over = other.number > step.number and _are_about_one_thing(step, other)
                best = max(best, Fate.RECOVERED if took_over else Fate.UNCERTAIN)
        return best

    def _was_used(self, step: Step, number: int) -> bool:
        """Whether a call after that number was given anything that a step gave, and had not been given itself."""
        output = step.tool.output if step.tool else None
        leaves = islice(output.unpacked().leaves(), _MOST_LEAVES) if output is not None else ()
        own = {value for _, value in asked_by(step.tool.input if step.tool else None).leaves}
        return any(
            len(value) >= _LEAST
            and value not in own
            and value not in _FLAGS
            and self._last_given.get(value, 0) > number
            for _, value in leaves
        )


def _keep(kept: dict[_Key, list[Step]], key: _Key | None, step: Step) -> None:
    some = kept.setdefault(key, []) if key is not None else []
    if len(some) < _MOST_COMPARED:
        some.append(step)


def _asks_otherwise(one: Step, other: Step) -> bool:
    """Whether two lookups go by different things: one that asks by another `id` asks for something else."""
    mine, theirs = (
        {_LAST_WORD.sub("", key.casefold()) for path in asked_by(step.tool.input).keys for key in path[-1:]}
        for step in (one, other)
        if step.tool is not None
    )
    return bool(mine and theirs) and not mine & theirs


def _are_about_one_thing(one: Step, other: Step) -> bool:
    mine, theirs = (what_it_is_about(step.tool.name if step.tool else None) for step in (one, other))
    return mine == theirs


def _branch(step: Step) -> object:
    """Equal for calls of which each may have done for the others: by their verb, on the very same input."""
    name, asked = (step.tool.name, asked_by(step.tool.input)) if step.tool else (None, None)
    if name is None or asked is None or not asked.leaves or asked.hidden:
        return None
    return None if makes(name) or undoes(name) or hands_over(step) else (deed_of(name), asked.leaves)
