"""Long texts that were shown are kept for their next page, bounded by size and age."""

from __future__ import annotations

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import SafeText
from rundown_mcp.runs import shown as shown_module
from rundown_mcp.runs.shown import KEPT_S, Part, ShownTexts

RUN = Ref("c", "r")
LONG = shown_module._LEAST_WORTH_KEEPING


class Maker:
    """Makes a text and counts how often."""

    def __init__(self, length: int) -> None:
        self.text = SafeText("x" * length)
        self.count = 0

    def __call__(self) -> SafeText:
        self.count += 1
        return self.text


def part(step: int, name: str = "output") -> Part:
    return RUN, str(step), name


def test_a_long_text_is_made_once_and_a_short_one_each_time() -> None:
    kept, long, short = ShownTexts(), Maker(LONG), Maker(LONG - 1)
    for _ in range(3):
        assert kept.get(part(1), long) is long.text
        assert kept.get(part(2), short) is short.text
    assert (long.count, short.count) == (1, 3)


def test_the_parts_of_a_step_are_told_apart() -> None:
    kept, one, other = ShownTexts(), Maker(LONG), Maker(LONG)
    assert kept.get(part(1), one) is one.text
    assert kept.get(part(1, "input"), other) is other.text
    assert kept.get((Ref("c", "s"), "1", "output"), other) is other.text


def test_a_text_is_kept_for_minutes_and_no_longer() -> None:
    now = [0.0]
    kept, make = ShownTexts(lambda: now[0]), Maker(LONG)
    kept.get(part(1), make)
    now[0] = KEPT_S
    kept.get(part(1), make)
    assert make.count == 1
    now[0] = KEPT_S + 1
    kept.get(part(1), make)
    assert make.count == 2


def test_the_oldest_goes_where_there_are_too_many_characters_and_a_huge_one_is_not_kept() -> None:
    half = shown_module._MOST_CHARACTERS // 2
    kept, makers, huge = ShownTexts(), [Maker(half) for _ in range(3)], Maker(2 * half + 1)
    for step, make in enumerate(makers):
        kept.get(part(step), make)
    kept.get(part(9), huge)
    kept.get(part(9), huge)
    for step in (2, 1, 0):
        kept.get(part(step), makers[step])
    assert [make.count for make in makers] == [2, 1, 1]
    assert huge.count == 2
