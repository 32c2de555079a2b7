"""What the gate let out of a run is made once, whoever asks; of finished runs while they are kept, within bounds."""

from __future__ import annotations

from dataclasses import replace
from weakref import ref

from tests.tools.handmade import detail, step, text

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.run import RunDetail, Status
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs import shown as shown_module
from rundown_mcp.runs.shown import RememberingGate, ShownRuns


class Counting(Gate):
    """Counts what it is asked to show, and shows as much of something: to mask megabytes takes seconds."""

    def __init__(self) -> None:
        super().__init__(Policy.OFF, Tagger(b"key"))
        self.asked = 0

    def safe(self, value: Untrusted) -> SafeText:
        self.asked += 1
        return SafeText("x" * value.size)


def run(status: Status = Status.COMPLETED, *, number: int = 1, size: int = 10) -> tuple[RunDetail, Untrusted]:
    """A run, and a value of it."""
    value = text("x" * size)
    return detail(replace(step(1), content=value), status=status, number=number), value


def test_a_value_is_made_once_and_an_equal_one_by_itself() -> None:
    gate, one, same = Counting(), text("word"), text("word")
    remembering = RememberingGate(gate)
    assert [remembering.safe(value).text for value in (one, same, one, same)] == ["xxxx"] * 4
    assert gate.asked == 2


def test_what_is_said_of_other_people_is_made_anew() -> None:
    value = text("Ada Lovelace called")
    gate = RememberingGate(Gate(Policy.BALANCED, Tagger(b"key")))
    assert gate.safe(value).text == "Ada Lovelace called"
    assert gate.knowing([text("Ada Lovelace")]).safe(value).text.startswith("[person#")


def test_a_gate_forgets_rather_than_remember_too_much() -> None:
    gate, half = Counting(), shown_module._MOST_BYTES // 2
    remembering = RememberingGate(gate)
    values = [text("a" * half), text("b" * half), text("c" * 3 * half)]
    for value in (values[0], values[0], values[1], values[0], values[2], values[2]):
        remembering.safe(value)
    assert gate.asked == 4


def test_the_texts_of_a_finished_run_are_there_for_the_next_who_reads_it_and_of_no_other() -> None:
    for status, asked in ((Status.COMPLETED, 1), (Status.FAILED, 1), (Status.RUNNING, 2), (Status.UNKNOWN, 2)):
        gate, shown = Counting(), ShownRuns()
        whole, value = run(status)
        for _ in range(2):
            shown.of(whole, gate).gate.safe(value)
        assert gate.asked == asked


def test_a_run_that_was_read_anew_and_another_policy_begin_with_nothing() -> None:
    gate, other, shown = Counting(), Counting(), ShownRuns()
    whole, value = run()
    again = replace(whole)
    for made_from, read in ((gate, whole), (gate, again), (other, again)):
        shown.of(read, made_from).gate.safe(value)
    assert (gate.asked, other.asked) == (2, 1)


def test_the_run_that_was_read_longest_ago_goes_where_there_are_too_many_bytes() -> None:
    gate, shown = Counting(), ShownRuns()
    runs = [run(number=number, size=shown_module._MOST_BYTES // 2 - 1000) for number in range(3)]
    for place in (0, 1, 0, 2, 0, 1):
        whole, value = runs[place]
        shown.of(whole, gate).gate.safe(value)
    assert gate.asked == 4


def test_what_was_made_of_a_run_that_nobody_keeps_is_gone_at_the_next_reading() -> None:
    gate, shown = Gate(Policy.BALANCED, Tagger(b"key")), ShownRuns()
    made = []
    for number in range(3):
        whole, value = run(number=number, size=1_000_000)
        of_run = shown.of(whole, gate)
        of_run.diagnosis = diagnose(whole)
        made.append(ref(of_run.gate))
        del whole, value, of_run
    assert [one() is None for one in made] == [True, True, False]


def test_a_large_diagnosis_counts_too() -> None:
    gate, shown = Counting(), ShownRuns()
    steps = shown_module._MOST_BYTES // shown_module._STEP_BYTES + 1
    whole, _ = run()
    first = shown.of(whole, gate)
    first.diagnosis = replace(diagnose(whole), steps=diagnose(whole).steps * steps)
    assert shown.of(whole, gate) is not first
