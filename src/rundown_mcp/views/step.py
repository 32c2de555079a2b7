"""The answer of `get_step`: one step, one message, or what is known of the run itself; whole, in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
_LEAST_ROOM: Final = 40


@dataclass(frozen=True, slots=True)
class _Level:
    """How many facts are shown, and how much of each; the first are the number, the state or role, the tool or author.

    Where facts are left out, one call is named, and a part may be begun with its first character alone.
    """

    fact_room: int | None = None
    facts: int | None = None

    @property
    def is_brief(self) -> bool:
        return self.facts is not None


_LEVELS: Final = (_Level(), _Level(240), _Level(40), _Level(40, facts=3), _Level(12, facts=2))


class Parts(Mapping[str, SafeText]):
    """Texts by the names of their parts; each is made when it is first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], SafeText]]) -> None:
        self._makers = makers
        self._made: dict[str, SafeText] = {}

    def __getitem__(self, part: str) -> SafeText:
        if part not in self._made:
            self._made[part] = self._makers[part]()
        return self._made[part]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPages:
    """One step or message of a run, or a line of the run itself, ready to be fitted to a budget.

    `name` is how it is asked for again (`7`, `m3`, `reason`), `place` what it is called (`step 7`). `facts` are small,
    `parts` are the texts that may be long.
    """

    ref: str
    name: str
    place: str
    facts: tuple[tuple[str, Cell], ...]
    parts: Mapping[str, SafeText]
    coverage: str
    sandbox: bool

    def whole(self, budget: Budget) -> Answer:
        """Facts and every part; where they do not all fit, each part gets the same room and says how to go on.

        Where tokens are so few that not even the start of each fits, it is the first page of the first part.
        """
        longest = min(max((len(text) for text in self.parts.values()), default=0), budget.most_chars)
        makers: list[Callable[[], Answer | None]] = [
            partial(
                budget.most,
                partial(self._all, level, budget.roomier),
                min(longest, 1 if level.is_brief else _LEAST_ROOM),
                longest,
            )
            for level in _LEVELS
        ]
        if first := next((part for part, text in self.parts.items() if text), None):
            makers.append(partial(self._first_page, first, budget))
        return budget.first(makers)

    def _all(self, level: _Level, roomier: int | None, room: int) -> Answer:
        """Each part in the same room."""
        facts = [(label, _cut(text, level.fact_room)) for label, text in self.facts[: level.facts]]
        is_cut = any(text != whole for (_, text), (_, whole) in zip(facts, self.facts, strict=False))
        dropped = len(self.facts) - len(facts)
        items = [*facts, *((part, cut(text, room)) for part, text in self.parts.items())]
        short = [part for part, text in self.parts.items() if len(text) > room]
        calls = [call("get_step", run=self.ref, step=self.name, part=part, offset=room or None) for part in short]
        if (is_cut or dropped) and roomier is not None:
            calls.append(call("get_step", run=self.ref, step=self.name, max_tokens=roomier))
        return Answer(
            blocks=(Lines(tuple(items)),),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"{len(self.parts) - len(short)} of {len(self.parts)} parts whole"
                if short or dropped or is_cut
                else "all of it",
                cut=(f"left out: {plural(dropped, 'line')}",) if dropped else (),
                next=tuple(calls[:1] if level.is_brief else calls),
            ),
        )

    def _first_page(self, part: str, budget: Budget) -> Answer | None:
        text = self.parts[part].text
        left_out = f"left out: {', '.join([*(['facts'] if self.facts else []), *(n for n in self.parts if n != part)])}"

        def make(size: int) -> Answer:
            answer = self._page(part, text, 0, size)
            return replace(answer, receipt=replace(answer.receipt, cut=(*answer.receipt.cut, left_out)))

        return budget.most(make, 1, min(len(text), budget.most_chars))

    def page(self, part: str, offset: int, budget: Budget) -> Answer:
        """As much of one part from `offset` on as fits; the fence holds it and nothing else.

        Raises:
            InvalidArgument: the step has no such part, or it ends before `offset`.
        """
        text = self.parts.get(part)
        if text is None:
            there = ", ".join(self.parts) or "none"
            raise InvalidArgument("part", f"{self.place} has no {part}; it has: {there}, or all")
        if offset > 0 and offset >= len(text):
            raise InvalidArgument("offset", f"{part} of {self.place} has {len(text)} chars; ask from 0 to its end")
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
            head=(f"{self.place}, {part}",),
            blocks=(Lines((("", shown),)),) if shown else (),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"chars {offset} to {end} of {len(text)}",
                cut=(f"{len(text) - end} chars follow",) if more else (),
                next=(call("get_step", run=self.ref, step=self.name, part=part, offset=end),) if more else (),
            ),
        )


def _cut(text: Cell, room: int | None) -> Cell:
    return cut(text, room) if isinstance(text, SafeText) else text


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
        ("id", words.maybe(gate, step.id)),
        ("more", words.maybe(gate, step.extra)),
    )


def step_parts(item: Assessment) -> dict[str, Untrusted]:
    """The parts of a step that are there; an error that was read out of the output is not said twice."""
    step = item.step
    return _there(
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
        ("id", words.maybe(gate, message.id)),
        ("more", words.maybe(gate, message.extra)),
    )


def message_parts(message: Message) -> dict[str, Untrusted]:
    """The content of a message, where there is any."""
    return _there(content=message.text)


def _known(*facts: tuple[str, Cell]) -> tuple[tuple[str, Cell], ...]:
    return tuple((label, text) for label, text in facts if text)


def _there(**values: Untrusted | None) -> dict[str, Untrusted]:
    return {part: value for part, value in values.items() if value is not None}
