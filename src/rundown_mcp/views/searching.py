"""Look for a text in all of a run that may be shown: its own texts, its steps and messages, what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import Final

from rundown_mcp.analysis.failure import Diagnosis
from rundown_mcp.domain.run import Message, RunDetail, Step, ToolCall
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.placeholders import FORMS, TRUNCATED
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.finding import Needle, Spans, is_withheld
from rundown_mcp.views.run_lines import own_texts
from rundown_mcp.views.step import message_parts, step_parts

RUN: Final = "run"
"""The name of the run's own texts among what is searched."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The hits in one text: a part of a step, a message or a line of the run, by the names that `get_step` takes."""

    step: str
    part: str
    text: SafeText
    found: Spans


@dataclass(frozen=True, slots=True)
class LabelHits:
    """A short text that steps or messages are called by (tool, title, role, …), which holds what was looked for.

    `steps` are the names of those that bear it.
    """

    label: str
    text: SafeText
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is masked and searched in one go, so that time can run out before the next."""

    name: str
    values: tuple[Untrusted | None, ...]
    texts: Callable[[], Mapping[str, SafeText]]

    @property
    def size(self) -> int:
        """How many characters it holds."""
        return sum(value.size for value in self.values if value is not None)


@dataclass(slots=True)
class Search:
    """One search under way; what it has found so far can be read while it goes on in another thread.

    Every text is masked whole before it is looked into. `is_over` is asked before each text, the shortest first, so
    that one of megabytes does not keep the others from being searched. `unsearched` are the names of the steps and
    messages that were not reached (`run`: its own texts).
    """

    detail: RunDetail
    diagnosis: Diagnosis
    gate: Gate
    needle: Needle
    is_over: Callable[[], bool]
    hits: dict[str, list[Hits]] = field(default_factory=dict)
    labels: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    chars: int = 0
    masked: int = 0
    truncated: int = 0
    finished: bool = False

    def go(self) -> None:
        """Search until all is searched, or the time is over."""
        for unit in sorted(self._units(), key=attrgetter("size")):
            if self.is_over():
                return
            found: list[Hits] = []
            for part, text in unit.texts().items():
                spans = self.needle.find(text)
                self._count(text)
                if spans.count:
                    place = (part, "content") if unit.name == RUN else (unit.name, part)
                    found.append(Hits(*place, text, spans))
            if self.is_over():  # whoever asked has gone on with what was found before
                return
            self.hits[unit.name] = found
        known: dict[tuple[str, Untrusted | str], SafeText | None] = {}
        for name, label, value in self._names():
            if self.is_over():
                return
            if (label, value) not in known:
                text = self.gate.safe(value) if isinstance(value, Untrusted) else SafeText(value)
                known[label, value] = text if self.needle.find(text).count else None
            if (named := known[label, value]) is not None:
                self.labels.setdefault((label, named.text), []).append(name)
        self.finished = True

    def in_order(self) -> list[Hits | LabelHits]:
        """What was found: in steps, in messages, in the run's own texts, then in what steps and messages are called."""
        texts = [hits for unit in self._units() for hits in self.hits.get(unit.name, ())]
        labels = list(self.labels.items())
        return [*texts, *(LabelHits(label, SafeText(text), tuple(names)) for (label, text), names in labels)]

    @property
    def unsearched(self) -> list[str]:
        """What was not reached."""
        return [unit.name for unit in self._units() if unit.name not in self.hits]

    def _count(self, text: SafeText) -> None:
        """What was looked into and what was not, whatever is looked for."""
        placeholders = [found[0] for found in FORMS.finditer(text.text)]
        self.truncated += placeholders.count(TRUNCATED)
        self.masked += len(placeholders) - placeholders.count(TRUNCATED)
        self.chars += 0 if is_withheld(text) else len(text) - sum(map(len, placeholders))

    def _units(self) -> Iterator[_Unit]:
        for item in self.diagnosis.steps:
            yield _Unit(str(item.step.number), _payloads(item.step), partial(self._safe, step_parts(item)))
        for message in self.detail.messages:
            yield _Unit(f"m{message.number}", (message.text,), partial(self._safe, message_parts(message)))
        yield _Unit(RUN, (), partial(own_texts, self.detail, self.diagnosis, self.gate))

    def _safe(self, parts: Mapping[str, Untrusted]) -> Mapping[str, SafeText]:
        return {part: self.gate.safe(value) for part, value in parts.items()}

    def _names(self) -> Iterator[tuple[str, str, Untrusted | str]]:
        """What steps and messages are called: whose it is, what it is, and the name."""
        for step in self.detail.steps:
            for label, value in _step_labels(step):
                yield str(step.number), label, value
        for message in self.detail.messages:
            for label, value in _message_labels(message):
                yield f"m{message.number}", label, value


def _payloads(step: Step) -> tuple[Untrusted | None, ...]:
    call = step.tool or ToolCall()
    return step.error, call.input, call.output, step.content


def _step_labels(step: Step) -> Iterator[tuple[str, Untrusted | str]]:
    call = step.tool or ToolCall()
    named = (("tool", call.name), ("title", step.title), ("tool type", call.type), ("kind", step.kind))
    for label, value in (*named, ("state", step.native_status), ("id", step.id), ("more", step.extra)):
        if value is not None:
            yield label, value
    for note in step.notes:
        yield "note", note


def _message_labels(message: Message) -> Iterator[tuple[str, Untrusted | str]]:
    named = (("who", message.author), ("role", message.role), ("latency", message.latency))
    for label, value in (*named, ("id", message.id), ("more", message.extra)):
        if value is not None:
            yield label, value
    for note in message.notes:
        yield "note", note
