"""The answers of `get_run` with detail `timeline`, `conversation` and `full`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from rundown_mcp.analysis.failure import Assessment, Basis, Diagnosis
from rundown_mcp.domain.run import Message, RunDetail, StepState
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt, Table
from rundown_mcp.views.budget import Budget, clip, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import clock, length, plural, ranges, second

_TIMELINE: Final = ("step", "at", "state", "what", "took", "note")
_CONVERSATION: Final = ("message", "at", "role", "who", "text")
_NOTE_ROOMS: Final = (160, 60, 24)
_TEXT_ROOMS: Final = (None, 2000, 800, 300, 120, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStory:
    """One run's steps and messages, ready to be fitted to a budget."""

    detail: RunDetail
    diagnosis: Diagnosis
    ref: str
    gate: Gate
    coverage: str
    sandbox: bool

    def timeline(self, budget: Budget) -> Answer:
        """A row a step; where not all fit, the failed and waiting ones, the ends, then the rest in order."""
        order = _by_weight(self.diagnosis)
        return self._fit(budget, len(order), _NOTE_ROOMS, lambda size, room: self._timeline(order[:size], room))

    def conversation(self, budget: Budget) -> Answer:
        """A row a message, from the first; texts get shorter before messages are left out."""
        return self._fit(budget, len(self.detail.messages), _TEXT_ROOMS, self._conversation)

    def full(self, budget: Budget) -> Answer:
        """Every step with its payloads, then every message; texts get shorter before anything is left out."""
        total = len(self.detail.steps) + len(self.detail.messages)
        return self._fit(budget, total, _TEXT_ROOMS, self._full)

    def _fit(
        self, budget: Budget, count: int, rooms: Sequence[int | None], make: Callable[[int, int | None], Answer]
    ) -> Answer:
        """Everything in the widest room that holds it; else as much as fits in the narrowest."""
        everything = [partial(make, count, room) for room in rooms]
        some = [
            partial(budget.most, partial(self._narrow, make, rooms[-1], brief), 0, count) for brief in (False, True)
        ]
        return budget.first([*everything, *some])

    def _narrow(self, make: Callable[[int, int | None], Answer], room: int | None, brief: object, size: int) -> Answer:
        """Some of the items; `brief` leaves the heading and all but one next call out."""
        answer = make(size, room)
        if not brief:
            return answer
        receipt = replace(answer.receipt, next=answer.receipt.next[:1])
        return replace(answer, blocks=(Lines((("run", self.ref),)), *answer.blocks[1:]), receipt=receipt)

    def _answer(self, block: Table | Lines, shown: str, cuts: Sequence[str], calls: Sequence[str]) -> Answer:
        return Answer(
            blocks=(Lines(self._heading()), block),
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
        started = f" · started {second(run.started_at)} UTC" if run.started_at else ""
        took = f" · took {length(run.duration)}" if run.duration is not None else ""
        label = words.name(self.gate, run.agent)
        text = f"{run.ref} · {words.status(self.gate, run.status)}{label and ' · agent '}{label}{started}{took}"
        lines: list[tuple[str, Cell]] = [("run", SafeText(text))]
        if run.error:
            lines.append(("run error", cut(self.gate.safe(run.error), _NOTE_ROOMS[0])))
        return tuple(lines)

    def _timeline(self, chosen: Sequence[Assessment], room: int | None) -> Answer:
        rows = [self._step_row(item, room) for item in sorted(chosen, key=_number)]
        clipped = sum(str(row[-1]).endswith("…") for row in rows)
        missing = [item.step.number for item in self.diagnosis.steps if item not in chosen]
        calls = []
        if missing:
            calls.append(call("get_step", run=self.ref, step=str(min(missing))))
        if self.diagnosis.first is not None:
            calls.append(call("get_step", run=self.ref, step="first_failure"))
        if self.detail.messages:
            calls.append(call("get_run", run=self.ref, detail="conversation"))
        return self._answer(
            Table(_TIMELINE, tuple(rows)),
            f"{len(rows)} of {plural(len(self.diagnosis.steps), 'step')}",
            [
                f"left out: step {ranges(missing)}" if missing else "",
                f"{plural(clipped, 'note')} to {room} chars, marked …" if clipped else "",
            ],
            calls,
        )

    def _step_row(self, item: Assessment, room: int | None) -> tuple[Cell, ...]:
        step, gate = item.step, self.gate
        state = item.state.value + (" (inferred)" if item.basis is Basis.INFERRED else "")
        native = words.maybe(gate, step.native_status) if item.state is StepState.UNKNOWN else ""
        what = clip(gate.safe(step.label), 48) if step.label else ""
        said = item.error or step.error or (None if step.tool else step.content)
        parts = [str(gate.safe(said)) if said else "", *step.notes, f"from m{step.message}" if step.message else ""]
        note = SafeText("; ".join(part for part in parts if part))
        return (
            str(step.number),
            clock(step.at) if step.at else "",
            SafeText(f"{state} {native}".strip()),
            what,
            length(step.duration) if step.duration is not None else "",
            clip(note, room) if room is not None else note,
        )

    def _conversation(self, size: int, room: int | None) -> Answer:
        messages = self.detail.messages[:size]
        rows = [self._message_row(message, room) for message in messages]
        rest = [message.number for message in self.detail.messages[size:]]
        calls = []
        if rest or room is not None:
            shortened = [message.number for message in messages if room is not None and _length(message.text) > room]
            number = min([*rest, *shortened], default=None)
            calls = [call("get_step", run=self.ref, step=f"m{number}")] if number is not None else []
        return self._answer(
            Table(_CONVERSATION, tuple(rows)),
            f"{len(rows)} of {plural(len(self.detail.messages), 'message')}",
            [f"left out: {ranges(rest, 'm')}" if rest else ""],
            calls,
        )

    def _message_row(self, message: Message, room: int | None) -> tuple[Cell, ...]:
        gate = self.gate
        notes = f" ({', '.join(message.notes)})" if message.notes else ""
        text = cut(gate.safe(message.text), room) if message.text else SafeText("")
        return (
            f"m{message.number}",
            clock(message.at) if message.at else "",
            words.maybe(gate, message.role),
            words.maybe(gate, message.author),
            SafeText(f"{text}{notes}"),
        )

    def _full(self, size: int, room: int | None) -> Answer:
        steps = self.diagnosis.steps[:size]
        messages = self.detail.messages[: max(0, size - len(self.diagnosis.steps))]
        items: list[tuple[str, Cell]] = []
        for item in steps:
            items += self._step_lines(item, room)
        for message in messages:
            _, at, role, who, text = self._message_row(message, room)
            items.append(
                (f"m{message.number}", SafeText(" ".join(str(part) for part in (at, role, who, text) if part)))
            )
        if self.detail.reflection and size:
            items.append(("reflection", cut(self.gate.safe(self.detail.reflection), room)))
        rest = [item.step.number for item in self.diagnosis.steps[len(steps) :]]
        unsaid = [message.number for message in self.detail.messages[len(messages) :]]
        number = str(rest[0]) if rest else f"m{unsaid[0]}" if unsaid else None
        return self._answer(
            Lines(tuple(items)),
            f"{len(steps)} of {plural(len(self.diagnosis.steps), 'step')}, "
            f"{len(messages)} of {plural(len(self.detail.messages), 'message')}",
            [f"left out: step {ranges(rest)}" if rest else "", f"left out: {ranges(unsaid, 'm')}" if unsaid else ""],
            [call("get_step", run=self.ref, step=number)] if number is not None else [],
        )

    def _step_lines(self, item: Assessment, room: int | None) -> list[tuple[str, Cell]]:
        number, at, state, what, took, _ = self._step_row(item, _NOTE_ROOMS[0])
        step, gate = item.step, self.gate
        head = SafeText(" · ".join(str(part) for part in (state, what, at, took, *step.notes) if part))
        values: list[tuple[str, Untrusted | None]] = [
            ("title", step.title if step.tool else None),
            ("content", step.content),
            ("input", step.tool.input if step.tool else None),
            ("output", step.tool.output if step.tool else None),
            ("error", step.error),
        ]
        lines: list[tuple[str, Cell]] = [(f"step {number}", head)]
        lines += [(f"  {label}", cut(gate.safe(value), room)) for label, value in values if value is not None]
        return lines


def _by_weight(diagnosis: Diagnosis) -> list[Assessment]:
    """The steps in the order in which they are worth a row."""
    first = diagnosis.first.step.number if diagnosis.first else None
    last = len(diagnosis.steps)

    def weight(item: Assessment) -> tuple[int, int]:
        number = item.step.number
        if number == first:
            return (0, number)
        if item.state in {StepState.FAILED, StepState.WAITING, StepState.RUNNING}:
            return (1, number)
        if first is not None and abs(number - first) == 1:
            return (2, number)
        return (3, number) if number in {1, last} else (4, number)

    return sorted(diagnosis.steps, key=weight)


def _number(item: Assessment) -> int:
    return item.step.number


def _length(text: Untrusted | None) -> int:
    return text.size if text is not None else 0
