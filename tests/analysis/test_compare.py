"""Where two runs part: at the first step, state or input that differs, whatever was retried before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.tools.handmade import detail, step, text

from rundown_mcp.analysis.compare import Comparison, Gap, compare, is_success, stretches
from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.analysis.payloads import Likeness
from rundown_mcp.domain.run import RunDetail, Status, Step, StepState

OK, FAILED = StepState.OK, StepState.FAILED
_TOOLS = st.sampled_from(["lookup", "charge", "mail", "note"])
_STEPS = st.lists(st.tuples(_TOOLS, st.sampled_from([OK, FAILED]), st.integers(1, 3)), min_size=1, max_size=25)


def run(*steps: tuple[str, StepState, Any]) -> RunDetail:
    """A run of steps of these tools, states and inputs."""
    return detail(
        *(step(number, state, tool, input=given) for number, (tool, state, given) in enumerate(steps, 1)),
        status=Status.COMPLETED,
    )


def compared(here: RunDetail, there: RunDetail) -> Comparison:
    return compare(diagnose(here), diagnose(there))


def numbers(found: Comparison, place: int | None) -> tuple[int | None, int | None]:
    assert place is not None
    pair = found.pairs[place]
    return pair.here.step.number if pair.here else None, pair.there.step.number if pair.there else None


@given(steps=_STEPS)
@examples(max_examples=200, deadline=None, derandomize=True)
def test_a_run_compared_with_itself_has_no_divergence(steps: list[tuple[str, StepState, int]]) -> None:
    whole = run(*((tool, state, {"n": given}) for tool, state, given in steps))
    found = compared(whole, whole)
    assert found.first is None
    assert found.fork is None
    assert found.tools == ()
    assert found.output is None
    assert {pair.input.likeness for pair in found.pairs} == {Likeness.EQUAL}


@given(steps=_STEPS, data=st.data())
@examples(max_examples=200, deadline=None, derandomize=True)
def test_a_single_changed_step_is_found(steps: list[tuple[str, StepState, int]], data: st.DataObject) -> None:
    given = [(tool, state, {"n": number, "mode": "live"}) for tool, state, number in steps]
    place = data.draw(st.integers(0, len(given) - 1))
    tool, state, values = given[place]
    other_state = OK if state is FAILED else FAILED
    changed, gap = data.draw(
        st.sampled_from(
            [
                ((tool, other_state, values), Gap.STATE),
                ((tool, state, {**values, "mode": "test"}), Gap.INPUT),
                ((tool, state, {"n": 1}), Gap.INPUT),
                (("another", state, values), Gap.STEP),
            ]
        )
    )
    found = compared(run(*given[:place], changed, *given[place + 1 :]), run(*given))
    assert found.first is not None
    pair = found.pairs[found.first]
    assert pair.gap is gap
    assert pair.step.step.number == place + 1
    if gap is not Gap.STEP:
        assert sum(one.gap is not Gap.NONE for one in found.pairs) == 1


@given(steps=_STEPS, data=st.data())
@examples(max_examples=200, deadline=None, derandomize=True)
def test_a_single_step_more_or_less_moves_nothing_else(
    steps: list[tuple[str, StepState, int]], data: st.DataObject
) -> None:
    given = [(tool, OK, {"n": 1}) for tool, _, _ in steps]
    place = data.draw(st.integers(0, len(given)))
    found = compared(run(*given[:place], ("extra", OK, {"n": 1}), *given[place:]), run(*given))
    assert numbers(found, found.first) == (place + 1, None)
    assert sum(one.gap is not Gap.NONE for one in found.pairs) == 1
    back = compared(run(*given), run(*given[:place], ("extra", OK, {"n": 1}), *given[place:]))
    assert numbers(back, back.first) == (None, place + 1)


def test_a_retry_loop_parts_at_its_first_failure_and_moves_nothing_behind_it() -> None:
    charge = {"order_id": "A-1", "amount": 7}
    here = run(("lookup", OK, {}), *[("charge", FAILED, charge)] * 5, ("charge", OK, charge), ("mail", OK, {}))
    there = run(("lookup", OK, {}), ("charge", OK, {"order_id": "B-2", "amount": 9}), ("mail", OK, {}))
    found = compared(here, there)
    assert numbers(found, found.first) == (2, 2)
    assert found.pairs[found.first or 0].gap is Gap.STATE
    assert found.pairs[-1].gap is Gap.NONE
    assert [len(stretch) for stretch in stretches(found.pairs)] == [1, 5]
    (use,) = found.tools
    assert (use.here, use.there, use.failed_here, use.failed_there) == (6, 1, 5, 0)


def titled(*steps: str) -> RunDetail:
    """A run of calls (`a()`) and of steps that are only titled (`Plan`, `Plan!` where it failed)."""
    return detail(
        *(
            step(number, tool=name[:-2])
            if name.endswith("()")
            else step(number, FAILED if name.endswith("!") else OK, title=text(name.rstrip("!")))
            for number, name in enumerate(steps, 1)
        )
    )


@pytest.mark.parametrize(
    ("here", "there", "first", "of_words"),
    [
        (("a()", "b()"), ("Plan", "a()", "c()"), (2, None), False),
        (("Plan", "Think", "a()"), ("a()", "Plan", "Think"), (1, None), True),
        (("a()", "Reply"), ("a()", "Answer"), (2, None), True),
        (("Plan!", "a()"), ("a()", "b()"), (1, None), False),
        (("Plan", "a()", "Plan!"), ("Plan", "a()", "Plan"), (3, 3), False),
        (("Sum up", "a()", "b()"), ("a()", "Sum up", "b()", "c()"), (None, 4), False),
    ],
)
def test_steps_of_words_neither_move_calls_nor_count_before_what_went_wrong_or_was_called_otherwise(
    here: tuple[str, ...], there: tuple[str, ...], first: tuple[int | None, int | None], *, of_words: bool
) -> None:
    found = compared(titled(*here), titled(*there))
    assert numbers(found, found.first) == first
    assert found.of_words is of_words


def test_other_values_are_no_divergence_and_a_setting_is_one_before_the_failure_that_follows() -> None:
    here = run(("lookup", OK, {"id": "A-1"}), ("price", OK, {"currency": "USD"}), ("charge", FAILED, {"n": 1}))
    there = run(("lookup", OK, {"id": "B-2"}), ("price", OK, {"currency": "EUR"}), ("charge", OK, {"n": 2}))
    found = compared(here, there)
    assert found.pairs[0].input.likeness is Likeness.VALUES
    assert (found.first, found.fork) == (1, 2)


def test_what_a_step_before_gave_differently_is_told() -> None:
    def whole(*outputs: Any) -> RunDetail:  # noqa: ANN401
        states = [OK] * (len(outputs) - 1) + [FAILED if outputs[-1] else OK]
        steps = [
            step(number, state, f"tool{number}", output=output)
            for number, (output, state) in enumerate(zip(outputs, states, strict=True), 1)
        ]
        return detail(*steps)

    found = compared(whole({"hits": []}, {"id": 1}, "bad"), whole({"hits": [1]}, {"id": 2}, ""))
    assert found.first == 2
    assert found.output is not None
    assert found.output[0] == 0


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        (step(1, StepState.UNKNOWN, "a"), step(1, OK, "a"), True),
        (step(1, StepState.UNKNOWN, "a", said="rejected"), step(1, OK, "a"), False),
        (step(1, StepState.UNKNOWN, "a", said="Skipped"), step(1, StepState.UNKNOWN, "a", said="skipped"), True),
        (step(1, StepState.UNKNOWN, "a", said="skipped"), step(1, StepState.UNKNOWN, "a", said="parked"), False),
        (step(1, StepState.WAITING, "a"), step(1, OK, "a"), False),
        (step(1, OK, "Charge"), step(1, OK, "charge"), True),
        (step(1, title=text("Look up A-77")), step(1, title=text("Look up B-123")), True),
        (step(1, title=text("Look up A-77")), step(1, title=text("Write to B-123")), False),
        (step(1, OK, "reply"), step(1, title=text("reply")), False),
        (step(1), step(1), True),
    ],
)
def test_when_two_steps_are_the_same(here: Step, there: Step, *, same: bool) -> None:
    found = compared(detail(here), detail(there))
    assert (found.first is None) is same


def test_a_run_without_steps_has_nothing_to_align() -> None:
    assert compared(detail(), detail()).pairs == ()
    assert compared(detail(), detail(step(1, OK, "a"))).first == 0


def test_a_success_completed_and_has_no_failure_that_stands_or_may_stand() -> None:
    def good(*steps: Step, status: Status = Status.COMPLETED) -> bool:
        whole = detail(*steps, status=status)
        return is_success(whole, diagnose(whole))

    assert good(step(1, OK, "a"))
    assert good()
    assert not good(step(1, OK, "a"), status=Status.RUNNING)
    assert not good(step(1, FAILED, "a", input={"x": 1}, error="no"))
    assert good(step(1, FAILED, "a", input={"x": 1}, error="no"), step(2, OK, "a", input={"x": 1}))
    unsure = step(1, FAILED, "a", error="no")
    assert not good(unsure, step(2, OK, "a", input={"x": 1}))
