"""Short texts in which nothing is to be masked: searched once, and many of them together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from rundown_mcp.redaction.identities import Identities
from rundown_mcp.redaction.masking import APART, Search, find, other_readings
from rundown_mcp.redaction.names import folded
from rundown_mcp.redaction.placeholders import CLOSE, OPEN

_LONGEST: Final = 300
_MOST: Final = 4096
_MORE_THAN_TEXT: Final = re.compile(rf"\s*[\[{{]|.*[{APART}{OPEN}{CLOSE}]", re.DOTALL)
"""What may be JSON, which is searched by its parts, or holds characters that stand for something in the search."""


class CleanTexts:
    """Remembers texts in which one search for nobody in particular finds nothing; safe to be used by threads.

    To search a text of a few words costs 30 µs, nearly all of it whatever the text holds: the 150 cells of a list cost
    as much as four when they are searched together.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self._clean: dict[str, str | None] = {}
        """By each text how names would stand in it; None where only a search can tell."""

    def look_through(self, texts: Iterable[str]) -> None:
        """Search those that are new, short and plain."""
        clean = self._clean
        new = [text for text in dict.fromkeys(texts) if text not in clean and _is_plain(text)][:_MOST]
        if not new:
            return
        joined = APART.join(new)
        ends = list(accumulate(len(text) + len(APART) for text in new))
        dirty = _touched(((hit.start, hit.end) for hit in find(joined, self._search)), ends)
        unsure = _touched(other_readings(joined), ends)
        if len(clean) + len(new) > _MOST:
            clean = self._clean = {}
        clean.update(
            (text, None if number in unsure else folded(text)) for number, text in enumerate(new) if number not in dirty
        )

    def holds(self, text: str, people: Identities) -> bool:
        """Whether nothing in a text is to be masked, with these people known; False where that was not looked at."""
        if not people:
            return text in self._clean
        plain = self._clean.get(text)
        return plain is not None and not people.may_be_in(plain)


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and _MORE_THAN_TEXT.match(text) is None


def _touched(places: Iterable[tuple[int, int]], ends: Sequence[int]) -> set[int]:
    """The numbers of the texts that places are in, where texts that end there stand one behind the other."""
    return {
        number for start, end in places for number in range(bisect_right(ends, start), bisect_right(ends, end - 1) + 1)
    }
