"""Try a request again where the fault may pass, never beyond the caller's deadline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import anyio
import stamina

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, Unavailable

T = TypeVar("T")

ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait between tries, in seconds.

    The first wait is `first`, each later one twice the one before, with up to `jitter` on top, `longest` at the most.
    `longest_asked` is how long a wait a provider may ask for before it is told to the user instead. `room` is what the
    caller's deadline must leave for the try itself.
    """

    first: float = 0.2
    longest: float = 2.0
    jitter: float = 0.3
    longest_asked: float = 20.0
    room: float = 1.0


WAITS: Final = Waits()


async def with_retries(attempt: Callable[[], Awaitable[T]], waits: Waits = WAITS) -> T:
    """Run `attempt` up to 3 times, with exponential waits and jitter, or with the wait that a 429 asked for.

    Raises:
        ConnectionFailure: the last one; where trying again could have helped, its text says how often it was tried.
    """
    tries = 0

    def again(error: Exception) -> bool | float:
        return _backoff(error, waits, tries)

    try:
        async for context in stamina.retry_context(
            on=again,
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=waits.first,
            wait_max=waits.longest,
            wait_jitter=waits.jitter,
        ):
            with context:
                tries += 1
                return await attempt()
    except ConnectionFailure as failure:
        if tries > 1 or isinstance(failure, RateLimited | Unavailable):
            failure.add_tries(tries)
        raise
    raise AssertionError("the last attempt either returns or raises")


def _backoff(error: Exception, waits: Waits, tries: int) -> bool | float:
    """Whether, or after how many seconds, to try again."""
    room_s = anyio.current_effective_deadline() - anyio.current_time() - waits.room
    usual_s = min(waits.longest, waits.first * 2.0 ** (tries - 1) + waits.jitter)
    match error:
        case RateLimited(retry_after_s=asked_s) if asked_s is not None:
            # A wait of no time, or a date that is past, is what a provider whose clock is off says too.
            wait_s = max(asked_s, usual_s)
            return wait_s if wait_s <= min(waits.longest_asked, room_s) else False
        case RateLimited() | Unavailable(status=None | 502 | 503 | 504):
            return usual_s <= room_s
        case _:
            return False


def retry_after_s(header: str | None) -> float | None:
    """Seconds to wait by a `Retry-After` header, a number of seconds or an HTTP date; None where it says neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
