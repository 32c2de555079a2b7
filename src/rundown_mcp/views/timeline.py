"""The answers of `get_run` with detail `timeline` and `conversation`: a row a step, a row a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.analysis.failure import Assessment, Diagnosis
from rundown_mcp.domain.run import StepState
from rundown_mcp.domain.text import SafeText
from rundown_mcp.views.answer import Answer, Cell, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.format import plural, ranges
from rundown_mcp.views.story import NOTE_ROOMS, TEXT_ROOMS, Story, what_it_says

_TIMELINE: Final = ("step", "at", "state", "what", "took", "note")
_CONVERSATION: Final = ("message", "at", "role", "who", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Story):
    """A row a step; where not all fit, the failed and waiting ones, the ends, then the rest in order."""

    def fit(self, budget: Budget) -> Answer:
        """As many steps as fit, in the order of their numbers."""
        order = _by_weight(self.diagnosis)
        notes = [(what_it_says(item),) for item in order]
        return self.fitted(budget, notes, NOTE_ROOMS, lambda size, room: self._rows(order[:size], room))

    def _rows(self, chosen: Sequence[Assessment], room: int | None) -> Answer:
        rows: list[tuple[Cell, ...]] = []
        clipped = 0
        for item in sorted(chosen, key=_number):
            at, state, what, took, note = self.step_cells(item)
            short = clip(note, room) if room is not None else note
            clipped += len(short) < len(note)
            rows.append((str(item.step.number), at, SafeText(state), SafeText(what), took, short))
        numbers = {item.step.number for item in chosen}
        missing = [item.step.number for item in self.diagnosis.steps if item.step.number not in numbers]
        calls = [call("get_step", run=self.ref, step=str(missing[0]))] if missing else []
        if self.diagnosis.first is not None:
            calls.append(call("get_step", run=self.ref, step="first_failure"))
        if self.detail.messages:
            calls.append(call("get_run", run=self.ref, detail="conversation"))
        return self.answer(
            Table(_TIMELINE, tuple(rows)),
            f"{len(rows)} of {plural(len(self.diagnosis.steps), 'step')}",
            [
                f"left out: step {ranges(missing)}" if missing else "",
                f"{plural(clipped, 'note')} to {room} chars, marked …" if clipped else "",
            ],
            calls,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation(Story):
    """A row a message, from the first; texts get shorter before messages are left out."""

    def fit(self, budget: Budget) -> Answer:
        """As many messages as fit."""
        texts = [(message.text,) for message in self.detail.messages]
        return self.fitted(budget, texts, TEXT_ROOMS, self._rows)

    def _rows(self, size: int, room: int | None) -> Answer:
        messages = self.detail.messages[:size]
        rest = [message.number for message in self.detail.messages[size:]]
        shortened = [message.number for message in messages if self.is_cut(message.text, room)]
        number = min([*rest, *shortened], default=None)
        return self.answer(
            Table(
                _CONVERSATION,
                tuple((f"m{message.number}", *self.message_cells(message, room)) for message in messages),
            ),
            f"{len(messages)} of {plural(len(self.detail.messages), 'message')}",
            [f"left out: {ranges(rest, 'm')}" if rest else ""],
            [call("get_step", run=self.ref, step=f"m{number}")] if number is not None else [],
        )


def _by_weight(diagnosis: Diagnosis) -> list[Assessment]:
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


def _number(item: Assessment) -> int:
    return item.step.number
