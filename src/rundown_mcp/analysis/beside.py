"""Calls that sought the same as a failed one in another way, and of which the run used what they gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Final, TypeVar

from rundown_mcp.analysis.asked import Asked, AskedOnce, Leaf, asked_of
from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.names import (
    deed_of,
    hands_over,
    makes,
    name_of,
    only_reads,
    prepares,
    searches_by,
    sought_by,
    takes_back,
    undoes,
    what_it_is_about,
)
from rundown_mcp.domain.run import Step, StepState
from rundown_mcp.domain.text import Untrusted

_Key = TypeVar("_Key")

_FLAGS: Final = frozenset(("\0true", "\0false", "\0null"))
_MOST_LEAVES: Final = 100
_MOST_COMPARED: Final = 16
_LAST_WORD: Final = re.compile(r".*[\W_](?=[^\W_])")
_LEAST: Final = 3
"""Shorter values are too common to tell that an answer was used."""


class Beside:
    """The calls of a run that succeeded, by what they sought, and the last call that each value was given to."""

    def __init__(self, steps: Sequence[Assessment], asked: AskedOnce) -> None:
        """Read all steps, where any of them failed."""
        self._asked = asked
        self._last_given: dict[str, int] = {}
        self._by_object: dict[frozenset[str], list[Step]] = {}
        self._alike: dict[frozenset[Leaf], list[Step]] = {}
        if not any(item.state is StepState.FAILED for item in steps):
            return
        for item in steps:
            step, leaves = item.step, asked.of(item.step).leaves
            self._last_given.update((value, step.number) for _, value in leaves)
            if item.state is StepState.OK:
                _keep(self._by_object, sought_by(step), step)
                _keep(self._alike, leaves or None, step)

    def fate_of(self, step: Step) -> Fate:
        """What became of a failed call.

        What a lookup by another key (by phone instead of by mail) gave is what this one sought, proven where the run
        went on to use it. A branch beside one that was asked the very same may not have been needed where the run used
        the answer of that; a later one of the same name but for the way (`_api`, `_table`) took over. A deed of another
        tool may have done it where it was given the very same input, and bears the same first word or was given more
        than one thing; so may a search for the same words.
        """
        best = Fate.STANDING
        for other in self._by_object.get(sought_by(step) or frozenset(), ()):
            if other.number > step.number and _asks_otherwise(step, other):
                best = max(best, Fate.RECOVERED if self._was_used(other, other.number) else Fate.UNCERTAIN)
        asked = self._asked.of(step)
        alike = () if asked.hidden else self._alike.get(asked.leaves, ())
        return max((best, *(self._done_by(other, step, asked) for other in alike)))

    def _done_by(self, other: Step, step: Step, asked: Asked) -> Fate:
        """What a call of another tool on the very same input makes of a failed one."""
        name, theirs = step.tool.name if step.tool else None, other.tool.name if other.tool else None
        if name_of(other) == name_of(step) or takes_back(theirs) or hands_over(other) is not hands_over(step):
            return Fate.STANDING
        is_later = other.number > step.number
        is_branch = deed_of(name) == deed_of(theirs) and not (makes(name) or undoes(name) or hands_over(step))
        if is_branch and self._was_used(other, max(other.number, step.number)):
            took_over = is_later and what_it_is_about(name) == what_it_is_about(theirs)
            return Fate.RECOVERED if took_over else Fate.UNCERTAIN
        may_have = is_later and not prepares(other) and _is_alike(name, theirs, asked)
        return Fate.UNCERTAIN if may_have else Fate.STANDING

    def _was_used(self, step: Step, number: int) -> bool:
        """Whether a call after that number was given anything that a step gave, and had not been given itself."""
        output = step.tool.output if step.tool else None
        leaves = islice(output.unpacked().leaves(), _MOST_LEAVES) if output is not None else ()
        own = {value for _, value in self._asked.of(step).leaves}
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
        {_LAST_WORD.sub("", key.casefold()) for path in asked_of(step).keys for key in path[-1:]}
        for step in (one, other)
        if step.tool is not None
    )
    return bool(mine and theirs) and not mine & theirs


def _is_alike(name: Untrusted | None, theirs: Untrusted | None, asked: Asked) -> bool:
    """Whether two tools that were given the very same may have done the same.

    So may two searches for the same words; the same id alone may be asked for different things.
    """
    if only_reads(name) or only_reads(theirs):
        return bool(asked.leaves - asked.ids) and bool(searches_by(name) & searches_by(theirs))
    return len(asked.leaves) > 1 or deed_of(theirs) == deed_of(name)
