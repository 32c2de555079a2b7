"""`list_tool_options`: the tool names that runs have recorded."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from rundown_mcp.provider import ToolOption
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import Agents, MaxTokens, Providers, Search
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell
from rundown_mcp.views.call import call
from rundown_mcp.views.lists import NamedRows

DEFAULT_TOKENS: Final = 4000


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
    connections = context.runs.select(provider or [])
    asked = await context.runs.tool_names(connections, tuple(agent or ()), time_s=context.time_s)
    rows = [
        _row(context, connection.name, option, names.observed)
        for connection, names in asked.results
        for option in names.options
        if search is None or _matches(option, search)
    ]

    def following(size: int) -> tuple[str, ...]:
        """There is no cursor here, so what was cut is had with more room, or from fewer connections at once."""
        cut = list(dict.fromkeys(str(row[0]) for row in rows[size:]))
        if cut and budget.roomier is not None:
            again = call("list_tool_options", provider=provider, agent=agent, search=search, max_tokens=budget.roomier)
            return (again,)
        if len(asked.results) > 1:
            return tuple(call("list_tool_options", provider=[name], agent=agent, search=search) for name in cut)
        return ()

    return NamedRows(
        columns=("connection", "tool", "runs", "name"),
        rows=rows,
        coverage=tuple(map(str, asked.coverage)),
        sandbox=context.runs.sandbox,
        noun="tool name",
        more=False,
        has_gaps=bool(asked.failed) or any(names.has_gaps for _, names in asked.results),
        names=3,
        following=following,
        hint="find them with search",
    ).fit(budget)


def _row(context: ToolContext, connection: str, option: ToolOption, observed: int | None) -> tuple[Cell, ...]:
    gate = context.gate
    runs = "" if option.runs is None else str(option.runs) if observed is None else f"{option.runs} of {observed}"
    return (connection, gate.safe(option.name), runs, words.maybe(gate, option.display_name))


def _matches(option: ToolOption, search: str) -> bool:
    return any(name.contains(search) for name in (option.name, option.display_name) if name is not None)
