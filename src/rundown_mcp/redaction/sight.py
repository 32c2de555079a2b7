"""A text as the patterns look at it, and where each part of it stands in the original."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property

from rundown_mcp.redaction.engine import scannable


class Sight:
    """One reading of a text: the text itself, or what it says once a disguise is taken off.

    `origin` leads a range of this reading back to the text that it was read from; a range that touches a rewritten
    part takes all of that part.
    """

    def __init__(
        self, text: str, parent: Sight | None = None, edits: list[tuple[int, int, int, int]] | None = None
    ) -> None:
        self.text = text
        self._parent = parent
        self._edits = edits or []
        self.written = ""
        """What stands here in place of disguises."""

    @cached_property
    def lower(self) -> str:
        """The text in small letters, which several look at; of a few characters it makes more than one."""
        return self.text.lower()

    @cached_property
    def data(self) -> bytes:
        """The text with one byte a character."""
        return scannable(self.text, lambda: self.lower)

    @cached_property
    def _starts(self) -> list[int]:
        return [edit[0] for edit in self._edits]

    @property
    def is_original(self) -> bool:
        """Whether this is the first text, from which nothing was taken off."""
        return self._parent is None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The range of the first text that a range of this one was read from."""
        if self._parent is None:
            return start, end
        return self._parent.origin(*self.source(start, end))

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range of the reading that this one was made from."""
        return self._back(start, last=False), self._back(end - 1, last=True)

    def rewrites(self) -> list[tuple[int, int]]:
        """The ranges of the first text that this reading changed, in order."""
        if self._parent is None:
            return []
        own = [self._parent.origin(start, end) for _, _, start, end in self._edits]
        return sorted([*own, *self._parent.rewrites()])

    def _back(self, offset: int, *, last: bool) -> int:
        """Where a character begins, or with `last` where it ends, in the parent."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset + last
        _, read_end, source, source_end = self._edits[index]
        if offset < read_end:
            return source_end if last else source
        return source_end + offset - read_end + last

    def rewritten(
        self, matches: Callable[[str], Iterable[re.Match[str]]], replace: Callable[[re.Match[str]], str]
    ) -> Sight:
        """The reading in which each of the text's matches that `replace` changes is replaced; itself where none is."""
        pieces: list[str] = []
        written: list[str] = []
        edits: list[tuple[int, int, int, int]] = []
        last = size = 0
        for found in matches(self.text):
            new = replace(found)
            if new == found[0]:
                continue
            start, end = found.span()
            pieces += (self.text[last:start], new)
            written.append(new)
            size += start - last
            edits.append((size, size + len(new), start, end))
            size += len(new)
            last = end
        if not edits:
            return self
        pieces.append(self.text[last:])
        sight = Sight("".join(pieces), self, edits)
        sight.written = "".join(written)
        return sight
