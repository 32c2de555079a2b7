"""The answer of `get_run` with detail `full`: the card uncut, every step, every message, and what else there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, islice
from operator import attrgetter
from typing import Final

from rundown_mcp.analysis.failure import Assessment
from rundown_mcp.domain.run import Message, Step
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt
from rundown_mcp.views.budget import Budget, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.card_lines import CardLine
from rundown_mcp.views.format import clocks, counted, length, plural, ranges
from rundown_mcp.views.run_lines import WHOLE_RUN, run_lines
from rundown_mcp.views.story import TEXT_ROOMS, Story, by_weight

_HEADING: Final = ("run", "status", "what happened")
_CARD_ROOM: Final = 400
"""What a line of the card has in any case: one that is cut there says no less than the card."""
_LEAST_RANK: Final = 6
"""The rank of the card's lines that give way to steps and messages."""
_CARD, _STEPS, _MESSAGES, _MORE = range(4)
_MOST_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class _Item:
    """A step, a message or a line of the run: laid out when it is shown.

    `step` is what `get_step` takes for it, `place` where it stands, `sort` what it is: `step`, `m` or the line's label.
    `lines` takes the room, and `at` as it is written here. `texts` are what a room may cut, but not below `least_room`;
    `asides` are said only where everything has room.
    """

    step: str
    place: tuple[int, int]
    lines: Callable[[int | None, str], list[tuple[str, Cell]]]
    texts: tuple[Untrusted | SafeText, ...]
    sort: str
    at: datetime | None = None
    asides: tuple[Untrusted, ...] = ()
    least_room: int = 0

    @property
    def sizes(self) -> tuple[Untrusted | None, ...]:
        """What it may hold that has not been through the gate."""
        return tuple(text for text in (*self.texts, *self.asides) if isinstance(text, Untrusted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Full(Story):
    """The card's lines, every step, every message, the rest; texts get shorter before anything is left out."""

    def fit(self, budget: Budget) -> Answer:
        """As much as fits of card, steps and messages, what failed first; then of the lines that are worth less."""
        card, more = run_lines(self.detail, self.diagnosis, self.gate)
        heading = tuple((name, card.pop(name).text) for name in _HEADING)
        lines = list(_run_items(_CARD, card))
        before = (item for item in lines if item.least_room)
        behind = (*_run_items(_MORE, more), *(item for item in lines if not item.least_room))
        first = list(islice(chain(before, self._step_items(), self._message_items()), budget.most_items))
        items = [*first, *behind][: budget.most_items]
        asked_by = {item.step for item in items}
        unseen = [line.label for name, line in {**card, **more}.items() if name not in asked_by]
        make = partial(self._lines, heading, items, unseen, budget.roomier)
        return self.fitted(budget, [item.sizes for item in items], TEXT_ROOMS, make, len(first))

    def _lines(
        self,
        heading: tuple[tuple[str, Cell], ...],
        items: Sequence[_Item],
        unseen: Sequence[str],
        roomier: int | None,
        size: int,
        room: int | None,
    ) -> Answer:
        shown, rest = sorted(items[:size], key=attrgetter("place")), items[size:]
        asides = room is not None and any(item.asides for item in shown)
        sorts = Counter(item.sort for item in shown)
        places = {item.place for item in shown}
        steps = [item.step.number for item in self.diagnosis.steps if (_STEPS, item.step.number) not in places]
        messages = [item.number for item in self.detail.messages if (_MESSAGES, item.number) not in places]
        laid = zip(shown, clocks(item.at for item in shown), strict=True)
        lines = Counter((*(item.sort for item in rest if item.sort not in {"step", "m"}), *unseen))
        more: tuple[str, ...] = ()
        if (lines or asides) and roomier is not None:
            more = (call("get_run", run=self.ref, detail="full", max_tokens=roomier),)
        elif lines:
            more = (call("get_step", run=self.ref, step=WHOLE_RUN),)
        cuts = (
            f"left out: step {ranges(steps)}" if steps else "",
            f"left out: {ranges(messages, 'm')}" if messages else "",
            f"left out: {_named(lines)}" if lines else "",
            "left out: ids and other fields of steps and messages" if asides else "",
        )
        return Answer(
            blocks=(Lines(heading), Lines(tuple(line for item, at in laid for line in item.lines(room, at)))),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"{sorts['step']} of {plural(len(self.diagnosis.steps), 'step')}, "
                + (f"{sorts['m']} of " if self.detail.messages else "")
                + words.messages(self.detail),
                cut=tuple(filter(None, cuts)),
                next=(*self._first_short(shown, rest, room), *more),
            ),
        )

    def _first_short(self, shown: Sequence[_Item], rest: Sequence[_Item], room: int | None) -> tuple[str, ...]:
        """The call that has the first thing whole that is not so here."""
        short = next((item for item in shown if self._is_short(item, room)), rest[0] if rest else None)
        return () if short is None else (call("get_step", run=self.ref, step=short.step),)

    def _is_short(self, item: _Item, room: int | None) -> bool:
        if room is None:
            return False
        room = max(room, item.least_room)
        return any(len(text if isinstance(text, SafeText) else self.safe(text)) > room for text in item.texts)

    def _step_items(self) -> Iterator[_Item]:
        for item in by_weight(self.diagnosis):
            step = item.step
            texts = tuple(value for value in (step.label, *_values(step).values()) if value is not None)
            asides = tuple(_step_asides(step).values())
            place = (_STEPS, step.number)
            yield _Item(str(step.number), place, partial(self._step, item), texts, "step", step.at, asides)

    def _message_items(self) -> Iterator[_Item]:
        for message in self.detail.messages:
            texts = (message.text,) if message.text is not None else ()
            asides = tuple(_message_asides(message).values())
            place = (_MESSAGES, message.number)
            yield _Item(f"m{message.number}", place, partial(self._message, message), texts, "m", message.at, asides)

    def _step(self, item: Assessment, room: int | None, at: str) -> list[tuple[str, Cell]]:
        step = item.step
        parts = (
            words.step_state(self.gate, item),
            cut(self.safe(step.label), room),
            at,
            length(step.duration) if step.duration is not None else "",
            f"from m{step.message}" if step.message else "",
            *step.notes,
        )
        head = SafeText(" · ".join(str(part) for part in parts if part))
        values = [(f"  {label}", cut(self.safe(value), room)) for label, value in _values(step).items()]
        return [(f"step {step.number}", head), *values, *self._asides(_step_asides(step), room)]

    def _message(self, message: Message, room: int | None, at: str) -> list[tuple[str, Cell]]:
        _, *cells = self.message_cells(message, room)
        said = SafeText(" ".join(str(part) for part in (at, *cells) if part))
        return [(f"m{message.number}", said), *self._asides(_message_asides(message), room)]

    def _asides(self, values: Mapping[str, Untrusted], room: int | None) -> list[tuple[str, Cell]]:
        return [(f"  {label}", self.safe(value)) for label, value in values.items()] if room is None else []


def _run_items(section: int, lines: Mapping[str, CardLine]) -> Iterator[_Item]:
    """Lines of the run; those of the card have a room of their own, but for the last of many and of least worth."""
    for index, (name, line) in enumerate(lines.items()):
        text = line.text if isinstance(line.text, SafeText) else SafeText(line.text)
        stays = section == _CARD and name == line.label and line.rank < _LEAST_RANK
        room = _CARD_ROOM if stays else 0
        yield _Item(name, (section, index), partial(_run_line, name, text, room), (text,), line.label, least_room=room)


def _run_line(name: str, text: SafeText, least_room: int, room: int | None, _at: str) -> list[tuple[str, Cell]]:
    return [(name, cut(text, room and max(room, least_room)))]


def _named(lines: Counter[str]) -> str:
    return counted(lines) if len(lines) <= _MOST_LABELS else f"{plural(lines.total(), 'line')} of the run"


def _values(step: Step) -> dict[str, Untrusted]:
    """The texts and payloads of a step that are there; its title where it is called by its tool's name."""
    tool = step.tool
    return _there(
        title=step.title if tool and tool.name else None,
        content=step.content,
        input=tool.input if tool else None,
        output=tool.output if tool else None,
        error=step.error,
    )


def _step_asides(step: Step) -> dict[str, Untrusted]:
    """What only gets in the way where there is little room; that a call of a tool is one needs no mention."""
    return _there(kind=None if step.tool or step.label is step.kind else step.kind, id=step.id, more=step.extra)


def _message_asides(message: Message) -> dict[str, Untrusted]:
    return _there(id=message.id, latency=message.latency, more=message.extra)


def _there(**values: Untrusted | None) -> dict[str, Untrusted]:
    return {label: value for label, value in values.items() if value is not None}
