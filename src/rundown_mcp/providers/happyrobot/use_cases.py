"""The account's use cases, kept for some minutes: names of agents, and what `list_config` shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import anyio

from rundown_mcp.domain.errors import ConnectionFailure
from rundown_mcp.domain.run import Named
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted, as_text
from rundown_mcp.provider import ConfigItem
from rundown_mcp.providers.happyrobot.values import value
from rundown_mcp.providers.happyrobot.wire import WireUseCase
from rundown_mcp.transport.json_api import JsonApi
from rundown_mcp.transport.wire import decode_rows

KEPT_S: Final = 300.0
RETRY_S: Final = 30.0


class UseCases:
    """`GET /use-cases`, asked at most once in five minutes; `clock` gives seconds that only ever grow.

    `names_wait_s` is how long a list of runs waits for names, which it can do without.
    """

    def __init__(self, api: JsonApi, *, clock: Callable[[], float] = time.monotonic, names_wait_s: float = 5.0) -> None:
        self._api = api
        self._names_wait_s = names_wait_s
        self._clock = clock
        self._lock = anyio.Lock()
        self._items: tuple[WireUseCase, ...] = ()
        self._fresh_until: float | None = None
        self._retry_at: float | None = None

    async def read(self) -> tuple[WireUseCase, ...]:
        """All use cases.

        Raises:
            ConnectionFailure: they could not be read; an earlier failure is not held against a new attempt.
        """
        async with self._lock:
            if self._fresh_until is None or self._clock() >= self._fresh_until:
                await self._fetch()
            return self._items

    async def refresh(self) -> tuple[WireUseCase, ...]:
        """All use cases, asked for now whatever is kept.

        Raises:
            ConnectionFailure: they could not be read.
        """
        async with self._lock:
            await self._fetch()
            return self._items

    async def names(self) -> Mapping[str, Untrusted]:
        """Names by folded id, or those known before, or none: a failure costs the names and is kept for 30 seconds."""
        with anyio.move_on_after(self._names_wait_s) as wait:
            await self._read_if_possible()
        if wait.cancelled_caught:
            self._retry_at = self._clock() + RETRY_S
        pairs = ((item.id, value(item.name, Kind.NAME)) for item in self._items)
        return {item_id.casefold(): name for item_id, name in pairs if name is not None}

    async def _read_if_possible(self) -> None:
        async with self._lock:
            now = self._clock()
            if self._fresh_until is not None and now < self._fresh_until:
                return
            if self._retry_at is not None and now < self._retry_at:
                return
            try:
                await self._fetch()
            except ConnectionFailure:
                self._retry_at = self._clock() + RETRY_S

    async def _fetch(self) -> None:
        body = await self._api.get("/use-cases")
        items, _ = decode_rows(WireUseCase, body, connection=self._api.connection, what="the list of use cases")
        self._items = tuple(items)
        self._fresh_until = self._clock() + KEPT_S
        self._retry_at = None


def to_named(item: WireUseCase) -> Named:
    """A use case as the agent of its runs."""
    return Named(Untrusted(item.id, Kind.ID), value(item.name, Kind.NAME))


def to_config_item(item: WireUseCase) -> ConfigItem:
    """A use case as something that is set up."""
    named = to_named(item)
    return ConfigItem(id=named.id, name=named.name, facts=tuple(_facts(item)))


def _facts(item: WireUseCase) -> Iterator[tuple[str, Untrusted]]:
    slug = value(item.slug, Kind.NAME)
    if slug is not None:
        yield "slug", slug
    if isinstance(item.versions, list):
        yield "versions", Untrusted(len(item.versions), Kind.WORD)
        live = value(_live_version(item.versions), Kind.NAME)
        if live is not None:
            yield "live_version", live
    if isinstance(item.run_columns, list):
        yield "run_columns", Untrusted(len(item.run_columns), Kind.WORD)
    days = item.data_retention_days
    if days is not None:
        yield "data_retention_days", Untrusted(int(days) if days.is_integer() else days, Kind.WORD)


def _live_version(versions: list[JsonValue]) -> str | None:
    """The name of the version that answers now."""
    for version in versions:
        if isinstance(version, Mapping) and version.get("is_live") is True:
            label = version.get("name") or version.get("slug") or version.get("version_number")
            return None if label is None else as_text(label)
    return None
