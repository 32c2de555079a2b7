"""Hours and days stand one after the other, with those in which nothing started, and say what was not counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.tools.handmade import detail

from rundown_mcp.analysis.stats import GroupBy, groups
from rundown_mcp.views.periods import Period, Window, periods


def at(hour: int, minute: int = 0, day: int = 20) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def rows(
    starts: list[datetime],
    since: datetime,
    until: datetime,
    back_to: Mapping[str, datetime] | None = None,
    by: GroupBy = GroupBy.HOUR,
) -> list[Period]:
    runs = [detail(number=number, started_at=start).run for number, start in enumerate(starts)]
    window = Window(since=since, until=until, goes_on=False, connections=("duckie", "conduit"), back_to=back_to or {})
    return periods(groups(runs, by), by, window)


def said(found: list[Period]) -> list[tuple[str, int, str]]:
    return [(row.label, row.part.runs, row.note) for row in found]


def test_hours_without_a_run_stand_between_those_with_one_in_as_few_rows_as_can_be() -> None:
    assert said(rows([at(3, 30), at(8), at(9)], at(1, 15), at(11))) == [
        ("2026-11-20 10:00", 0, ""),
        ("2026-11-20 09:00", 1, ""),
        ("2026-11-20 08:00", 1, ""),
        ("2026-11-20 04:00 to 2026-11-20 07:00", 0, ""),
        ("2026-11-20 03:00", 1, ""),
        ("2026-11-20 01:00 to 2026-11-20 02:00", 0, "from 01:15"),
    ]


def test_an_empty_hour_that_the_window_cuts_says_so_too() -> None:
    assert said(rows([at(4)], at(3, 15), at(6, 20))) == [
        ("2026-11-20 05:00 to 2026-11-20 06:00", 0, "until 06:20"),
        ("2026-11-20 04:00", 1, ""),
        ("2026-11-20 03:00", 0, "from 03:15"),
    ]


def test_an_hour_that_the_window_cuts_says_so() -> None:
    assert said(rows([at(3, 30), at(5, 10)], at(3, 15), at(5, 20))) == [
        ("2026-11-20 05:00", 1, "until 05:20"),
        ("2026-11-20 04:00", 0, ""),
        ("2026-11-20 03:00", 1, "from 03:15"),
    ]


def test_what_was_not_counted_is_never_a_zero() -> None:
    found = rows([at(3), at(6), at(8, 30)], at(1), at(9), {"duckie": at(6, 20)})
    assert said(found) == [
        ("2026-11-20 08:00", 1, ""),
        ("2026-11-20 07:00", 0, ""),
        ("2026-11-20 06:00", 1, "duckie counted from 06:20"),
        ("2026-11-20 04:00 to 2026-11-20 05:00", 0, "not counted: duckie"),
        ("2026-11-20 03:00", 1, "not counted: duckie"),
        ("2026-11-20 01:00 to 2026-11-20 02:00", 0, "not counted: duckie"),
    ]


def test_nothing_is_said_of_a_time_that_no_connection_was_counted_in() -> None:
    found = rows([at(8, 30), at(6, 40)], at(1), at(9), {"duckie": at(8, 30), "conduit": at(6, 40)})
    assert [row.label for row in found] == ["2026-11-20 08:00", "2026-11-20 07:00", "2026-11-20 06:00"]


def test_a_run_without_a_start_has_a_row_of_its_own() -> None:
    runs = [detail(started_at=None).run, detail(number=1, started_at=at(3)).run]
    window = Window(since=at(3), until=at(4), goes_on=True, connections=("duckie",), back_to={})
    assert said(periods(groups(runs, GroupBy.DAY), GroupBy.DAY, window)) == [
        ("unknown", 1, "no start known"),
        ("2026-11-20", 1, "from 03:00; until now"),
    ]


@given(
    starts=st.lists(st.integers(0, 3 * 24 * 60 - 1), min_size=1, max_size=20),
    since=st.integers(0, 600),
    by=st.sampled_from([GroupBy.HOUR, GroupBy.DAY]),
)
@examples(max_examples=100, deadline=None, derandomize=True)
def test_the_rows_cover_the_window_without_a_gap_or_an_overlap(starts: list[int], since: int, by: GroupBy) -> None:
    begin, end = at(0) + timedelta(minutes=since), at(0, day=23)
    times = [max(begin, at(0) + timedelta(minutes=start)) for start in starts]
    found = rows(times, begin, end, by=by)
    assert sum(row.part.runs for row in found) == len(times)
    width = by.width or timedelta()
    above = end
    for row in found:
        first, _, last = row.label.partition(" to ")
        bottom, top = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last or first))
        assert top + width == above
        assert row.part.runs == sum(bottom <= time < above for time in times)
        above = bottom
    assert above <= begin < above + width
