"""The lines of a run's card, each with how much it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.analysis.failure import Assessment, Diagnosis
from rundown_mcp.domain.parts import values_in
from rundown_mcp.domain.run import RunDetail, Step
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.budget import cut
from rundown_mcp.views.format import plural, ranges
from rundown_mcp.views.happened import what_happened

_MOST_CANDIDATES: Final = 4


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of the card; rank 0 is the last to go."""

    rank: int
    label: str
    text: Cell
    is_error: bool = False

    def cut(self, error_room: int, room: int) -> Cell:
        """The text in its room."""
        return cut(self.text, error_room if self.is_error else room) if isinstance(self.text, SafeText) else self.text


@dataclass(frozen=True, slots=True)
class CardLines:
    """What a card says of one run.

    With `whole`, all that is known of each evaluation and issue, and the run's error even where the step's says it too.
    """

    detail: RunDetail
    diagnosis: Diagnosis
    gate: Gate
    whole: bool = False

    def all(self) -> Iterator[CardLine]:
        """Every line in the order of the card; some of them may be empty."""
        self.gate.look_through(values_in(self.detail.run, *self._at_the_failure()))
        yield from self._heading()
        yield from self._failure()
        run, gate = self.detail.run, self.gate
        yield CardLine(1, "waits", SafeText(str(words.waits_for(gate, run)).removeprefix("waits ")))
        yield CardLine(3, "left open", words.left_open(gate, run))
        if run.approval is not None and run.approval.pending is not None and (run.approval.is_open or self.whole):
            yield CardLine(3, "approval input", words.maybe(gate, run.approval.pending.input))
        if run.outcome is not None:
            yield CardLine(1, "outcome", words.outcome(gate, run.outcome))
            yield CardLine(2, "reason", words.maybe(gate, run.outcome.reason))
        yield from self._quality()
        yield from self._circumstances()
        yield CardLine(4, "provider flags", self._flags())

    def _at_the_failure(self) -> list[Step]:
        """The failed step and those beside it."""
        first = self.diagnosis.first
        if first is None:
            return []
        return [item.step for item in self.diagnosis.steps if abs(item.step.number - first.step.number) <= 1]

    def _heading(self) -> Iterator[CardLine]:
        run, gate = self.detail.run, self.gate
        yield CardLine(0, "run", SafeText(str(run.ref)))
        yield CardLine(0, "status", words.about(gate, run))
        yield CardLine(0, "what happened", what_happened(gate, self.detail, self.diagnosis))

    def _failure(self) -> Iterator[CardLine]:
        run, gate, diagnosis = self.detail.run, self.gate, self.diagnosis
        first = diagnosis.first
        error = first.error if first is not None else None
        if self.whole or not (_holds(error, run.error) or _holds(run.error, error)):
            yield CardLine(0, "run error", words.maybe(gate, run.error), is_error=True)
        if first is not None:
            fuller = run.error if run.error is not None and _holds(run.error, error) else None
            yield CardLine(0, "error", gate.safe(fuller) if fuller else _error(gate, first), is_error=True)
            yield CardLine(2, "input", words.maybe(gate, first.step.tool.input if first.step.tool else None))
            yield from self._neighbours(first)
        yield CardLine(1, "candidates", self._candidates())
        yield CardLine(2, "failed later", self._failed_later())
        if diagnosis.recovered:
            yield CardLine(3, "recovered", SafeText(f"step {_numbers(diagnosis.recovered)} failed, then made good"))

    def _failed_later(self) -> SafeText:
        """The other failures, and which of them follow from an earlier one."""
        others, consequences = self.diagnosis.others, self.diagnosis.consequences
        if not consequences:
            return SafeText(f"step {_numbers(others)}" if others else "")
        which = "," if len(others) == len(consequences) else f"; {ranges([item.step.number for item in consequences])}"
        return SafeText(f"step {_numbers(others)}{which} carrying an earlier failure")

    def _candidates(self) -> SafeText:
        """Steps that may be the cause; the first few with what they are called, a single one with its error."""
        named = [
            f"step {item.step.number}{words.called(self.gate, item)} {words.of_state(self.gate, item)}"
            for item in self.diagnosis.candidates[:_MOST_CANDIDATES]
        ]
        if len(named) == 1 and (error := self.diagnosis.candidates[0].error):
            return SafeText(f"{named[0]}: {self.gate.safe(error)}")
        rest = self.diagnosis.candidates[_MOST_CANDIDATES:]
        return SafeText("; ".join([*named, *([f"step {_numbers(rest)}"] if rest else [])]))

    def _neighbours(self, first: Assessment) -> Iterator[CardLine]:
        """What came just before and just after the failure."""
        for label, number in (("before", first.step.number - 1), ("after", first.step.number + 1)):
            near = next((item for item in self.diagnosis.steps if item.step.number == number), None)
            if near is not None:
                said = f"step {number}{words.called(self.gate, near)} {words.of_state(self.gate, near)}"
                yield CardLine(5, label, SafeText(said))

    def _quality(self) -> Iterator[CardLine]:
        gate, quality = self.gate, self.detail.run.quality
        yield CardLine(3, "marked", words.maybe(gate, quality.annotation))
        for issue in quality.issues:
            facts = [str(gate.safe(value)) for value in (issue.status, issue.priority, issue.type) if value is not None]
            place = [f"on m{issue.message}"] if issue.message is not None else []
            said = "; ".join(str(gate.safe(value)) for value in (issue.correction, issue.reason) if value is not None)
            text = ": ".join(part for part in (" ".join([*facts, *place]), said) if part)
            yield CardLine(4, "issue", self._with_extra(text, issue.extra))
        for item in quality.evaluations:
            text = f"{words.maybe(gate, item.name)} = {words.maybe(gate, item.value)}"
            yield CardLine(6, "evaluation", self._with_extra(text, item.extra))

    def _with_extra(self, text: str, extra: Untrusted | None) -> SafeText:
        return SafeText(f"{text} · {self.gate.safe(extra)}" if self.whole and extra else text)

    def _circumstances(self) -> Iterator[CardLine]:
        run, gate = self.detail.run, self.gate
        if run.ticket is not None:
            yield CardLine(3, "ticket", _joined(gate, run.ticket.id, run.ticket.title))
            yield CardLine(4, "address", words.maybe(gate, run.ticket.url))
        yield CardLine(5, "conversation", words.maybe(gate, run.conversation_id))
        yield CardLine(6, "contact", words.maybe(gate, run.contact_id))
        yield CardLine(5, "source", words.maybe(gate, run.source))
        if run.trigger is not None:
            yield CardLine(6, "trigger", words.maybe(gate, run.trigger.event))
        yield CardLine(6, "category", words.name(gate, run.category))
        yield CardLine(4, "version", _joined(gate, run.version.label if run.version else None, run.environment))
        if run.usage is not None:
            usage = run.usage
            tokens = [
                f"{count} {way}"
                for count, way in ((usage.input_tokens, "in"), (usage.output_tokens, "out"))
                if count is not None
            ]
            parts = [f"tokens {', '.join(tokens)}"] if tokens else []
            parts += [f"cost {usage.cost:.12g}"] if usage.cost is not None else []
            yield CardLine(4, "usage", SafeText(" · ".join(parts)))
        yield CardLine(5, "trace", words.maybe(gate, run.trace_id))
        for note in self.detail.notes:
            yield CardLine(3, "note", note)

    def _flags(self) -> SafeText:
        """How many steps hold values that the vendor redacted or cut."""
        counts: Counter[str] = Counter()
        for step in self.detail.steps:
            values = (step.tool.input, step.tool.output) if step.tool else ()
            counts["redacted"] += any(value is not None and bool(value.redacted) for value in values)
            counts["truncated"] += any(value is not None and bool(value.truncated) for value in values)
        return SafeText(", ".join(f"{word} in {plural(count, 'step')}" for word, count in counts.items() if count))


def _joined(gate: Gate, *values: Untrusted | None) -> SafeText:
    return SafeText(" · ".join(str(gate.safe(value)) for value in values if value))


def _error(gate: Gate, item: Assessment) -> Cell:
    if item.error:
        return gate.safe(item.error)
    said = words.maybe(gate, item.step.native_status)
    return SafeText(f"none given; status {said}") if said else "none given"


def _holds(whole: Untrusted | None, part: Untrusted | None) -> bool:
    """Whether one text says all that the other says."""
    return whole is not None and part is not None and bool(part) and part.folded() in whole.folded()


def _numbers(items: Sequence[Assessment]) -> str:
    """`3–5, 8`, or `3–5, 8 (inferred)`: the steps whose failure the provider does not state stand last."""
    stated = [item.step.number for item in items if not words.inferred(item)]
    guessed = [item.step.number for item in items if words.inferred(item)]
    return ", ".join(filter(None, (ranges(stated), f"{ranges(guessed)} (inferred)" if guessed else "")))
