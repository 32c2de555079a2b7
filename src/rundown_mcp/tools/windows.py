"""Which runs a question is about: the words for their statuses, and a window of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.run import STATUS_SPELLINGS, Status
from rundown_mcp.domain.when import parse_when


def statuses(words: Iterable[str]) -> tuple[Status, ...]:
    """The statuses that these words mean, ours or a vendor's spelling, each once.

    Raises:
        InvalidArgument: a word that is none; the text says which are.
    """
    found = []
    for word in words:
        status = STATUS_SPELLINGS.get(word.casefold())
        if status is None:
            others = [spelling for spelling in STATUS_SPELLINGS if spelling not in set(Status)]
            raise InvalidArgument(
                "status", f"takes {', '.join(Status)} (and the vendors' spellings {', '.join(others)})"
            )
        found.append(status)
    return tuple(dict.fromkeys(found))


def window(
    since: str | None, until: str | None, now: datetime, *, length: timedelta
) -> tuple[datetime, datetime | None]:
    """The start, inclusive, and the end, exclusive, of a window; without a start it is `length` before the end or now.

    Raises:
        InvalidArgument: a text that is no time, or a window that ends before it begins.
    """
    end = parse_when("until", until, now) if until is not None else None
    if since is None:
        try:
            return (end or now) - length, end
        except OverflowError:
            raise InvalidArgument("until", "lies too far back") from None
    start = parse_when("since", since, now)
    if start >= (end or now):
        raise InvalidArgument("since", "must lie before until" if end else "must lie in the past")
    return start, end
