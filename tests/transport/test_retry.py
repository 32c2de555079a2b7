"""How long a provider asks to wait, and how waits grow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import anyio
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rundown_mcp.domain.errors import Paced, RateLimited, Unavailable
from rundown_mcp.transport.retry import WAITS, Waits, _backoff, retry_after_s, with_retries

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("0", 0.0), (" 30 ", 30.0), ("9" * 400, 999_999_999.0), ("-5", None), ("1.5", None), ("", None)],
)
def test_seconds_are_read_where_they_are_whole(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header) == seconds


@pytest.mark.parametrize("usegmt", [True, False])
def test_a_date_is_the_time_until_then(usegmt: bool) -> None:  # noqa: FBT001 - a parameter
    at = datetime.now(UTC) + timedelta(hours=1)
    header = format_datetime(at, usegmt=True) if usegmt else at.strftime("%a, %d %b %Y %H:%M:%S -0000")
    seconds = retry_after_s(header)
    assert seconds is not None
    assert 3500 < seconds <= 3600


def test_a_date_that_is_past_is_no_wait() -> None:
    assert retry_after_s("Mon, 01 Jan 2001 00:00:00 GMT") == 0


@settings(max_examples=120, deadline=None, derandomize=True)
@given(
    st.text() | st.from_regex(r"[0-9]{1,20} (Jan|Foo) [0-9]{1,20} [0-9:]{1,9} ?(GMT|[+-][0-9]{1,9})?", fullmatch=True)
)
@example("0 JAN 3000000000 0:0")
@example("Mon, 01 Jan 0001 00:00:00 +9900")
def test_any_header_is_a_wait_or_none(header: str) -> None:
    seconds = retry_after_s(header)
    assert seconds is None or seconds >= 0


async def test_waits_follow_each_other_up_to_three_tries() -> None:
    tried: list[int] = []

    async def attempt() -> None:
        tried.append(1)
        raise Unavailable("here", "down", "here: down.")

    with pytest.raises(Unavailable, match=r"here: down\. It was tried 3 times\."):
        await with_retries(attempt, Waits(first=0.001, longest=0.002, jitter=0.001))
    assert len(tried) == 3


@pytest.mark.parametrize("asked_s", [0.0, 0.1, 5.0])
@pytest.mark.parametrize("tries", [1, 2])
async def test_a_provider_that_asks_for_no_wait_is_not_asked_again_at_once(asked_s: float, tries: int) -> None:
    wait = _backoff(RateLimited("here", "429", "here: 429.", retry_after_s=asked_s), WAITS, tries)
    assert wait >= max(asked_s, WAITS.first * tries)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_server_that_asks_for_a_wait_is_given_it(status: int) -> None:
    assert _backoff(Unavailable("here", "down", "here: down.", status=status, retry_after_s=5.0), WAITS, 1) == 5.0


async def test_what_was_never_sent_is_not_tried_again_and_not_counted() -> None:
    tried: list[int] = []

    async def attempt() -> None:
        tried.append(1)
        if len(tried) > 1:
            raise Paced("here", "paced", "here: paced.", retry_after_s=0.0)
        raise Unavailable("here", "down", "here: down.")

    with pytest.raises(Paced) as raised:
        await with_retries(attempt, Waits(first=0.001, longest=0.002, jitter=0.001))
    assert raised.value.message == "here: paced. It was tried once."
    with pytest.raises(Paced) as raised:
        await with_retries(attempt)
    assert raised.value.message == "here: paced."
    assert len(tried) == 3


async def test_a_wait_that_is_too_long_or_leaves_no_room_is_not_waited() -> None:
    for asked_s in (21.0, 999.0):
        assert _backoff(RateLimited("here", "429", "here: 429.", retry_after_s=asked_s), WAITS, 1) is False
    with anyio.CancelScope(deadline=anyio.current_time() + WAITS.room):
        assert _backoff(RateLimited("here", "429", "here: 429.", retry_after_s=0), WAITS, 1) is False
        await anyio.lowlevel.checkpoint()


async def test_any_other_exception_goes_through_at_once() -> None:
    tried: list[int] = []

    async def attempt() -> None:
        tried.append(1)
        raise LookupError

    with pytest.raises(LookupError):
        await with_retries(attempt)
    assert len(tried) == 1


@pytest.mark.parametrize(
    ("time_s", "asked_s", "tries", "lacked_time"),
    [(WAITS.room + 1, 5.0, 1, True), (WAITS.room, None, 1, True), (60, 21.0, 1, False), (60, None, 3, False)],
    ids=["no time for the wait", "no time for a try", "too long for anybody", "tried enough"],
)
async def test_a_failure_says_whether_only_the_deadline_was_against_another_try(
    time_s: float, asked_s: float | None, tries: int, *, lacked_time: bool
) -> None:
    tried: list[int] = []

    async def attempt() -> None:
        tried.append(1)
        raise Unavailable("here", "down", "here: down.", retry_after_s=asked_s)

    with anyio.fail_after(time_s), pytest.raises(Unavailable) as raised:
        await with_retries(attempt, replace(WAITS, first=0.001, longest=0.002, jitter=0.0))
    assert (len(tried), raised.value.lacked_time) == (tries, lacked_time)
