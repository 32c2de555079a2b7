"""How HappyRobot answers a query of runs: which lists are read, with which parameters, and what is filtered here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.run import Status
from rundown_mcp.provider import ListPlan, RunStream

NATIVE_STATUSES: Final = {
    Status.QUEUED: "scheduled",
    Status.RUNNING: "running",
    Status.COMPLETED: "completed",
    Status.FAILED: "failed",
    Status.CANCELLED: "canceled",
}
"""The only words that are sent: the default that the document gives for `status` is none of them."""

_ON_ROWS: Final = frozenset(
    {
        Filter.STATUS,
        Filter.SEARCH,
        Filter.METADATA,
        Filter.DURATION,
        Filter.ANNOTATION,
        Filter.SINCE,
        Filter.UNTIL,
    }
)
_MILLISECOND: Final = timedelta(milliseconds=1)


def native_statuses(statuses: Iterable[Status]) -> tuple[tuple[str, ...], tuple[Status, ...]]:
    """The words to ask for, one list each, and the statuses that HappyRobot does not have.

    No word at all is asked for where runs of unknown status are wanted, which no word would find.
    """
    wanted = tuple(dict.fromkeys(statuses))
    lacking = tuple(status for status in wanted if status not in NATIVE_STATUSES and status is not Status.UNKNOWN)
    if Status.UNKNOWN in wanted:
        return (), lacking
    return tuple(NATIVE_STATUSES[status] for status in wanted if status in NATIVE_STATUSES), lacking


def make_plan(query: RunQuery, use_case_ids: tuple[str, ...] | None, matched: frozenset[str] = frozenset()) -> ListPlan:
    """The lists that answer a query. `use_case_ids` is None where no agent was asked for, empty where none is known."""
    words, lacking = native_statuses(query.statuses)
    notes = [f"has no status {status.value}" for status in lacking]
    if use_case_ids == ():
        notes.append("knows no such agent")
    nowhere = use_case_ids == () or (bool(query.statuses) and not words and Status.UNKNOWN not in query.statuses)
    streams = () if nowhere else tuple(_streams(use_case_ids or ("",), words or ("",)))
    return ListPlan(
        streams=streams,
        here=query.used & _ON_ROWS,
        needs_detail=Filter.TOOL in query.used,
        notes=tuple(notes),
        matched_agents=matched,
        seeks=True,
    )


def list_parameters(stream: RunStream, query: RunQuery, *, offset: int, limit: int) -> list[tuple[str, str]]:
    """The parameters of one page; `use_case_id` always stands there, empty for all, because the API demands it."""
    params = dict(stream.params)
    bounds = {"start": _start(query.since), "end": _end(query.until)}
    return [
        ("use_case_id", params.get("use_case_id", "")),
        *([("status", params["status"])] if "status" in params else []),
        *((name, text) for name, text in bounds.items() if text is not None),
        ("sort", "desc"),
        ("limit", str(limit)),
        ("offset", str(offset)),
    ]


def _streams(use_case_ids: Iterable[str], words: Sequence[str]) -> Iterator[RunStream]:
    for use_case_id in use_case_ids:
        for word in words:
            params = tuple((name, text) for name, text in (("use_case_id", use_case_id), ("status", word)) if text)
            parts = (("uc", use_case_id), ("status", word))
            key = "&".join(f"{name}={quote(text, safe='')}" for name, text in parts if text)
            yield RunStream(key=key or "all", params=params)


def _start(since: datetime | None) -> str | None:
    """One millisecond before `since`: right whether the API takes `start` as inclusive or not."""
    if since is None:
        return None
    try:
        return _iso(_whole(since.astimezone(UTC)) - _MILLISECOND)
    except OverflowError:
        return None


def _end(until: datetime | None) -> str | None:
    """`until` rounded up to a millisecond: at most too late, whether the API takes `end` as inclusive or not."""
    if until is None:
        return None
    try:
        exact = until.astimezone(UTC)
        whole = _whole(exact)
        return _iso(whole if whole == exact else whole + _MILLISECOND)
    except OverflowError:
        return None


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
