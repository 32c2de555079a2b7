"""`list_tool_options`: the tool names that runs have recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import anyio
from pydantic import Field

from rundown_mcp.domain.errors import ConnectionFailure, RunNotFound
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import Untrusted
from rundown_mcp.provider import ListsTools, ToolOption
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.fanout import Reply, ask_all
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import Agents, MaxTokens, Providers, Search
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell
from rundown_mcp.views.call import call
from rundown_mcp.views.format import plural
from rundown_mcp.views.lists import NamedRows

DEFAULT_TOKENS: Final = 4000
OBSERVED_RUNS: Final = 50
"""How many recent runs of a connection are looked into where its API does not list tool names."""
_LISTING_SHARE: Final = 0.5
"""The part of the time that may go into finding those runs; the rest is for reading them."""


@dataclass(frozen=True, slots=True)
class _Tools:
    """What one connection knows; `observed` is the number of runs that were counted, None where the API counted.

    `agents` are those of the agents asked for that this connection has.
    """

    options: Sequence[ToolOption]
    observed: int | None = None
    agents: frozenset[str] = frozenset()


async def list_tool_options(
    context: ToolContext,
    *,
    provider: Providers | None = None,
    agent: Agents | None = None,
    search: Annotated[Search | None, Field(description="in tool and display name")] = None,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """List the tool names that runs have recorded, with run counts: the valid values of list_runs' tool filter."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    agents = tuple(agent or ())

    async def ask(connection: Connection) -> Reply[_Tools]:
        if isinstance(connection.provider, ListsTools) and not agents:
            return Reply(_Tools(await connection.provider.tool_options()))
        return await _observed(context, connection, agents)

    connections = context.runs.select(provider or [])
    asked = await ask_all(connections, ask, time_s=context.time_s)
    unknown = set(agents).difference(*(tools.agents for _, tools in asked.results))
    if unknown:
        await _refuse(context, connections, tuple(name for name in agents if name in unknown))
    rows = [
        _row(context, connection.name, option, tools.observed)
        for connection, tools in asked.results
        for option in tools.options
        if search is None or _matches(option, search)
    ]

    def following(size: int) -> tuple[str, ...]:
        """There is no cursor here, so what was cut is had with more room, or a narrower question."""
        if size == len(rows) or budget.roomier is None:
            return ()
        return (call("list_tool_options", provider=provider, agent=agent, search=search, max_tokens=budget.roomier),)

    return NamedRows(
        columns=("connection", "tool", "runs", "name"),
        rows=rows,
        coverage=tuple(map(str, asked.coverage)),
        sandbox=context.runs.sandbox,
        noun="tool name",
        more=False,
        names=3,
        following=following,
    ).fit(budget)


def _row(context: ToolContext, connection: str, option: ToolOption, observed: int | None) -> tuple[Cell, ...]:
    gate = context.gate
    runs = "" if option.runs is None else str(option.runs) if observed is None else f"{option.runs} of {observed}"
    return (connection, gate.safe(option.name), runs, words.maybe(gate, option.display_name))


def _matches(option: ToolOption, search: str) -> bool:
    return any(name.contains(search) for name in (option.name, option.display_name) if name is not None)


async def _refuse(context: ToolContext, connections: Sequence[Connection], agents: tuple[str, ...]) -> None:
    """Agents that nobody has are refused in the words of a listing, unless a connection that failed may have them.

    Raises:
        InvalidArgument: with the names of the agents that exist.
    """
    await context.runs.list(RunQuery(agents=agents), connections, limit=1, after=None, time_s=context.time_s)


async def _observed(context: ToolContext, connection: Connection, agents: tuple[str, ...]) -> Reply[_Tools]:
    """Count the tools in a connection's newest runs; a run that cannot be read is said, not guessed."""
    known = frozenset[str]()
    if agents:
        known = (await connection.provider.plan(RunQuery(agents=agents))).matched_agents
        if not known:
            return Reply(_Tools((), 0), ["has no such agent"])
    query = RunQuery(agents=tuple(name for name in agents if name in known))
    page = await context.runs.list(
        query, [connection], limit=OBSERVED_RUNS, after=None, time_s=context.time_s * _LISTING_SHARE
    )
    counts: Counter[Untrusted] = Counter()
    unread = 0

    async def count(ref: Ref) -> None:
        nonlocal unread
        try:
            detail = await context.runs.get(ref)
        except (ConnectionFailure, RunNotFound):
            unread += 1
            return
        counts.update({step.tool.name for step in detail.steps if step.tool and step.tool.name})

    async with anyio.create_task_group() as tasks:
        for _, run in page.rows:
            tasks.start_soon(count, run.ref)
    looked = len(page.rows) - unread
    notes = [note for item in page.coverage for note in item.notes]
    notes.append(f"observed in {plural(looked, 'run')}" + (", older ones not looked into" if page.following else ""))
    if unread:
        notes.append(f"{plural(unread, 'run')} could not be read")
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0].folded()))
    options = [ToolOption(name=name, runs=runs) for name, runs in ordered]
    return Reply(_Tools(options, looked, known), notes)
