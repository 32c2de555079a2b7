"""An open connection: one account at one provider, with what is remembered of it for a while."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from rundown_mcp.domain.ref import Ref, RefIndex
from rundown_mcp.provider import ProviderSpec, RunProvider

_REMEMBERED_REFS: Final = 20_000
_REMEMBERED_LISTS: Final = 512
_REMEMBERED_PAGES: Final = 128


@dataclass(slots=True)
class SeenRefs:
    """Refs that answers named lately, oldest forgotten first: what short refs are looked up in before a provider is."""

    index: RefIndex = field(default_factory=RefIndex)
    _refs: OrderedDict[Ref, None] = field(default_factory=OrderedDict)
    _by_alias: dict[str, Ref] = field(default_factory=dict)

    def add(self, ref: Ref, aliases: tuple[str, ...] = ()) -> None:
        """Remember a ref, and other ids that name the same run."""
        if ref not in self._refs:
            self.index.add(ref)
        self._refs[ref] = None
        self._refs.move_to_end(ref)
        for alias in aliases:
            self._by_alias[alias] = ref
        while len(self._refs) > _REMEMBERED_REFS:
            self.index.remove(self._refs.popitem(last=False)[0])
        while len(self._by_alias) > _REMEMBERED_REFS:
            self._by_alias.pop(next(iter(self._by_alias)))

    def starting_with(self, text: str) -> list[Ref]:
        """The refs whose run id starts with `text`, or that have it as an alias."""
        found = self.index.starting_with(text)
        alias = self._by_alias.get(text)
        return [*found, alias] if alias is not None and alias not in found else found

    def __len__(self) -> int:
        return len(self._refs)


@dataclass(slots=True)
class Bookmarks:
    """Where the pages of lists that cannot start at a time begin, so that a walk need not read them all again.

    Only a short cut: a process without them reads from the newest and gives the same answer.
    """

    _pages: OrderedDict[str, list[tuple[datetime, str]]] = field(default_factory=OrderedDict)

    def add(self, mark: str, floor: datetime, token: str) -> None:
        """Remember that everything before the page of `token` started at `floor` or later."""
        pages = self._pages.setdefault(mark, [])
        self._pages.move_to_end(mark)
        if all(known != token for _, known in pages):
            pages.append((floor, token))
        while len(self._pages) > _REMEMBERED_LISTS:
            self._pages.popitem(last=False)
        del pages[:-_REMEMBERED_PAGES]

    def forget(self, mark: str) -> None:
        """Drop what is known of a list whose provider takes its old tokens no longer."""
        self._pages.pop(mark, None)

    def before(self, mark: str, at: datetime) -> str | None:
        """The token of the last known page before which everything started later than `at`."""
        return min(((floor, token) for floor, token in self._pages.get(mark, []) if floor > at), default=(at, None))[1]


@dataclass(frozen=True, slots=True)
class Connection:
    """One account: its name, its vendor's description, its client and where it lives.

    `key_variable` is what an operator looks at when the key is refused.
    """

    name: str
    spec: ProviderSpec
    provider: RunProvider
    base_url: str
    key_variable: str
    seen: SeenRefs = field(default_factory=SeenRefs)
    bookmarks: Bookmarks = field(default_factory=Bookmarks)

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts whose web addresses may name a run of this connection."""
        own = urlsplit(self.base_url).hostname
        return self.spec.web_hosts | ({own} if own else frozenset())
