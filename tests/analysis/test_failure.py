"""Which step a run failed at, which errors were made good, and which nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest
from tests.tools.handmade import detail, step, text

from rundown_mcp.analysis.failure import Assessment, Basis, Clue, Diagnosis, assess, diagnose
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


def test_a_tool_that_answers_with_what_it_was_given_says_nothing_of_itself() -> None:
    given = {"ticket": {"subject": "Error: the app crashed"}}
    echoed = step(1, UNKNOWN, "create_ticket", input=given, output="Error: the app crashed")
    assert assess(echoed).state is UNKNOWN
    for output in ("Error: no such queue", {"error": "Error: the app crashed"}):
        assert assess(step(1, UNKNOWN, "create_ticket", input=given, output=output)).state is FAILED


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


def fallen_back(error: str, *later: Step, **fields: Any) -> Diagnosis:  # noqa: ANN401 - the failed step's fields
    return found(step(1, FAILED, "fares", error=error, **fields), *later, status=Status.COMPLETED)


@pytest.mark.parametrize(
    ("error", "tool", "recovered", "uncertain"),
    [
        ("falling back to live search", "search_flights", True, False),
        ("falling back to a replica", "search_flights", False, True),
        ("falling back to a person for the search", "search_flights", False, True),
        ("using the fallback: search", "search_flights", True, False),
        ("no fallback; search it by hand", "search_flights", False, False),
        ("falling back to a note", "crm_add_note", False, False),
    ],
)
def test_a_fallback_that_is_no_tool_of_the_run_is_the_next_call_if_that_has_to_do_with_it(
    error: str, tool: str, *, recovered: bool, uncertain: bool
) -> None:
    diagnosis = fallen_back(error, step(2, OK, tool))
    assert (numbers(diagnosis.recovered), numbers(diagnosis.candidates)) == ([1] * recovered, [1] * uncertain)


@pytest.mark.parametrize(
    ("output", "recovered"),
    [
        ({"fallback": "search_flights"}, True),
        ({"fallback_used": True}, False),
        ({"fallback": None}, False),
        ({"fallback": "none"}, False),
        ({"fallback": 3}, False),
    ],
)
def test_a_flag_in_the_output_may_name_the_fallback(output: dict[str, Any], *, recovered: bool) -> None:
    diagnosis = fallen_back("cold", step(2, OK, "other"), step(3, OK, "search_flights"), output=output)
    assert (numbers(diagnosis.recovered) == [1]) is recovered


@pytest.mark.parametrize(
    ("flag", "recovered", "uncertain"),
    [
        ({"fallback_for": "fares"}, True, False),
        ({"fallback_for": "other"}, False, False),
        ({"is_fallback": True}, True, False),
        ({"is_fallback": False}, False, False),
    ],
)
def test_a_flag_in_the_next_input_may_say_what_it_stands_in_for(
    flag: dict[str, Any], *, recovered: bool, uncertain: bool
) -> None:
    diagnosis = fallen_back("cold", step(2, OK, "search", input=flag))
    assert (numbers(diagnosis.recovered), numbers(diagnosis.candidates)) == ([1] * recovered, [1] * uncertain)


def test_a_step_called_a_fallback_without_a_name_in_common_proves_nothing() -> None:
    assert numbers(fallen_back("cold", step(2, OK, "fallback_search")).candidates) == [1]
    assert first_of(fallen_back("cold", step(2, OK, "create_backup"))) == 1
    assert first_of(fallen_back("cold", step(2, FAILED, "fares_fallback"))) == 1


def test_what_cannot_be_named_once_a_run_names_a_later_failure_about_the_same_thing() -> None:
    first = step(1, FAILED, "get_guest", input={"guest": "g-1"}, error="profile locked")
    same = step(2, FAILED, "charge_card", input={"guest": "g-1"}, error="card declined")
    other = step(2, FAILED, "charge_card", input={"card": "c-9"}, error="card declined")
    unclear = found(first, same, error=text("charge_card: card declined"))
    assert (first_of(unclear), numbers(unclear.candidates), unclear.others) == (None, [1, 2], ())
    named = found(first, other, error=text("charge_card: card declined"))
    assert (first_of(named), numbers(named.candidates)) == (2, [1])
    assert first_of(found(first, other, error=text("profile locked"))) == 1
    assert first_of(found(first, other, error=text("worker lost"))) == 1


def test_a_step_that_holds_others_failed_after_them() -> None:
    outer = step(1, FAILED, kind=text("session", Kind.WORD))
    inner = step(2, FAILED, "find", within=1)
    diagnosis = found(outer, inner, step(3, FAILED, "act"))
    assert first_of(diagnosis) == 2
    assert numbers(diagnosis.others) == [1, 3]


def test_a_lookup_of_the_same_thing_by_the_same_ids_supplies_it_where_it_found_something() -> None:
    def looked_up(tool: str, **fields: Any) -> Diagnosis:  # noqa: ANN401 - the second lookup's fields
        first = step(1, FAILED, "get_guest", input={"guest_id": "g-118"})
        return found(first, step(2, OK, tool, **fields), status=Status.COMPLETED)

    same = {"id": "g-118"}
    assert numbers(looked_up("find_guest_v2", input=same, output={"name": "Ann"}).recovered) == [1]
    assert numbers(looked_up("find_guest", input=same, output={"found": False}).candidates) == [1]
    assert numbers(looked_up("find_guest", input=same).candidates) == [1]
    assert numbers(looked_up("get_guest_stays", input=same, output=[1]).candidates) == [1]
    assert first_of(looked_up("find_guest", input={"id": "g-119"}, output={"name": "Bob"})) == 1
    assert first_of(looked_up("get_weather", input=same, output={"sun": 1})) == 1
    assert first_of(looked_up("note_guest", input=same, output={"ok": True})) == 1


def test_what_a_lookup_did_not_find_was_made_anew_by_the_same_ids() -> None:
    def made(error: str, tool: str = "crm_create_customer", email: str = "a@b.example") -> Diagnosis:
        first = step(1, FAILED, "crm_get_customer", input={"email": "a@b.example"}, error=error)
        make = step(2, OK, tool, input={"email": email, "name": "Ann"}, output={"id": "c-9"})
        return found(first, make, step(3, FAILED, "charge_card", error="card declined"))

    for error in ("404: no such customer", "customer_not_found", "CustomerNotFoundException", "Not found"):
        assert (numbers(made(error).recovered), first_of(made(error))) == ([1], 3)
    assert numbers(made("HTTP 500").candidates) == [1], "it may now be there twice"
    assert first_of(made("not found", email="other@b.example")) == 1
    assert first_of(made("not found", tool="create_customer_note")) == 1
    assert first_of(made("not found", tool="create_ticket")) == 1


def test_many_calls_of_one_thing_are_compared_with_a_few_of_them() -> None:
    pay = {"order_id": "A-1", "amount": 9}
    again = [step(number, OK, f"pay_by_{number}", input=pay) for number in range(2, 40)]
    assert numbers(found(step(1, FAILED, "charge", input=pay), *again, status=Status.COMPLETED).candidates) == [1]


def test_a_stop_without_a_name_is_not_told_by_any_reason() -> None:
    steps = (step(1, UNKNOWN, said="blocked"), *(step(number, OK, "work") for number in range(2, 6)))
    diagnosis = found(*steps, status=Status.COMPLETED, outcome=escalated("blocked"))
    assert (first_of(diagnosis), numbers(diagnosis.candidates)) == (None, [1])


def test_consequences_are_told_among_the_others() -> None:
    diagnosis = found(
        step(1, FAILED, "read_order", error="HTTP 504 from the shop"),
        step(2, FAILED, "refund", error="HTTP 401 of the bank"),
        step(3, FAILED, "notify", error="stopped: HTTP 504 from the shop"),
        step(4, FAILED, "tag", input={"why": "HTTP 401 of the bank"}, error="no"),
        step(5, FAILED, "close", error="read_order gave nothing"),
    )
    assert (numbers(diagnosis.others), numbers(diagnosis.consequences)) == ([2, 3, 4, 5], [3, 4, 5])


def test_a_reflection_is_heard_only_where_nothing_else_tells() -> None:
    steps = (step(1, OK, "get_guest", output={"a": 1}), step(2, UNKNOWN, "charge_card"))
    reflection = text("get_guest was fine. charge_card never answered.")
    blamed = found(*steps, reflection=reflection)
    assert blamed.first is not None
    assert (blamed.first.step.number, blamed.first.basis, blamed.first.clue) == (2, Basis.INFERRED, Clue.REFLECTION)
    assert blamed.steps[1] is blamed.first
    assert first_of(found(*steps, reflection=text("All was fine."))) is None
    assert first_of(found(*steps, reflection=reflection, status=Status.COMPLETED)) is None
    assert first_of(found(*steps, reflection=reflection, error=text("Tool get_guest failed"))) is None


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
