"""Requests stay within what a provider allows, quick ones go before those of surveys, and nobody waits in vain."""

from __future__ import annotations

import bisect
import random
import re
import time
from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from tests.virtual_time import BACKEND

from rundown_mcp.domain.errors import Paced
from rundown_mcp.transport.lane import in_bulk
from rundown_mcp.transport.rate_limit import RateLimit
from rundown_mcp.transport.retry import Waits
from rundown_mcp.transport.throttle import AT_ONCE, BULK_AT_ONCE, Throttle

pytestmark = pytest.mark.anyio

PATIENT = Waits(longest_asked=600.0)
EVERYTHING = RateLimit(120)


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, Any]]:
    return BACKEND


class Provider:
    """Answers after some time, with a status and headers; notes when it was asked and when it had answered."""

    def __init__(self, *limits: RateLimit, takes_s: float = 0.1, waits: Waits = PATIENT) -> None:
        self.throttle = Throttle("here", limits, waits)
        self.takes_s = takes_s
        self.status = 200
        self.headers: Mapping[str, str] = {}
        self.sent: list[float] = []
        self.answered: list[float] = []
        self.paths: list[str] = []
        self.refused: list[Paced] = []

    async def ask(self, path: str = "/runs") -> None:
        async with self.throttle.turn(path) as turn:
            self.sent.append(anyio.current_time())
            self.paths.append(path)
            status, headers = self.status, self.headers
            await anyio.sleep(self.takes_s)
            self.throttle.heard(turn, status, headers)
        self.answered.append(anyio.current_time())

    async def try_to_ask(self, path: str = "/runs") -> None:
        try:
            await self.ask(path)
        except Paced as failure:
            self.refused.append(failure)

    async def ask_many(self, count: int, path: str = "/runs") -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(count):
                tasks.start_soon(self.try_to_ask, path)

    async def survey(self, count: int, path: str = "/many") -> None:
        """Eight at a time, until one is told that there is nothing more to be had."""
        left = [path] * count

        async def work() -> None:
            while left and not self.refused:
                await self.try_to_ask(left.pop())

        with in_bulk():
            async with anyio.create_task_group() as tasks:
                for _ in range(8):
                    tasks.start_soon(work)


async def test_no_minute_holds_more_than_the_limit_whenever_the_provider_counts_a_request() -> None:
    chance = random.Random(7)  # noqa: S311 - the same every time
    here = Provider(EVERYTHING)
    counted: list[float] = []

    async def ask() -> None:
        async with here.throttle.turn("/runs"):
            sent, takes_s = anyio.current_time(), chance.uniform(0.01, 9)
            await anyio.sleep(takes_s)
            counted.append(chance.uniform(sent, sent + takes_s))

    async with anyio.create_task_group() as tasks:
        for _ in range(500):
            tasks.start_soon(ask)
            await anyio.sleep(chance.choice([0, 0, 0.2, 1]))
    counted.sort()
    in_a_minute = [bisect.bisect_left(counted, at + 60) - number for number, at in enumerate(counted)]
    assert len(counted) == 500
    assert 100 < max(in_a_minute) <= 120


async def test_a_quick_read_is_sent_at_once_while_a_survey_has_hundreds_to_read() -> None:
    here = Provider(RateLimit(2400), takes_s=3)
    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(here.survey, 200)
        await anyio.sleep(1)
        assert len(here.sent) == BULK_AT_ONCE
        before = anyio.current_time()
        await here.ask("/quick")
        assert anyio.current_time() == pytest.approx(before + here.takes_s)
    assert len(here.sent) == 601


async def test_quick_reads_go_in_the_order_of_asking_and_before_every_waiting_one_of_a_survey() -> None:
    here = Provider()
    async with anyio.create_task_group() as tasks:
        for number in range(AT_ONCE):
            tasks.start_soon(here.ask, f"/holds-a-place-{number}")
        await anyio.wait_all_tasks_blocked()
        with in_bulk():
            tasks.start_soon(here.ask, "/many")
        for number in range(3):
            tasks.start_soon(here.ask, f"/quick-{number}")
    assert here.paths[AT_ONCE:] == ["/quick-0", "/quick-1", "/quick-2", "/many"]


async def test_surveys_leave_a_fifth_of_the_limit_to_quick_reads_and_are_told_at_once() -> None:
    here = Provider(EVERYTHING, waits=Waits())
    began = anyio.current_time()
    await here.survey(500)
    assert (len(here.sent), anyio.current_time() - began < 5) == (96, True)
    assert here.refused[0].short == "paced to 120 requests a minute, try again in 59 s"
    assert here.refused[0].message == (
        "here: held back within the provider's rate limit, paced to 120 requests a minute; try again in 59 s."
    )
    await here.ask_many(25)
    assert len(here.sent) == 120


async def test_surveys_take_turns() -> None:
    here = Provider(RateLimit(60))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(here.survey, 300, "/first")
        tasks.start_soon(here.survey, 300, "/second")
        await anyio.sleep(240)
        tasks.cancel_scope.cancel()
    shares = [here.paths.count(path) for path in ("/first", "/second")]
    assert sum(shares) > 150
    assert abs(shares[0] - shares[1]) <= 2 * BULK_AT_ONCE


async def test_one_limit_that_is_used_up_holds_back_no_other() -> None:
    here = Provider(RateLimit(10, re.compile("/runs$")), RateLimit(40, re.compile("/runs/")))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(here.ask_many, 15, "/runs")
        tasks.start_soon(here.ask_many, 15, "/runs/one")
        await anyio.sleep(30)
        assert (here.paths.count("/runs"), here.paths.count("/runs/one")) == (10, 15)
    assert here.paths.count("/runs") == 15


async def test_after_a_429_every_request_waits_for_as_long_as_it_asked() -> None:
    here = Provider()
    here.status, here.headers = 429, {"retry-after": "10"}
    await here.ask("/runs")
    here.status = 200
    at = anyio.current_time()
    await here.ask_many(3, "/other")
    assert here.sent[1:] == pytest.approx([at + 10] * 3)


@pytest.mark.parametrize("headers", [{}, {"retry-after": "0"}, {"retry-after": "Mon, 01 Jan 2001 00:00:00 GMT"}])
async def test_a_429_that_names_no_time_is_waited_out_as_long_as_a_last_retry(headers: dict[str, str]) -> None:
    here = Provider()
    here.status, here.headers = 429, headers
    await here.ask()
    at = anyio.current_time()
    await here.ask()
    assert here.sent[1] == pytest.approx(at + PATIENT.longest)


async def test_no_header_shuts_a_connection_for_longer_than_a_minute() -> None:
    here = Provider()
    here.status, here.headers = 429, {"retry-after": "86400"}
    await here.ask()
    at = anyio.current_time()
    await here.ask()
    assert here.sent[1] == pytest.approx(at + 60)


@pytest.mark.parametrize("deadline_s", [5.0, 10.5])
async def test_a_turn_that_comes_too_late_for_the_caller_is_refused_at_once(deadline_s: float) -> None:
    here = Provider()
    here.status, here.headers = 429, {"retry-after": "10"}
    await here.ask()
    at = anyio.current_time()
    with anyio.fail_after(deadline_s), pytest.raises(Paced) as refused:
        await here.ask()
    assert refused.value.short == "told to wait by a 429, try again in 10 s"
    assert anyio.current_time() == pytest.approx(at)
    assert len(here.sent) == 1
    with anyio.fail_after(12):
        await here.ask()


async def test_a_wait_of_more_than_twenty_seconds_is_told_and_not_waited() -> None:
    here = Provider(RateLimit(1), waits=Waits())
    await here.ask()
    await anyio.sleep(35)
    with pytest.raises(Paced, match="try again in 25 s"):
        await here.ask()
    await anyio.sleep(6)
    await here.ask()
    assert here.sent[1] == pytest.approx(here.answered[0] + 60)


async def test_what_the_provider_says_is_left_counts_where_it_is_less() -> None:
    here = Provider(EVERYTHING)
    here.headers = {"x-ratelimit-remaining": "3", "x-ratelimit-reset": str(int(time.time()) + 30)}
    await here.ask()
    here.headers = {}
    told = here.answered[0]
    await here.ask_many(5)
    assert [at < told + 1 for at in here.sent[1:]] == [True, True, True, False, False]
    assert here.sent[4] == pytest.approx(told + 30, abs=1.5)


async def test_of_two_answers_the_one_that_leaves_less_is_right_until_the_reset() -> None:
    here = Provider(EVERYTHING)
    reset = int(time.time()) + 30
    for left, at in ((5, reset), (9, reset)):
        here.headers = {"x-ratelimit-remaining": str(left), "x-ratelimit-reset": str(at)}
        await here.ask()
    with anyio.move_on_after(10):
        await here.ask_many(9)
    assert len(here.sent) == 2 + 4, "one of the five that were left was the second itself"


async def test_surveys_leave_a_reserve_of_what_the_provider_says_is_left() -> None:
    here = Provider(EVERYTHING, waits=Waits())
    here.headers = {"x-ratelimit-remaining": "30", "x-ratelimit-reset": str(int(time.time()) + 50)}
    await here.ask()
    here.headers = {}
    await here.survey(50)
    assert len(here.sent) == 1 + 6
    await here.ask_many(24)
    assert len(here.sent) == 31


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "0"},
        {"x-ratelimit-remaining": "-1", "x-ratelimit-reset": "99999999999"},
        {"x-ratelimit-remaining": "none", "x-ratelimit-reset": "soon"},
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000000000"},
    ],
    ids=["no reset", "negative", "words", "past"],
)
async def test_headers_that_say_nothing_hold_nothing_back(headers: dict[str, str]) -> None:
    here = Provider(EVERYTHING)
    here.headers = headers
    await here.ask()
    await here.ask_many(8)
    assert here.sent[-1] == pytest.approx(here.answered[0])


async def test_a_reset_that_is_a_day_ahead_is_a_clock_that_is_off_and_waited_for_a_minute() -> None:
    here = Provider(EVERYTHING)
    here.headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(time.time()) + 86_400)}
    await here.ask()
    await here.ask()
    assert here.sent[1] == pytest.approx(here.answered[0] + 60)


async def test_where_no_limit_is_documented_a_refusal_halves_the_rate_once_and_it_grows_again() -> None:
    here = Provider(takes_s=0.5)
    await here.ask_many(40)
    here.status, here.headers = 429, {"retry-after": "1"}
    await here.ask_many(AT_ONCE)
    here.status = 200
    began = anyio.current_time()
    with anyio.move_on_after(120):
        await here.survey(10_000)
    later = [at - began for at in here.sent[50:]]
    at_first, in_the_end = (sum(at <= when < at + 40 for when in later) for at in (0, 80))
    assert here.throttle._windows[-1].rate == "25 requests in 10 s"
    assert 4 * 12 <= at_first <= 4 * 22, "a fifth of the 25 and more is left to quick reads"
    assert at_first + 4 * 5 <= in_the_end <= 4 * 29


async def test_a_single_refusal_at_the_start_does_not_starve_the_calls_behind_it() -> None:
    here = Provider()
    here.status = 429
    await here.ask()
    here.status = 200
    at = anyio.current_time()
    await here.ask_many(4)
    assert here.sent[-1] == pytest.approx(at + PATIENT.longest)


async def test_a_documented_limit_is_not_halved_by_a_refusal() -> None:
    here = Provider(EVERYTHING)
    here.status, here.headers = 429, {"retry-after": "1"}
    await here.ask()
    here.status = 200
    await here.ask_many(100)
    assert here.sent[-1] < here.answered[0] + 10


async def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    here = Provider(RateLimit(1))
    await here.ask()
    impatient = anyio.CancelScope()

    async def give_up() -> None:
        with impatient:
            await here.ask("/impatient")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(give_up)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(here.ask, "/patient")
        await anyio.wait_all_tasks_blocked()
        impatient.cancel()
    assert here.paths == ["/runs", "/patient"]
    assert here.sent[1] == pytest.approx(here.answered[0] + 60)
    assert not here.throttle._waiting
    assert not here.throttle._sent


async def test_a_request_that_is_given_up_frees_its_place_and_counts() -> None:
    here = Provider(RateLimit(AT_ONCE), takes_s=1000)
    with anyio.move_on_after(1):
        await here.ask_many(AT_ONCE)
    assert not here.throttle._sent
    here.takes_s = 1
    at = anyio.current_time()
    await here.ask()
    assert here.sent[-1] == pytest.approx(at + 60)


async def test_who_waits_for_a_place_when_a_429_comes_is_sent_when_its_pause_is_over() -> None:
    here = Provider(takes_s=1)
    here.status, here.headers = 429, {"retry-after": "10"}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(here.ask_many, AT_ONCE)
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(60):
            await here.ask("/waits-for-a-place")
    assert here.sent[-1] == pytest.approx(here.answered[0] + 10)


async def test_who_waits_for_a_place_when_a_429_of_a_minute_comes_is_refused_at_once() -> None:
    here = Provider(takes_s=1, waits=Waits())
    here.status, here.headers = 429, {"retry-after": "60"}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(here.ask_many, AT_ONCE)
        await anyio.wait_all_tasks_blocked()
        with anyio.fail_after(5), pytest.raises(Paced, match="told to wait by a 429; try again in 60 s"):
            await here.ask("/waits-for-a-place")


async def test_who_gives_up_leaves_an_earlier_time_to_one_that_waits_for_a_later_one() -> None:
    here = Provider(RateLimit(2), takes_s=0)
    await here.ask()
    await anyio.sleep(15)
    await here.ask()
    impatient = anyio.CancelScope()

    async def give_up() -> None:
        with impatient:
            await here.ask("/impatient")

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(give_up)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(here.ask, "/patient")
        await anyio.wait_all_tasks_blocked()
        impatient.cancel()
    assert here.paths == ["/runs", "/runs", "/patient"]
    assert here.sent[2] == pytest.approx(here.answered[0] + 60)
