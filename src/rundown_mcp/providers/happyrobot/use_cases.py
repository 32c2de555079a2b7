"""The account's use cases: names of agents, and what `list_config` shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rundown_mcp.domain.run import Named
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted, as_text
from rundown_mcp.provider import ConfigItem, Page
from rundown_mcp.providers.happyrobot.wire import WireUseCase
from rundown_mcp.transport.json_api import JsonApi
from rundown_mcp.transport.values import value
from rundown_mcp.transport.wire import decode_rows

_WORD: Final = re.compile(r"\w+")


async def read_use_cases(api: JsonApi) -> Page[WireUseCase]:
    """All use cases on one page; the API gives them at once.

    Raises:
        ConnectionFailure: they could not be read.
    """
    body = await api.get("/use-cases")
    items, unusable = decode_rows(WireUseCase, body, connection=api.connection, what="the list of use cases")
    return Page(tuple(items), unusable=unusable)


def names_by_id(items: Iterable[WireUseCase]) -> Mapping[str, Untrusted]:
    """The names that are known, by folded id."""
    pairs = ((item.id, value(item.name, Kind.NAME)) for item in items)
    return {item_id.casefold(): name for item_id, name in pairs if name is not None}


def to_named(item: WireUseCase) -> Named:
    """A use case as the agent of its runs."""
    return Named(Untrusted(item.id, Kind.ID), value(item.name, Kind.NAME))


def to_config_item(item: WireUseCase) -> ConfigItem:
    """A use case as something that is set up."""
    named = to_named(item)
    return ConfigItem(id=named.id, name=named.name, facts=tuple(_facts(item)))


def _facts(item: WireUseCase) -> Iterator[tuple[str, Untrusted]]:
    """What helps to ask for runs: the live version, and the columns that `metadata` filters by.

    A slug is shown only where it is not the name over again.
    """
    days = item.data_retention_days
    facts = (
        ("slug", None if item.slug == "-".join(_WORD.findall((item.name or "").casefold())) else item.slug),
        ("live_version", _live_version(item.versions)),
        ("metadata_keys", ", ".join(_columns(item.run_columns))),
        ("data_retention_days", int(days) if days is not None and days.is_integer() else days),
    )
    for label, content in facts:
        fact = value(content, Kind.NAME)
        if fact is not None:
            yield label, fact


def _columns(columns: JsonValue) -> Iterator[str]:
    """The names by which a row's columns are known, each once."""
    items = columns if isinstance(columns, list) else []
    names = (item.get("variable_id") for item in items if isinstance(item, Mapping))
    yield from dict.fromkeys(name for name in names if isinstance(name, str) and name)


def _live_version(versions: JsonValue) -> str | None:
    """The name of the version that answers now."""
    for version in versions if isinstance(versions, list) else []:
        if isinstance(version, Mapping) and version.get("is_live") is True:
            label = version.get("name") or version.get("slug") or version.get("version_number")
            return None if label is None else as_text(label)
    return None
