"""Keep a connection within its provider's rate limits, and its quick reads ahead of its surveys."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

import anyio

from rundown_mcp.domain.errors import Paced
from rundown_mcp.transport.lane import is_bulk
from rundown_mcp.transport.rate_limit import RateLimit, Window
from rundown_mcp.transport.retry import WAITS, Waits, may_wait, retry_after_s, try_again

AT_ONCE: Final = 10
BULK_AT_ONCE: Final = 8
"""Surveys leave two places free, so that a quick read need not wait for the end of a slow answer."""
_LONGEST_PAUSE_S: Final = 60.0
"""Limits are counted by the minute: one odd header does not shut a connection for a day."""
_TOO_MANY: Final = 429


@dataclass(slots=True, eq=False)
class Turn:
    """One request's place. `opens_at` is when the limits let it be sent, as far as is known.

    It waits until `looks_at`, or until it is told to `look` because it may go, or has to wait for an earlier time.
    """

    window: Window
    bulk: bool
    look: anyio.Event = field(default_factory=anyio.Event)
    looks_at: float = math.inf
    opens_at: float = math.inf
    sent_at: float | None = None


class Throttle:
    """Turns for the requests of one connection; times are those of the event loop's clock.

    Quick reads go first, each lane in the order of asking, and surveys leave a part of every limit to them. Two lanes
    are enough: a survey has a few requests waiting at a time, so that several surveys take turns by themselves. After
    a 429 no request is sent until the time that it named. A turn that would come too late for the caller's deadline is
    refused at once. The libraries for this (aiolimiter, pyrate-limiter) serve first come first served, and what
    answers say does not reach them.
    """

    def __init__(self, connection: str, limits: Sequence[RateLimit] = (), waits: Waits = WAITS) -> None:
        self._connection = connection
        self._waits = waits
        self._windows = [Window(limit) for limit in (*limits, RateLimit())]
        self._waiting: list[Turn] = []
        self._sent: list[Turn] = []
        self._paused_until = -math.inf
        self._looked_at = -math.inf

    @asynccontextmanager
    async def turn(self, path: str) -> AsyncIterator[Turn]:
        """Wait for the turn of a request to `path`; it lasts until its answer was read.

        Raises:
            Paced: the turn comes too late for the caller.
        """
        turn = Turn(next(window for window in self._windows if window.limit.paths.match(path)), is_bulk())
        self._waiting.append(turn)
        try:
            await self._wait(turn)
            yield turn
        finally:
            self._leave(turn)

    def heard(self, turn: Turn, status: int, headers: Mapping[str, str]) -> None:
        """Learn from an answer how much is left, and how long the provider wants to be left alone."""
        now = anyio.current_time()
        turn.window.told(headers, now)
        if status == _TOO_MANY and turn.sent_at is not None:
            pause_s = retry_after_s(headers.get("retry-after")) or self._waits.longest
            self._paused_until = max(self._paused_until, now + min(pause_s, _LONGEST_PAUSE_S))
            turn.window.refused(now, sent_at=turn.sent_at)

    async def _wait(self, turn: Turn) -> None:
        self._grant()
        while turn.sent_at is None:
            wait_s = turn.opens_at - anyio.current_time()
            if wait_s > 0 and not may_wait(wait_s, self._waits):
                raise self._too_late(turn, wait_s)
            # Where all that is lacking is a place, the one who leaves it lets the next go.
            turn.looks_at = turn.opens_at if wait_s > 0 else math.inf
            turn.look = anyio.Event()
            with anyio.move_on_at(turn.looks_at):
                await turn.look.wait()
            # Nobody who waited for the same time has looked through them before.
            if self._looked_at < turn.opens_at <= anyio.current_time():
                self._grant()

    def _grant(self) -> None:
        """Let go whoever may, in order, and work out when the others will."""
        self._looked_at = now = anyio.current_time()
        ahead: Counter[Window] = Counter()
        for turn in sorted(self._waiting, key=attrgetter("bulk")):
            window = turn.window
            turn.opens_at = max(self._paused_until, window.opens_at(now, ahead=ahead[window], bulk=turn.bulk))
            if turn.opens_at > now or not self._has_place(bulk=turn.bulk):
                ahead[window] += 1
                if now < turn.opens_at < turn.looks_at:  # a place became a pause, or who was ahead gave up
                    turn.look.set()
                continue
            self._waiting.remove(turn)
            self._sent.append(turn)
            window.sent()
            turn.sent_at = now
            turn.look.set()

    def _has_place(self, *, bulk: bool) -> bool:
        return len(self._sent) < AT_ONCE and not (bulk and sum(turn.bulk for turn in self._sent) >= BULK_AT_ONCE)

    def _leave(self, turn: Turn) -> None:
        if turn.sent_at is None:
            self._waiting.remove(turn)
        else:
            self._sent.remove(turn)
            turn.window.ended(anyio.current_time())
        self._grant()

    def _too_late(self, turn: Turn, wait_s: float) -> Paced:
        when = try_again(wait_s)
        why = "told to wait by a 429" if turn.opens_at <= self._paused_until else f"paced to {turn.window.rate}"
        return Paced(
            self._connection,
            f"{why}, {when}",
            f"{self._connection}: held back within the provider's rate limit, {why}; {when}.",
            retry_after_s=wait_s,
        )
