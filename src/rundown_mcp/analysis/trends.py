"""How often something happened against the window of equal length before, and where it gathers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rundown_mcp.analysis.groups import Group
from rundown_mcp.analysis.signature import Failure
from rundown_mcp.domain.ref import Ref
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
class Counted:
    """A group with its failures in the window and in the one before, newest first; `change` is None where unsure."""

    group: Group
    now: tuple[Failure, ...]
    before: tuple[Failure, ...]
    change: Change | None

    @property
    def seen(self) -> tuple[Failure, ...]:
        """Those in the window; of a group that is gone, those before."""
        return self.now or self.before

    @property
    def example(self) -> Failure:
        """The newest with the most frequent text."""
        return self.texts[0][0]

    @property
    def texts(self) -> tuple[tuple[Failure, ...], ...]:
        """Those of `seen` by the text in which they showed, the most frequent first."""
        shown = {failure.ref for failure in self.seen}
        texts = (tuple(item for item in text if item.ref in shown) for text in self.group.texts)
        return tuple(sorted((text for text in texts if text), key=len, reverse=True))


def counted(
    groups: Iterable[Group], in_window: frozenset[Ref], *, unread_now: int | None, unread_before: int | None
) -> list[Counted]:
    """The groups by how many runs the window has of each; those that are gone last. `unread_…`: `certain_change`."""
    found = []
    for group in groups:
        now = tuple(failure for failure in group.failures if failure.ref in in_window)
        before = tuple(failure for failure in group.failures if failure.ref not in in_window)
        word = certain_change(len(now), len(before), unread_now=unread_now, unread_before=unread_before)
        found.append(Counted(group, now, before, word))
    return sorted(found, key=lambda item: (-len(item.now), -len(item.before)))


def parted(failures: Sequence[Failure], by: Callable[[Failure], object]) -> list[list[Failure]]:
    """The failures by whatever `by` gives for each."""
    parts: dict[object, list[Failure]] = {}
    for failure in failures:
        parts.setdefault(by(failure), []).append(failure)
    return list(parts.values())


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
