"""Reads the parameters of Duckie's requests as strictly as its pages state them, and filters with them.

Documented at https://docs.duckie.ai/api/pagination-and-filtering. Where the pages are silent: a limit over its cap is
refused rather than clamped, a date needs its time and offset, a parameter that may not be repeated counts once (the
first), unknown parameters are ignored, a run without a duration matches no duration filter.
"""

import operator
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.datastructures import QueryParams

from rundown_mcp.providers.duckie.sandbox.bodies import seconds_of
from rundown_mcp.sandbox.model import TicketRun
from rundown_mcp.sandbox.web import as_moment, as_whole_number, values_of

STATUSES = frozenset({"completed", "running", "failed", "cancelled", "paused"})
RESOLUTION_TYPES = frozenset({"deflected", "resolved", "escalated", "pending"})
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

_MOST_VALUES = 200
_METADATA_KEY = re.compile(r"[A-Za-z0-9._:-]+")
_METADATA_PREFIX = "metadata."
_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "duration[eq]": operator.eq,
    "duration[gt]": operator.gt,
    "duration[gte]": operator.ge,
    "duration[lt]": operator.lt,
    "duration[lte]": operator.le,
}

Test = Callable[[TicketRun], bool]


class InvalidRequestError(Exception):
    """A parameter is not as documented; the text is the answer's message."""


def limit_of(query: QueryParams, default: int, most: int) -> int:
    """The page size, 1 to `most`."""
    text = query.get("limit")
    if text is None:
        return default
    number = as_whole_number(text)
    if not number:
        raise InvalidRequestError("limit must be a positive integer")
    if number > most:
        raise InvalidRequestError(f"limit must be at most {most}")
    return number


def cursor_of(query: QueryParams) -> tuple[str, ...] | None:
    """The place (created_at, id) after which the page starts."""
    text = query.get("cursor")
    if text is None:
        return None
    place = values_of(text, ("created_at", "id"))
    if place is None:
        raise InvalidRequestError("cursor is invalid")
    return place


def values(
    query: QueryParams, name: str, *, words: frozenset[str] | None = None, longest: int | None = None
) -> list[str]:
    """Every value of a parameter that may be repeated."""
    found = query.getlist(name)
    if len(found) > _MOST_VALUES:
        raise InvalidRequestError(f"{name} must have at most {_MOST_VALUES} values")
    for value in found:
        if words is not None and value not in words:
            raise InvalidRequestError(f"{name} must be one of: {', '.join(sorted(words))}")
        if longest is not None and not 0 < len(value) <= longest:
            raise InvalidRequestError(f"{name} must have 1 to {longest} characters")
    return found


def uuids(query: QueryParams, name: str) -> list[str]:
    """Every value of a parameter whose values are UUIDs, in lower case."""
    found = values(query, name)
    if not all(UUID.fullmatch(value) for value in found):
        raise InvalidRequestError(f"{name} must be a UUID")
    return [value.lower() for value in found]


def flag(query: QueryParams, name: str) -> bool | None:
    """A parameter that is true or false."""
    text = query.get(name)
    if text is None:
        return None
    if text not in {"true", "false"}:
        raise InvalidRequestError(f"{name} must be true or false")
    return text == "true"


def run_tests(query: QueryParams) -> list[Test]:
    """What a run has to pass: the values of one parameter are alternatives, different parameters all count."""
    tests = [*_time_tests(query), *_word_tests(query), *_duration_tests(query), *_metadata_tests(query)]
    search = query.get("search", "")
    if len(search) > 300:  # noqa: PLR2004 the documented length
        raise InvalidRequestError("search must have at most 300 characters")
    if search:
        tests.append(lambda run: any(search.casefold() in text.casefold() for text in _searched(run)))
    return tests


def _searched(run: TicketRun) -> Sequence[str]:
    return (run.agent.name,) if run.bare else (run.title, run.ticket_id, run.agent.name)


def _one_of(found: Sequence[str], value: Callable[[TicketRun], str | None]) -> list[Test]:
    wanted = frozenset(found)
    return [lambda run: value(run) in wanted] if found else []


def _word_tests(query: QueryParams) -> list[Test]:
    tool_names = frozenset(values(query, "tool_name", longest=200))
    tests = [
        *_one_of(values(query, "status", words=STATUSES), lambda run: run.status),
        *_one_of(values(query, "resolution_type", words=RESOLUTION_TYPES), lambda run: run.outcome),
        *_one_of(values(query, "ticket_id", longest=200), lambda run: None if run.bare else run.ticket_id),
        *_one_of(values(query, "source", longest=120), lambda run: None if run.bare else run.source),
        *_one_of(uuids(query, "agent_id"), lambda run: run.agent.id),
    ]
    if tool_names:
        tests.append(lambda run: any(name in tool_names for name in tool_names_of(run)))
    return tests


def tool_names_of(run: TicketRun) -> set[str]:
    """The recorded tool names of a run's tool-call steps."""
    return {step.tool.name for step in run.steps if step.kind == "tool_call" and step.tool}


def _time_tests(query: QueryParams) -> list[Test]:
    tests: list[Test] = []
    for name, compare in (("created_after", operator.ge), ("created_before", operator.lt)):
        text = query.get(name)
        if text is None:
            continue
        moment = as_moment(text)
        if moment is None:
            raise InvalidRequestError(f"{name} must be an ISO timestamp")
        tests.append(_time_test(compare, moment))
    return tests


def _time_test(compare: Callable[[datetime, datetime], bool], bound: datetime) -> Test:
    return lambda run: compare(run.started, bound)


def _duration_tests(query: QueryParams) -> list[Test]:
    tests: list[Test] = []
    for name, compare in _COMPARISONS.items():
        text = query.get(name)
        if text is None:
            continue
        bound = as_whole_number(text)
        if bound is None:
            raise InvalidRequestError(f"{name} must be a non-negative integer")
        tests.append(_duration_test(compare, bound))
    return tests


def _duration_test(compare: Callable[[int, int], bool], bound: int) -> Test:
    def test(run: TicketRun) -> bool:
        seconds = seconds_of(run)
        return seconds is not None and compare(seconds, bound)

    return test


def _metadata_tests(query: QueryParams) -> list[Test]:
    tests: list[Test] = []
    for name in query:
        if not name.startswith(_METADATA_PREFIX):
            continue
        key, value = name.removeprefix(_METADATA_PREFIX), query.getlist(name)[0]
        if not _METADATA_KEY.fullmatch(key):
            raise InvalidRequestError("metadata keys hold letters, numbers, dots, underscores, dashes and colons only")
        if len(value) > 500:  # noqa: PLR2004 the documented length
            raise InvalidRequestError(f"{name} must have at most 500 characters")
        tests.append(_metadata_test(key, value))
    return tests


def _metadata_test(key: str, value: str) -> Test:
    return lambda run: run.metadata.get(key) == value
