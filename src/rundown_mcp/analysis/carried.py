"""Which failures follow from an earlier one, because their error or input carries it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.names import IDENTIFIER, name_of
from rundown_mcp.domain.text import Untrusted

_LEAST: Final = 12
"""Shorter error texts (`timeout`) are too common to tell which failure they are of."""
_MOST: Final = 4000
_MOST_LEAVES: Final = 400
_REMEMBERED: Final = 8
"""How many of the latest error texts are looked for inside longer ones."""


def causes_of(failed: Sequence[Assessment]) -> dict[int, int]:
    """The number of each failed step that carries an earlier failure, with the number of that earlier step.

    A step carries one where its error names the tool that failed, or holds its error; or where a value of its input
    is that error, or names that tool. Two failures with the same text are taken to be two.
    """
    causes: dict[int, int] = {}
    by_tool: dict[str, int] = {}
    by_error: dict[str, int] = {}
    latest: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)
    for item in failed:
        own, said = name_of(item.step), _folded(item.error)
        cause = _cause(item, by_tool, by_error, latest)
        if cause is not None:
            causes[item.step.number] = cause
        if own is not None:
            by_tool[own] = item.step.number
        if len(said) >= _LEAST:
            by_error[said] = item.step.number
            latest.append((said, item.step.number))
    return causes


def _cause(
    item: Assessment, by_tool: dict[str, int], by_error: dict[str, int], latest: deque[tuple[str, int]]
) -> int | None:
    own, said = name_of(item.step), _folded(item.error)
    for text in (item.error, item.step.content):
        for word in text.words(IDENTIFIER, _MOST) if text is not None else ():
            if word in by_tool and word != own and _is_distinct(word):
                return by_tool[word]
    for held in _held(item.step.tool.input if item.step.tool else None):
        if held in by_error:
            return by_error[held]
    inside = (number for text, number in latest if text in said and text != said)
    return next(inside, None) or _named_in_input(item, by_tool)


def _named_in_input(item: Assessment, by_tool: dict[str, int]) -> int | None:
    given, own = item.step.tool.input if item.step.tool else None, name_of(item.step)
    if given is None:
        return None
    words = given.words(IDENTIFIER, _MOST)
    return next((by_tool[word] for word in sorted(words & by_tool.keys()) if word != own and _is_distinct(word)), None)


def _is_distinct(name: str) -> bool:
    """Whether a tool's name is no everyday word: `lookup_order`, not `search`."""
    return any(not char.isalpha() for char in name)


def _held(given: Untrusted | None) -> Iterator[str]:
    """The long texts among an input's values."""
    if given is not None:
        leaves = islice(given.unpacked().leaves(), _MOST_LEAVES)
        yield from (value.strip().casefold() for _, value in leaves if len(value) >= _LEAST)


def _folded(error: Untrusted | None) -> str:
    return "" if error is None else error.folded()[:_MOST]
