"""The answer of `get_step`: one step or message, whole, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.placeholders import FORMS
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt
from rundown_mcp.views.budget import Budget, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import plural

_LOOK_BACK: Final = 64
_CHARS_A_TOKEN: Final = 16
_BRIEF_FACTS: Final = 3
"""Which step of how many, its state, its tool; or which message, its role, its author."""
_BRIEF_ROOM: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPages:
    """One step or message of a run, ready to be fitted to a budget.

    `name` is how it is asked for again (`7`, `m3`), `facts` are small, `parts` are the texts that may be long.
    """

    ref: str
    name: str
    facts: tuple[tuple[str, Cell], ...]
    parts: Mapping[str, SafeText]
    coverage: str
    sandbox: bool

    def whole(self, budget: Budget) -> Answer:
        """Facts and every part; where they do not all fit, each part gets the same room and says how to go on."""
        longest = min(max((len(text) for text in self.parts.values()), default=0), _most_chars(budget))
        return budget.first([partial(budget.most, partial(self._all, brief), 0, longest) for brief in (False, True)])

    def _all(self, brief: object, room: int) -> Answer:
        """Each part in the same room; `brief` leaves most facts out, and all calls but the first."""
        facts = [_shortened(fact) for fact in self.facts[:_BRIEF_FACTS]] if brief else self.facts
        dropped = [label for label, _ in self.facts[len(facts) :]]
        items = [*facts, *((part, cut(text, room)) for part, text in self.parts.items())]
        short = [part for part, text in self.parts.items() if len(text) > room]
        calls = [call("get_step", run=self.ref, step=self.name, part=part, offset=room or None) for part in short]
        return Answer(
            blocks=(Lines(tuple(items)),),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown="all of it"
                if not (short or dropped)
                else f"{len(self.parts) - len(short)} of {len(self.parts)} parts whole",
                cut=(f"left out: {plural(len(dropped), 'line')}",) if dropped else (),
                next=tuple(calls[:1] if brief else calls),
            ),
        )

    def page(self, part: str, offset: int, budget: Budget) -> Answer:
        """As much of one part from `offset` on as fits; the fence holds it and nothing else.

        Raises:
            InvalidArgument: the step has no such part, or it ends before `offset`.
        """
        text = self.parts.get(part)
        if text is None:
            there = ", ".join(self.parts) or "none"
            raise InvalidArgument("part", f"step {self.name} has no {part}; it has: {there}, or all")
        if offset > 0 and offset >= len(text):
            raise InvalidArgument("offset", f"{part} of step {self.name} has {len(text)} chars; ask from 0 to its end")
        most = min(len(text) - offset, _most_chars(budget))
        return budget.first(
            [lambda: budget.most(lambda size: self._page(part, text.text, offset, size), 1, most)]
            if text
            else [lambda: self._page(part, "", 0, 0)]
        )

    def _page(self, part: str, text: str, offset: int, size: int) -> Answer:
        end = _page_end(text, offset, offset + size)
        shown = SafeText(text[offset:end])
        place = f"step {self.name}" if not self.name.startswith("m") else f"message {self.name}"
        more = end < len(text)
        return Answer(
            head=(f"{place}, {part}",),
            blocks=(Lines((("", shown),)),) if shown else (),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"chars {offset} to {end} of {len(text)}",
                cut=(f"{len(text) - end} chars follow",) if more else (),
                next=(call("get_step", run=self.ref, step=self.name, part=part, offset=end),) if more else (),
            ),
        )


def _shortened(fact: tuple[str, Cell]) -> tuple[str, Cell]:
    label, text = fact
    return label, cut(text, _BRIEF_ROOM) if isinstance(text, SafeText) else text


def _most_chars(budget: Budget) -> int:
    """More characters than a page can hold, so that a part of megabytes costs no more to fit than one of pages."""
    return budget.tokens * _CHARS_A_TOKEN


def _page_end(text: str, start: int, end: int) -> int:
    """The end of a page, moved back where it would stand beside white space or within a placeholder.

    A reader that trims a page's edges still joins the pages to the whole. Where the page's second half has no such
    place, it ends where it is full.
    """
    if end >= len(text):
        return len(text)
    around = range(max(start, end - _LOOK_BACK), end + _LOOK_BACK)
    placeholders = [found.span() for found in FORMS.finditer(text, around.start, around.stop)]
    inside = next((first for first, last in placeholders if start < first < end < last), end)
    for candidate in range(inside, start + (inside - start) // 2, -1):
        if not (text[candidate - 1].isspace() or text[candidate].isspace()):
            return candidate
    return end
