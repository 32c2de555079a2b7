"""How often something happened against the window of equal length before, and where it gathers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rundown_mcp.domain.text import Untrusted

_LEAST_DIFFERENCE: Final = 5
_ANY_NUMBER: Final = 10**9


class Change(StrEnum):
    """The words for it; they are a public promise."""

    NEW = "new"
    UP = "up"
    DOWN = "down"
    GONE = "gone"
    STEADY = "steady"


def change(now: int, before: int) -> Change:
    """`new`: none before; `up`: twice and 5 more; `down`: half and 5 fewer; `gone`: none now; else `steady`."""
    if now == 0:
        return Change.GONE
    if before == 0:
        return Change.NEW
    if now >= 2 * before and now - before >= _LEAST_DIFFERENCE:
        return Change.UP
    if 2 * now <= before and before - now >= _LEAST_DIFFERENCE:
        return Change.DOWN
    return Change.STEADY


def certain_change(now: int, before: int, *, unread_now: int | None, unread_before: int | None) -> Change | None:
    """The change, where it is the same whatever the runs that nobody looked into hold; else None.

    `unread_…` is how many those are, None where nobody knows. From `gone` over `down`, `steady` and `up` to `new` the
    words follow one another as there is more now and less before, so the two ends tell about all in between.
    """
    most_now = now + (_ANY_NUMBER if unread_now is None else unread_now)
    most_before = before + (_ANY_NUMBER if unread_before is None else unread_before)
    lowest, highest = change(now, most_before), change(most_now, before)
    return lowest if lowest is highest else None


@dataclass(frozen=True, slots=True)
class Concentration:
    """The most frequent of some values, how often it came, and how many different ones there were."""

    value: Untrusted | None
    count: int
    different: int


def concentration(values: Iterable[Untrusted | None]) -> Concentration:
    """Where values gather; unknown ones count as one value of their own, which is never the most frequent."""
    counts = Counter(values)
    unknown = counts.pop(None, 0)
    if not counts:
        return Concentration(None, unknown, int(bool(unknown)))
    value, count = max(counts.items(), key=lambda item: (item[1], item[0].folded() if item[0] else ""))
    return Concentration(value, count, len(counts) + bool(unknown))
