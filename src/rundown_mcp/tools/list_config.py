"""`list_config`: what is set up at a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.provider import ConfigQuery
from rundown_mcp.runs.config_items import ConfigList
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.cursor import Place
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import Cursor, Listed, MaxTokens, Providers, Search, Short
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell
from rundown_mcp.views.call import call
from rundown_mcp.views.lists import NamedRows

DEFAULT_TOKENS: Final = 4000
_LIMIT: Final = 50
Kind = Literal["agents", "tools", "guardrails", "guidelines", "runbooks", "use_cases", "connections"]

_TYPES: Final = {
    "tools": ("duckie_tool", "app_tool", "custom_tool", "mcp_tool"),
    "guardrails": ("escalation", "restriction"),
}
_OWN: Final = "connections"
"""The only list of a cursor of kind=connections."""
Continued = Callable[[Mapping[str, Place]], tuple[str, ...]]
"""Writes the calls that go on from where the connections' lists stand."""
_TOOL_FILTERS: Final = frozenset({"is_write_action", "requires_approval", "integration_id", "mcp_server_id"})


async def list_config(  # noqa: PLR0913 - each parameter is one filter of the contract
    context: ToolContext,
    *,
    kind: Kind,
    provider: Providers | None = None,
    type: Annotated[  # noqa: A002 - the contract names it
        Listed[Short] | None,
        Field(description="tools: duckie_tool app_tool custom_tool mcp_tool; guardrails: escalation restriction"),
    ] = None,
    search: Search | None = None,
    is_write_action: bool | None = None,
    requires_approval: bool | None = None,
    integration_id: Short | None = None,
    mcp_server_id: Short | None = None,
    limit: Annotated[int, Field(ge=1, le=200)] = _LIMIT,
    cursor: Cursor | None = None,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """List what is set up at a provider: agents, tools, guardrails, guidelines, runbooks, use cases, connections."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    query = ConfigQuery(
        kind=kind,
        types=tuple(type or ()),
        search=search,
        is_write_action=is_write_action,
        requires_approval=requires_approval,
        integration_id=integration_id,
        mcp_server_id=mcp_server_id,
    )
    _check(query)
    arguments, places = _arguments(query, provider), None
    if cursor is not None:
        arguments, places = _continued(context, cursor, arguments)
        query, provider = _stored_query(arguments), _stored_provider(arguments)
    connections = context.runs.select(provider or [])

    def continued(left: Mapping[str, Place]) -> tuple[str, ...]:
        if not left:
            return ()
        sealed = context.runs.cursors.encode_places(arguments, left)
        return (call("list_config", kind=kind, cursor=sealed, limit=limit if limit != _LIMIT else None),)

    if kind == "connections":
        return _connections(context, connections, query.search, places or {}, limit, continued).fit(budget)
    page = await context.runs.config(query, connections, places, limit=limit, time_s=context.time_s)
    return _items(context, page, continued).fit(budget)


def _check(query: ConfigQuery) -> None:
    """Refuse filters that do not go with the kind, before anything is sent."""
    valid = _TYPES.get(query.kind, ())
    wrong = [word for word in query.types if word not in valid]
    if wrong:
        takes = f"takes {', '.join(valid)}" if valid else "is a filter of tools and guardrails"
        raise InvalidArgument("type", f"{takes}{f' for {query.kind}' if valid else ''}")
    foreign = sorted(_TOOL_FILTERS & set(query.used)) if query.kind != "tools" else []
    if foreign:
        raise InvalidArgument(foreign[0], "is a filter of tools; use kind=tools")


def _arguments(query: ConfigQuery, provider: Sequence[str] | None) -> Mapping[str, JsonValue]:
    """The arguments as a cursor keeps them."""
    given: dict[str, JsonValue | None] = {
        "kind": query.kind,
        "provider": list(provider) if provider else None,
        "type": list(query.types) or None,
        "search": query.search,
        "is_write_action": query.is_write_action,
        "requires_approval": query.requires_approval,
        "integration_id": query.integration_id,
        "mcp_server_id": query.mcp_server_id,
    }
    return {name: value for name, value in given.items() if value is not None}


def _stored_query(arguments: Mapping[str, Any]) -> ConfigQuery:
    rest = {name: value for name, value in arguments.items() if name not in {"provider", "type"}}
    return ConfigQuery(types=tuple(arguments.get("type", ())), **rest)


def _stored_provider(arguments: Mapping[str, Any]) -> list[str]:
    return list(arguments.get("provider", ()))


def _continued(
    context: ToolContext, cursor: str, arguments: Mapping[str, JsonValue]
) -> tuple[Mapping[str, JsonValue], Mapping[str, Place]]:
    """What a cursor continues; it may come with its own filters or with none besides the kind."""
    former, places = context.runs.cursors.decode_places(cursor)
    if arguments not in (former, {"kind": former.get("kind")}):
        raise InvalidArgument("cursor", "continues another kind or other filters; pass it with its kind alone")
    return former, places


def _items(context: ToolContext, page: ConfigList, continued: Continued) -> NamedRows:
    """One table over all connections: the facts that any item has become columns."""
    gate = context.gate
    facts = list(dict.fromkeys(label for item in page.items for label, _ in item.item.facts))
    rows: list[tuple[Cell, ...]] = []
    for item in page.items:
        values = dict(item.item.facts)
        rows.append(
            (
                item.connection,
                words.maybe(gate, item.item.id),
                words.maybe(gate, item.item.name),
                *(words.maybe(gate, values.get(label)) for label in facts),
                words.maybe(gate, item.item.text),
            )
        )
    return NamedRows(
        columns=("connection", "id", "name", *facts, "description"),
        rows=rows,
        coverage=tuple(map(str, page.coverage)),
        sandbox=context.runs.sandbox,
        noun="item",
        more=page.more,
        has_gaps=page.has_gaps,
        names=3,
        following=lambda size: continued(page.behind(size)),
    )


def _connections(
    context: ToolContext,
    connections: Sequence[Connection],
    search: str | None,
    places: Mapping[str, Place],
    limit: int,
    continued: Continued,
) -> NamedRows:
    """Our own connections; nothing is asked of a provider."""
    found = [
        (connection.name, connection.spec.title, urlsplit(connection.base_url).hostname or "")
        for connection in connections
        if search is None or search.casefold() in f"{connection.name} {connection.spec.title}".casefold()
    ]
    _, start = places.get(_OWN, (None, 0))
    end = min(start + limit, len(found))
    return NamedRows(
        columns=("connection", "provider", "host"),
        rows=found[start:end],
        coverage=tuple(f"{connection.name} ok" for connection in connections),
        sandbox=context.runs.sandbox,
        noun="connection",
        more=end < len(found),
        names=3,
        following=lambda size: continued({_OWN: (None, start + size)} if start + size < len(found) else {}),
    )
