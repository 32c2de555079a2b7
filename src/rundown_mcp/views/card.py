"""The answer of `get_run` with detail `triage`: what happened, the first failure and what surrounds it, what next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.analysis.failure import Assessment, Basis, Diagnosis
from rundown_mcp.domain.run import RunDetail, Status, StepState
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt
from rundown_mcp.views.budget import Budget, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import length, plural, ranges, second

_LEVELS: Final = ((400, 240, 9), (240, 160, 9), (200, 120, 7), (160, 80, 5), (120, 60, 3), (80, 40, 1), (40, 0, 0))
"""From full to lean: characters of the error, of any other text, and the least important rank of line that is kept."""
_HEADING_ROOM: Final = 240


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the card; rank 0 is the last to go."""

    rank: int
    label: str
    text: Cell
    is_error: bool = False

    def cut(self, error_room: int, room: int) -> Cell:
        """The text in its room; what names the run and says what happened keeps its own."""
        if not isinstance(self.text, SafeText):
            return self.text
        return cut(
            self.text, error_room if self.is_error else max(room, _HEADING_ROOM // 2) if self.rank == 0 else room
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One run's card, ready to be fitted to a budget."""

    detail: RunDetail
    diagnosis: Diagnosis
    ref: str
    gate: Gate
    coverage: str
    sandbox: bool

    def fit(self, budget: Budget) -> Answer:
        """The card with as much text as fits: texts get shorter first, then lines go, and the receipt says which."""
        lines = [line for line in self._lines() if line.text]
        full = [partial(self._answer, lines, *level) for level in _LEVELS]
        return budget.first([*full, partial(self._answer, lines, *_LEVELS[-1], brief=True)])

    def _answer(self, lines: list[_Line], error_room: int, room: int, least: int, *, brief: bool = False) -> Answer:
        """The lines of rank `least` and better; `brief` names one next call, and only counts what is left out."""
        if brief:
            lines = [
                _Line(0, "run", self.ref),
                _Line(0, "status", words.status(self.gate, self.detail.run.status)),
                *lines[2:],
            ]
        kept = [line for line in lines if line.rank <= least]
        dropped = [line.label for line in lines if line.rank > least]
        items = tuple((line.label, line.cut(error_room, room)) for line in kept)
        return Answer(
            blocks=(Lines(items),),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"triage of {plural(len(self.detail.steps), 'step')}, "
                f"{plural(len(self.detail.messages), 'message')}",
                cut=(f"left out: {plural(len(dropped), 'line') if brief else ', '.join(dropped)}",) if dropped else (),
                next=self._next()[:1] if brief else self._next(),
            ),
        )

    def _next(self) -> tuple[str, ...]:
        calls = []
        if self.diagnosis.first is not None:
            calls.append(call("get_step", run=self.ref, step="first_failure"))
        if self.detail.steps:
            calls.append(call("get_run", run=self.ref, detail="timeline"))
        elif self.detail.messages:
            calls.append(call("get_run", run=self.ref, detail="conversation"))
        return tuple(calls)

    def _lines(self) -> Iterator[_Line]:
        yield from self._heading()
        yield from self._failure()
        run, gate = self.detail.run, self.gate
        yield _Line(1, "waits", words.waits_for(gate, run))
        if run.approval is not None and run.approval.waiting and run.approval.pending is not None:
            yield _Line(3, "approval input", words.maybe(gate, run.approval.pending.input))
        if run.outcome is not None:
            yield _Line(1, "outcome", words.outcome(gate, run.outcome))
            yield _Line(2, "reason", words.maybe(gate, run.outcome.reason))
        yield from self._quality()
        yield from self._circumstances()
        yield _Line(4, "provider flags", self._flags())

    def _heading(self) -> Iterator[_Line]:
        run, gate = self.detail.run, self.gate
        yield _Line(0, "run", SafeText(str(run.ref)))
        about = [
            str(words.status(gate, run.status)),
            f"agent {label}" if (label := words.name(gate, run.agent)) else "",
            f"started {second(run.started_at)} UTC" if run.started_at else "",
            f"took {length(run.duration)}" if run.duration is not None else "",
        ]
        yield _Line(0, "status", SafeText(" · ".join(part for part in about if part)))
        yield _Line(0, "what happened", self._what_happened())

    def _what_happened(self) -> SafeText:
        """One line: how the run ended and where."""
        status, first = self.detail.run.status.word, self.diagnosis.first
        total = len(self.detail.steps)
        if first is not None:
            where = f"step {first.step.number} of {total}{_called(self.gate, first)}"
            verb = "failed at" if status is Status.FAILED else f"is {status.value}, yet there failed"
            return SafeText(f"{verb} {where}{_basis(first)}")
        if status is Status.FAILED:
            return SafeText(f"failed, but none of its {plural(total, 'step')} states a failure" if total else "failed")
        return SafeText(
            f"{status.value}, no failed step among {total}" if total else f"{status.value}, no steps recorded"
        )

    def _failure(self) -> Iterator[_Line]:
        run, gate, diagnosis = self.detail.run, self.gate, self.diagnosis
        first = diagnosis.first
        if first is None or first.error != run.error:
            yield _Line(0, "run error", words.maybe(gate, run.error), is_error=True)
        if first is not None:
            yield _Line(0, "error", _error(gate, first), is_error=True)
            yield _Line(2, "input", words.maybe(gate, first.step.tool.input if first.step.tool else None))
            yield from self._neighbours(first)
        if diagnosis.others:
            numbers = ranges([item.step.number for item in diagnosis.others])
            yield _Line(2, "failed later", SafeText(f"step {numbers}"))
        if diagnosis.recovered:
            numbers = ranges([item.step.number for item in diagnosis.recovered])
            yield _Line(3, "recovered", SafeText(f"step {numbers}: failed, the same tool succeeded later"))

    def _neighbours(self, first: Assessment) -> Iterator[_Line]:
        """What came just before and just after the failure."""
        for label, number in (("before", first.step.number - 1), ("after", first.step.number + 1)):
            near = next((item for item in self.diagnosis.steps if item.step.number == number), None)
            if near is not None:
                yield _Line(5, label, SafeText(f"step {number}{_called(self.gate, near)} {near.state.value}"))

    def _quality(self) -> Iterator[_Line]:
        gate, quality = self.gate, self.detail.run.quality
        yield _Line(3, "marked", words.maybe(gate, quality.annotation))
        for issue in quality.issues:
            facts = [words.maybe(gate, value) for value in (issue.status, issue.priority, issue.type)]
            place = f" on m{issue.message}" if issue.message is not None else ""
            said = "; ".join(str(gate.safe(value)) for value in (issue.correction, issue.reason) if value is not None)
            yield _Line(
                4, "issue", SafeText(f"{' '.join(str(fact) for fact in facts if fact)}{place}{said and ': '}{said}")
            )
        for item in quality.evaluations:
            yield _Line(6, "evaluation", SafeText(f"{words.maybe(gate, item.name)}: {words.maybe(gate, item.value)}"))

    def _circumstances(self) -> Iterator[_Line]:
        run, gate = self.detail.run, self.gate
        if run.ticket is not None:
            yield _Line(3, "ticket", _joined(gate, run.ticket.id, run.ticket.title))
            yield _Line(4, "address", words.maybe(gate, run.ticket.url))
        yield _Line(5, "conversation", words.maybe(gate, run.conversation_id))
        yield _Line(6, "contact", words.maybe(gate, run.contact_id))
        yield _Line(5, "source", words.maybe(gate, run.source))
        if run.trigger is not None:
            yield _Line(6, "trigger", words.maybe(gate, run.trigger.event))
        yield _Line(6, "category", words.name(gate, run.category))
        yield _Line(4, "version", _joined(gate, run.version.label if run.version else None, run.environment))
        if run.usage is not None:
            usage = run.usage
            tokens = [
                f"{count} {way}"
                for count, way in ((usage.input_tokens, "in"), (usage.output_tokens, "out"))
                if count is not None
            ]
            parts = [f"tokens {', '.join(tokens)}"] if tokens else []
            parts += [f"cost {usage.cost:g}"] if usage.cost is not None else []
            yield _Line(4, "usage", SafeText(" · ".join(parts)))
        yield _Line(5, "trace", words.maybe(gate, run.trace_id))
        for note in self.detail.notes:
            yield _Line(3, "note", note)

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


def _called(gate: Gate, item: Assessment) -> str:
    label = item.step.label
    return f" {gate.safe(label)}" if label else ""


def _basis(item: Assessment) -> str:
    return " (inferred from its output)" if item.basis is Basis.INFERRED else ""


def _error(gate: Gate, item: Assessment) -> Cell:
    if item.error:
        return gate.safe(item.error)
    state = words.maybe(gate, item.step.native_status)
    return SafeText(f"none given; status {state}") if state and item.state is StepState.FAILED else "none given"
