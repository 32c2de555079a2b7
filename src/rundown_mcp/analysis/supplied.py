"""Whether another tool that was given the same ids supplied what a failed call should have."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Final

from rundown_mcp.analysis.asked import Asked
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.names import (
    hands_over,
    makes,
    objects_of,
    only_reads,
    takes_back,
    words_of,
    words_of_text,
)
from rundown_mcp.domain.run import Step
from rundown_mcp.domain.text import Untrusted

_MOST_COMPARED: Final = 16
"""How many calls that were given the same id one call is compared with."""
_MOST_LEAVES: Final = 100
_ALIKE: Final = 0.5
"""The share of words in common from which two names may be of one deed."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A call that succeeded, what it asked for, and whether the run went on from it."""

    step: Step
    asked: Asked
    went_on: bool


class Supplies:
    """Calls that succeeded, by what they were given."""

    def __init__(self) -> None:
        self._by_id: dict[str, list[_Done]] = {}

    def add(self, step: Step, asked: Asked, *, went_on: bool) -> None:
        """Take in a call that succeeded."""
        for value in asked.id_values:
            some = self._by_id.setdefault(value, [])
            if len(some) < _MOST_COMPARED:
                some.append(_Done(step, asked, went_on))

    def fate_of(self, step: Step, asked: Asked, *, not_found: bool = False) -> Fate:
        """Whether another tool did it: proven only of a lookup of the same kind of thing by the same ids.

        What a lookup did not find (`not_found`) may as well have been made anew, by the same ids, or have been a thing
        of another kind, which the next lookup of the very same found.

        A deed of another tool may have done it where it was given the same ids and bears much the same name.
        """
        name = step.tool.name if step.tool else None
        if name is None or asked.hidden:
            return Fate.STANDING
        best = Fate.STANDING
        for done in self._given_the_ids(asked):
            theirs = done.step.tool.name if done.step.tool else None
            if theirs is None or theirs.folded() == name.folded() or hands_over(done.step) is not hands_over(step):
                continue
            if takes_back(theirs):
                continue
            if only_reads(name) and (made := makes(theirs)) and made <= objects_of(name):
                best = max(best, Fate.RECOVERED if not_found and done.went_on else Fate.UNCERTAIN)
            elif only_reads(name) and only_reads(theirs):
                may_be_meant = not_found and asked.leaves == done.asked.leaves
                best = max(best, _looked_up(name, theirs, done), Fate.UNCERTAIN if may_be_meant else Fate.STANDING)
            elif _share(words_of(name), words_of(theirs)) >= _ALIKE:
                best = max(best, Fate.UNCERTAIN)
        return best

    def _given_the_ids(self, asked: Asked) -> list[_Done]:
        """Calls that were given every id of another."""
        having = sorted((self._by_id.get(value, []) for value in asked.id_values), key=len)
        return [done for done in having[0] if asked.id_values <= done.asked.id_values] if having else []


def _looked_up(name: Untrusted, theirs: Untrusted, done: _Done) -> Fate:
    """What a lookup of the same ids makes of one that failed, by what the two are about."""
    wanted, got = objects_of(name), objects_of(theirs)
    if wanted and wanted == got:
        proven = done.went_on and not done.asked.hidden and _found_it(done.step)
        return Fate.RECOVERED if proven else Fate.UNCERTAIN
    return Fate.UNCERTAIN if not wanted or wanted & got or wanted & _told_of(done.step) else Fate.STANDING


def _found_it(step: Step) -> bool:
    """Whether a lookup that succeeded says that it found something."""
    output = step.tool.output if step.tool else None
    if not output:
        return False
    value = output.unpacked()
    flags = (value.child(key) for key in ("found", "hit", "exists"))
    return not any(flag is not None and flag.flag() is False for flag in flags)


def _told_of(step: Step) -> frozenset[str]:
    """The words of the keys in a step's output."""
    output = step.tool.output if step.tool else None
    leaves = islice(output.unpacked().leaves(), _MOST_LEAVES) if output is not None else ()
    return frozenset[str]().union(*(words_of_text(key) for path, _ in leaves for key in path))


def _share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0
