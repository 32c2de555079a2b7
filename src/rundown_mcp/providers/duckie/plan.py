"""A query → what Duckie's list of runs is asked for, and what is left to the caller."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.query import Comparison, DurationBound, Filter, RunQuery, is_outcome_word
from rundown_mcp.domain.run import Status

Params = list[tuple[str, str]]

_STATUSES: Final = (Status.RUNNING, Status.PAUSED, Status.COMPLETED, Status.FAILED, Status.CANCELLED)
_METADATA_KEY: Final = re.compile(r"[A-Za-z0-9._:-]+", re.ASCII)
_MAX_VALUES: Final = 200
_MAX_SEARCH: Final = 300
_MAX_METADATA: Final = 500
_MAX_LENGTHS: Final = {Filter.TICKET: 200, Filter.SOURCE: 120, Filter.TOOL: 200}
_BOUNDS: Final[dict[Comparison, tuple[str, Callable[[Iterable[int]], int]]]] = {
    Comparison.EQ: ("duration[eq]", min),
    Comparison.GT: ("duration[gt]", max),
    Comparison.GTE: ("duration[gte]", max),
    Comparison.LT: ("duration[lt]", min),
    Comparison.LTE: ("duration[lte]", min),
}
"""For each comparison its parameter, and which of several bounds is the strictest."""


def check(query: RunQuery) -> None:
    """Refuse values that the API would refuse, before anything is sent.

    Source: docs.duckie.ai/api-reference/runs/list-runs.

    Raises:
        InvalidArgument: a value is longer, or a list has more values, than the API takes.
    """
    lists: dict[Filter, Sequence[str]] = {
        Filter.OUTCOME: query.outcomes,
        Filter.AGENT: query.agents,
        Filter.TICKET: query.tickets,
        Filter.SOURCE: query.sources,
        Filter.TOOL: query.tools,
    }
    for name, values in lists.items():
        _check_list(name, values)
    if query.search and len(query.search) > _MAX_SEARCH:
        raise InvalidArgument("search", f"at most {_MAX_SEARCH} characters at Duckie")
    for key, value in query.metadata:
        if _METADATA_KEY.fullmatch(key) is None:
            raise InvalidArgument("metadata", "a key holds only letters, digits and . _ - : at Duckie")
        if len(value) > _MAX_METADATA:
            raise InvalidArgument("metadata", f"each value has at most {_MAX_METADATA} characters at Duckie")


def _check_list(name: Filter, values: Sequence[str]) -> None:
    if len(values) > _MAX_VALUES:
        raise InvalidArgument(name.value, f"at most {_MAX_VALUES} values at Duckie")
    longest = _MAX_LENGTHS.get(name)
    if longest is None:
        return
    if any(not value.strip() for value in values):
        raise InvalidArgument(name.value, "a value is empty")
    if any(len(value) > longest for value in values):
        raise InvalidArgument(name.value, f"each value has at most {longest} characters at Duckie")


def missing_statuses(query: RunQuery) -> tuple[Status, ...]:
    """The wanted statuses that no run at Duckie has; a word that we do not know it may have."""
    return tuple(status for status in query.statuses if status not in {*_STATUSES, Status.UNKNOWN})


def applied_here(query: RunQuery) -> frozenset[Filter]:
    """The filters that the rows must still meet: those that the API cannot apply in full, and cheap second looks."""
    here = {Filter.STATUS, Filter.SINCE, Filter.UNTIL} & query.used
    if query.outcomes and not _sent_outcomes(query):
        here.add(Filter.OUTCOME)
    if len({bound.seconds for bound in query.durations if bound.comparison is Comparison.EQ}) > 1:
        here.add(Filter.DURATION)
    return frozenset(here)


def run_params(query: RunQuery) -> Params:
    """The query parameters of `GET /runs` for all filters but the agents, which need their ids."""
    params: Params = []
    if query.since:
        params.append(("created_after", _instant(query.since)))
    if query.until:
        params.append(("created_before", _instant(query.until)))
    if Status.UNKNOWN not in query.statuses:
        params.extend(("status", status.value) for status in query.statuses if status in _STATUSES)
    params.extend(("ticket_id", ticket) for ticket in query.tickets)
    params.extend(("source", source) for source in query.sources)
    params.extend(("resolution_type", word) for word in _sent_outcomes(query))
    params.extend(_durations(query.durations))
    params.extend(("tool_name", tool) for tool in query.tools)
    if query.search:
        params.append(("search", query.search))
    params.extend((f"metadata.{key}", value) for key, value in query.metadata)
    return params


def _sent_outcomes(query: RunQuery) -> tuple[str, ...]:
    """The wanted outcomes, or none where one of them is a word that the API would refuse."""
    return query.outcomes if all(is_outcome_word(word) for word in query.outcomes) else ()


def _durations(bounds: Sequence[DurationBound]) -> Iterator[tuple[str, str]]:
    for comparison, (name, strictest) in _BOUNDS.items():
        seconds = [bound.seconds for bound in bounds if bound.comparison is comparison]
        if seconds:
            yield name, str(strictest(seconds))


def _instant(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`, to the microsecond where the moment has any."""
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
