"""Try a request again where the fault may pass, never beyond the caller's deadline."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

import anyio
import stamina

from rundown_mcp.domain.errors import ConnectionFailure, Paced, RateLimited, Unavailable

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
    """Run `attempt` up to 3 times, with exponential waits and jitter, or with the wait that the provider asked for.

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
        sent = tries - isinstance(failure, Paced)
        if sent > 1 or (sent == 1 and isinstance(failure, RateLimited | Unavailable)):
            failure.add_tries(sent)
        raise
    raise AssertionError("the last attempt either returns or raises")


def may_wait(wait_s: float, waits: Waits = WAITS) -> bool:
    """Whether a wait that a provider asked for is short enough for a user, and for the caller's deadline."""
    return wait_s <= waits.longest_asked and _leaves_room(wait_s, waits)


def _leaves_room(wait_s: float, waits: Waits) -> bool:
    return wait_s <= anyio.current_effective_deadline() - anyio.current_time() - waits.room


def _backoff(error: Exception, waits: Waits, tries: int) -> bool | float:
    """Whether, or after how many seconds, to try again; notes in the error where only the deadline is against it."""
    usual_s = min(waits.longest, waits.first * 2.0 ** (tries - 1) + waits.jitter)
    match error:
        case Paced():
            return False
        case RateLimited(retry_after_s=asked_s) | Unavailable(status=None | 502 | 503 | 504, retry_after_s=asked_s):
            if asked_s is not None and asked_s > waits.longest_asked:
                return False
            # A wait of no time, or a date that is past, is what a provider whose clock is off says too.
            wait_s = max(asked_s or 0.0, usual_s)
            error.lacked_time = tries < ATTEMPTS and not _leaves_room(wait_s, waits)
            if error.lacked_time:
                return False
            return True if asked_s is None else wait_s
        case _:
            return False


def retry_after_s(header: str | None) -> float | None:
    """Seconds to wait by a `Retry-After` header, a number of seconds or an HTTP date; None where it says neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    when = http_date(text)
    return None if when is None else max(0.0, (when - datetime.now(UTC)).total_seconds())


def http_date(text: str) -> datetime | None:
    """The time of a header such as `Date`; None where it is none."""
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


def try_again(wait_s: float) -> str:
    """`try again in 12 s`: whole seconds, at least one."""
    return f"try again in {max(1, math.ceil(wait_s))} s"
