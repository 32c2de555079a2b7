"""Short texts, of which each is searched once, and many of them together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from rundown_mcp.redaction.identities import Identities
from rundown_mcp.redaction.masking import APART, Search, find, other_readings
from rundown_mcp.redaction.names import folded
from rundown_mcp.redaction.placeholders import CLOSE, OPEN
from rundown_mcp.redaction.spans import SECRET, Found

_LONGEST: Final = 300
_MOST: Final = 4096
_MORE_THAN_TEXT: Final = re.compile(rf"\s*[\[{{]|.*[{APART}{OPEN}{CLOSE}]", re.DOTALL)
"""What may be JSON, which is searched by its parts, or holds characters that stand for something in the search."""


class _Seen(NamedTuple):
    """What was found in a text, and how names would stand in it; None where only a search can tell."""

    finds: tuple[Found, ...]
    plain: str | None


class SearchedTexts:
    """Remembers what one search for nobody in particular finds in short texts; safe to be used by threads.

    To search a text of a few words costs 30 µs, nearly all of it whatever the text holds: the 150 cells of a list cost
    as much as four when they are searched together.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self._seen: dict[str, _Seen] = {}

    def look_through(self, texts: Iterable[str]) -> None:
        """Search those that are new, short and plain.

        Where one of them holds a secret, which is masked wherever else it stands, only those without a find are kept.
        """
        seen = self._seen
        new = [text for text in dict.fromkeys(texts) if text not in seen and _is_plain(text)][:_MOST]
        if not new:
            return
        joined = APART.join(new)
        ends = list(accumulate(len(text) + len(APART) for text in new))
        finds: dict[int, list[Found]] = {}
        for hit in find(joined, self._search):
            number = bisect_right(ends, hit.start)
            shift = ends[number] - len(new[number]) - len(APART)
            finds.setdefault(number, []).append(hit.moved(hit.start - shift, hit.end - shift))
        holds_secret = any(hit.kind == SECRET for some in finds.values() for hit in some)
        unsure = {bisect_right(ends, start) for start, _ in other_readings(joined)}
        if len(seen) + len(new) > _MOST:
            seen = self._seen = {}
        for number, text in enumerate(new):
            if number not in finds or not holds_secret:
                seen[text] = _Seen(tuple(finds.get(number, ())), None if number in unsure else folded(text))

    def finds(self, text: str, people: Identities, told: Sequence[str] = ()) -> tuple[Found, ...] | None:
        """What is to be masked in a text, with these people and secrets known; None where only a search can tell."""
        seen = self._seen.get(text)
        if seen is None or (people and (seen.plain is None or people.may_be_in(seen.plain))):
            return None
        return None if told and (seen.plain is None or any(secret in text for secret in told)) else seen.finds


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and _MORE_THAN_TEXT.match(text) is None
