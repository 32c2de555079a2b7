"""Points in time as users type them: `30m`, `24h`, `7d`, `2w`, `today`, `yesterday`, an ISO date or date-time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument

_AGO: Final = re.compile(r"(\d{1,6})\s*([mhdw])", re.ASCII)
_UNITS: Final = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def parse_when(parameter: str, text: str, now: datetime) -> datetime:
    """The instant that `text` means at `now`, aware and in UTC; a date is its midnight, no zone means UTC.

    Raises:
        InvalidArgument: none of the forms, or a time outside the years 1 to 9999.
    """
    word, now = text.strip().casefold(), now.astimezone(UTC)
    try:
        if found := _AGO.fullmatch(word):
            return now - int(found[1]) * _UNITS[found[2]]
        if word in {"now", "today", "yesterday"}:
            return _day(word, now)
        parsed = datetime.fromisoformat(text.strip().upper())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidArgument(
            parameter,
            "takes 30m, 24h, 7d, 2w, today, yesterday, an ISO date (2026-11-20) or date-time (2026-11-20T09:00Z, "
            f"2026-11-20T09:00+01:00); now it is {now:%Y-%m-%dT%H:%MZ}",
        ) from None


def _day(word: str, now: datetime) -> datetime:
    if word == "now":
        return now
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if word == "today" else midnight - timedelta(days=1)
