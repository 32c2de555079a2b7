"""Fitting: the largest size that fits, found without laying out much more than it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rundown_mcp.domain.text import SafeText
from rundown_mcp.views.answer import Answer, Receipt
from rundown_mcp.views.budget import Budget, clip


def of_lines(size: int) -> Answer:
    return Answer(receipt=Receipt(coverage=("duckie ok",)), head=("word",) * size)


@given(tokens=st.integers(20, 300), most=st.integers(0, 400), all_may_fit=st.booleans())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_largest_size_that_fits_is_found_either_way(tokens: int, most: int, *, all_may_fit: bool) -> None:
    budget = Budget(tokens)
    found = budget.most(of_lines, 0, most, all_may_fit=all_may_fit)
    assert found is not None
    size = len(found.head)
    assert size == most or not budget.holds(of_lines(size + 1))


def test_where_not_all_can_fit_no_more_than_twice_what_fits_is_laid_out() -> None:
    tried: list[int] = []

    def make(size: int) -> Answer:
        tried.append(size)
        return of_lines(size)

    found = Budget(300).most(make, 0, 100_000, all_may_fit=False)
    assert found is not None
    assert max(tried) <= 2 * len(found.head)
    assert Budget(1).most(make, 0, 100_000, all_may_fit=False) is None


@pytest.mark.parametrize(
    ("whole", "room", "shown"), [("word", 4, "word"), ("words", 4, "wor…"), ("ab…… cd", 4, "ab…"), ("…… ab", 2, "…")]
)
def test_a_text_is_clipped_with_one_ellipsis(whole: str, room: int, shown: str) -> None:
    assert clip(SafeText(whole), room).text == shown


@pytest.mark.parametrize(
    ("tokens", "cap", "roomier"), [(300, 8000, 8000), (300, 900, 900), (300, 300, None), (8000, 20_000, 16_000)]
)
def test_more_room_is_what_the_operator_allows(tokens: int, cap: int, roomier: int | None) -> None:
    assert Budget(tokens, cap=cap).roomier == roomier


def test_texts_that_cannot_fit_are_told_by_their_sizes() -> None:
    budget = Budget(200)
    assert budget.may_hold(2, [1000, 1000])
    assert not budget.may_hold(2, [4000, 1000])
    assert budget.may_hold(2, [4000, 1000], 40)
    assert not budget.may_hold(70, [])
