"""What is set up at Conduit: its agents, and the guardrails that each of them has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from rundown_mcp.domain.errors import Unsupported
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.provider import ConfigItem, ConfigQuery, Page
from rundown_mcp.providers.conduit.directory import Directory
from rundown_mcp.providers.conduit.wire import Agent

KINDS: Final[Mapping[str, frozenset[str]]] = {"agents": frozenset(), "guardrails": frozenset()}
"""The kinds, none of which the API can filter."""


def config_page(query: ConfigQuery, directory: Directory, *, connection: str) -> Page[ConfigItem]:
    """Everything of a kind on one page: the agents are at hand, with their guardrails inside.

    Raises:
        Unsupported: there is no such kind here.
    """
    readers: dict[str, Callable[[Agent], Iterable[ConfigItem]]] = {"agents": _agent, "guardrails": _guardrails}
    read = readers.get(query.kind)
    if read is None:
        raise Unsupported(
            f"{connection} has no list of {query.kind}; it has {', '.join(KINDS)}", names=["kind"], have=list(KINDS)
        )
    return Page(tuple(item for agent in directory.agents for item in read(agent)), unusable=directory.odd)


def _agent(agent: Agent) -> Iterable[ConfigItem]:
    yield ConfigItem(
        id=_value(agent.id, Kind.ID),
        name=_value(agent.name, Kind.NAME),
        facts=_facts(
            ("workspace", agent.workspace_id, Kind.ID),
            ("operation mode", agent.operation_mode, Kind.WORD),
            ("enabled", agent.enabled, Kind.WORD),
            ("version", agent.version, Kind.NAME),
            ("response language", agent.response_language, Kind.NAME),
            ("skills", len(agent.skill_ids) if isinstance(agent.skill_ids, list) else None, Kind.WORD),
            ("triggers", None if agent.triggers is None else len(agent.triggers), Kind.WORD),
        ),
        text=_value(agent.description, Kind.TEXT),
    )


def _guardrails(agent: Agent) -> Iterable[ConfigItem]:
    for guardrail in agent.guardrails:
        yield ConfigItem(
            id=_value(guardrail.id, Kind.ID),
            name=_value(guardrail.title, Kind.TEXT),
            facts=_facts(("agent", agent.name, Kind.NAME), ("agent id", agent.id, Kind.ID)),
            text=_value(guardrail.knowledge, Kind.TEXT),
        )


def _facts(*facts: tuple[str, JsonValue, Kind]) -> tuple[tuple[str, Untrusted], ...]:
    return tuple((name, Untrusted(value, kind)) for name, value, kind in facts if value is not None and value != "")


def _value(value: str | None, kind: Kind) -> Untrusted | None:
    return Untrusted(value, kind) if value else None
