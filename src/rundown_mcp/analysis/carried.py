"""Which failures follow from an earlier one, because their error or input carries it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.names import IDENTIFIER, is_distinct, name_of
from rundown_mcp.analysis.phrases import MOST
from rundown_mcp.domain.text import Untrusted

_LEAST: Final = 12
"""Shorter error texts (`timeout`) are too common to tell which failure they are of."""
_MOST_LEAVES: Final = 400
_NOTHING: Final = frozenset(("", "\0null", "\0[]", "\0{}"))
_REMEMBERED: Final = 8
"""How many of the latest error texts are looked for inside longer ones."""


def causes_of(failed: Sequence[Assessment]) -> dict[int, int]:
    """The number of each failed step that carries an earlier failure, with the number of that earlier step.

    A step carries one where its error names the tool that failed, or holds its error; or where a value of its input
    is that error, or names that tool; or where its error names what it was given nothing for. Two
    failures with the same text are taken to be two.
    """
    causes: dict[int, int] = {}
    seen = _Seen()
    for item in failed:
        cause = seen.cause_of(item)
        if cause is not None:
            causes[item.step.number] = cause
        seen.add(item)
    return causes


class _Seen:
    """The failures before a place in a run, by their tools' names and by their errors."""

    def __init__(self) -> None:
        self._by_tool: dict[str, int] = {}
        self._by_error: dict[str, int] = {}
        self._latest: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)
        self._last: int | None = None

    def add(self, item: Assessment) -> None:
        """Take in the next failure."""
        name, said, number = name_of(item.step), _folded(item.error), item.step.number
        self._last = number
        if name is not None and item.step.tool is not None and is_distinct(item.step.tool.name):
            self._by_tool[name] = number
            if " " in name:
                self._latest.append((name, number))
        if len(said) >= _LEAST:
            self._by_error[said] = number
            self._latest.append((said, number))

    def cause_of(self, item: Assessment) -> int | None:
        """The failure that a step carries, in its error or else in its input."""
        own, said = name_of(item.step), _folded(item.error)
        given = item.step.tool.input if item.step.tool else None
        for text in (item.error, item.step.content, given):
            named = sorted((text.words(IDENTIFIER, MOST) & self._by_tool.keys()) - {own}) if text is not None else []
            if named:
                return self._by_tool[named[0]]
        if self._last is not None and _was_not_given(item, given):
            return self._last
        inside = (number for text, number in self._latest if text in said and text not in {said, own})
        held = (self._by_error[text] for text in _held(given) if text in self._by_error)
        return next(inside, None) or next(held, None)


def _was_not_given(item: Assessment, given: Untrusted | None) -> bool:
    """Whether a call was given nothing (`label_url: null`) under a key that its error names."""
    leaves = islice(given.unpacked().leaves(), _MOST_LEAVES) if given is not None and item.error is not None else ()
    missing = {path[-1].casefold() for path, value in leaves if path and value in _NOTHING}
    return bool(missing) and item.error is not None and bool(missing & item.error.words(IDENTIFIER, MOST))


def _held(given: Untrusted | None) -> Iterator[str]:
    """The long texts among an input's values."""
    if given is not None:
        leaves = islice(given.unpacked().leaves(), _MOST_LEAVES)
        yield from (value.strip().casefold() for _, value in leaves if len(value) >= _LEAST)


def _folded(error: Untrusted | None) -> str:
    return "" if error is None else error.folded()[:MOST]
