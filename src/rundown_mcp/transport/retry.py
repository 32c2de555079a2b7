"""Try a request again where the fault may pass, never beyond the caller's deadline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, TypeVar

import anyio
import stamina

from rundown_mcp.domain.errors import ConnectionFailure, RateLimited, Unavailable

T = TypeVar("T")

ATTEMPTS: Final = 3
_LONGEST_WAIT_S: Final = 20.0
_PASSING: Final = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}


async def with_retries(attempt: Callable[[], Awaitable[T]]) -> T:
    """Run `attempt` up to 3 times, with exponential waits and jitter, or with the wait that a 429 asked for.

    Raises:
        ConnectionFailure: the last one, with the number of tries in its text.
    """
    tries = 0
    try:
        async for context in stamina.retry_context(
            on=_backoff, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=2.0, wait_jitter=0.3
        ):
            with context:
                tries += 1
                return await attempt()
    except ConnectionFailure as failure:
        if tries > 1:
            failure.add_tries(tries)
        raise
    raise AssertionError("the last attempt either returns or raises")


def _backoff(error: Exception) -> bool | float:
    """Whether, or after how many seconds, to try again."""
    left_s = anyio.current_effective_deadline() - anyio.current_time()
    if isinstance(error, RateLimited):
        wait_s = error.retry_after_s
        if wait_s is None:
            return left_s > 1
        return wait_s if wait_s <= _LONGEST_WAIT_S and wait_s < left_s else False
    return isinstance(error, Unavailable) and (error.status is None or error.status in _PASSING) and left_s > 1


def retry_after_s(header: str | None) -> float | None:
    """Seconds to wait by a `Retry-After` header, a number of seconds or an HTTP date; None where it says neither."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
