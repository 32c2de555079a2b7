"""The server's own keys, which a provider may echo: masked under every policy, whole and by halves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import OWN, SECRET, Found

_SHORTEST: Final = 4
_SURE: Final = 12
"""A key of fewer characters counts only where it stands as a word, and no half of that many does."""


class OwnSecrets:
    """Values that this server holds; it is never printed, and they are only compared with."""

    __slots__ = ("_values",)

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = tuple(sorted({value for value in values if len(value) >= _SHORTEST}, key=len, reverse=True))

    def __repr__(self) -> str:
        return f"<{len(self._values)} own secrets>"

    def find(self, sight: Sight) -> Iterator[Found]:
        """Every place that holds one of the values, or at least its first or its last half."""
        text = sight.text
        for value in self._values:
            for start, end in _halves(text, value) if len(value) >= _SURE else _words(text, value):
                yield Found(start, end, SECRET, "own", OWN)


NOTHING: Final = OwnSecrets()


def _words(text: str, value: str) -> Iterator[tuple[int, int]]:
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(value, end)


def _halves(text: str, value: str) -> Iterator[tuple[int, int]]:
    """Where the first or the last half stands, each as far as the text goes on like the value."""
    half = max(_SURE, (len(value) + 1) // 2)
    head, tail = value[:half], value[-half:]
    start = text.find(head)
    while start >= 0:
        end = start + half
        while end - start < len(value) and text[end : end + 1] == value[end - start]:
            end += 1
        yield start, end
        start = text.find(head, end)
    end = text.find(tail) + half
    while end >= half:
        start, left = end - half, len(value) - half
        while start > 0 and left > 0 and text[start - 1] == value[left - 1]:
            start, left = start - 1, left - 1
        yield start, end
        end = text.find(tail, end) + half
