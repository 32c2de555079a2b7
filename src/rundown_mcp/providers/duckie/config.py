"""What is set up at Duckie: which lists there are, what they are asked for, and their rows → neutral items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.domain.uuids import is_uuid
from rundown_mcp.provider import ConfigItem, ConfigQuery
from rundown_mcp.providers.duckie.config_wire import WireAgent, WireRule, WireToolConfig
from rundown_mcp.transport.values import value

_TOOL_TYPES: Final = {"duckie": "duckie_tool", "app": "app_tool", "custom": "custom_tool", "mcp": "mcp_tool"}
"""A tool's type by the prefix of its id, which is also the name of the object that only this type has."""


@dataclass(frozen=True, slots=True)
class ConfigKind:
    """Where a kind is listed, the scope that it needs, and the `ConfigQuery` parameters that its API filters by.

    `one_type` says that the API takes one type and not several.
    """

    path: str
    scope: str
    model: type[WireAgent | WireToolConfig | WireRule]
    filters: frozenset[str] = frozenset()
    one_type: bool = False


KINDS: Final[Mapping[str, ConfigKind]] = {
    "agents": ConfigKind("/agents", "api:agents:read", WireAgent),
    "tools": ConfigKind(
        "/tools",
        "api:tools:read",
        WireToolConfig,
        frozenset({"type", "search", "is_write_action", "requires_approval", "integration_id", "mcp_server_id"}),
    ),
    "guidelines": ConfigKind("/guidelines", "api:guidelines:read", WireRule),
    "guardrails": ConfigKind("/guardrails", "api:guardrails:read", WireRule, frozenset({"type"}), one_type=True),
    "runbooks": ConfigKind("/runbooks", "api:runbooks:read", WireRule),
}


def config_params(query: ConfigQuery, kind: ConfigKind) -> list[tuple[str, str]]:
    """The query parameters of a kind's list. Where the API takes one type, all of its types are asked for by none.

    Raises:
        InvalidArgument: a value that the API would refuse.
    """
    if query.mcp_server_id is not None and not is_uuid(query.mcp_server_id):
        raise InvalidArgument("mcp_server_id", "an MCP server's id at Duckie is a UUID")
    types = tuple(dict.fromkeys(query.types))
    params = [] if kind.one_type and len(types) > 1 else [("type", word) for word in types]
    values = {
        "search": query.search if "search" in kind.filters else None,
        "is_write_action": _word(query.is_write_action),
        "requires_approval": _word(query.requires_approval),
        "integration_id": query.integration_id,
        "mcp_server_id": query.mcp_server_id,
    }
    params.extend((name, text) for name, text in values.items() if text)
    return params


def to_item(wire: WireAgent | WireToolConfig | WireRule) -> ConfigItem | None:
    """A row as a neutral item; None where it has neither an id nor a name."""
    name, text = wire.name, wire.description
    if isinstance(wire, WireAgent):
        facts = _agent_facts(wire)
    elif isinstance(wire, WireToolConfig):
        facts = _tool_facts(wire)
    else:
        name, text, facts = name or wire.title, text or wire.summary, _rule_facts(wire)
    if not (wire.id or name):
        return None
    return ConfigItem(
        id=value(wire.id, Kind.ID),
        name=value(name, Kind.NAME),
        facts=tuple((label, fact) for label, fact in facts if fact is not None),
        text=value(text, Kind.TEXT),
    )


def _agent_facts(wire: WireAgent) -> Iterator[tuple[str, Untrusted | None]]:
    start = wire.start_with
    yield "status", value(wire.status, Kind.WORD)
    yield "last_run_at", value(_time(wire.last_run_at), Kind.WORD)
    yield "starts_with", value(start.name, Kind.NAME) if start else None
    yield "starts_with_type", value(start.type, Kind.WORD) if start else None
    yield "resolution_tracking", _where_false(wire.resolution_tracking)
    yield "tools", _count(wire.tool_ids)
    yield "guidelines", _count(wire.guideline_ids)
    yield "guardrails", _count(wire.guardrail_ids)


def _tool_facts(wire: WireToolConfig) -> Iterator[tuple[str, Untrusted | None]]:
    app, mcp = wire.app, wire.mcp
    yield "type", value(_tool_type(wire), Kind.WORD)
    yield "enabled", _where_false(wire.enabled)
    yield "is_write_action", value(wire.is_write_action, Kind.WORD)
    yield "requires_approval", value(wire.requires_approval, Kind.WORD)
    yield "availability", value(wire.duckie.availability, Kind.WORD) if wire.duckie else None
    yield "integration", value(app.integration_name, Kind.NAME) if app else None
    yield "integration_id", value(app.integration_id, Kind.ID) if app else None
    yield "connection_status", value(app.connection_status, Kind.WORD) if app else None
    yield "mcp_server", value(mcp.server_name, Kind.NAME) if mcp else None
    yield "mcp_server_id", value(mcp.server_id, Kind.ID) if mcp else None


def _rule_facts(wire: WireRule) -> Iterator[tuple[str, Untrusted | None]]:
    yield "type", value(wire.type, Kind.WORD)
    yield "status", value(wire.status, Kind.WORD)


def _tool_type(wire: WireToolConfig) -> str | None:
    prefix, colon, _ = (wire.id or "").partition(":")
    if colon and prefix in _TOOL_TYPES:
        return _TOOL_TYPES[prefix]
    own = {"duckie": wire.duckie, "app": wire.app, "custom": wire.custom, "mcp": wire.mcp}
    return next((_TOOL_TYPES[name] for name, part in own.items() if part is not None), None)


def _count(items: JsonValue) -> Untrusted | None:
    return Untrusted(len(items), Kind.WORD) if isinstance(items, list) else None


def _where_false(flag: bool | None) -> Untrusted | None:  # noqa: FBT001 - a value to show, not a switch
    """A flag that is nearly always true, and tells something where it is not."""
    return value(flag, Kind.WORD) if flag is False else None


def _time(moment: datetime | None) -> str | None:
    """`2026-11-22 03:40` in UTC: short, because every row has one."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else None


def _word(flag: bool | None) -> str | None:  # noqa: FBT001 - a value to spell, not a switch
    return None if flag is None else str(flag).lower()
