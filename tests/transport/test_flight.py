"""What several ask for at the same time is done once, whoever gives up or fails."""

from __future__ import annotations

import traceback

import anyio
import pytest

from rundown_mcp.domain.errors import Paced, Unavailable
from rundown_mcp.transport.flight import SingleFlight
from rundown_mcp.transport.lane import in_bulk

pytestmark = pytest.mark.anyio


class Work:
    """Gives 1, 2, 3, …, each time after it was let go; or fails."""

    def __init__(self) -> None:
        self.flights = SingleFlight[str, int]()
        self.begun = 0
        self.most = 0
        self.under_way = 0
        self.go = anyio.Event()
        self.failures: list[Exception] = []
        self.found: list[int] = []
        self.failed: list[Exception] = []

    async def work(self) -> int:
        self.begun += 1
        number = self.begun
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await self.go.wait()
        finally:
            self.under_way -= 1
        if self.failures:
            raise self.failures.pop(0)
        return number

    async def ask(self, key: str = "same") -> None:
        try:
            self.found.append(await self.flights.get(key, self.work))
        except (Unavailable, Paced, LookupError) as failure:
            self.failed.append(failure)


async def test_those_who_ask_meanwhile_share_and_those_who_ask_later_do_not() -> None:
    here = Work()
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(here.ask)
        tasks.start_soon(here.ask, "other")
        await anyio.wait_all_tasks_blocked()
        here.go.set()
    await here.ask()
    assert sorted(here.found) == [*[1] * 20, 2, 3]


async def test_a_failure_is_told_to_all_who_waited() -> None:
    here = Work()
    here.failures = [Unavailable("here", "down", "here: down.")]
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(here.ask)
        await anyio.wait_all_tasks_blocked()
        here.go.set()
    assert (here.begun, len(here.failed)) == (1, 5)
    assert len(traceback.extract_tb(here.failed[-1].__traceback__)) <= 3, "of one who asked, and not of all"


@pytest.mark.parametrize("given_up", [1, 3, 19])
async def test_where_those_who_do_it_give_up_the_next_takes_over_one_at_a_time(given_up: int) -> None:
    here = Work()
    scopes = [anyio.CancelScope() for _ in range(20)]

    async def ask(scope: anyio.CancelScope) -> None:
        with scope:
            await here.ask()

    async with anyio.create_task_group() as tasks:
        for scope in scopes:
            tasks.start_soon(ask, scope)
            await anyio.wait_all_tasks_blocked()
        for scope in scopes[:given_up]:
            scope.cancel()
            await anyio.wait_all_tasks_blocked()
        here.go.set()
    assert here.found == [given_up + 1] * (20 - given_up)
    assert (here.begun, here.most) == (given_up + 1, 1)


async def test_where_all_give_up_at_once_nothing_goes_on() -> None:
    here = Work()
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(here.ask)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert (here.begun, here.under_way, here.found) == (1, 0, [])


async def test_one_that_had_no_time_for_its_turn_fails_alone() -> None:
    here = Work()
    here.failures = [Paced("here", "paced", "here: paced.", retry_after_s=5)]
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(here.ask)
        await anyio.wait_all_tasks_blocked()
        here.go.set()
    assert (len(here.failed), here.found) == (1, [2, 2, 2, 2])


async def test_an_error_of_another_kind_is_the_first_one_s_own() -> None:
    here = Work()
    here.failures = [LookupError()]
    async with anyio.create_task_group() as tasks:
        for _ in range(5):
            tasks.start_soon(here.ask)
        await anyio.wait_all_tasks_blocked()
        here.go.set()
    assert (len(here.failed), here.found) == (1, [2, 2, 2, 2])


async def test_a_quick_read_does_not_wait_for_one_of_a_survey() -> None:
    here = Work()
    async with anyio.create_task_group() as tasks:
        with in_bulk():
            tasks.start_soon(here.ask)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(here.ask)
        await anyio.wait_all_tasks_blocked()
        assert here.begun == 2
        here.go.set()
    assert sorted(here.found) == [1, 2]


async def test_one_that_had_no_time_to_try_again_fails_with_those_who_have_no_more() -> None:
    here = Work()
    hurried = Unavailable("here", "down", "here: down.")
    hurried.lacked_time = True
    here.failures = [hurried]

    async def ask(seconds: float) -> None:
        with anyio.fail_after(seconds):
            await here.ask()

    async with anyio.create_task_group() as tasks:
        for seconds in (60, 30, 90, 120):
            tasks.start_soon(ask, seconds)
            await anyio.wait_all_tasks_blocked()
        here.go.set()
    assert (len(here.failed), here.found) == (2, [2, 2])
