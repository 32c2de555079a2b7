"""Every line that there is to say of a run besides its steps and messages, under the names that `get_step` takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from rundown_mcp.analysis.failure import Diagnosis
from rundown_mcp.domain.run import Approval, Named, RunDetail, Trigger
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.card_lines import CardLine, CardLines
from rundown_mcp.views.format import second

WHOLE_RUN: Final = "run"
"""What `get_step` takes for all of these lines together; the line that names the run has no other name."""

_OF_STEPS: Final = frozenset(
    (
        "run",
        "what happened",
        "error",
        "input",
        "before",
        "after",
        "candidates",
        "failed later",
        "recovered",
        "provider flags",
    )
)


def card_lines(detail: RunDetail, diagnosis: Diagnosis, gate: Gate, *, whole: bool = False) -> dict[str, CardLine]:
    """The lines of the card that say something, by name."""
    return named(CardLines(detail, diagnosis, gate, whole).all())


def run_lines(detail: RunDetail, diagnosis: Diagnosis, gate: Gate) -> tuple[dict[str, CardLine], dict[str, CardLine]]:
    """The lines of the card and those that only `full` has, by name; none is cut."""
    lines = CardLines(detail, diagnosis, gate, whole=True).all()
    card = named(lines)
    return card, named(_more(detail, gate), card)


def own_texts(detail: RunDetail, diagnosis: Diagnosis, gate: Gate) -> dict[str, SafeText]:
    """What is known of the run itself, by name: those lines that do not repeat or count what its steps say."""
    card, more = run_lines(detail, diagnosis, gate)
    lines = {name: line for name, line in {**card, **more}.items() if line.label not in _OF_STEPS}
    return {name: SafeText(str(line.text)) for name, line in lines.items()}


def named(lines: Iterable[CardLine], taken: Iterable[str] = ()) -> dict[str, CardLine]:
    """The lines that say something under names of their own: `issue`, `issue 2`, ….

    `taken` are names that other lines have; no line shares its label with one of those.
    """
    counts = Counter(taken)
    apart: dict[str, CardLine] = {}
    for line in lines:
        if line.text:
            counts[line.label] += 1
            apart[line.label if counts[line.label] == 1 else f"{line.label} {counts[line.label]}"] = line
    return apart


def as_text(lines: Mapping[str, CardLine]) -> SafeText:
    """All lines as one text, each behind its name."""
    return SafeText("\n".join(f"{name}: {line.text}" for name, line in lines.items()))


def _more(detail: RunDetail, gate: Gate) -> Iterator[CardLine]:
    run = detail.run
    yield _line("ended", _time(run.ended_at))
    yield _line("updated", _time(run.updated_at))
    for label, thing in (("agent id", run.agent), ("category id", run.category), ("version id", run.version)):
        yield _line(label, _id_beside_a_name(gate, thing))
    if run.approval is not None:
        yield _line("approval", _approval(gate, run.approval))
    if run.trigger is not None:
        yield from _trigger(gate, detail, run.trigger)
    for key, value in run.columns:
        yield _line("column", SafeText(f"{gate.safe(key)} = {gate.safe(value)}"))
    yield _line("reply", words.maybe(gate, detail.reply))
    yield _line("reflection", words.maybe(gate, detail.reflection))
    yield _line("more", words.maybe(gate, run.extra))


def _trigger(gate: Gate, detail: RunDetail, trigger: Trigger) -> Iterator[CardLine]:
    """What started the run; a text that a message has, too, is that message."""
    if trigger.source != detail.run.source:
        yield _line("trigger source", words.maybe(gate, trigger.source))
    yield _line("triggered", _time(trigger.at))
    yield _line("customer", words.maybe(gate, trigger.customer))
    for label, text in (("trigger text", trigger.text), ("latest comment", trigger.latest_comment)):
        same = next((message for message in detail.messages if text and message.text == text), None)
        yield _line(label, f"the text of m{same.number}" if same else words.maybe(gate, text))
    for label, fact in trigger.facts:
        yield _line(label, words.maybe(gate, fact))


def _approval(gate: Gate, approval: Approval) -> SafeText:
    """Whether the vendor says that the run waits for it, and what is known of the call."""
    call = approval.pending
    facts: tuple[tuple[str, Untrusted | None], ...] = (
        ("tool", call.name if call else None),
        ("type", call.type if call else None),
        ("tool id", approval.tool_id),
        ("step id", approval.step_id),
    )
    waiting = [] if approval.waiting is None else [f"waiting: {'yes' if approval.waiting else 'no'}"]
    return SafeText(" · ".join([*waiting, *(f"{label} {gate.safe(value)}" for label, value in facts if value)]))


def _id_beside_a_name(gate: Gate, thing: Named | None) -> Cell:
    return gate.safe(thing.id) if thing is not None and thing.id is not None and thing.name is not None else ""


def _time(at: datetime | None) -> str:
    return f"{second(at)} UTC" if at else ""


def _line(label: str, text: Cell) -> CardLine:
    return CardLine(0, label, text)
