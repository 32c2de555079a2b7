"""How times, durations and numbers are written in answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

_SECOND_MS: Final = 1000
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86_400
_EXACT_BELOW_S: Final = 10


def minute(at: datetime) -> str:
    """`2026-11-21 04:10`, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def second(at: datetime) -> str:
    """`2026-11-21 04:10:02`, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def exact(at: datetime) -> str:
    """As exact as the time is: `2026-11-21 04:10`, `2026-11-21 04:10:02` or `2026-11-21 04:10:02.25`, in UTC."""
    if at.microsecond:
        return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0")
    return second(at) if at.second else minute(at)


def clock(at: datetime) -> str:
    """`04:10:02`, in UTC, for lists whose day is said elsewhere."""
    return at.astimezone(UTC).strftime("%H:%M:%S")


def clocks(times: Iterable[datetime | None]) -> list[str]:
    """Each time as in a list: the date stands with the first and wherever it changes; empty where a time is unknown."""
    shown: list[str] = []
    day = None
    for at in times:
        if at is None:
            shown.append("")
            continue
        before, day = day, at.astimezone(UTC).date()
        shown.append(clock(at) if day == before else second(at))
    return shown


def length(duration: timedelta) -> str:
    """`350ms`, `4.2s`, `42s`, `3m10s`, `1h02m`, `2d03h`; a negative one keeps its sign."""
    total = duration.total_seconds()
    if total < 0:
        return "-" + length(-duration)
    if (thousandths := round(total * 1000)) < _SECOND_MS:
        return f"{thousandths}ms"
    if total < _EXACT_BELOW_S:
        return f"{total:.1f}".removesuffix(".0") + "s"
    whole = round(total)
    if whole < _MINUTE_S:
        return f"{whole}s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S}m{whole % _MINUTE_S:02d}s"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S}h{whole % _HOUR_S // _MINUTE_S:02d}m"
    return f"{whole // _DAY_S}d{whole % _DAY_S // _HOUR_S:02d}h"


def plural(count: int, noun: str) -> str:
    """`1 step`, `2 steps`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def counted(items: Counter[str]) -> str:
    """`issue, evaluation ×40`."""
    return ", ".join(f"{item} ×{count}" if count > 1 else item for item, count in items.items())


def ranges(numbers: list[int], prefix: str = "") -> str:
    """`3–7, 9` for 3 4 5 6 7 9; each number gets `prefix`."""
    parts: list[str] = []
    start = previous = None
    for number in [*sorted(numbers), None]:
        if start is not None and (number is None or number != (previous or 0) + 1):
            parts.append(f"{prefix}{start}" if start == previous else f"{prefix}{start}–{prefix}{previous}")
            start = None
        if start is None:
            start = number
        previous = number
    return ", ".join(parts)
