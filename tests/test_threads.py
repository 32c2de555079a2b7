"""Work beside the event loop goes without cyclic garbage collection, and leaves it as it was."""

from __future__ import annotations

import gc

import anyio
import pytest

from rundown_mcp.threads import in_thread

pytestmark = pytest.mark.anyio


async def test_the_collector_rests_during_the_work_and_goes_on_behind_it() -> None:
    assert await in_thread(gc.isenabled) is False
    assert gc.isenabled()


async def test_the_collector_goes_on_behind_work_that_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)
    assert gc.isenabled()


async def test_work_side_by_side_never_leaves_the_collector_off() -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(20):
            tasks.start_soon(in_thread, lambda: sum(range(20_000)))
    assert gc.isenabled()


async def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        await in_thread(int)
        assert not gc.isenabled()
    finally:
        gc.enable()
