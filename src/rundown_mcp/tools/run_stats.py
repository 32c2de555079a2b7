"""`run_stats`: how many runs there were, how many failed, how long they took, what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from rundown_mcp.analysis.stats import GroupBy
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Run
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.fanout import Reply, ask_all
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import Agents, Listed, MaxTokens, Providers, Recent, Short
from rundown_mcp.tools.selecting import recent_window_of, statuses_of
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.format import minute
from rundown_mcp.views.stats import RunStats

DEFAULT_TOKENS: Final = 4000
SCANNED_RUNS: Final = 5000
"""How many runs of one connection are counted at most, the newest."""
_WINDOW: Final = timedelta(hours=24)
_LISTING_SHARE: Final = 0.9
"""The part of the time that listing may take: what was read until then is counted."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """The runs of one connection; `back_to` is the start of the oldest where more exist, so that only part is known.

    `agents` are those of the agents asked for that this connection has.
    """

    runs: Sequence[Run]
    agents: frozenset[str] = frozenset()
    more: bool = False
    back_to: datetime | None = None


async def run_stats(
    context: ToolContext,
    *,
    provider: Providers | None = None,
    since: Recent | None = None,
    until: Short | None = None,
    agent: Agents | None = None,
    status: Listed[Short] | None = None,
    group_by: Literal["status", "outcome", "agent", "provider", "source", "hour", "day"] = "status",
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Count runs: failure rate, p50/p95 duration, cost, tokens, by group."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    now = context.now().replace(microsecond=0)
    start, end = recent_window_of(since, until, now, length=_WINDOW)
    query = RunQuery(statuses=statuses_of(status or ()), agents=tuple(agent or ()), since=start, until=end)
    connections = context.runs.select(provider or [])

    async def ask(connection: Connection) -> Reply[_Counted]:
        return await _count(context, connection, query)

    asked = await ask_all(connections, ask, time_s=context.time_s)
    known = frozenset[str]().union(*(counted.agents for _, counted in asked.results))
    if unknown := tuple(name for name in query.agents if name not in known):
        # Nobody has them: refused in the words of a listing, unless a connection that failed may have them.
        await context.runs.list(RunQuery(agents=unknown), connections, limit=1, after=None, time_s=context.time_s)
    arguments: Mapping[str, JsonValue] = {
        "provider": provider,
        "since": since,
        "until": until,
        "agent": agent,
        "status": status,
        "group_by": group_by,
    }
    return RunStats(
        runs=[run for _, counted in asked.results for run in counted.runs],
        connections=[connection.name for connection, _ in asked.results],
        more=[connection.name for connection, counted in asked.results if counted.more],
        back_to={
            connection.name: counted.back_to for connection, counted in asked.results if counted.back_to is not None
        },
        by=GroupBy(group_by),
        since=start,
        until=end,
        now=now,
        statuses=query.statuses,
        gate=context.gate,
        coverage=asked.coverage,
        sandbox=context.runs.sandbox,
        arguments=arguments,
    ).fit(budget)


async def _count(context: ToolContext, connection: Connection, query: RunQuery) -> Reply[_Counted]:
    """The newest runs of one connection; each is asked by itself, so that a slow one costs the others nothing."""
    matched = frozenset[str]()
    if query.agents:
        matched = (await connection.provider.plan(RunQuery(agents=query.agents))).matched_agents
        if not matched:
            return Reply(_Counted((), matched), ["has no such agent"])
    page = await context.runs.list(
        RunQuery(
            statuses=query.statuses,
            agents=tuple(name for name in query.agents if name in matched),
            since=query.since,
            until=query.until,
        ),
        [connection],
        limit=SCANNED_RUNS,
        after=None,
        time_s=context.time_s * _LISTING_SHARE,
    )
    runs = [run for _, run in page.rows]
    (listed,) = page.without_cursor()
    notes = list(listed.notes)
    if page.following is None or page.only_owed:  # what was left out is said in the notes; it is not older
        return Reply(_Counted(runs, matched), notes, is_paced=listed.is_paced)
    back_to = min((run.started_at for run in runs if run.started_at), default=None)
    reach = f" back to {minute(back_to)}" if back_to else ""
    notes.append(f"counted {len(runs)} runs{reach}; more exist")
    return Reply(_Counted(runs, matched, more=True, back_to=back_to), notes, is_paced=listed.is_paced)
