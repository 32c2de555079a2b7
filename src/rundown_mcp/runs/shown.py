"""Keep long texts as they were shown, so that the pages of a text of megabytes are not masked anew one by one."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final, TypeAlias

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import SafeText

KEPT_S: Final = 600.0
_MOST_CHARACTERS: Final = 64_000_000
_LEAST_WORTH_KEEPING: Final = 20_000
"""Characters: a shorter text is masked anew in less time than a reader notices."""

Part: TypeAlias = tuple[Ref, str, str]
"""A run, its step or message, and the part of it."""


class ShownTexts:
    """Parts of finished runs that passed the gate, bounded by size and age; safe to be lost and to be used by threads.

    A run that is not finished may hold something else when it is read again: its parts have no place here.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._kept: OrderedDict[Part, tuple[float, SafeText]] = OrderedDict()
        self._characters = 0

    def get(self, part: Part, make: Callable[[], SafeText]) -> SafeText:
        """The text of a part from memory, or from `make`."""
        with self._lock:
            kept = self._fresh(part)
        if kept is not None:
            return kept
        text = make()
        if _LEAST_WORTH_KEEPING <= len(text) <= _MOST_CHARACTERS:
            with self._lock:
                self._keep(part, text)
        return text

    def _fresh(self, part: Part) -> SafeText | None:
        for old in [kept for kept, (at, _) in self._kept.items() if self._now() - at > KEPT_S]:
            self._drop(old)
        entry = self._kept.get(part)
        if entry is None:
            return None
        self._kept.move_to_end(part)
        return entry[1]

    def _keep(self, part: Part, text: SafeText) -> None:
        self._drop(part)
        self._kept[part] = (self._now(), text)
        self._characters += len(text)
        while self._characters > _MOST_CHARACTERS:
            self._drop(next(iter(self._kept)))

    def _drop(self, part: Part) -> None:
        entry = self._kept.pop(part, None)
        if entry is not None:
            self._characters -= len(entry[1])
