"""Do what may keep a processor busy for seconds beside the event loop: other calls go on, a call's time-out applies."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio.to_thread

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` gives; a caller that is cancelled does not wait for it, and its result is dropped."""
    return await anyio.to_thread.run_sync(partial(_uncollected, work), abandon_on_cancel=True)


def _uncollected(work: Callable[[], T]) -> T:
    """Do it without cyclic garbage collection.

    A run of hundreds of thousands of steps becomes millions of small objects, all of them in use: to look through them
    again and again for cycles took 10 of the 24 s of reading one. Cycles that were made meanwhile are found afterwards.
    Whoever found the collector running starts it again, so that work side by side never leaves it off.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if was_on:
            gc.enable()
