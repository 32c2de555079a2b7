"""What was found in a text, and how overlapping finds become one replacement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

SECRET: Final = "secret"  # noqa: S105 - the word of the placeholder


class Found(NamedTuple):
    """One find: a range of characters, what it is, and how sure that is.

    `value` is the secret's kind where `kind` is `secret`, else the personal value in the form that its tag is made of.
    `rank` is higher the more certain the find is.
    """

    start: int
    end: int
    kind: str
    value: str
    rank: int

    def moved(self, start: int, end: int) -> Found:
        """The same find at another place; several times as fast as `_replace`."""
        return Found(start, end, self.kind, self.value, self.rank)


OWN: Final = 100
VENDOR: Final = 90
STRUCTURE: Final = 80
ASSIGNED: Final = 70
KNOWN: Final = 65
CHECKED: Final = 60
SHAPED: Final = 50
NEAR: Final = 40
BARE: Final = 30
"""Ranks: one of our own keys, a vendor's form, a form with an introduction, a named value, a known person, a checksum,
a shape, a guess."""


def united(finds: Iterable[Found]) -> list[Found]:
    """Finds in order that no longer overlap: each union of overlapping ones, named after its surest and longest.

    The union is what guarantees that no part of a value that any rule found stays visible.
    """
    result: list[Found] = []
    for find in sorted(finds):
        if find.start >= find.end:
            continue
        if result and find.start < result[-1].end:
            last = result[-1]
            better = max(last, find, key=_surer)
            result[-1] = better.moved(last.start, max(last.end, find.end))
        else:
            result.append(find)
    return result


def _surer(find: Found) -> tuple[int, int]:
    return find.rank, find.end - find.start


def without(finds: Iterable[Found], kept: Sequence[tuple[int, int]]) -> list[Found]:
    """The finds with the ranges of `kept` (ascending, disjoint) taken out of them.

    What stands in a text as a placeholder already is never masked again.
    """
    result: list[Found] = []
    for find in finds:
        start = find.start
        for low, high in kept:
            if high <= start or low >= find.end:
                continue
            if start < low:
                result.append(find.moved(start, low))
            start = high
        if start < find.end:
            result.append(find.moved(start, find.end))
    return result


def applied(text: str, finds: Iterable[tuple[int, int, str]]) -> str:
    """`text` with each range, ascending and disjoint, replaced by its placeholder."""
    pieces: list[str] = []
    last = 0
    for start, end, placeholder in finds:
        pieces += (text[last:start], placeholder)
        last = end
    return "".join((*pieces, text[last:]))
