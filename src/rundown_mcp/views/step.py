"""The answer of `get_step`: one step or message, whole, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.analysis.failure import Assessment, Basis
from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.run import Message
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.placeholders import FORMS
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt
from rundown_mcp.views.budget import Budget, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import length, plural, second

_LOOK_BACK: Final = 64
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

    @property
    def _place(self) -> str:
        return f"message {self.name}" if self.name.startswith("m") else f"step {self.name}"

    def whole(self, budget: Budget) -> Answer:
        """Facts and every part; where they do not all fit, each part gets the same room and says how to go on."""
        longest = min(max((len(text) for text in self.parts.values()), default=0), budget.most_chars)
        makers = (self._all, partial(self._all, brief=True))
        return budget.first([partial(budget.most, make, 0, longest) for make in makers])

    def _all(self, room: int, *, brief: bool = False) -> Answer:
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
            raise InvalidArgument("part", f"{self._place} has no {part}; it has: {there}, or all")
        if offset > 0 and offset >= len(text):
            raise InvalidArgument("offset", f"{part} of {self._place} has {len(text)} chars; ask from 0 to its end")
        most = min(len(text) - offset, budget.most_chars)
        return budget.first(
            [lambda: budget.most(lambda size: self._page(part, text.text, offset, size), 1, most)]
            if text
            else [lambda: self._page(part, "", 0, 0)]
        )

    def _page(self, part: str, text: str, offset: int, size: int) -> Answer:
        end = _page_end(text, offset, offset + size)
        shown = SafeText(text[offset:end])
        more = end < len(text)
        return Answer(
            head=(f"{self._place}, {part}",),
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


def step_facts(gate: Gate, item: Assessment, total: int) -> tuple[tuple[str, Cell], ...]:
    """What is known of a step besides its parts; `total` is how many there are."""
    step = item.step
    return _known(
        ("step", f"{step.number} of {total}"),
        ("state", words.step_state(gate, item, whole=True)),
        ("tool", words.maybe(gate, step.tool.name if step.tool else None)),
        ("tool type", words.maybe(gate, step.tool.type if step.tool else None)),
        ("kind", words.maybe(gate, step.kind)),
        ("title", words.maybe(gate, step.title)),
        ("at", f"{second(step.at)} UTC" if step.at else ""),
        ("took", length(step.duration) if step.duration is not None else ""),
        ("called from", f"m{step.message}" if step.message else ""),
        ("note", "; ".join(step.notes)),
    )


def step_parts(gate: Gate, item: Assessment) -> dict[str, SafeText]:
    """The parts of a step that are there; an error that was read out of the output is not said twice."""
    step = item.step
    return _there(
        gate,
        error=step.error or (item.error if item.basis is Basis.STATED else None),
        input=step.tool.input if step.tool else None,
        output=step.tool.output if step.tool else None,
        content=step.content,
    )


def message_facts(gate: Gate, message: Message) -> tuple[tuple[str, Cell], ...]:
    """What is known of a message besides its content."""
    return _known(
        ("message", f"m{message.number}"),
        ("role", words.maybe(gate, message.role)),
        ("who", words.maybe(gate, message.author)),
        ("at", f"{second(message.at)} UTC" if message.at else ""),
        ("note", "; ".join(message.notes)),
        ("latency", words.maybe(gate, message.latency)),
    )


def message_parts(gate: Gate, message: Message) -> dict[str, SafeText]:
    """The content of a message, where there is any."""
    return _there(gate, content=message.text)


def _known(*facts: tuple[str, Cell]) -> tuple[tuple[str, Cell], ...]:
    return tuple((label, text) for label, text in facts if text)


def _there(gate: Gate, **values: Untrusted | None) -> dict[str, SafeText]:
    return {part: gate.safe(value) for part, value in values.items() if value is not None}
