"""What the answers of `get_run` with detail `timeline`, `conversation` and `full` share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Final

from rundown_mcp.analysis.failure import Assessment, Diagnosis
from rundown_mcp.domain.run import Message, RunDetail, StepState
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt, Table
from rundown_mcp.views.budget import Budget, clip, cut
from rundown_mcp.views.format import clock, length

NOTE_ROOMS: Final = (160, 60, 24)
TEXT_ROOMS: Final = (None, 2000, 800, 300, 120, 40)
_READABLE_ROOM: Final = 300
HEADING_ERROR_ROOM: Final = 160
_LABEL_ROOM: Final = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One run's steps and messages, ready to be fitted to a budget.

    The gate is to remember: fitting lays the same values out many times.
    """

    detail: RunDetail
    diagnosis: Diagnosis
    ref: str
    gate: Gate
    coverage: str
    sandbox: bool

    def safe(self, value: Untrusted | None) -> SafeText:
        """A value through the gate; empty where there is none."""
        return self.gate.safe(value) if value is not None else SafeText("")

    def fitted(
        self,
        budget: Budget,
        items: Sequence[Sequence[Untrusted | None]],
        rooms: Sequence[int | None],
        make: Callable[[int, int | None], Answer],
        worthy: int | None = None,
    ) -> Answer:
        """Everything in the widest room that holds it; else as much as fits in the narrowest.

        `items` are the texts of each step, message and so on that `room` may cut; those behind the first `worthy` are
        left out before those get less than `_READABLE_ROOM`. A room that cannot hold them all is passed by before they
        go through the gate, and of a huge run little more than what fits ever does.
        """
        self._look_through(budget.most_items)
        sizes = [[value.size for value in item if value is not None and not value.redacted] for item in items]

        def may_hold(room: int | None, count: int) -> bool:
            return budget.may_hold(count, chain.from_iterable(sizes[:count]), room)

        total, least = len(items), rooms[-1]
        most = partial(budget.most, most=total, all_may_fit=may_hold(least, total))
        makers: list[Callable[[], Answer | None]] = []
        for room in rooms:
            if may_hold(room, total):
                makers.append(partial(make, total, room))
            if worthy is not None and room is not None and room <= _READABLE_ROOM and may_hold(room, worthy):
                makers.append(partial(most, partial(self._narrow, make, room, brief=False), worthy))
        narrow = [partial(self._narrow, make, least, brief=brief) for brief in (False, True)]
        makers += [partial(most, each, fewest) for fewest in (min(1, total), 0) for each in narrow]
        return budget.first(makers)

    def _look_through(self, most: int) -> None:
        """Have what so many steps are called searched together: it is short, and much of it alike."""
        steps = self.detail.steps[:most]
        values = (value for step in steps for value in (step.label, step.native_status, step.kind))
        self.gate.look_through(value for value in values if value is not None)

    def _narrow(self, make: Callable[[int, int | None], Answer], room: int | None, size: int, *, brief: bool) -> Answer:
        """Some of the items; `brief` leaves all of the heading but the status out, and all but one next call."""
        answer = make(size, room)
        if not brief:
            return answer
        receipt = replace(answer.receipt, next=answer.receipt.next[:1])
        status = clip(SafeText(str(words.status(self.gate, self.detail.run.status))), _LABEL_ROOM)
        heading = Lines((("run", SafeText(f"{self.ref} · {status}")),))
        return replace(answer, blocks=(heading, *answer.blocks[1:]), receipt=receipt)

    def answer(
        self, block: Table | Lines, shown: str, cuts: Sequence[str], calls: Sequence[str], notes: Sequence[str] = ()
    ) -> Answer:
        """A heading that names the run, with notes on what follows; the block, and the receipt."""
        return Answer(
            blocks=(Lines((*self._heading(), *(("note", note) for note in notes))), block),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=shown,
                cut=tuple(item for item in cuts if item),
                next=tuple(calls),
            ),
        )

    def _heading(self) -> tuple[tuple[str, Cell], ...]:
        run = self.detail.run
        lines: list[tuple[str, Cell]] = [("run", SafeText(f"{run.ref} · {words.about(self.gate, run)}"))]
        if run.error:
            lines.append(("run error", cut(self.safe(run.error), HEADING_ERROR_ROOM)))
        return tuple(lines)

    def step_cells(self, item: Assessment) -> tuple[str, str, str, str, SafeText]:
        """When a step began, its state, what it is, how long it took, and what there is to say of it."""
        step = item.step
        parts = [str(self.safe(what_it_says(item))), *step.notes, f"from m{step.message}" if step.message else ""]
        return (
            clock(step.at) if step.at else "",
            str(words.step_state(self.gate, item)),
            str(clip(self.safe(step.label), _LABEL_ROOM)),
            length(step.duration) if step.duration is not None else "",
            SafeText("; ".join(part for part in parts if part)),
        )

    def message_cells(self, message: Message, room: int | None) -> tuple[str, SafeText, SafeText, SafeText]:
        """When a message was written, its role, its author, and its text with our notes behind it."""
        notes = f"({', '.join(message.notes)})" if message.notes else ""
        parts = [str(cut(self.safe(message.text), room)), notes]
        return (
            clock(message.at) if message.at else "",
            self.safe(message.role),
            self.safe(message.author),
            SafeText(" ".join(part for part in parts if part)),
        )

    def is_cut(self, value: Untrusted | None, room: int | None) -> bool:
        """Whether a value is longer than the room for it."""
        return room is not None and len(self.safe(value)) > room


def what_it_says(item: Assessment) -> Untrusted | None:
    """A step's error, or what it says where it calls no tool."""
    return item.error or item.step.error or (None if item.step.tool else item.step.content)


def by_weight(diagnosis: Diagnosis) -> list[Assessment]:
    """The steps in the order in which they are worth a row."""
    first = diagnosis.first.step.number if diagnosis.first else None
    candidates = {item.step.number for item in diagnosis.candidates}
    last = len(diagnosis.steps)

    def weight(item: Assessment) -> tuple[int, int]:
        number = item.step.number
        if number == first:
            return (0, number)
        if number in candidates or item.state in {StepState.FAILED, StepState.WAITING, StepState.RUNNING}:
            return (1, number)
        if first is not None and abs(number - first) == 1:
            return (2, number)
        return (3, number) if number in {1, last} else (4, number)

    return sorted(diagnosis.steps, key=weight)
