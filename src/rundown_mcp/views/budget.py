"""Fit answers to a number of tokens, and say what was cut."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.placeholders import cut_note
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.tokens import count_tokens

LEAST_TOKENS: Final = 200
ROOMY_TOKENS: Final = 8000
"""What a `next:` call asks for where more room is the way to see the rest; the operator's cap holds over it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Budget:
    """The most tokens that an answer may hold; with `structured`, its facts as JSON must fit as well."""

    tokens: int
    structured: bool = False

    def holds(self, answer: Answer) -> bool:
        """Whether the answer fits."""
        if count_tokens(answer.text()) > self.tokens:
            return False
        return not self.structured or count_tokens(json.dumps(answer.facts(), ensure_ascii=False)) <= self.tokens

    def most(self, make: Callable[[int], Answer], least: int, most: int) -> Answer | None:
        """The answer of the largest size from `least` to `most` that fits, by bisection; None where none does."""
        best: Answer | None = None
        low, high = least, most
        size = high
        while low <= high:
            answer = make(size)
            if self.holds(answer):
                best, low = answer, size + 1
            else:
                high = size - 1
            size = (low + high) // 2
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
        raise InvalidArgument(
            "max_tokens", f"{self.tokens} is too few for this answer and its receipt; ask again with {self.tokens * 2}"
        )


def cut(text: SafeText, room: int | None) -> SafeText:
    """The start of a text with a note of how much there was, where it is longer than `room` characters."""
    if room is None or len(text) <= room:
        return text
    return SafeText(f"{text.text[:room]}{cut_note(room, len(text))}")


def clip(text: SafeText, room: int) -> SafeText:
    """The start of a text with an ellipsis, for cells whose receipt says that they were cut."""
    return text if len(text) <= room else SafeText(text.text[: max(0, room - 1)] + "…")
