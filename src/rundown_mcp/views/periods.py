"""Hours and days as rows: those in which nothing started stand too, and what was counted in part says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rundown_mcp.analysis.stats import Figures, Group, GroupBy, bucket, figures
from rundown_mcp.views.format import minute

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One hour or day, or some in a row without a run."""

    label: str
    part: Figures
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The time that was counted. `until` is exclusive; `goes_on` says that it is now and not an end that was asked for.

    `back_to` holds the connections of which older runs exist than were counted, with the start of the oldest counted;
    `connections` are all that answered.
    """

    since: datetime
    until: datetime
    goes_on: bool
    connections: Sequence[str]
    back_to: Mapping[str, datetime]


def periods(groups: Sequence[Group], by: GroupBy, window: Window) -> list[Period]:
    """A row for each group, newest first, and one for each stretch between them in which nothing started.

    Nothing is said of a time before which no connection was counted.
    """
    width = by.width or timedelta()
    found = {group.label: group.figures for group in groups if isinstance(group.label, datetime)}
    timeless = [group for group in groups if not isinstance(group.label, datetime)]
    rows = [Period("unknown", group.figures, "no start known") for group in timeless]
    every_one_stops = window.connections and set(window.connections) <= window.back_to.keys()
    first = bucket(min(window.back_to.values()) if every_one_stops else window.since, by)
    last = bucket(window.until - _TICK, by)
    above = max([last, *found]) + width
    for start in sorted(found, reverse=True):
        rows += _empty(start + width, above - width, by, window)
        rows.append(Period(_name(start, by), found[start], "; ".join(_notes(start, width, window))))
        above = start
    return [*rows, *_empty(min(first, above), above - width, by, window)]


def _empty(first: datetime, last: datetime, by: GroupBy, window: Window) -> Iterator[Period]:
    """One row for the hours or days from `first` to `last`; none where `last` is earlier."""
    width = by.width or timedelta()
    if first > last:
        return
    label = _name(first, by) if first == last else f"{_name(first, by)} to {_name(last, by)}"
    notes = list(_edges(first, last + width, window))
    lacking = [name for name, floor in window.back_to.items() if first + width <= floor]
    notes += [f"not counted: {', '.join(lacking)}"] if lacking else []
    yield Period(label, figures([]), "; ".join(notes))


def _notes(start: datetime, width: timedelta, window: Window) -> Iterator[str]:
    """What is missing from an hour or a day."""
    end = start + width
    yield from _edges(start, end, window)
    for name, floor in window.back_to.items():
        if end <= floor:
            yield f"not counted: {name}"
        elif start < floor:
            yield f"{name} counted from {minute(floor)[11:]}"


def _edges(start: datetime, end: datetime, window: Window) -> Iterator[str]:
    """Where the window begins or ends between the two."""
    if start < window.since < end:
        yield f"from {minute(window.since)[11:]}"
    if start < window.until < end:
        yield f"until {'now' if window.goes_on else minute(window.until)[11:]}"


def _name(start: datetime, by: GroupBy) -> str:
    return minute(start) if by is GroupBy.HOUR else minute(start)[:10]
