"""Compare what calls ask for: the same thing, something else, or nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum, auto
from itertools import islice
from typing import Final

from rundown_mcp.analysis.asked import Asked, Leaf, list_of
from rundown_mcp.analysis.names import words_of_text

_MOST_COMPARED: Final = 16
"""How many other calls one call is compared with leaf by leaf, so that a run of many calls costs what it is long."""
_LEAST_MISHEARD: Final = 5
_SAID: Final = re.compile(r"\w+")
_LONGEST_FILLER: Final = 2
_REWORDED: Final = 0.3
"""The least share of words in common of two texts that may ask for the same thing."""


class Likeness(Enum):
    """Whether two calls ask for the same thing.

    `SAME`: equal but for what differs between any two attempts. `UNCLEAR`: perhaps, asked otherwise or partly hidden.
    """

    SAME = auto()
    OTHER = auto()
    UNCLEAR = auto()


def likeness(mine: Asked, theirs: Asked) -> Likeness:
    """Whether two calls of one tool ask for the same thing.

    Where an id that both have differs, they are about two things, unless it is merely written otherwise, or one list is
    a part of the other; so they are where a text that both have is about something else. Equal ones are the same only
    where all of both is seen. What else has something in common, or is asked by other keys, may be a corrected or
    reworded attempt.
    """
    if not (mine.known and theirs.known):
        return Likeness.UNCLEAR
    if mine.leaves == theirs.leaves:
        return Likeness.UNCLEAR if mine.hidden or theirs.hidden else Likeness.SAME
    alike = _spelled_alike(mine, theirs)
    if _conflict(mine, theirs, alike) or _conflict(theirs, mine, alike):
        return Likeness.OTHER
    if mine.hidden or theirs.hidden or mine.ids & theirs.ids or alike:
        return Likeness.UNCLEAR
    if not mine.keys & theirs.keys:
        return Likeness.UNCLEAR if mine.keys and theirs.keys else Likeness.OTHER
    shares = _shares_of_words(mine, theirs)
    if shares:
        return Likeness.OTHER if min(shares) < _REWORDED else Likeness.UNCLEAR
    return Likeness.UNCLEAR if mine.leaves & theirs.leaves else Likeness.OTHER


def is_slip(mine: Asked, theirs: Asked) -> bool:
    """Whether two inputs differ by nothing but characters of ids that were turned round, left out or put in."""
    others = dict(theirs.leaves - mine.leaves)
    pairs = [(value, others.get(path, "")) for path, value in mine.leaves - theirs.leaves]
    return (
        bool(pairs)
        and len(pairs) == len(others)
        and mine.keys == theirs.keys
        and all(_differ_little(*pair) for pair in pairs)
    )


def _differ_little(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _LEAST_MISHEARD:
        return False
    if len(one) == len(other):
        places = [place for place, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
        return len(places) == 2 and places[1] - places[0] == 1 and sorted(one) == sorted(other)  # noqa: PLR2004 - a pair
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _conflict(mine: Asked, theirs: Asked, alike: Collection[tuple[str, ...]]) -> bool:
    """Whether some id of mine stands in theirs with another value; a marker for what is hidden is no value."""
    return any(
        leaf not in theirs.leaves
        and leaf[0] in theirs.keys
        and list_of(leaf[0]) not in alike
        and not (theirs.hidden and not _seen(theirs, leaf[0]))
        for leaf in mine.ids
    )


def _spelled_alike(mine: Asked, theirs: Asked) -> set[tuple[str, ...]]:
    """Where both have an id in whatever spelling, or lists of ids in any order of which one is a part of the other."""
    others = theirs.spelled()
    pairs = ((path, some, others.get(path, set())) for path, some in mine.spelled().items())
    return {path for path, some, other in pairs if other and (some <= other or other <= some)}


def _seen(asked: Asked, path: tuple[str, ...]) -> bool:
    return any(own == path for own, _ in asked.ids)


def _shares_of_words(mine: Asked, theirs: Asked) -> list[float]:
    """Of each text of several words that stands under one key in both and differs, the share of words in common."""
    other = dict(theirs.leaves - mine.leaves)
    pairs = [(value, other[path]) for path, value in mine.leaves - theirs.leaves if path in other]
    both = [(_said(one), _said(two)) for one, two in pairs if _is_worded(one) or _is_worded(two)]
    return [len(one & two) / (len(one | two) or 1) for one, two in both]


def _is_worded(value: str) -> bool:
    return value[:1] != "\0" and any(map(str.isspace, value.strip()))


def _said(value: str) -> set[str]:
    return {word for word in _SAID.findall(value.casefold()) if len(word) > _LONGEST_FILLER}


class Inputs:
    """What some calls asked for, to be asked whether another call asks for the same thing."""

    def __init__(self) -> None:
        self._equal: dict[frozenset[Leaf], bool] = {}
        self._by_leaf: dict[Leaf, list[Asked]] = {}
        self._some: dict[frozenset[tuple[str, ...]], Asked] = {}
        self._unknown = False

    def add(self, asked: Asked) -> None:
        """Take in what one call asked for."""
        if not asked.known:
            self._unknown = True
            return
        seen_whole = self._equal.get(asked.leaves)
        self._equal[asked.leaves] = bool(seen_whole) or not asked.hidden
        if seen_whole is not None:
            return
        self._some.setdefault(asked.keys, asked)
        for leaf in _marks(asked):
            kept = self._by_leaf.setdefault(leaf, [])
            if len(kept) < _MOST_COMPARED:
                kept.append(asked)

    def like(self, asked: Asked) -> Likeness:
        """The best that any of them is to `asked`."""
        if not asked.known:
            return Likeness.UNCLEAR if self._unknown or self._equal else Likeness.OTHER
        if asked.leaves in self._equal:
            return Likeness.SAME if self._equal[asked.leaves] and not asked.hidden else Likeness.UNCLEAR
        if self._unknown or any(likeness(asked, other) is not Likeness.OTHER for other in self._near(asked)):
            return Likeness.UNCLEAR
        return Likeness.OTHER

    def has_a_slip_of(self, asked: Asked) -> bool:
        """Whether one of them is the same but for a slip of the tongue or of the hand."""
        return any(is_slip(asked, other) for other in self._near(asked))

    def has_another_choice_for(self, asked: Asked) -> bool:
        """Whether one of them names other than one thing alike, and of that another: a task, given to somebody else."""
        return any(
            asked.keys == other.keys and len(asked.leaves - other.leaves) == 1 and bool(asked.ids & other.ids)
            for other in self._near(asked)
        )

    def has_another_spelling_of(self, asked: Asked) -> bool:
        """Whether one of them differs in nothing but how its ids are written: `31/12/2026` as `2026-12-31`."""
        return not asked.hidden and any(
            asked.leaves - asked.ids == other.leaves - other.ids and asked.spelled() == other.spelled()
            for other in self._near(asked)
        )

    def has_a_correction_of(self, asked: Asked, blamed: frozenset[str]) -> bool:
        """Whether one of them differs in nothing but what keys of the words `blamed` hold, and is of the same thing."""
        return any(
            bool(asked.ids & other.ids)
            and all(bool(words_of_text(key) & blamed) for path, _ in asked.leaves ^ other.leaves for key in path[-1:])
            for other in self._near(asked)
        )

    def _near(self, asked: Asked) -> Iterator[Asked]:
        """Those that are worth a look: with the rarest leaves in common, and one of each form."""
        having = sorted((self._by_leaf.get(leaf, []) for leaf in _marks(asked)), key=len)
        yield from _first(other for some in having for other in some)
        yield from _first(self._some.values())


def _marks(asked: Asked) -> Iterator[Leaf]:
    """What two inputs that may ask for the same thing have in common."""
    yield from asked.leaves - asked.ids
    yield from ((path, value) for path, values in asked.spelled().items() for value in values)


def _first(some: Iterable[Asked]) -> Iterator[Asked]:
    return islice(some, _MOST_COMPARED)
