"""What there is to say of two runs side by side, each line with how much it matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.analysis.compare import Comparison, Gap, Pair, ToolUse, called
from rundown_mcp.analysis.failure import Assessment
from rundown_mcp.analysis.payloads import Likeness
from rundown_mcp.domain.run import StepState
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.budget import clip
from rundown_mcp.views.finding import is_withheld
from rundown_mcp.views.format import plural, ranges
from rundown_mcp.views.payload_words import PayloadWords
from rundown_mcp.views.sides import CompareLine, Side, circumstances

_LABEL_ROOM: Final = 48
_MOST_NAMES: Final = 4


@dataclass(frozen=True, slots=True)
class CompareLines:
    """The words for what differs between two runs; `gate` knows the people of both, and remembers."""

    here: Side
    there: Side
    comparison: Comparison
    gate: Gate

    def all(self) -> Iterator[CompareLine]:
        """Every line in the order of the answer; some of them may be empty."""
        pairs, first, fork = self.comparison.pairs, self.comparison.first, self.comparison.fork
        yield CompareLine(0, "run", self._about(self.here))
        yield CompareLine(0, "other", self._about(self.there))
        yield CompareLine(0, "first divergence", self.parting(first))
        if first is not None:
            here = pairs[first].here
            error = here.error or here.step.error if here is not None else None
            yield CompareLine(1, "error", words.maybe(self.gate, error))
            if pairs[first].gap is Gap.STATE:
                yield CompareLine(2, "its inputs", self.input_difference(pairs[first]))
            elif pairs[first].there is None:
                yield CompareLine(2, "its input", self._safe(called(here).input))
            yield CompareLine(3, "output before it", self._output_before())
            if fork is not None and fork != first:
                yield CompareLine(1, "first other step or state", self.parting(fork))
        yield CompareLine(1, "first failure", self._failures())
        yield CompareLine(1, "failed with", self._failed_with())
        yield CompareLine(3, "alike", self._alike())
        yield CompareLine(3, "tools", self._tools())
        yield CompareLine(4, "other values", self._other_values())
        yield CompareLine(4, "not comparable", self._not_comparable())
        yield from circumstances(self.here, self.there, self.gate)

    def brief_heading(self) -> tuple[CompareLine, ...]:
        """Which runs these are, in few words; the other one's ref stands in the head already."""
        status = words.status(self.gate, self.here.run.status)
        return (CompareLine(0, "run", SafeText(f"{self.here.ref} · {status}")),)

    def parting(self, place: int | None) -> SafeText:
        """One place where the runs part, in a sentence."""
        pairs = self.comparison.pairs
        if place is None:
            return SafeText(self._no_parting())
        pair = pairs[place]
        here, there = pair.here, pair.there
        if here is not None and there is not None:
            said = self._states(here, there) if pair.gap is Gap.STATE else str(self.gap(pair))
            return SafeText(f"{self._step(here)}{_its(here, there)}: {said}")
        alike = ", with no difference in tools" if self.comparison.of_words else ""
        goes_on = next((one.there for one in pairs[place:] if one.there), None)
        follows = next((one.here for one in pairs[place:] if one.here), None)
        if here is not None:
            other = f"goes on with step {goes_on.step.number} {self.label(goes_on)}" if goes_on else "ends before it"
            return SafeText(f"{self._step(here)} is only here; the other {other}{alike}")
        this = f"goes on with step {follows.step.number} {self.label(follows)}" if follows else "ends before it"
        return SafeText(f"{self._step(pair.step, 'the other’s ')} is not here; this run {this}{alike}")

    def gap(self, pair: Pair) -> SafeText:
        """What differs between two steps, or which run alone has one."""
        if pair.here is None or pair.there is None:
            item = pair.step
            where = "only here" if pair.here is not None else "only in the other"
            return SafeText(f"{where}, {words.of_state(self.gate, item)}")
        parts = []
        if pair.gap is Gap.STATE:
            parts.append(self._states(pair.here, pair.there))
        if pair.input.likeness is Likeness.CHANGED:
            parts.append(f"input: {self.input_difference(pair)}")
        return SafeText("; ".join(parts))

    def row(self, gap: Sequence[Pair]) -> tuple[Cell, ...]:
        """A gap as a row of the table: the numbers here and there, what the steps are called, what differs."""
        here = [pair.here.step.number for pair in gap if pair.here is not None]
        there = [pair.there.step.number for pair in gap if pair.there is not None]
        if len(gap) == 1:
            return (ranges(here), ranges(there), self.label(gap[0].step), self.gap(gap[0]))
        counts = Counter(str(self.label(pair.step)) for pair in gap)
        names = [f"{name} ×{count}" if count > 1 else name for name, count in counts.most_common(_MOST_NAMES)]
        rest = len(counts) - len(names)
        failed = [pair.step.step.number for pair in gap if pair.step.state is StepState.FAILED]
        said = f"only {'here' if here else 'in the other'}, {len(gap)} steps"
        return (
            ranges(here),
            ranges(there),
            SafeText(", ".join([*names, *([f"{rest} more"] if rest else [])])),
            SafeText(f"{said}; failed: {ranges(failed)}" if failed else said),
        )

    def _states(self, here: Assessment, there: Assessment) -> str:
        return f"{words.of_state(self.gate, here)} here, {words.of_state(self.gate, there)} there"

    def label(self, item: Assessment) -> SafeText:
        """What a step is called, in its room."""
        return clip(words.step_label(self.gate, item.step), _LABEL_ROOM)

    def input_difference(self, pair: Pair) -> SafeText:
        """How the inputs of a pair differ."""
        one, two = called(pair.here).input, called(pair.there).input
        return PayloadWords(one, two, pair.input, self._safe).all()

    def _output_before(self) -> SafeText:
        """What the steps before had given differently."""
        if self.comparison.output is None:
            return SafeText("")
        place, found = self.comparison.output
        pair = self.comparison.pairs[place]
        said = PayloadWords(called(pair.here).output, called(pair.there).output, found, self._safe).all()
        return SafeText(f"{self._step(pair.step)}: {said}")

    def _safe(self, value: Untrusted | None) -> SafeText:
        """A value through the gate, whole; empty where there is none."""
        return self.gate.safe(value) if value is not None else SafeText("")

    def _about(self, side: Side) -> SafeText:
        return SafeText(f"{side.ref} · {words.about(self.gate, side.run)}")

    def _step(self, item: Assessment, whose: str = "") -> str:
        return f"{whose}step {item.step.number} {self.label(item)}".rstrip()

    def _no_parting(self) -> str:
        pairs = self.comparison.pairs
        if not pairs:
            return "none to be found: neither run has steps"
        same = (
            f"none: {'its only step is' if len(pairs) == 1 else f'all {len(pairs)} steps are'} alike in tool and state"
        )
        likenesses = {pair.input.likeness for pair in pairs}
        if Likeness.VALUES in likenesses:
            return f"{same}; inputs have the same shape, other values"
        return same if Likeness.UNKNOWN in likenesses else f"{same}, inputs are the same"

    def _failures(self) -> SafeText:
        """What `diagnose` says of both."""
        one, two = (self._failure(side) for side in (self.here, self.there))
        return SafeText(f"{one} here, {two} there") if one != "none" or two != "none" else SafeText("")

    def _failed_with(self) -> SafeText:
        """The error that this run failed with, where the first divergence is at another step and does not say it."""
        pairs, place, failure = self.comparison.pairs, self.comparison.first, self.here.diagnosis.first
        at = pairs[place].here if place is not None else None
        if at is not None and failure is not None and at.step.number == failure.step.number:
            return SafeText("")
        error = (failure.error if failure is not None else None) or self.here.run.error
        return self._safe(error)

    def _alike(self) -> str:
        """How many pairs of steps differ in nothing, before the first divergence and in all."""
        pairs, first = self.comparison.pairs, self.comparison.first
        if first is None:
            return ""
        before, same = (sum(pair.gap is Gap.NONE for pair in part) for part in (pairs[:first], pairs))
        of_all = f"{same} of {plural(len(pairs), 'step')} in all"
        return f"{before} of {plural(first, 'step')} before it, {of_all}" if first else of_all

    def _failure(self, side: Side) -> str:
        if side.diagnosis.first is not None:
            return self._step(side.diagnosis.first)
        candidates = ranges([item.step.number for item in side.diagnosis.candidates])
        return f"none that can be named (candidates: step {candidates})" if candidates else "none"

    def _tools(self) -> SafeText:
        """How often each was used; of steps that call none, a title that is withheld tells nothing."""
        named = [(self._safe(use.label), use) for use in self.comparison.tools]
        return SafeText("; ".join(_use(name, use) for name, use in named if not is_withheld(name)))

    def _other_values(self) -> SafeText:
        numbers = [pair.step.step.number for pair in self.comparison.pairs if pair.input.likeness is Likeness.VALUES]
        return SafeText(f"step {ranges(numbers)}: inputs of the same shape" if numbers else "")

    def _not_comparable(self) -> SafeText:
        numbers = [pair.step.step.number for pair in self.comparison.pairs if pair.input.likeness is Likeness.UNKNOWN]
        return SafeText(
            f"inputs of step {ranges(numbers)}: absent, or withheld or cut by the provider, in one" if numbers else ""
        )


def _its(here: Assessment, there: Assessment) -> str:
    number = there.step.number
    return "" if number == here.step.number else f" (step {number} there)"


def _use(name: SafeText, use: ToolUse) -> str:
    here, there = (
        f"{count}× {where}{f' ({failed} failed)' if failed else ''}"
        for count, failed, where in ((use.here, use.failed_here, "here"), (use.there, use.failed_there, "there"))
    )
    return f"{clip(name, _LABEL_ROOM)} {here}, {there}"
