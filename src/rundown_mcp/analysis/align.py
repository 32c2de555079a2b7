"""Align two sequences: which items of one stand for which of the other, with as few left over as can be."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T", bound=Hashable)
Pairs: TypeAlias = list[tuple[int | None, int | None]]
"""Places in both sequences, in order; None where an item has no counterpart. Both are never None."""

MOST_EDITS: Final = 256
"""How many items of a stretch may lack a counterpart before the search goes on from the furthest place reached."""


def align(
    one: Sequence[T], other: Sequence[T], *, before: Callable[[T], bool] | None = None, most: int = MOST_EDITS
) -> Pairs:
    """The places of both sequences, equal items paired, those of `one` first where some of both have no counterpart.

    Items that `before` is true of are paired first, and the others between those, so that they move none of them.
    By Myers' greedy algorithm, so that repeated items (a retry) move nothing behind them. It takes no longer than the
    lengths times `most`; sequences that differ by more are aligned stretch by stretch, with perhaps fewer pairs.
    https://doi.org/10.1007/BF01840446
    """
    anchors: list[tuple[int, int]] = []
    if before is not None:
        mine, theirs = ([place for place, item in enumerate(side) if before(item)] for side in (one, other))
        found = _matched([one[place] for place in mine], [other[place] for place in theirs], most)
        anchors = [(mine[left], theirs[right]) for left, right in found]
    matched: list[tuple[int, int]] = []
    for x, y, left, right in _stretches(anchors, len(one), len(other)):
        matched += [(x + dx, y + dy) for dx, dy in _matched(one[x:left], other[y:right], most)]
        matched += [(left, right)] if left < len(one) and right < len(other) else []
    pairs: Pairs = []
    for x, y, left, right in _stretches(matched, len(one), len(other)):
        pairs += [(place, None) for place in range(x, left)]
        pairs += [(None, place) for place in range(y, right)]
        pairs += [(left, right)] if left < len(one) and right < len(other) else []
    return pairs


def _stretches(matched: Sequence[tuple[int, int]], x_end: int, y_end: int) -> Iterator[tuple[int, int, int, int]]:
    """Where what lies before each pair, and behind the last, begins in both sequences, and where it ends."""
    x = y = 0
    for left, right in [*matched, (x_end, y_end)]:
        yield x, y, left, right
        x, y = left + 1, right + 1


def _matched(one: Sequence[Hashable], other: Sequence[Hashable], most: int) -> list[tuple[int, int]]:
    """The places of equal items that stand for each other, in order."""
    matched: list[tuple[int, int]] = []
    x = y = 0
    while x < len(one) and y < len(other):
        found, x, y = _stretch(one, other, x, y, most)
        matched += found
    return matched


def _stretch(
    one: Sequence[Hashable], other: Sequence[Hashable], start_x: int, start_y: int, most: int
) -> tuple[list[tuple[int, int]], int, int]:
    """The pairs from a place on, and the place behind them: the end, or as far as `most` edits lead.

    `furthest[k]` is how far a path on diagonal k (the place in `one` less that in `other`) has come in `one`.
    """
    rest_x, rest_y = len(one) - start_x, len(other) - start_y
    furthest = {1: 0}
    history: list[Mapping[int, int]] = []
    for edits in range(min(most, rest_x + rest_y) + 1):
        history.append(furthest.copy())
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < rest_x and 0 <= x - k < rest_y and one[start_x + x] == other[start_y + x - k]:
                x += 1
            furthest[k] = x
            if x >= rest_x and x - k >= rest_y:
                return _pairs(history, x, k, start_x, start_y), len(one), len(other)
    ends = ((furthest[k], k) for k in range(1 - len(history), len(history), 2))
    _, x, k = max((2 * x - k, x, k) for x, k in ends if x <= rest_x and 0 <= x - k <= rest_y)
    return _pairs(history, x, k, start_x, start_y), start_x + x, start_y + x - k


def _pairs(history: Sequence[Mapping[int, int]], x: int, k: int, start_x: int, start_y: int) -> list[tuple[int, int]]:
    """The equal items along the path that ends in x on diagonal k, read backwards."""
    pairs: list[tuple[int, int]] = []
    for edits in range(len(history) - 1, -1, -1):
        before = history[edits]
        down = k == -edits or (k != edits and before[k - 1] < before[k + 1])
        former = k + 1 if down else k - 1
        entered = before[former] if down else before[former] + 1
        while x > entered:
            x -= 1
            pairs.append((start_x + x, start_y + x - k))
        x, k = before[former], former
    return pairs[::-1]
