"""Which step a run failed at, which errors were made good, and which nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest
from tests.tools.handmade import detail, step, text

from rundown_mcp.analysis.failure import Assessment, Basis, Diagnosis, assess, diagnose
from rundown_mcp.domain.run import Outcome, OutcomeWord, Status, Step, StepState, ToolCall
from rundown_mcp.domain.text import Kind, Untrusted

FAILED, OK, UNKNOWN, RUNNING = StepState.FAILED, StepState.OK, StepState.UNKNOWN, StepState.RUNNING


def numbers(items: tuple[Assessment, ...]) -> list[int]:
    return [item.step.number for item in items]


def found(*steps: Step, status: Status = Status.FAILED, **fields: Any) -> Diagnosis:  # noqa: ANN401 - the run's fields
    return diagnose(detail(*steps, status=status, **fields))


def first_of(diagnosis: Diagnosis) -> int | None:
    return diagnosis.first.step.number if diagnosis.first else None


def test_the_first_of_several_standing_failures_is_named() -> None:
    diagnosis = found(step(1), step(2, FAILED, "a"), step(3, FAILED, "b"), step(4, FAILED, "a"))
    assert first_of(diagnosis) == 2
    assert numbers(diagnosis.others) == [3, 4]
    assert diagnosis.recovered == diagnosis.candidates == ()


def test_a_stated_failure_keeps_the_providers_error() -> None:
    diagnosis = found(step(1, FAILED, "a", error="it broke", output={"error": "other"}))
    assert diagnosis.first is not None
    assert diagnosis.first.basis is Basis.STATED
    assert diagnosis.first.error == text("it broke")


@pytest.mark.parametrize("state", [OK, UNKNOWN])
def test_an_error_shaped_output_makes_a_failure_that_is_inferred(state: StepState) -> None:
    diagnosis = found(step(1, state, "a", output={"error": "boom"}), status=Status.COMPLETED)
    assert diagnosis.first is not None
    assert (diagnosis.first.state, diagnosis.first.basis) == (FAILED, Basis.INFERRED)


@pytest.mark.parametrize(
    ("state", "said", "assessed"),
    [
        (UNKNOWN, None, (OK, Basis.INFERRED)),
        (UNKNOWN, "odd", (UNKNOWN, Basis.STATED)),
        (OK, None, (OK, Basis.STATED)),
        (RUNNING, None, (RUNNING, Basis.STATED)),
    ],
)
def test_an_output_without_an_error_is_success_only_where_nothing_else_is_said(
    state: StepState, said: str | None, assessed: tuple[StepState, Basis]
) -> None:
    words = {"said": said} if said else {}
    item = assess(step(1, state, "a", output={"fine": 1}, **words))
    assert (item.state, item.basis) == assessed


def test_the_same_tool_on_like_input_makes_good() -> None:
    diagnosis = found(step(1, FAILED, "a", input={"x": 1}), step(2), step(3, OK, "a", input={"x": 1}))
    assert first_of(diagnosis) is None
    assert numbers(diagnosis.recovered) == [1]


def test_the_same_tool_on_other_input_makes_nothing_good() -> None:
    diagnosis = found(step(1, FAILED, "a", input={"x": 1}), step(2, OK, "a", input={"x": 2}))
    assert first_of(diagnosis) == 1
    assert diagnosis.recovered == ()


def test_another_tool_on_the_same_input_proves_nothing() -> None:
    diagnosis = found(step(1, FAILED, "a", input={"x": 1}), step(2, OK, "b", input={"x": 1}))
    assert first_of(diagnosis) == 1


def test_an_earlier_success_does_not_make_good_what_fails_later() -> None:
    diagnosis = found(step(1, OK, "a", input={"x": 1}), step(2, FAILED, "a", input={"x": 1}))
    assert first_of(diagnosis) == 2


def test_the_same_tool_on_unknown_input_leaves_a_candidate() -> None:
    diagnosis = found(step(1, FAILED, "a"), step(2, OK, "a"), status=Status.COMPLETED)
    assert first_of(diagnosis) is None
    assert diagnosis.recovered == ()
    assert numbers(diagnosis.candidates) == [1]


def test_a_retry_whose_end_is_unknown_leaves_a_candidate() -> None:
    again = step(2, UNKNOWN, "a", input={"x": 1}, said="odd")
    assert numbers(found(step(1, FAILED, "a", input={"x": 1}), again).candidates) == [1]
    elsewhere = step(2, UNKNOWN, "a", input={"x": 9}, said="odd")
    assert first_of(found(step(1, FAILED, "a", input={"x": 1}), elsewhere)) == 1


def test_a_second_session_leaves_the_first_ones_failure_a_candidate() -> None:
    kind = text("session", Kind.WORD)
    diagnosis = found(step(1, FAILED, kind=kind), step(2, OK, kind=kind), status=Status.COMPLETED)
    assert numbers(diagnosis.candidates) == [1]
    assert first_of(found(step(1, FAILED, kind=kind), step(2, OK, kind=text("reply", Kind.WORD)))) == 1


def test_steps_without_any_name_are_not_taken_for_the_same() -> None:
    nameless = Step(number=2, state=OK, tool=ToolCall(input=text({"x": 1})))
    assert first_of(found(step(1, FAILED), step(2, OK))) == 1
    assert first_of(found(Step(number=1, state=FAILED, tool=ToolCall(input=text({"x": 1}))), nameless)) == 1


@pytest.mark.parametrize(
    ("later", "made_good"),
    [
        ([step(2, OK, "search_flights"), step(3, OK, "reply")], True),
        ([step(2, OK), step(3, OK, "search_flights"), step(4, FAILED, "charge")], True),
        ([step(2, OK, "search_flights")], False),
        ([step(2, FAILED, "search_flights")], False),
        ([step(2, OK, "other"), step(3, OK, "reply")], False),
        ([step(2, UNKNOWN)], False),
        ([], False),
    ],
)
def test_a_declared_fallback_makes_good_where_the_run_went_on_from_it(later: list[Step], *, made_good: bool) -> None:
    diagnosis = found(step(1, FAILED, "cache", error="miss; falling back to search_flights"), *later)
    assert (numbers(diagnosis.recovered) == [1]) is made_good


def escalated(reason: str | None = None) -> Outcome:
    return Outcome(word=OutcomeWord.ESCALATED, reason=text(reason) if reason else None)


@pytest.mark.parametrize("said", ["rejected", "Blocked", "timed_out"])
def test_a_stop_counts_where_the_run_was_escalated_right_after_it(said: str) -> None:
    steps = (step(1), step(2, UNKNOWN, "refund", said=said), step(3, OK, "escalate"))
    assert first_of(found(*steps, status=Status.COMPLETED, outcome=escalated())) == 2
    assert first_of(found(*steps, status=Status.COMPLETED)) is None


def test_a_stop_that_the_reason_names_counts_however_much_follows() -> None:
    steps = (step(1, UNKNOWN, title=text("Guardrail: law"), said="blocked"), *(step(number) for number in range(2, 6)))
    named = found(*steps, status=Status.COMPLETED, outcome=escalated("guardrail: LAW was hit"))
    assert first_of(named) == 1
    unnamed = found(*steps, status=Status.COMPLETED, outcome=escalated("asked for a person"))
    assert first_of(unnamed) is None
    assert numbers(unnamed.candidates) == [1]


def test_a_step_that_never_ended_counts_where_a_failed_run_ended_with_it() -> None:
    assert first_of(found(step(1), step(2, RUNNING, "a"))) == 2
    assert first_of(found(step(1), step(2, RUNNING, "a"), status=Status.RUNNING)) is None
    assert first_of(found(step(1), step(2, RUNNING, "a"), status=Status.COMPLETED)) is None
    assert first_of(found(step(1), step(2, StepState.WAITING, "a"), status=Status.PAUSED, outcome=escalated())) is None


def test_a_failed_step_is_named_before_any_stop_and_the_stop_stays_a_candidate() -> None:
    diagnosis = found(step(1, UNKNOWN, "approve", said="rejected"), step(2, FAILED, "a"))
    assert first_of(diagnosis) == 2
    assert numbers(diagnosis.candidates) == [1]


def test_a_run_without_steps_has_no_failure() -> None:
    assert found() == Diagnosis((), None, (), ())


def test_a_redacted_retry_is_uncertain() -> None:
    hidden = Untrusted({"x": 1}, Kind.PAYLOAD, redacted=True)
    again = Step(number=2, state=OK, tool=ToolCall(name=text("a", Kind.NAME), input=hidden))
    assert numbers(found(step(1, FAILED, "a", input={"x": 1}), again).candidates) == [1]
