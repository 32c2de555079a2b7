"""Fit answers to a number of tokens, and say what was cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.placeholders import cut_note
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.tokens import count_tokens

LEAST_TOKENS: Final = 200
ROOMY_TOKENS: Final = 8000
"""What a `next:` call asks for where more room is the way to see the rest, and the operator allows as much."""
_CHARS_A_TOKEN: Final = 16
_CUT_NOTE_TOKENS: Final = 8
_ITEM_TOKENS: Final = 3
"""What a row or a labelled line costs at least: a number or a word, its separator, its end."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most tokens that an answer may hold; with `structured`, its facts as JSON must fit as well.

    `cap` is the operator's: what no argument can exceed.
    """

    tokens: int
    structured: bool = False
    cap: int = ROOMY_TOKENS

    @property
    def roomier(self) -> int | None:
        """The `max_tokens` of a call that may show more; None where the operator's cap allows no more than this."""
        wanted = min(max(ROOMY_TOKENS, self.tokens * 2), self.cap)
        return wanted if wanted > self.tokens else None

    @property
    def most_chars(self) -> int:
        """More characters than an answer can hold, so that a text of megabytes costs no more to fit than pages."""
        return self.tokens * _CHARS_A_TOKEN

    @property
    def most_items(self) -> int:
        """More rows or labelled lines than an answer can hold."""
        return self.tokens // _ITEM_TOKENS + 1

    def may_hold(self, items: int, sizes: Iterable[int], room: int | None = None) -> bool:
        """Whether so many items with texts of these many characters, each cut to `room`, could fit.

        Never a promise that they do. It is asked before anything goes through the gate, of sizes as they came.
        """
        note = _CUT_NOTE_TOKENS * _CHARS_A_TOKEN
        chars = sum(size if room is None or size <= room else room + note for size in sizes)
        return chars + items * _ITEM_TOKENS * _CHARS_A_TOKEN <= self.most_chars

    def holds(self, answer: Answer) -> bool:
        """Whether the answer fits."""
        if not self._has_room_for(answer.text()):
            return False
        return not self.structured or self._has_room_for(json.dumps(answer.facts(), ensure_ascii=False))

    def _has_room_for(self, text: str) -> bool:
        """Counts only where it has to: no token is less than a byte."""
        return len(text.encode(errors="surrogatepass")) <= self.tokens or count_tokens(text) <= self.tokens

    def most(self, make: Callable[[int], Answer], least: int, most: int, *, all_may_fit: bool = True) -> Answer | None:
        """The answer of the largest size from `least` to `most` that fits; None where none does.

        By bisection. Where it is known that not all can fit, sizes double from `least` until one does not, so that no
        more than about twice what fits is ever laid out.
        """
        best: Answer | None = None
        low, high = least, most
        size, doubling = (high, False) if all_may_fit else (low, True)
        while low <= high:
            answer = make(size)
            if self.holds(answer):
                best, low = answer, size + 1
            else:
                high, doubling = size - 1, False
            size = min(high, max(1, size * 2)) if doubling else (low + high) // 2
        return best

    def first(self, makers: Sequence[Callable[[], Answer | None]]) -> Answer:
        """The first answer that fits, from the fullest to the leanest.

        Raises:
            InvalidArgument: not even the leanest fits.
        """
        for make in makers:
            answer = make()
            if answer is not None and self.holds(answer):
                return answer
        mend = (
            f"ask again with {min(self.tokens * 2, self.cap)}"
            if self.cap > self.tokens
            else "and more is not allowed: RUNDOWN_MAX_TOKENS is too low, its operator can raise it"
        )
        raise InvalidArgument("max_tokens", f"{self.tokens} is too few for this answer and its receipt; {mend}")


def cut(text: SafeText, room: int | None) -> SafeText:
    """The start of a text with a note of how much there was, where it is longer than `room` characters."""
    if room is None or len(text) <= room:
        return text
    return SafeText(f"{text.text[:room]}{cut_note(room, len(text))}")


def clip(text: SafeText, room: int) -> SafeText:
    """The start of a text with an ellipsis, for cells whose receipt says that they were cut."""
    return text if len(text) <= room else SafeText(text.text[: max(0, room - 1)].rstrip("…") + "…")
