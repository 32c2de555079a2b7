"""Compare what calls ask for: the same thing, something else, or nobody can tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice, pairwise
from typing import Final, TypeAlias

from rundown_mcp.domain.text import Untrusted

Leaf: TypeAlias = tuple[tuple[str, ...], str]

_MOST_LEAVES: Final = 400
_MOST_COMPARED: Final = 16
"""How many other calls one call is compared with leaf by leaf, so that a run of many calls costs what it is long."""
_LONG_TEXT: Final = 500
_EMPTY: Final = frozenset({"\0{}", "\0[]"})
_WORDS: Final = re.compile(r"[a-z]+|\d+")
_SAID: Final = re.compile(r"\w+")
_LONGEST_FILLER: Final = 2
_REWORDED: Final = 0.3
"""The least share of words in common of two texts that may ask for the same thing."""
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OF_AN_ATTEMPT: Final = frozenset(
    "attempt attempts timestamp ts nonce idempotency timeout retry retries requestid traceid spanid correlationid "
    "callid requestedat sentat calledat startedat".split()
)
_ID_WORDS: Final = frozenset(
    "account address booking card city code contact country customer date destination email from guest guid iban "
    "id ids invoice key load location name no number order origin page path person phone product ref reference "
    "reservation room sku store ticket to tracking url user uuid".split()
)
_MEANS: Final = frozenset(
    "backend endpoint engine gateway host method model provider region replica server temperature".split()
)
"""What a thing is asked by; another of them may give the same."""
_ID_VALUE: Final = re.compile(r"(?=[^\s]*\d)(?![\d.,]+\Z)[^\s\x00]{2,}|[^\s@]+@[^\s@]+|https?://\S+")
_CUT: Final = re.compile(r"(?:…|\.\.\.|\[?\(?truncated\)?\]?)\s*\Z")


class Likeness(Enum):
    """Whether two calls ask for the same thing.

    `SAME`: equal but for what differs between any two attempts. `UNCLEAR`: perhaps, asked otherwise or partly hidden.
    """

    SAME = auto()
    OTHER = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """What one call asks for. `ids` are the leaves that say which thing is meant; `hidden`: not all of it is seen.

    `known` is False where there is no input at all.
    """

    leaves: frozenset[Leaf]
    ids: frozenset[Leaf]
    keys: frozenset[tuple[str, ...]]
    hidden: bool
    known: bool = True

    @property
    def id_values(self) -> frozenset[str]:
        """The values of the ids, under whatever key they stand."""
        return frozenset(value for _, value in self.ids)


_NOTHING: Final = Asked(frozenset(), frozenset(), frozenset(), hidden=True, known=False)


def asked_by(given: Untrusted | None) -> Asked:
    """Read an input, without what any two attempts differ in: times, attempt numbers, time-outs, ids of requests.

    One with too many parts to look at each is compared as a whole besides.
    """
    if given is None or (given.redacted and not given.size):
        return _NOTHING
    value = given.unpacked()
    leaves = [leaf for leaf in islice(value.leaves(), _MOST_LEAVES) if leaf[1] not in _EMPTY]
    kept = [leaf for leaf in leaves if not _is_of_an_attempt(leaf[0])]
    if len(leaves) >= _MOST_LEAVES:
        kept.append((("",), value.canonical()))
    hidden = bool(given.redacted) or (bool(given.truncated) and any(map(_may_be_cut, kept)))
    return Asked(frozenset(kept), frozenset(filter(_is_id, kept)), frozenset(path for path, _ in kept), hidden)


def _words(path: tuple[str, ...]) -> list[str]:
    return [word for key in path for word in _WORDS.findall(_CAMEL.sub(" ", key).casefold())]


def _is_of_an_attempt(path: tuple[str, ...]) -> bool:
    words = _words(path[-1:])
    pairs = {"".join(pair) for pair in pairwise(words)}
    return bool(_OF_AN_ATTEMPT & {*words, *pairs})


def _is_id(leaf: Leaf) -> bool:
    path, value = leaf
    if not value or (value[0] == "\0" and not value[1:].lstrip("-").replace(".", "").isdigit()):
        return False
    words = set(_words(path[-1:]))
    if words & _ID_WORDS:
        return True
    return not words & _MEANS and _ID_VALUE.fullmatch(value) is not None


def _may_be_cut(leaf: Leaf) -> bool:
    return len(leaf[1]) >= _LONG_TEXT or _CUT.search(leaf[1]) is not None


def likeness(mine: Asked, theirs: Asked) -> Likeness:
    """Whether two calls of one tool ask for the same thing.

    Where an id that both have differs, they are about two things; so they are where a text that both have is about
    something else. Equal ones are the same only where all of both is seen. What else has something in common, or is
    asked by other keys, may be a corrected or reworded attempt.
    """
    if not (mine.known and theirs.known):
        return Likeness.UNCLEAR
    if mine.leaves == theirs.leaves:
        return Likeness.UNCLEAR if mine.hidden or theirs.hidden else Likeness.SAME
    if _conflict(mine, theirs) or _conflict(theirs, mine):
        return Likeness.OTHER
    if mine.hidden or theirs.hidden or mine.ids & theirs.ids:
        return Likeness.UNCLEAR
    if not mine.keys & theirs.keys:
        return Likeness.UNCLEAR if mine.keys and theirs.keys else Likeness.OTHER
    shares = _shares_of_words(mine, theirs)
    if shares:
        return Likeness.OTHER if min(shares) < _REWORDED else Likeness.UNCLEAR
    return Likeness.UNCLEAR if mine.leaves & theirs.leaves else Likeness.OTHER


def _conflict(mine: Asked, theirs: Asked) -> bool:
    """Whether some id of mine stands in theirs with another value; a marker for what is hidden is no value."""
    return any(
        leaf not in theirs.leaves and leaf[0] in theirs.keys and not (theirs.hidden and not _seen(theirs, leaf[0]))
        for leaf in mine.ids
    )


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
        for leaf in asked.leaves:
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

    def _near(self, asked: Asked) -> Iterator[Asked]:
        """Those that are worth a look: with the rarest leaves in common, and one of each form."""
        having = sorted((self._by_leaf.get(leaf, []) for leaf in asked.leaves), key=len)
        yield from _first(other for some in having for other in some)
        yield from _first(self._some.values())


def _first(some: Iterable[Asked]) -> Iterator[Asked]:
    return islice(some, _MOST_COMPARED)
