"""Whether a deed whose answer was lost was done after all: a later look shows it, or who repeats it is told so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rundown_mcp.analysis.asked import Asked, asked_by
from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.heard import stated_status
from rundown_mcp.analysis.inputs import Inputs, Likeness
from rundown_mcp.analysis.kinds import FailureKind, kind_of_error
from rundown_mcp.analysis.members import plain_key
from rundown_mcp.analysis.names import (
    deed_of,
    makes,
    objects_of,
    only_reads,
    prepares,
    undoes,
    what_it_does,
    words_of,
    words_of_text,
)
from rundown_mcp.analysis.phrases import DONE_ALREADY, MOST
from rundown_mcp.domain.run import Step, StepState
from rundown_mcp.domain.text import Untrusted

_MOST_COMPARED: Final = 16
_MOST_LEAVES: Final = 100
_CONFLICT: Final = 409
_LOST: Final = frozenset({FailureKind.UNAVAILABLE, FailureKind.SERVER})
"""Failures of which the caller cannot know whether the deed was done."""
_STATE_KEYS: Final = frozenset(("status", "state"))
_OPEN_STATES: Final = frozenset("draft pending processing queued requested running scheduled started waiting".split())
_BAD_STATES: Final = frozenset(
    "aborted absent canceled cancelled declined deleted denied error expired failed missing none not rejected reversed "
    "void voided".split()
)
_GOOD_STATES: Final = frozenset(
    "accepted active applied approved captured charged complete completed confirmed delivered done ok paid processed "
    "sent settled shipped succeeded success successful".split()
)
_PAID: Final = frozenset("captured charged paid settled succeeded".split())
_TAKES_MONEY: Final = frozenset("capture charge collect pay".split())
_SHORTEST_STEM: Final = 4
_FOUND_KEYS: Final = frozenset(("found", "exists", "hit"))
_EMPTY: Final = frozenset(("", "null", "false", "0", "[]", "{}"))
_OF_ANY_ID: Final = frozenset("code id ids key no number ref reference uuid".split())


@dataclass(frozen=True, slots=True)
class _Look:
    """A lookup that answered: what it asked for, the values of its answer by their last key, and what came of it."""

    step: Step
    asked: Asked
    answer: tuple[tuple[str, str], ...]
    went_on: bool

    @property
    def states(self) -> frozenset[str]:
        """The words of the states that it tells."""
        return frozenset[str]().union(*(words_of_text(value) for key, value in self.answer if key in _STATE_KEYS))


class Effects:
    """Later looks at things, and calls that were told that what they ask for is done already."""

    def __init__(self) -> None:
        self._looks: dict[str, list[_Look]] = {}
        self._told: dict[object, Inputs] = {}

    def add(self, item: Assessment, asked: Asked, *, went_on: bool) -> None:
        """Take in the step before those that are known."""
        step, done = item.step, what_it_does(item.step)
        if done is not None and says_it_is_done(item):
            self._told.setdefault(done, Inputs()).add(asked)
        output = step.tool.output if step.tool and only_reads(step.tool.name) else None
        if item.state is not StepState.OK or output is None or not asked.ids or asked.hidden:
            return
        look = _Look(step, asked, _answer(output), went_on)
        for value in asked.id_values:
            some = self._looks.setdefault(value, [])
            if len(some) < _MOST_COMPARED:
                some.append(look)

    def fate_of(self, item: Assessment, asked: Asked) -> Fate:
        """What later steps tell of a deed of which its own answer tells nothing, or that it is done already."""
        step, was_lost = item.step, _was_lost(item)
        name = step.tool.name if step.tool else None
        if name is None or only_reads(name) or prepares(step) or not (was_lost or says_it_is_done(item)):
            return Fate.STANDING
        told = self._told.get(what_it_does(step)) if was_lost else None
        best = Fate.UNCERTAIN if told is not None and told.like(asked) is not Likeness.OTHER else Fate.STANDING
        looks = {id(look): look for value in asked.id_values for look in self._looks.get(value, ())}
        return max((best, *(_shown(name, asked, look) for look in looks.values())))


def repeated_in_vain(steps: Sequence[Assessment]) -> frozenset[int]:
    """The numbers of calls that were told that it is done already, where an earlier one like it may have done it."""
    if not any(map(says_it_is_done, steps)):
        return frozenset()
    earlier: dict[object, Inputs] = {}
    found: set[int] = set()
    for item in steps:
        done, asked = what_it_does(item.step), asked_by(item.step.tool.input if item.step.tool else None)
        if done is None:
            continue
        if says_it_is_done(item) and done in earlier and earlier[done].like(asked) is not Likeness.OTHER:
            found.add(item.step.number)
        elif item.state is StepState.OK or _was_lost(item):
            earlier.setdefault(done, Inputs()).add(asked)
    return frozenset(found)


def says_it_is_done(item: Assessment) -> bool:
    """Whether a failure says that what was asked for is there already."""
    if item.state is not StepState.FAILED or item.error is None:
        return False
    said = item.error.head(MOST)
    return said.matches(DONE_ALREADY) or stated_status(said.folded()) == _CONFLICT


def _was_lost(item: Assessment) -> bool:
    return item.state is StepState.FAILED and item.error is not None and kind_of_error(item.error) in _LOST


def _answer(output: Untrusted) -> tuple[tuple[str, str], ...]:
    leaves = islice(output.unpacked().leaves(), _MOST_LEAVES)
    keyed = ((next((key for key in reversed(path) if not key.isdigit()), ""), value) for path, value in leaves)
    return tuple((plain_key(key), value.casefold()) for key, value in keyed)


def _shown(name: Untrusted, asked: Asked, look: _Look) -> Fate:
    """What a look at a thing tells of the deed `name`, which was to make it, undo it or change it."""
    if not look.asked.id_values <= asked.id_values or not _found_it(look):
        return Fate.STANDING
    about = words_of(name) - {deed_of(name)}
    if objects_of(look.step.tool.name if look.step.tool else None) != about:
        return Fate.UNCERTAIN if _tells_of_it(name, about, look) else Fate.STANDING
    verdict = _by_its_state(name, asked, look)
    is_its_own = all(_words_of_the_key(path) <= about | _OF_ANY_ID for path, _ in look.asked.ids)
    return verdict if is_its_own and look.went_on else min(verdict, Fate.UNCERTAIN)


def _by_its_state(name: Untrusted, asked: Asked, look: _Look) -> Fate:
    """What the state of the very thing, and its values, tell of the deed."""
    stem = deed_of(name).rstrip("e")
    of_the_deed = {word for word in look.states if len(stem) >= _SHORTEST_STEM and word.startswith(stem)}
    is_bad, is_open = bool(look.states & _BAD_STATES - of_the_deed), bool(look.states & _OPEN_STATES)
    if is_bad or (undoes(name) and not of_the_deed):
        return Fate.STANDING
    if of_the_deed or makes(name):
        return Fate.UNCERTAIN if is_open else Fate.RECOVERED
    wanted = {plain_key(path[-1]): value.casefold() for path, value in asked.leaves - asked.ids if path}
    held = [wanted[key] == value for key, value in look.answer if key in wanted]
    if held:
        return Fate.RECOVERED if all(held) else Fate.STANDING
    return Fate.UNCERTAIN if look.states & _GOOD_STATES else Fate.STANDING


def _found_it(look: _Look) -> bool:
    """Whether an answer holds anything but the words that nothing was found."""
    denies = any(key in _FOUND_KEYS and value == "\0false" for key, value in look.answer)
    return not denies and any(map(_holds_something, (value for _, value in look.answer)))


def _tells_of_it(name: Untrusted, about: frozenset[str], look: _Look) -> bool:
    """Whether a look at another thing tells that the deed was done: an order that is paid, or that has its label."""
    if look.states & _BAD_STATES or undoes(name):
        return False
    if deed_of(name) in _TAKES_MONEY and look.states & _PAID:
        return True
    told = frozenset[str]().union(*(words_of_text(key) for key, value in look.answer if _holds_something(value)))
    return bool(about) and about <= told


def _holds_something(value: str) -> bool:
    return value.lstrip("\0") not in _EMPTY


def _words_of_the_key(path: tuple[str, ...]) -> frozenset[str]:
    return words_of_text(next((key for key in reversed(path) if not key.isdigit()), ""))
