"""What several tools take to select runs: a window of time, statuses in any vendor's spelling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.run import STATUS_SPELLINGS, OutcomeWord, Status
from rundown_mcp.domain.when import parse_when


def window_of(since: str | None, until: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The window that two texts mean at `now`.

    Raises:
        InvalidArgument: none of the forms, an end before the start, or a start in the future, which has no runs.
    """
    start = None if since is None else parse_when("since", since, now)
    end = None if until is None else parse_when("until", until, now)
    if start is not None and end is not None and start >= end:
        raise InvalidArgument("since", "must lie before until")
    if start is not None and start >= now:
        raise InvalidArgument("since", "must lie in the past")
    return start, end


def recent_window_of(
    since: str | None, until: str | None, now: datetime, *, length: timedelta
) -> tuple[datetime, datetime | None]:
    """The start, inclusive, and the end, exclusive, of a window.

    Without a start it is `length` before the end, or before now where that is earlier.

    Raises:
        InvalidArgument: as `window_of`, or an end before which there is no such time.
    """
    start, end = window_of(since, until, now)
    if start is not None:
        return start, end
    try:
        return min(end or now, now) - length, end
    except OverflowError:
        raise InvalidArgument("until", "lies too far back") from None


def statuses_of(words: Iterable[str]) -> tuple[Status, ...]:
    """The statuses that words mean, each once.

    Raises:
        InvalidArgument: a word that is neither ours nor a vendor's.
    """
    return tuple(dict.fromkeys(_status(word) for word in words))


def _status(word: str) -> Status:
    status = STATUS_SPELLINGS.get(word.casefold())
    if status is None:
        others = [spelling for spelling in STATUS_SPELLINGS if spelling not in set(Status)]
        is_outcome = f"; {word.casefold()} is an outcome" if word.casefold() in set(OutcomeWord) else ""
        taken = f"takes {', '.join(Status)} (and the vendors' spellings {', '.join(others)})"
        raise InvalidArgument("status", taken + is_outcome)
    return status
