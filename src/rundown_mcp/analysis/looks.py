"""What a later look at a thing tells of a deed that was to make it, to undo it or to change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from rundown_mcp.analysis.asked import Asked
from rundown_mcp.analysis.fate import Fate
from rundown_mcp.analysis.members import plain_key
from rundown_mcp.analysis.names import (
    deed_of,
    makes,
    may_be_anothers,
    objects_of,
    stem_of,
    undoes,
    words_of,
    words_of_text,
)
from rundown_mcp.domain.run import Step
from rundown_mcp.domain.text import Untrusted

_MOST_LEAVES: Final = 100
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
_FOUND_KEYS: Final = frozenset(("found", "exists", "hit"))
_EMPTY: Final = frozenset(("", "null", "false", "0", "[]", "{}"))
_OF_ANY_THING: Final = frozenset("detail info record state status".split())
_OF_ANY_ID: Final = frozenset("code id ids key no number ref reference uuid".split())


@dataclass(frozen=True, slots=True)
class Look:
    """A lookup that answered: what it asked for, and whether the run went on from it."""

    step: Step
    asked: Asked
    went_on: bool

    def shows(self, name: Untrusted, asked: Asked) -> Fate:
        """What became of the deed `name`; proven only by a look at the very thing, by the thing's own id."""
        if not self.asked.id_values <= asked.id_values:
            return Fate.STANDING
        seen = _seen(self.step)
        if not seen.found_it:
            return Fate.STANDING
        deed, about = deed_of(name), words_of(name) - {deed_of(name)}
        values = _values_held(asked, seen)
        objects = objects_of(self.step.tool.name if self.step.tool else None) - _OF_ANY_THING
        keys = frozenset[str]().union(*(words_of_text(_last_key(path)) for path, _ in self.asked.ids))
        # A reservation that is asked for by its `booking_id` is what `create_booking` makes.
        if objects != about and not (objects | keys) & (about | {deed}):
            is_told = all(values) if values else _tells_of_it(name, about, seen)
            return Fate.UNCERTAIN if is_told else Fate.STANDING
        verdict = _by_its_state(name, values, seen)
        is_its_own = objects == about and keys <= about | _OF_ANY_ID
        is_sure = is_its_own and self.went_on and not may_be_anothers(name)
        return verdict if is_sure else min(verdict, Fate.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a lookup answered: its values, each with its last key, and the words of all keys that hold any (`told`)."""

    answer: tuple[tuple[str, str], ...]
    told: frozenset[str]

    @property
    def states(self) -> frozenset[str]:
        """The words of the states that it tells, also as flags: `booked: true`."""
        flags = (key for key, value in self.answer if value == "\0true")
        return frozenset(flags).union(*(words_of_text(value) for key, value in self.answer if key in _STATE_KEYS))

    @property
    def found_it(self) -> bool:
        """Whether it holds anything but the words that nothing was found."""
        denies = any(key in _FOUND_KEYS and value == "\0false" for key, value in self.answer)
        return not denies and any(_holds_something(value) for _, value in self.answer)


def _seen(step: Step) -> _Seen:
    output = step.tool.output if step.tool else None
    leaves = list(islice(output.unpacked().leaves(), _MOST_LEAVES)) if output is not None else []
    keys = (key for path, value in leaves if _holds_something(value) for key in path)
    answer = tuple((plain_key(_last_key(path)), value.casefold()) for path, value in leaves)
    return _Seen(answer, frozenset[str]().union(*map(words_of_text, keys)))


def _values_held(asked: Asked, seen: _Seen) -> list[bool]:
    """Whether each value that a deed was given, and of which a look tells, is what it was to be."""
    wanted = {plain_key(_last_key(path)): value.casefold() for path, value in asked.leaves - asked.ids}
    return [wanted[key] == value for key, value in seen.answer if key in wanted]


def _by_its_state(name: Untrusted, values: Sequence[bool], seen: _Seen) -> Fate:
    """What the state of the very thing, and its values, tell of the deed."""
    stem, states = stem_of(name), seen.states
    of_the_deed = {word for word in states if stem and word.startswith(stem)}
    is_bad, is_open = bool(states & _BAD_STATES - of_the_deed), bool(states & _OPEN_STATES)
    if is_bad or (undoes(name) and not of_the_deed):
        return Fate.STANDING
    if of_the_deed or makes(name):
        return Fate.UNCERTAIN if is_open else Fate.RECOVERED
    if values:
        return Fate.RECOVERED if all(values) else Fate.STANDING
    return Fate.UNCERTAIN if states & _GOOD_STATES else Fate.STANDING


def _tells_of_it(name: Untrusted, about: frozenset[str], seen: _Seen) -> bool:
    """Whether a look at another thing tells that the deed was done: an order that is paid, or that has its label."""
    if seen.states & _BAD_STATES or undoes(name):
        return False
    if deed_of(name) in _TAKES_MONEY and seen.states & _PAID:
        return True
    return bool(about) and about <= seen.told


def _holds_something(value: str) -> bool:
    return value.lstrip("\0") not in _EMPTY


def _last_key(path: Sequence[str]) -> str:
    """The key that a value stands under, be it in a list."""
    return next((key for key in reversed(path) if not key.isdigit()), "")
