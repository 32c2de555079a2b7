"""The two runs of a comparison, and what differs between them besides their steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rundown_mcp.analysis.failure import Diagnosis
from rundown_mcp.domain.run import Named, Run, RunDetail
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.budget import cut
from rundown_mcp.views.format import length


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs; `ref` is how the next calls name it."""

    ref: str
    detail: RunDetail
    diagnosis: Diagnosis

    @property
    def run(self) -> Run:
        """The run itself."""
        return self.detail.run


@dataclass(frozen=True, slots=True)
class CompareLine:
    """A line of the answer; rank 0 is the last to go."""

    rank: int
    label: str
    text: Cell

    def cut(self, room: int) -> Cell:
        """The text in its room."""
        return cut(self.text, room) if isinstance(self.text, SafeText) else self.text


def circumstances(here: Side, there: Side, gate: Gate) -> Iterator[CompareLine]:
    """Outcome, agent, version, source where they differ; how long both took, and what they used."""
    one, two = here.run, there.run
    yield CompareLine(4, "outcome", _both(*(words.outcome(gate, run.outcome) for run in (one, two))))
    if one.ref.connection != two.ref.connection or not is_same_agent(one.agent, two.agent):
        yield CompareLine(2, "agent", _both(*(words.name(gate, run.agent) for run in (one, two))))
    versions = [_version(gate, run) for run in (one, two)]
    yield CompareLine(4, "version", _both(*versions) or _same(versions[0]))
    yield CompareLine(4, "source", _both(*(words.maybe(gate, run.source) for run in (one, two))))
    lengths = [length(run.duration) if run.duration is not None else "unknown" for run in (one, two)]
    yield CompareLine(3, "took", f"{lengths[0]} here, {lengths[1]} there{_ratio(one, two)}")
    yield CompareLine(4, "steps", _both(*(str(len(side.detail.steps)) for side in (here, there))))
    yield CompareLine(4, "messages", _both(*(_messages(side.detail) for side in (here, there))))
    yield CompareLine(5, "usage", _both(*map(_usage, (one, two))))


def _messages(detail: RunDetail) -> str:
    """How many; empty where they are kept apart from the run, and were not asked for."""
    return "" if detail.thread else str(len(detail.messages))


def _version(gate: Gate, run: Run) -> SafeText:
    values = (run.version.label if run.version else None, run.environment)
    return SafeText(" · ".join(str(gate.safe(value)) for value in values if value))


def _both(here: Cell, there: Cell) -> SafeText:
    """`x here, y there`; empty where they are equal."""
    if str(here) == str(there):
        return SafeText("")
    return SafeText(f"{str(here) or 'unknown'} here, {str(there) or 'unknown'} there")


def _same(value: SafeText) -> SafeText:
    return SafeText(f"the same, {value}") if value else SafeText("unknown")


def _ratio(here: Run, there: Run) -> str:
    if here.duration is None or not there.duration:
        return ""
    return f" ({here.duration / there.duration:.1f}×)"


def _usage(run: Run) -> str:
    usage = run.usage
    if usage is None:
        return ""
    counts = ((usage.input_tokens, "tokens in"), (usage.output_tokens, "tokens out"))
    parts = [f"{count} {what}" for count, what in counts if count is not None]
    return " · ".join([*parts, *([f"cost {usage.cost:g}"] if usage.cost is not None else [])])


def is_same_agent(one: Named | None, other: Named | None) -> bool:
    """Whether two runs of one connection have the same agent; by id, else by name."""
    if one is None or other is None:
        return one is other
    if one.id is not None and other.id is not None:
        return one.id == other.id
    return one.label == other.label
