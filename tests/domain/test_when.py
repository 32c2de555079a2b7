"""Points in time as users type them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.when import parse_when

NOW = datetime(2026, 11, 22, 1, 30, 15, 250, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("24h", NOW - timedelta(hours=24)),
        ("7d", NOW - timedelta(days=7)),
        ("2w", NOW - timedelta(days=14)),
        ("0m", NOW),
        (" 7 D ", NOW - timedelta(days=7)),
        ("now", NOW),
        ("today", MIDNIGHT),
        ("YESTERDAY", MIDNIGHT - timedelta(days=1)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2026-11-20T09:30", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20 09:30:15.5", datetime(2026, 11, 20, 9, 30, 15, 500_000, tzinfo=UTC)),
        ("2026-11-20T09:30:00Z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20T09:30:00z", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("2026-11-20T00:30+05:30", datetime(2026, 11, 19, 19, 0, tzinfo=UTC)),
        ("2026-11-20T23:30-0200", datetime(2026, 11, 21, 1, 30, tzinfo=UTC)),
        ("0001-01-01", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_documented_form_is_an_instant_in_utc(text: str, moment: datetime) -> None:
    found = parse_when("since", text, NOW)
    assert found == moment
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["now", "30m", "today", "yesterday"])
def test_now_in_another_zone_is_the_same_instant(text: str) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-8)))
    assert elsewhere.day != NOW.day
    assert parse_when("since", text, elsewhere) == parse_when("since", text, NOW)
    assert parse_when("since", text, elsewhere).tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "tomorrow", "24", "h", "-5m", "1.5h", "5s", "5y", "9999999m", "٣h", "1h30m", "last week"),
        *("2026-13-01", "2026-02-30", "2026-11-20T25:00", "20/11/2026", "2026-11-20T09:30+99:00", "999999w"),
        *("0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "10000-01-01"),
    ],
)
def test_anything_else_is_refused_with_the_forms_that_are_taken(text: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        parse_when("until", text, NOW)
    assert raised.value.parameter == "until"
    assert raised.value.message.startswith("until: takes 30m, 24h, 7d, 2w, today, yesterday, an ISO date")


@pytest.mark.parametrize("text", ["yesterday 9pm", "3 hours ago", "2026-11-21 09:00 CET"])
def test_a_refused_time_can_be_put_right_from_the_error_alone(text: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        parse_when("since", text, NOW)
    assert "2026-11-20T09:00+01:00" in raised.value.message, "how an offset is written"
    assert raised.value.message.endswith(f"now it is {NOW.astimezone(UTC):%Y-%m-%dT%H:%MZ}")


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.text(max_size=30) | st.from_regex(r"[0-9]{1,7} ?[mhdw]", fullmatch=True) | st.datetimes().map(str))
@example("20261120")
@example("2026-W47-5")
def test_any_text_is_an_instant_or_refused(text: str) -> None:
    try:
        found = parse_when("since", text, NOW)
    except InvalidArgument:
        return
    assert found.utcoffset() == timedelta(0)
