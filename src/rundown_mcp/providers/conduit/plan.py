"""Which lists of runs answer a query at Conduit: one for each agent and wanted status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rundown_mcp.domain.agents import find_agents
from rundown_mcp.domain.query import Filter, RunQuery
from rundown_mcp.domain.run import Status
from rundown_mcp.provider import ListPlan, RunStream
from rundown_mcp.providers.conduit.directory import Directory
from rundown_mcp.providers.conduit.mapping import STATUSES

_ON_ROWS: Final = frozenset(
    {
        Filter.STATUS,
        Filter.OUTCOME,
        Filter.TICKET,
        Filter.SOURCE,
        Filter.SEARCH,
        Filter.DURATION,
        Filter.SINCE,
        Filter.UNTIL,
    }
)
_WORDS: Final = {status: word for word, status in STATUSES.items()}

_AGENT_ID: Final = re.compile(r"(?=[a-z]*[0-9])[a-z0-9]{16,64}", re.ASCII)
"""What agents' ids look like in the documents; narrow, because other connections' agents are asked for here too."""


def make_plan(query: RunQuery, directory: Directory) -> ListPlan:
    """The streams of a query."""
    known = [(agent.id, agent.name) for agent in directory.agents if agent.id]
    every = tuple(agent_id for agent_id, _ in known)
    agents, matched = find_agents(query.agents, known, _is_agent_id) if query.agents else (every, frozenset())
    words, missing = _status_words(query.statuses)
    notes = [*directory.notes, *missing]
    if query.agents and not agents:
        notes.append("knows no such agent")
    elif not agents:
        notes.append("lists no agents")
    return ListPlan(
        streams=tuple(_stream(agent, word) for agent in agents for word in words),
        here=query.used & _ON_ROWS,
        needs_detail=Filter.TOOL in query.used,
        notes=tuple(notes),
        matched_agents=matched,
        partial=bool(directory.notes),
    )


def _stream(agent: str, word: str | None) -> RunStream:
    """`word` is Conduit's, None for runs in any state."""
    params = [("agent", agent)] if word is None else [("agent", agent), ("status", word)]
    return RunStream("&".join(f"{name}={value}" for name, value in params), tuple(params))


def _status_words(statuses: Sequence[Status]) -> tuple[list[str | None], list[str]]:
    """The words to ask for, None for no status at all, and notes on those that Conduit does not have."""
    askable: list[str | None] = [_WORDS[status] for status in dict.fromkeys(statuses) if status in _WORDS]
    lacks = [status for status in dict.fromkeys(statuses) if status not in _WORDS and status is not Status.UNKNOWN]
    words: list[str | None] = [None] if not statuses or Status.UNKNOWN in statuses else askable
    return words, [f"has no status {status.value}" for status in lacks]


def _is_agent_id(text: str) -> bool:
    return _AGENT_ID.fullmatch(text) is not None
