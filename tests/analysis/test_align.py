"""An alignment holds every item once and in order, pairs only equals, and pairs as many as can be."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rundown_mcp.analysis.align import MOST_EDITS, Pairs, align

_SHORT = st.text(alphabet="abc", max_size=14)


def matched(pairs: Pairs) -> list[tuple[int, int]]:
    return [(left, right) for left, right in pairs if left is not None and right is not None]


def longest_common(one: str, other: str) -> int:
    """The length of the longest common subsequence, by its definition."""

    @cache
    def of(x: int, y: int) -> int:
        if x == len(one) or y == len(other):
            return 0
        if one[x] == other[y]:
            return 1 + of(x + 1, y + 1)
        return max(of(x + 1, y), of(x, y + 1))

    return of(0, 0)


def check(one: str, other: str, pairs: Pairs) -> None:
    assert [left for left, _ in pairs if left is not None] == list(range(len(one)))
    assert [right for _, right in pairs if right is not None] == list(range(len(other)))
    assert all(one[left] == other[right] for left, right in matched(pairs))
    assert (None, None) not in pairs


@given(one=_SHORT, other=_SHORT)
@examples(max_examples=600, deadline=None, derandomize=True)
def test_every_item_stands_once_in_order_and_as_many_as_can_be_are_paired(one: str, other: str) -> None:
    pairs = align(one, other)
    check(one, other, pairs)
    assert len(matched(pairs)) == longest_common(one, other)


@given(one=st.text(alphabet="abcdef", max_size=200))
@examples(max_examples=50, deadline=None, derandomize=True)
def test_a_sequence_is_aligned_with_itself_item_by_item(one: str) -> None:
    assert align(one, one) == [(place, place) for place in range(len(one))]


def test_a_retry_loop_moves_nothing_behind_it() -> None:
    pairs = align("lcccccr", "lcr")
    assert matched(pairs) == [(0, 0), (1, 1), (6, 2)]
    assert pairs[2:6] == [(2, None), (3, None), (4, None), (5, None)]


def test_what_has_no_counterpart_stands_where_it_happened_those_of_the_first_before_those_of_the_other() -> None:
    assert align("axb", "ayzb") == [(0, 0), (1, None), (None, 1), (None, 2), (2, 3)]


@given(one=st.text(alphabet="abcXY", max_size=14), other=st.text(alphabet="abcXY", max_size=14))
@examples(max_examples=300, deadline=None, derandomize=True)
def test_items_that_come_first_are_paired_as_if_there_were_no_others(one: str, other: str) -> None:
    pairs = align(one, other, before=str.isupper)
    check(one, other, pairs)
    first = [pair for pair in matched(pairs) if one[pair[0]].isupper()]
    assert len(first) == longest_common("".join(filter(str.isupper, one)), "".join(filter(str.isupper, other)))


@pytest.mark.parametrize(("one", "other"), [("", ""), ("", "ab"), ("ab", "")])
def test_empty_sequences_have_no_pairs(one: str, other: str) -> None:
    check(one, other, align(one, other))


def test_sequences_that_differ_by_very_much_are_aligned_stretch_by_stretch() -> None:
    one = "".join(chr(0x4E00 + number) for number in range(3000)) + "same end"
    other = "".join(chr(0x8E00 + number % 4000) for number in range(2500)) + "same end"
    pairs = align(one, other)
    check(one, other, pairs)
    one, other = "x" * (3 * MOST_EDITS) + "end", "y" * (2 * MOST_EDITS) + "end"
    check(one, other, align(one, other))
    assert len(matched(align("x" * (MOST_EDITS - 20) + "end", "end"))) == 3


@given(one=st.text(alphabet="abcd", max_size=60), other=st.text(alphabet="cdef", max_size=60), most=st.integers(1, 12))
@examples(max_examples=600, deadline=None, derandomize=True)
def test_stretches_joined_are_an_alignment_too(one: str, other: str, most: int) -> None:
    check(one, other, align(one, other, most=most))
