"""What is set up at Conduit: its agents, and the guardrails that each of them has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.provider import ConfigItem, ConfigQuery, Page
from rundown_mcp.providers.conduit.directory import Directory
from rundown_mcp.providers.conduit.wire import Agent
from rundown_mcp.transport.values import value

KINDS: Final[Mapping[str, frozenset[str]]] = {"agents": frozenset(), "guardrails": frozenset()}
"""The kinds, none of which the API can filter."""


def config_page(query: ConfigQuery, directory: Directory) -> Page[ConfigItem]:
    """Everything of a kind on one page: the agents are at hand, with their guardrails inside."""
    agents = partial(_agent, several_workspaces=directory.workspaces > 1)
    readers: dict[str, Callable[[Agent], Iterable[ConfigItem]]] = {"agents": agents, "guardrails": _guardrails}
    read = readers[query.kind]
    items = tuple(item for agent in directory.agents for item in read(agent))
    return Page(items, unusable=directory.odd, notes=directory.gaps)


def _agent(agent: Agent, *, several_workspaces: bool) -> Iterable[ConfigItem]:
    yield ConfigItem(
        id=value(agent.id, Kind.ID),
        name=value(agent.name, Kind.NAME),
        facts=_facts(
            ("operation_mode", agent.operation_mode, Kind.WORD),
            ("enabled", False if agent.enabled is False else None, Kind.WORD),
            ("version", agent.version, Kind.NAME),
            ("response_language", agent.response_language, Kind.NAME),
            ("skills", len(agent.skill_ids) if isinstance(agent.skill_ids, list) else None, Kind.WORD),
            ("triggers", None if agent.triggers is None else len(agent.triggers), Kind.WORD),
            ("workspace", agent.workspace_id if several_workspaces else None, Kind.ID),
        ),
        text=value(agent.description, Kind.TEXT),
    )


def _guardrails(agent: Agent) -> Iterable[ConfigItem]:
    for guardrail in agent.guardrails:
        yield ConfigItem(
            id=value(guardrail.id, Kind.ID),
            name=value(guardrail.title, Kind.TEXT),
            facts=_facts(("agent", agent.name or agent.id, Kind.NAME)),
            text=value(guardrail.knowledge, Kind.TEXT),
        )


def _facts(*facts: tuple[str, JsonValue, Kind]) -> tuple[tuple[str, Untrusted], ...]:
    known = ((name, value(content, kind)) for name, content, kind in facts)
    return tuple((name, fact) for name, fact in known if fact is not None)
