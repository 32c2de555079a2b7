"""How times, durations and numbers are written."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from rundown_mcp.domain.text import SafeText
from rundown_mcp.views.budget import clip, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.format import clock, counted, exact, length, minute, plural, ranges, second


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0ms"),
        (0.35, "350ms"),
        (0.9996, "1s"),
        (1, "1s"),
        (4.24, "4.2s"),
        (9.97, "10s"),
        (42, "42s"),
        (59.6, "1m00s"),
        (190, "3m10s"),
        (3599.7, "1h00m"),
        (3725, "1h02m"),
        (183_600, "2d03h"),
        (-4.2, "-4.2s"),
    ],
)
def test_a_duration_has_the_units_that_matter(seconds: float, written: str) -> None:
    assert length(timedelta(seconds=seconds)) == written


def test_times_are_in_utc_whatever_their_zone() -> None:
    at = datetime(2026, 11, 21, 1, 10, 2, tzinfo=timezone(timedelta(hours=-3)))
    assert minute(at) == "2026-11-21 04:10"
    assert second(at) == "2026-11-21 04:10:02"
    assert clock(at) == "04:10:02"
    assert clock(datetime(2026, 1, 1, tzinfo=UTC)) == "00:00:00"


@pytest.mark.parametrize(
    ("numbers", "written"), [([], ""), ([4], "4"), ([7, 3, 4, 5, 9], "3–5, 7, 9"), ([1, 2], "1–2")]
)
def test_numbers_in_a_row_are_a_range(numbers: list[int], written: str) -> None:
    assert ranges(numbers) == written


def test_a_range_has_its_prefix_on_both_ends() -> None:
    assert ranges([1, 2, 3, 8], "m") == "m1–m3, m8"


def test_one_is_no_plural() -> None:
    assert [plural(count, "step") for count in (0, 1, 2)] == ["0 steps", "1 step", "2 steps"]


def test_a_call_is_written_with_json_values_and_without_what_is_none() -> None:
    assert call("tool", a='é"', b=[1, "x"], c=None, d=True) == 'tool(a="é\\"", b=[1,"x"], d=true)'


def test_a_cut_says_how_much_there_was_and_a_clip_only_that_there_was_more() -> None:
    text = SafeText("abcdefgh")
    assert cut(text, 3) == SafeText("abc[cut: 3/8 chars]")
    assert cut(text, 8) is text
    assert cut(text, None) is text
    assert clip(text, 4) == SafeText("abc…")
    assert clip(text, 8) is text
    assert clip(text, 0) == SafeText("…")


def test_a_time_is_as_exact_as_it_came() -> None:
    at = datetime(2026, 11, 21, 4, 10, tzinfo=UTC)
    assert exact(at) == "2026-11-21 04:10"
    assert exact(at + timedelta(seconds=2)) == "2026-11-21 04:10:02"
    assert exact(at + timedelta(milliseconds=2250)) == "2026-11-21 04:10:02.25"
    assert exact(at.astimezone(timezone(timedelta(hours=9)))) == "2026-11-21 04:10"


def test_the_same_things_are_counted() -> None:
    assert counted(Counter(["issue", "evaluation", "evaluation"])) == "issue, evaluation ×2"
    assert counted(Counter()) == ""
