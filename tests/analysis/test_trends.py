"""The words for a change, and when they are certain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.handmade import AT, detail, step, text

from rundown_mcp.analysis.groups import Group
from rundown_mcp.analysis.signature import Failure, failure_of
from rundown_mcp.analysis.trends import certain_change, change, concentration, counted, parted
from rundown_mcp.domain.run import StepState


@pytest.mark.parametrize(
    ("now", "before", "word"),
    [
        (1, 0, "new"),
        (500, 0, "new"),
        (0, 1, "gone"),
        (0, 90, "gone"),
        (10, 5, "up"),
        (9, 4, "up"),
        (8, 4, "steady"),  # only 4 more
        (6, 1, "up"),
        (5, 1, "steady"),
        (19, 10, "steady"),  # not twice
        (20, 10, "up"),
        (5, 10, "down"),
        (4, 9, "down"),
        (4, 8, "steady"),
        (6, 11, "steady"),
        (1, 6, "down"),
        (7, 7, "steady"),
    ],
)
def test_the_word_for_a_change(now: int, before: int, word: str) -> None:
    assert change(now, before).value == word


@given(now=st.integers(0, 30), before=st.integers(0, 30), more=st.integers(0, 12), earlier=st.integers(0, 12))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_change_is_said_exactly_where_no_run_that_was_not_looked_into_could_alter_it(
    now: int, before: int, more: int, earlier: int
) -> None:
    possible = {
        change(now + a, before + b) for a in range(more + 1) for b in range(earlier + 1) if now + before + a + b
    }
    said = certain_change(now, before, unread_now=more, unread_before=earlier)
    if now + before:
        assert (said in possible) if len(possible) == 1 else said is None


def test_where_nobody_knows_how_many_runs_there_were_before_only_a_fall_is_certain() -> None:
    assert certain_change(3, 0, unread_now=0, unread_before=None) is None
    assert certain_change(9, 3, unread_now=0, unread_before=None) is None
    assert certain_change(5, 5, unread_now=0, unread_before=None) is None
    assert certain_change(3, 9, unread_now=0, unread_before=None) == "down"
    assert certain_change(0, 2, unread_now=0, unread_before=None) == "gone"
    assert certain_change(0, 2, unread_now=None, unread_before=0) is None
    assert certain_change(2, 0, unread_now=None, unread_before=0) == "new"


def _failure(number: int, error: str, agent: str | None = None) -> Failure:
    whole = detail(
        step(1, StepState.FAILED, agent, error=error), number=number, started_at=AT + timedelta(minutes=number)
    )
    failure = failure_of(whole)
    assert failure is not None
    return failure


def test_groups_are_counted_largest_first_and_those_that_are_gone_stand_last() -> None:
    gone = [_failure(number, "a") for number in reversed(range(8))]
    few = [_failure(number, "b") for number in (11, 10)]
    many = [_failure(number, "c") for number in reversed(range(20, 26))]
    groups = [Group((tuple(part),)) for part in (gone, few, many)]
    in_window = frozenset(failure.ref for failure in (*few, *many[:5]))
    found = counted(groups, in_window, unread_now=0, unread_before=0)
    assert [(len(item.now), len(item.before), item.change) for item in found] == [
        (5, 1, "steady"),
        (2, 0, "new"),
        (0, 8, "gone"),
    ]
    assert found[0].example == many[0], "the newest in the window"
    assert {failure.ref for failure in found[2].seen} == {failure.ref for failure in gone}


def test_the_example_has_the_most_frequent_text_of_the_window() -> None:
    texts = [_failure(1, "old"), _failure(2, "old"), _failure(3, "old")], [_failure(4, "new"), _failure(5, "new")]
    group = Group(tuple(tuple(part) for part in texts))
    (found,) = counted(
        [group], frozenset(item.ref for item in (*texts[0][:1], *texts[1])), unread_now=0, unread_before=0
    )
    assert found.example.ref in {item.ref for item in texts[1]}
    assert [len(part) for part in found.texts] == [2, 1]


def test_where_values_gather() -> None:
    a, b = text("a"), text("b")
    most = concentration([a, b, a, None, None, None])
    assert (most.value, most.count, most.different) == (a, 2, 3)
    nothing = concentration([None, None])
    assert (nothing.value, nothing.count, nothing.different) == (None, 2, 1)
    assert concentration([]).different == 0


def test_failures_are_parted_by_any_key() -> None:
    found = [_failure(1, "a", "x"), _failure(2, "b", "y"), _failure(3, "c", "x")]
    assert [len(part) for part in parted(found, lambda failure: failure.tool)] == [2, 1]
