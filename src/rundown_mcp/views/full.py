"""The answer of `get_run` with detail `full`: every step with its payloads, every message, and what else there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from rundown_mcp.analysis.failure import Assessment
from rundown_mcp.domain.run import Message
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.views.answer import Answer, Cell, Lines
from rundown_mcp.views.budget import Budget, clip, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import plural, ranges
from rundown_mcp.views.story import NOTE_ROOMS, TEXT_ROOMS, Story

_Other: TypeAlias = tuple[str, tuple[Untrusted | None, ...]]
"""A label and its value, or its name and its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Full(Story):
    """Every step, then every message, then the rest; texts get shorter before anything is left out."""

    def fit(self, budget: Budget) -> Answer:
        """As much as fits, from the first step on."""
        others = [(label, values) for label, values in self._others() if any(values)]
        items: list[Sequence[Untrusted | None]] = [
            *([value for _, value in _values(item)] for item in self.diagnosis.steps),
            *([message.text] for message in self.detail.messages),
            *(values for _, values in others),
        ]
        return self.fitted(budget, items, TEXT_ROOMS, partial(self._lines, others, budget.roomier))

    def _lines(self, others: Sequence[_Other], roomier: int | None, size: int, room: int | None) -> Answer:
        steps, messages = self.diagnosis.steps, self.detail.messages
        shown_steps = steps[:size]
        shown_messages = messages[: max(0, size - len(steps))]
        shown_others = [
            (label, SafeText(" = ".join(str(self.safe(value)) for value in values)))
            for label, values in others[: max(0, size - len(steps) - len(messages))]
        ]
        items: list[tuple[str, Cell]] = [line for item in shown_steps for line in self._step_lines(item, room)]
        items += [(f"m{message.number}", self._message(message, room)) for message in shown_messages]
        items += [(label, cut(text, room)) for label, text in shown_others]
        rest = [item.step.number for item in steps[len(shown_steps) :]]
        unsaid = [message.number for message in messages[len(shown_messages) :]]
        unnamed = list(dict.fromkeys(label for label, _ in others[len(shown_others) :]))
        following = self._following(rest, unsaid, shown_steps, shown_messages, room)
        calls = [call("get_step", run=self.ref, step=following)] if following is not None else []
        is_short = bool(unnamed) or any(room is not None and len(text) > room for _, text in shown_others)
        if is_short and roomier is not None:
            calls.append(call("get_run", run=self.ref, detail="full", max_tokens=roomier))
        return self.answer(
            Lines(tuple(items)),
            f"{len(shown_steps)} of {plural(len(steps), 'step')}, "
            f"{len(shown_messages)} of {plural(len(messages), 'message')}",
            [
                f"left out: step {ranges(rest)}" if rest else "",
                f"left out: {ranges(unsaid, 'm')}" if unsaid else "",
                f"left out: {', '.join(unnamed)}" if unnamed else "",
            ],
            calls,
            room,
        )

    def _following(
        self,
        rest: Sequence[int],
        unsaid: Sequence[int],
        steps: Sequence[Assessment],
        messages: Sequence[Message],
        room: int | None,
    ) -> str | None:
        """The first step or message that is not shown whole."""
        for item in steps:
            if any(self.is_cut(value, room) for _, value in _values(item)):
                return str(item.step.number)
        if rest:
            return str(rest[0])
        number = next((message.number for message in messages if self.is_cut(message.text, room)), None)
        number = unsaid[0] if number is None and unsaid else number
        return f"m{number}" if number is not None else None

    def _step_lines(self, item: Assessment, room: int | None) -> list[tuple[str, Cell]]:
        at, state, what, took, _ = self.step_cells(item)
        called = f"from m{item.step.message}" if item.step.message else ""
        head = " · ".join(part for part in (state, what, at, took, called, *item.step.notes) if part)
        lines: list[tuple[str, Cell]] = [(f"step {item.step.number}", SafeText(head))]
        if item.step.tool and item.step.title:
            lines.append(("  title", clip(self.safe(item.step.title), NOTE_ROOMS[0])))
        return lines + [(f"  {label}", cut(self.safe(value), room)) for label, value in _values(item)]

    def _message(self, message: Message, room: int | None) -> SafeText:
        return SafeText(" ".join(str(part) for part in self.message_cells(message, room) if part))

    def _others(self) -> Iterator[_Other]:
        """What a run may hold besides its steps and messages that no other detail shows."""
        run = self.detail.run
        if run.outcome is not None:
            yield "reason", (run.outcome.reason,)
        if run.trigger is not None:
            yield "trigger text", (run.trigger.text,)
            yield "latest comment", (run.trigger.latest_comment,)
            for label, fact in run.trigger.facts:
                yield label, (fact,)
        for key, value in run.columns:
            yield "column", (key, value)
        yield "reflection", (self.detail.reflection,)


def _values(item: Assessment) -> list[tuple[str, Untrusted]]:
    """The texts and payloads of a step that are there."""
    step = item.step
    values = [
        ("content", step.content),
        ("input", step.tool.input if step.tool else None),
        ("output", step.tool.output if step.tool else None),
        ("error", step.error),
    ]
    return [(label, value) for label, value in values if value is not None]
