"""Do what may keep a processor busy for seconds beside the event loop: other calls go on, a call's time-out applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` gives; a caller that is cancelled does not wait for it, and its result is dropped."""
    return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
