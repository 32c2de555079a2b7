"""Find a plain text in texts that passed the gate, in any case, never inside a placeholder."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.placeholders import FORMS
from rundown_mcp.redaction.sanitize import sanitize

KEPT: Final = 200
"""How many spans of one text are kept; more are only counted."""
_LAST_UNFOLDABLE: Final = 0xFB17
"""The last character that folds into several (`ﬗ`)."""
_DESCRIBED: Final = re.compile(
    r" (?:value|(?:(?:text|object|list), )?(?:\d+ (?:keys|items)(?: \([^()]*\))?, )?\d+ chars)"
)
"""What the gate says of a value that it withheld."""
_AFTER: Final = ("", "]")
_BEFORE: Final = ("", "a")
"""What may stand beside a query in a text such that the gate escapes its first or its last character there."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Where a text holds what is looked for: `count` is all, `spans` the first `KEPT` of them, start and end."""

    count: int
    spans: tuple[tuple[int, int], ...]


class Needle:
    """What is looked for, in the forms in which the gate would show it: as it is, and inside a payload's JSON."""

    def __init__(self, query: str) -> None:
        written = (query, json.dumps(query, ensure_ascii=False)[1:-1])
        forms = (
            sanitize(before + text + after)[len(before) : -len(after) or None].casefold()
            for text in written
            for before in _AFTER
            for after in _BEFORE
        )
        self._pattern = re.compile("|".join(map(re.escape, sorted(set(forms), key=len, reverse=True))))

    def find(self, text: SafeText) -> Spans:
        """Every place of the text that may be searched; offsets count characters of `text` as it stands."""
        count = 0
        spans: list[tuple[int, int]] = []
        for start, end in _searchable(text.text):
            folded, origin = _folded(text.text[start:end])
            for found in self._pattern.finditer(folded):
                count += 1
                if len(spans) < KEPT:
                    spans.append((start + origin(found.start()), start + origin(found.end() - 1) + 1))
        return Spans(count, tuple(spans))


def is_withheld(text: SafeText) -> bool:
    """Whether a placeholder stands for all of a text; what follows it is our description, not the text."""
    found = FORMS.match(text.text)
    return found is not None and (found["withheld"] is not None or found["vendor"] == "redacted")


def _searchable(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a text between its placeholders, none where it is withheld.

    Each is searched by itself, so that a query that reaches into a placeholder, or across one, finds nothing and tells
    nothing about what was masked.
    """
    if is_withheld(SafeText(text)):
        return
    at = 0
    for found in FORMS.finditer(text):
        yield at, found.start()
        described = _DESCRIBED.match(text, found.end()) if found["withheld"] else None
        at = described.end() if described else found.end()
    yield at, len(text)


def _folded(text: str) -> tuple[str, Callable[[int], int]]:
    """A text without case, and the place in it that a place in the folded one came from.

    Folding goes character by character and makes none shorter, so texts of equal length have equal places.
    """
    folded = text.casefold()
    if len(folded) == len(text):
        return folded, int
    places = [found.start() for found in _growing().finditer(text)]
    grown = list(accumulate((len(text[place].casefold()) - 1 for place in places), initial=0))
    folded_places = [place + before for place, before in zip(places, grown, strict=False)]

    def origin(place: int) -> int:
        index = bisect_right(folded_places, place) - 1
        return place if index < 0 else max(places[index], place - grown[index + 1])

    return folded, origin


@cache
def _growing() -> re.Pattern[str]:
    """The characters that fold into several: `ß`, `İ`, ligatures."""
    characters = (chr(point) for point in range(_LAST_UNFOLDABLE + 1))
    return re.compile(f"[{''.join(one for one in characters if len(one.casefold()) > 1)}]")
