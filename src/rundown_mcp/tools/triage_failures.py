"""`triage_failures`: what is failing, grouped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from rundown_mcp.analysis.groups import Group, grouped
from rundown_mcp.analysis.signature import (
    Failure,
    Signature,
    failure_like,
    failure_of,
    failure_of_row,
    is_told_by,
)
from rundown_mcp.analysis.trends import Counted, counted, parted
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.runs.survey import Reading, Survey, survey
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import Agents, Listed, MaxTokens, Providers, Recent, Short
from rundown_mcp.tools.selecting import recent_window_of, statuses_of
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.groups import MOST_GROUPS, USUAL_GROUPS, GroupRows

DEFAULT_TOKENS: Final = 4000
_WINDOW: Final = timedelta(hours=24)
_KEYS: Final[Mapping[str, Callable[[Failure], object]]] = {
    "agent": lambda failure: failure.agent_key,
    "tool": lambda failure: failure.tool,
    "provider": lambda failure: failure.ref.connection,
}


async def triage_failures(  # noqa: PLR0913 - each parameter is one of the contract
    context: ToolContext,
    *,
    provider: Providers | None = None,
    since: Recent | None = None,
    until: Short | None = None,
    agent: Agents | None = None,
    tool: Annotated[Listed[Short] | None, Field(description="recorded tool name")] = None,
    status: Annotated[Listed[Short] | None, Field(description="default failed")] = None,
    group_by: Literal["signature", "agent", "tool", "provider"] = "signature",
    limit: Annotated[int, Field(ge=1, le=MOST_GROUPS)] = USUAL_GROUPS,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """What is failing and why: groups of runs by cause, with count, change against the window before, an example."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    now = context.now().replace(microsecond=0)
    start, until_at = recent_window_of(since, until, now, length=_WINDOW)
    end = until_at or now
    query = RunQuery(
        statuses=statuses_of(status or ["failed"]),
        agents=tuple(agent or ()),
        tools=tuple(tool or ()),
        since=start,
        until=end,
    )
    connections = context.runs.select(provider or [])
    before = _before(start, end, now)
    found = await survey(
        context.runs,
        query,
        connections,
        _READING,
        before=before,
        time_s=context.time_s,
        progress=context.progress,
    )
    given: dict[str, JsonValue] = {
        "provider": provider,
        "since": since,
        "until": until,
        "agent": agent,
        "tool": tool,
        "status": status,
    }
    groups = _groups(found, group_by, is_comparable=before is not None)
    shown = [group.example.ref for group in groups[:limit]]
    view = GroupRows(
        groups=groups,
        limit=limit,
        by=group_by,
        found=found,
        query=query,
        before=before,
        refs=context.runs.short(shown),
        gate=context.gate,
        sandbox=context.runs.sandbox,
        now=now,
        given=given,
    )
    return view.fit(budget)


def _before(start: datetime, end: datetime, now: datetime) -> datetime | None:
    """Where the window of equal length before this one starts; None where there is none in the calendar.

    Of a window that is not over, what has passed of it counts: half a day against a whole one would always be less.
    """
    passed = min(end, now) if start < now else end
    try:
        return start - (passed - start)
    except OverflowError:
        return None


def _groups(found: Survey[Failure], by: str, *, is_comparable: bool) -> list[Counted]:
    """The groups; by agent, tool or provider, each with its causes as its texts."""
    failures = [*found.now.findings, *found.before.findings]
    if by == "signature":
        groups = grouped(failures)
    else:
        groups = [Group(tuple(cause.failures for cause in grouped(part))) for part in parted(failures, _KEYS[by])]
    return counted(
        groups,
        frozenset(failure.ref for failure in found.now.findings),
        unread_now=found.now.unknown,
        unread_before=found.before.unknown if is_comparable else None,
    )


def _row_key(run: Run) -> Signature | None:
    failure = failure_of_row(run)
    return failure.signature if failure else None


def _told(examples: Sequence[tuple[Run, Failure]]) -> Failure | None:
    """The failure that rows like these tell of: one that all examples share, and whose text their rows carry."""
    first = examples[0][1]
    for run, failure in examples:
        row = failure_of_row(run)
        if row is None or failure.signature != first.signature or not is_told_by(row.signature, failure.signature):
            return None
    return first


_READING: Final[Reading[Failure]] = Reading(
    of_detail=failure_of, of_row=failure_of_row, row_key=_row_key, told=_told, like=failure_like
)
