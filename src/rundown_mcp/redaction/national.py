"""National identity numbers, by form and check digits, or near a word that names them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import Final

from rundown_mcp.redaction.engine import Pattern, Patterns, compiled
from rundown_mcp.redaction.national_forms import TABLE, NationalId
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import CHECKED, NEAR, Found

_JOINTS: Final = (b"-", b".", b"_", b"/")
_REACH: Final = 96
"""Characters behind a telling word in which its number is looked for: some words, and the longest number."""


class _Forms:
    """Some of the table, compiled; only those forms are looked for that one pass for all finds in a text at all."""

    def __init__(self, items: Iterable[NationalId]) -> None:
        self._forms = [(item, compiled(item.pattern)) for item in items]
        self._which = Patterns(item.pattern.encode("latin-1") for item, _ in self._forms)

    def present(self, data: bytes) -> Iterator[tuple[NationalId, Pattern]]:
        """The forms that occur, with their patterns."""
        return map(self._forms.__getitem__, self._which.present(data))


@cache
def _numbers_alone() -> _Forms:
    return _Forms(item for item in TABLE if item.alone and item.is_number)


@cache
def _words_alone() -> _Forms:
    return _Forms(item for item in TABLE if item.alone and not item.is_number)


@cache
def _announced() -> tuple[tuple[NationalId, Pattern, Pattern], ...]:
    """The forms that need a telling word, each with that word and what may stand between."""
    return tuple(
        (item, compiled(item.pattern), compiled(rf"(?i)(?:{item.words})[^\x00\x02\n]{{0,32}}$"))
        for item in TABLE
        if not item.alone
    )


@cache
def _told() -> Pattern:
    return compiled("(?i)" + "|".join(item.words for item in TABLE if item.words))


def national_ids(sight: Sight) -> Iterator[Found]:
    """Numbers of a form in the table that pass its check, and, where it asks for one, that stand behind its word."""
    data = sight.data
    numbers = _Numbers(data)
    for item, pattern in _numbers_alone().present(numbers.joined):
        yield from _checked(item, data, numbers.places(pattern), CHECKED)
    for item, pattern in _words_alone().present(data):
        yield from _checked(item, data, pattern.ranges(data), CHECKED)
    for low, high in _near(data):
        for item, pattern, words in _announced():
            places = pattern.ranges(data, low, high)
            told = (place for place in places if words.search(data[max(0, place[0] - 64) : place[0]]) is not None)
            yield from _checked(item, data, told, NEAR)


@cache
def _number() -> Pattern:
    """Whatever a number of the table that begins with a digit could be a part of."""
    return compiled(r"[0-9](?:[ ./+-]?[0-9A-Z]){8,}")


class _Numbers:
    """The longer numbers of a text side by side, so that not all of its words are looked through for each form."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._ranges = list(_number().ranges(data))
        self.joined = b"\x00".join(data[low:high] for low, high in self._ranges)
        self._starts = list(accumulate((high - low + 1 for low, high in self._ranges), initial=0))

    def places(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Where a form of number stands in the text."""
        for start, end in pattern.ranges(self.joined):
            index = bisect_right(self._starts, start) - 1
            shift = self._ranges[index][0] - self._starts[index]
            yield start + shift, end + shift


def _near(data: bytes) -> Iterator[tuple[int, int]]:
    """Where a number that a telling word announces may stand: behind each word, joined where they overlap."""
    low = high = 0
    for found in _told().finditer(data):
        if found.start() > high:
            if high:
                yield low, high
            low = found.start()
        high = min(len(data), found.end() + _REACH)
    if high:
        yield low, high


def _part_of_more(data: bytes, start: int, end: int) -> bool:
    """Whether letters or digits go on before or behind, also over a hyphen, a point or a slash."""
    before, after = data[max(0, start - 2) : start], data[end : end + 2]
    return (
        before[-1:].isalnum()
        or after[:1].isalnum()
        or (before[-1:] in _JOINTS and before[:1].isalnum())
        or (after[:1] in _JOINTS and after[1:].isalnum())
    )


def _checked(item: NationalId, data: bytes, places: Iterable[tuple[int, int]], rank: int) -> Iterator[Found]:
    """The numbers at these places that stand free and pass the check of their form."""
    for start, end in places:
        if _part_of_more(data, start, end):
            continue
        value = "".join(filter(str.isalnum, data[start:end].decode("latin-1").upper()))
        if _passes(item, value):
            yield Found(start, end, "id", value, rank)


def _passes(item: NationalId, value: str) -> bool:
    try:
        return item.check(value)
    except (ValueError, IndexError, KeyError):
        return False
