"""The tool names that runs have recorded: a provider's own list, or counted in its newest runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import anyio

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, RunNotFound
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ListsTools, ToolOption
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.fanout import Answered, Reply, ask_all
from rundown_mcp.runs.listing import list_runs

OBSERVED_RUNS: Final = 50
"""How many recent runs of a connection are looked into where its API does not list tool names."""
_LISTING_SHARE: Final = 0.5
"""The part of the time that may go into finding those runs."""
_READING_SHARE: Final = 0.4
"""The part that may go into reading them; what is left is for saying what was seen in those that came."""
_AT_ONCE: Final = 8

Fetch = Callable[[Ref], Awaitable[RunDetail]]


@dataclass(frozen=True, slots=True)
class ToolNames:
    """What one connection knows; `observed` is the number of runs that were counted, None where the API counted.

    `agents` are those of the agents asked for that this connection has. `has_gaps`: there may be more tool names.
    """

    options: Sequence[ToolOption]
    observed: int | None = None
    agents: frozenset[str] = frozenset()
    has_gaps: bool = False


async def list_tool_names(
    connections: Sequence[Connection], agents: tuple[str, ...], *, fetch: Fetch, time_s: float
) -> Answered[ToolNames]:
    """The tool names of every connection, of these agents where any is given.

    Raises:
        RundownError: no connection could answer; where one was asked, its own error.
        InvalidArgument: an agent that no connection knows, unless one that failed might.
    """

    async def ask(connection: Connection) -> Reply[ToolNames]:
        if isinstance(connection.provider, ListsTools) and not agents:
            page = await connection.provider.tool_options()
            notes = [f"{page.unusable} without a usable name left out"] if page.unusable else []
            return Reply(ToolNames(page.items, has_gaps=page.unusable > 0), notes)
        return await _observed(connection, agents, fetch, time_s)

    asked = await ask_all(connections, ask, time_s=time_s)
    known = frozenset[str]().union(*(names.agents for _, names in asked.results))
    unknown = tuple(agent for agent in agents if agent not in known)
    if unknown:
        # A listing refuses them in its own words, with the names that exist, unless a connection that failed has them.
        await list_runs(connections, RunQuery(agents=unknown), limit=1, after=None, fetch=fetch, time_s=time_s)
    return asked


async def _observed(connection: Connection, agents: tuple[str, ...], fetch: Fetch, time_s: float) -> Reply[ToolNames]:
    """Count the tools in a connection's newest runs; a run that cannot be read is said, not guessed."""
    known = frozenset[str]()
    if agents:
        known = (await connection.provider.plan(RunQuery(agents=agents))).matched_agents
        if not known:
            return Reply(ToolNames((), 0), ["has no such agent"])
    query = RunQuery(agents=tuple(name for name in agents if name in known))
    page = await list_runs(
        [connection], query, limit=OBSERVED_RUNS, after=None, fetch=fetch, time_s=time_s * _LISTING_SHARE
    )
    read, why = await _read([run.ref for _, run in page.rows], fetch, time_s * _READING_SHARE)
    counts: Counter[Untrusted] = Counter()
    for detail in read:
        counts.update({step.tool.name for step in detail.steps if step.tool and step.tool.name})
    notes = [note for item in page.coverage for note in item.notes]
    # What was left out of the page may be as new as what it holds, and is named in the page's own notes.
    has_older = page.following is not None and not page.only_owed
    older = ", older ones not looked into" if has_older else ""
    notes.append(f"observed in {len(read)} run{'' if len(read) == 1 else 's'}{older}")
    if unread := len(page.rows) - len(read):
        notes.append(f"{unread} run{'' if unread == 1 else 's'} could not be read{why and f': {why}'}")
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].folded()))
    options = [ToolOption(name=name, runs=runs) for name, runs in ordered]
    return Reply(ToolNames(options, len(read), known, has_gaps=bool(page.has_gaps or has_older or unread)), notes)


async def _read(refs: Sequence[Ref], fetch: Fetch, time_s: float) -> tuple[list[RunDetail], str]:
    """Those of the runs that could be read in time, and why the first of the others could not, where that is known.

    Behind a rate limit no more are asked for, and it is the reason given.
    """
    details: list[RunDetail] = []
    turns = anyio.CapacityLimiter(_AT_ONCE)
    failures: list[ConnectionFailure] = []
    limits: list[RateLimited] = []

    async def read(ref: Ref) -> None:
        async with turns:
            try:
                if not limits:
                    details.append(await fetch(ref))
            except RateLimited as limit:
                limits.append(limit)
            except ConnectionFailure as failure:
                failures.append(failure)
            except RunNotFound:
                pass

    with anyio.move_on_after(time_s):
        async with anyio.create_task_group() as tasks:
            for ref in refs:
                tasks.start_soon(read, ref)
    return details, next((failure.short for failure in (*limits, *failures)), "")
