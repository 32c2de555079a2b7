"""What is asked for once and kept: fresh for a while, loaded once for all who ask, done without where it must be."""

import anyio
import pytest
from tests.providers.serving import Clock

from rundown_mcp.domain.errors import Unavailable
from rundown_mcp.transport.cached import KEPT_S, RETRY_S, CachedValue

pytestmark = pytest.mark.anyio


class Source:
    """Gives 1, 2, 3, … and counts the attempts; fails or never answers where it is told to."""

    def __init__(self) -> None:
        self.attempts = 0
        self.fails = False
        self.hangs = False

    async def load(self) -> int:
        self.attempts += 1
        attempt = self.attempts
        await anyio.lowlevel.checkpoint()
        if self.hangs:
            await anyio.sleep_forever()
        if self.fails:
            raise Unavailable("here", "down", "here: down.")
        return attempt


async def test_a_value_is_loaded_once_until_it_is_too_old() -> None:
    source, clock = Source(), Clock()
    kept = CachedValue(source.load, clock=clock)
    assert [await kept.read(), await kept.recall()] == [1, 1]
    clock.now += KEPT_S - 1
    assert await kept.read() == 1
    clock.now += 1
    assert [await kept.read(), await kept.recall()] == [2, 2]


async def test_a_value_says_how_long_it_is_fresh() -> None:
    source, clock = Source(), Clock()
    kept = CachedValue(source.load, kept_s=lambda value: 10.0 * value, clock=clock)
    for age, value in ((0, 1), (9, 1), (1, 2), (19, 2), (1, 3)):
        clock.now += age
        assert await kept.read() == value


async def test_all_who_ask_at_once_share_one_loading() -> None:
    source = Source()
    kept = CachedValue(source.load)
    async with anyio.create_task_group() as tasks:
        for ask in (kept.read, kept.recall) * 10:
            tasks.start_soon(ask)
    assert source.attempts == 1


async def test_where_the_one_who_loads_is_cancelled_the_next_loads_for_all_others() -> None:
    source = Source()
    source.hangs = True
    kept = CachedValue(source.load)
    found: list[int] = []

    async def read(scope: anyio.CancelScope) -> None:
        with scope:
            found.append(await kept.read())

    async with anyio.create_task_group() as tasks:
        first = anyio.CancelScope()
        tasks.start_soon(read, first)
        await anyio.wait_all_tasks_blocked()
        for _ in range(5):
            tasks.start_soon(read, anyio.CancelScope())
        await anyio.wait_all_tasks_blocked()
        source.hangs = False
        first.cancel()
    assert (found, source.attempts) == ([2] * 5, 2)


async def test_all_who_ask_at_once_share_one_failure_and_who_asks_later_does_not() -> None:
    source = Source()
    source.fails = True
    kept = CachedValue(source.load)
    told: list[Unavailable] = []

    async def ask() -> None:
        with pytest.raises(Unavailable) as raised:
            await kept.read()
        told.append(raised.value)

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(ask)
    assert (len(told), source.attempts) == (10, 1)
    source.fails = False
    assert await kept.read() == 2


async def test_a_refresh_loads_whatever_is_kept() -> None:
    kept = CachedValue(Source().load, clock=Clock())
    assert [await kept.read(), await kept.refresh(), await kept.read()] == [1, 2, 2]


async def test_a_failure_is_told_to_each_reader_and_leaves_the_older_value_to_who_can_do_with_it() -> None:
    source, clock = Source(), Clock()
    kept = CachedValue(source.load, clock=clock)
    await kept.read()
    clock.now += KEPT_S
    source.fails = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            await kept.read()
    assert await kept.recall() == 1


async def test_many_who_can_do_without_make_one_attempt_in_half_a_minute() -> None:
    source, clock = Source(), Clock()
    source.fails = True
    kept = CachedValue(source.load, clock=clock)
    found: list[int | None] = []

    async def ask() -> None:
        found.append(await kept.recall())

    async with anyio.create_task_group() as tasks:
        for _ in range(200):
            tasks.start_soon(ask)
    assert found == [None] * 200
    assert source.attempts == 1
    source.fails = False
    clock.now += RETRY_S - 1
    assert await kept.recall() is None
    clock.now += 1
    assert await kept.recall() == 2


async def test_a_reading_that_succeeds_ends_the_wait_for_everybody() -> None:
    source = Source()
    source.fails = True
    kept = CachedValue(source.load, clock=Clock())
    assert await kept.recall() is None
    source.fails = False
    assert [await kept.read(), await kept.recall()] == [2, 2]


async def test_a_value_that_does_not_come_in_time_is_done_without_for_a_while() -> None:
    source, clock = Source(), Clock()
    source.hangs = True
    kept = CachedValue(source.load, clock=clock, wait_s=0.01)
    assert await kept.recall() is None
    source.hangs = False
    assert await kept.recall() is None
    assert source.attempts == 1
    clock.now += RETRY_S
    assert await kept.recall() == 2
