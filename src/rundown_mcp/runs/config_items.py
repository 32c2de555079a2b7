"""List what is set up at several connections, one connection after the other, from where a cursor stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument, Unsupported
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListsConfig, Page, walk_pages
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.runs.cursor import Place
from rundown_mcp.runs.fanout import Reply, ask_all

_PAGE: Final = 100
"""What providers are asked for at once, whatever the limit: a cursor counts into pages, so they must stay the same."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing, and the place behind it in its connection's list (None: it is the last)."""

    connection: str
    item: ConfigItem
    behind: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigList:
    """One page of what is set up: the items in order, and where each connection's list goes on.

    `starts` are where the lists stood before that were not read to their end without an item. `more`: items are known
    to follow behind these. `has_gaps`: there may be others that could not be read.
    """

    items: tuple[Item, ...]
    starts: Mapping[str, Place]
    coverage: tuple[Coverage, ...]
    more: bool
    has_gaps: bool

    def behind(self, count: int) -> Mapping[str, Place]:
        """Where to go on behind the first `count` items, by connection; nothing where all has been listed."""
        left = dict(self.starts)
        for item in self.items[:count]:
            left.pop(item.connection, None)
            if item.behind is not None:
                left[item.connection] = item.behind
        return left


async def list_config(
    connections: Sequence[Connection],
    query: ConfigQuery,
    places: Mapping[str, Place] | None,
    *,
    limit: int,
    time_s: float,
) -> ConfigList:
    """The next `limit` items; `places` is where a cursor stands, in the connections that have more, None at the start.

    Raises:
        InvalidArgument: the cursor stands in none of these connections.
        RundownError: no connection could answer; where one was asked, its own error.
    """
    if places is not None:
        connections = [connection for connection in connections if connection.name in places]
        if not connections:  # another caller's, who may ask others
            raise InvalidArgument("cursor", "continues no list that is open to you; leave it out to list anew")

    def start(connection: Connection) -> Place:
        return (places or {}).get(connection.name, (None, 0))

    async def ask(connection: Connection) -> Reply[list[Item]]:
        return await _read_items(connection, query, start(connection), limit)

    asked = await ask_all(connections, ask, time_s=time_s)
    items = [item for _, found in asked.results for item in found]
    empty = {connection.name for connection, found in asked.results if not found}
    return ConfigList(
        items=tuple(items[:limit]),
        starts={
            connection.name: start(connection)
            for connection in connections
            if connection.name not in empty and _lack(connection, query) is None
        },
        coverage=asked.coverage,
        more=len(items) > limit,
        has_gaps=bool(asked.failed) or any(item.answered and item.notes for item in asked.coverage),
    )


def _lack(connection: Connection, query: ConfigQuery) -> Unsupported | None:
    """Why a connection cannot answer a query at all; None where it can."""
    kinds = _kinds(connection)
    if query.kind not in kinds:
        return Unsupported(
            f"{connection.name} has no {query.kind}; it lists {', '.join(kinds) or 'nothing'}", names=[query.kind]
        )
    lacking = [name for name in query.used if name not in kinds[query.kind] and name != "search"]
    if lacking:
        return Unsupported(
            f"{connection.name} cannot filter {query.kind} by {', '.join(lacking)}; leave it out", names=lacking
        )
    return None


def _kinds(connection: Connection) -> Mapping[str, frozenset[str]]:
    provider = connection.provider
    return provider.config_kinds if isinstance(provider, ListsConfig) else {}


async def _read_items(connection: Connection, query: ConfigQuery, place: Place, limit: int) -> Reply[list[Item]]:
    """Up to `limit` items of one connection behind a place, and one more where there is one.

    Raises:
        ConnectionFailure: that of the provider, or a list without end.
        Unsupported: the provider lacks the kind or a filter.
    """
    provider, lacking = connection.provider, _lack(connection, query)
    if lacking is not None or not isinstance(provider, ListsConfig):
        raise lacking or Unsupported(f"{connection.name} lists no configuration")
    searched_there = "search" in provider.config_kinds[query.kind]

    async def read(token: str | None) -> Page[ConfigItem]:
        return await provider.list_config(query, token=token, size=_PAGE)

    start, skip = place
    found: list[Item] = []
    unusable = 0
    notes: dict[str, None] = {}
    pages = walk_pages(read, connection=connection.name, what=f"the list of {query.kind}", token=start)
    async with aclosing(pages):
        async for token, page in pages:
            notes.update(dict.fromkeys(page.notes))
            last = len(page.items) - 1
            for index, item in enumerate(page.items[skip:], start=skip):
                if searched_there or _matches(item, query.search):
                    behind = (page.next_token, 0) if index == last else (token, index + 1)
                    found.append(Item(connection.name, item, behind))
                if len(found) > limit:
                    return Reply(found, [*notes, *_left_out(unusable)])
            unusable += page.unusable
            skip = 0
    items = [*found[:-1], *(replace(item, behind=None) for item in found[-1:])]
    return Reply(items, [*notes, *_left_out(unusable)])


def _left_out(unusable: int) -> list[str]:
    return [f"{unusable} without a usable id left out"] if unusable else []


def _matches(item: ConfigItem, search: str | None) -> bool:
    """Whether an item's name or id holds the text, where the API cannot search this kind."""
    return search is None or any(value.contains(search) for value in (item.name, item.id) if value is not None)
