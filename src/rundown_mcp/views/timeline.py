"""The answers of `get_run` with detail `timeline` and `conversation`: a row a step, a row a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.analysis.failure import Assessment
from rundown_mcp.domain.text import SafeText
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Lines, Table
from rundown_mcp.views.budget import Budget, clip, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import clocks, plural, ranges
from rundown_mcp.views.story import HEADING_ERROR_ROOM, NOTE_ROOMS, TEXT_ROOMS, Story, by_weight, what_it_says

_TIMELINE: Final = ("step", "at", "state", "what", "took", "note")
_CONVERSATION: Final = ("message", "at", "role", "who", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline(Story):
    """A row a step; where not all fit, the failed and waiting ones, the ends, then the rest in order."""

    def fit(self, budget: Budget) -> Answer:
        """As many steps as fit, in the order of their numbers."""
        order = by_weight(self.diagnosis)
        notes = [(what_it_says(item),) for item in order]
        return self.fitted(budget, notes, NOTE_ROOMS, lambda size, room: self._rows(order[:size], room, budget.roomier))

    def _rows(self, chosen: Sequence[Assessment], room: int | None, roomier: int | None) -> Answer:
        inside = sorted(chosen, key=_number)
        rows: list[tuple[Cell, ...]] = []
        clipped: list[str] = []
        notes = names = 0
        for item, at in zip(inside, clocks(item.step.at for item in inside), strict=True):
            _, state, what, took, note = self.step_cells(item)
            short = clip(note, room) if room is not None else note
            is_short_name = len(what) < len(self.safe(item.step.label))
            names += is_short_name
            if len(short) < len(note) or is_short_name:
                clipped.append(str(item.step.number))
            notes += len(short) < len(note)
            rows.append((str(item.step.number), at, SafeText(state), SafeText(what), took, short))
        numbers = {item.step.number for item in chosen}
        missing = [item.step.number for item in self.diagnosis.steps if item.step.number not in numbers]
        return self.answer(
            Table(_TIMELINE, tuple(rows)),
            f"{len(rows)} of {plural(len(self.diagnosis.steps), 'step')}",
            [
                f"left out: step {ranges(missing)}" if missing else "",
                f"{plural(notes, 'note')} to {room} chars, marked …" if notes else "",
                f"{plural(names, 'name')} shortened, marked …" if names else "",
            ],
            self._next(missing, clipped, roomier),
        )

    def _next(self, missing: Sequence[int], clipped: Sequence[str], roomier: int | None) -> list[str]:
        """The calls for the steps that have no row, the failed one, and the first that is clipped."""
        first = self.diagnosis.first
        failed = str(first.step.number) if first is not None else None
        others = [step for step in clipped if step != failed]
        wanted = [*(["first_failure"] if failed else []), *others[:1]]
        calls = [_rest_call(self, "timeline", str(missing[0]), roomier)] if missing else []
        calls += [call("get_step", run=self.ref, step=step) for step in wanted]
        calls += _error_call(self)
        if self.detail.messages or self.detail.thread:
            calls.append(call("get_run", run=self.ref, detail="conversation"))
        return calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation(Story):
    """A row a message, from the first; texts get shorter before messages are left out."""

    def fit(self, budget: Budget) -> Answer:
        """As many messages as fit; where there are none, why, and the run's reply."""
        if not self.detail.messages:
            return self.fitted(budget, [(self.detail.reply,)], TEXT_ROOMS, self._reply)
        texts = [(message.text,) for message in self.detail.messages]
        return self.fitted(budget, texts, TEXT_ROOMS, partial(self._rows, budget.roomier))

    def _rows(self, roomier: int | None, size: int, room: int | None) -> Answer:
        messages = self.detail.messages[:size]
        rest = [message.number for message in self.detail.messages[size:]]
        shortened = [message.number for message in messages if self.is_cut(message.text, room)]
        at = clocks(message.at for message in messages)
        rows = tuple(
            (f"m{message.number}", when, *self.message_cells(message, room)[1:])
            for message, when in zip(messages, at, strict=True)
        )
        calls = [call("get_step", run=self.ref, step=f"m{shortened[0]}")] if shortened else []
        calls += [_rest_call(self, "conversation", f"m{rest[0]}", roomier)] if rest else []
        return self.answer(
            Table(_CONVERSATION, rows),
            f"{len(messages)} of {plural(len(self.detail.messages), 'message')}",
            [f"left out: {ranges(rest, 'm')}" if rest else ""],
            [*calls, *_error_call(self)],
            self.detail.notes,
        )

    def _reply(self, size: int, room: int | None) -> Answer:
        reply = self.safe(self.detail.reply)
        is_cut = bool(reply) and (not size or self.is_cut(self.detail.reply, room))
        calls = [call("get_step", run=self.ref, step="reply")] if is_cut else []
        if self.detail.steps:
            calls.append(call("get_run", run=self.ref, detail="timeline"))
        has_ended = self.detail.run.status.word.is_final
        none = "none, the provider recorded no conversation" if has_ended else "none so far"
        lines: list[tuple[str, Cell]] = [("messages", "none could be read" if self.detail.thread else none)]
        lines += [("reply", cut(reply, room))] if reply and size else []
        return self.answer(
            Lines(tuple(lines)),
            words.messages(self.detail),
            ["left out: reply" if reply and not size else ""],
            [*calls, *_error_call(self)],
            self.detail.notes,
        )


def _rest_call(story: Story, detail: str, first: str, roomier: int | None) -> str:
    """The call that shows more of the rows; where no answer may be larger, the one for the first that has none."""
    if roomier is None:
        return call("get_step", run=story.ref, step=first)
    return call("get_run", run=story.ref, detail=detail, max_tokens=roomier)


def _error_call(story: Story) -> list[str]:
    """The call that reads the run's error, where the heading has to cut it."""
    cut = story.is_cut(story.detail.run.error, HEADING_ERROR_ROOM)
    return [call("get_step", run=story.ref, step="run error")] if cut else []


def _number(item: Assessment) -> int:
    return item.step.number
