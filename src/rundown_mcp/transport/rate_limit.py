"""What a provider lets by in a time: documented by it, told in its answers, or felt out by being refused."""

from __future__ import annotations

import math
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_MINUTE_S: Final = 60.0
_FEELING_S: Final = 10.0
"""The period in which an unknown limit is felt out: short, because a halved rate is to be waited for."""
_LEAST_FELT: Final = 5
"""However many refusals come, one call is to get through: it needs a few requests."""
_RESERVE: Final = 5
"""One part in so many is left to quick reads."""
_ANY: Final = re.compile("")
_WHOLE: Final = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """Requests a minute that a provider documents (None: it documents none) for the paths that `paths` matches.

    A path is what follows the base URL, matched from its start: `/runs/3c90…`.
    """

    per_minute: int | None = None
    paths: re.Pattern[str] = _ANY


@dataclass(slots=True, eq=False)
class Window:
    """What was lately asked of what `limit` bounds; times are those of the event loop's clock.

    A request counts from when it is sent until a period after its answer came, because the provider may have counted
    it at any time between: so no minute of the provider's, wherever it starts, holds more than the limit.

    Where no limit is documented, nothing is held back until a request is refused. That halves what was let by in the
    period before, and each period from then on lets one more by.
    """

    limit: RateLimit
    _under_way: int = 0
    _ended: deque[float] = field(default_factory=deque)
    _felt: int = 0
    _refused_at: float = -math.inf
    _left: int = 0
    _reset: int = 0
    _resets_at: float = -math.inf

    @property
    def rate(self) -> str:
        """What is kept to, in words."""
        if self.limit.per_minute is not None:
            return f"{self.limit.per_minute} requests a minute"
        return f"{self._felt} requests in {_FEELING_S:g} s" if self._felt else "what it says is left"

    def opens_at(self, now: float, *, ahead: int, bulk: bool) -> float:
        """When a request may be sent that `ahead` others go before, as far as is known; at the earliest, `now`."""
        while self._ended and self._ended[0] <= now - self._period_s:
            self._ended.popleft()
        most = self._most(now)
        reserve = int(most / _RESERVE) if bulk and most < math.inf else 0
        opens_at = now
        over = self._under_way + len(self._ended) + ahead + 1 - (most - reserve)
        if over > 0:
            frees_up = self._ended[int(over) - 1] if over <= len(self._ended) else now
            opens_at = frees_up + self._period_s
        if now < self._resets_at and self._left - reserve <= ahead:
            opens_at = max(opens_at, self._resets_at)
        return opens_at

    def sent(self) -> None:
        """A request was sent."""
        self._under_way += 1
        self._left -= 1

    def ended(self, now: float) -> None:
        """Its answer was read, or it was given up."""
        self._under_way -= 1
        self._ended.append(now)

    def told(self, headers: Mapping[str, str], now: float) -> None:
        """Take over what an answer says is left until when: other processes may use the same key.

        Source: docs.duckie.ai/api/rate-limits
        """
        left, reset = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-reset", "")
        if not (_WHOLE.fullmatch(left) and _WHOLE.fullmatch(reset)):
            return
        # Answers to requests that were under way together may come in any order: the one that says less is right.
        self._left = min(int(left), self._left) if int(reset) == self._reset else int(left)
        self._reset = int(reset)
        # The provider's clock may be another, but no limit is counted over more than a minute.
        self._resets_at = now + min(self._reset - time.time(), _MINUTE_S)

    def refused(self, now: float, *, sent_at: float) -> None:
        """Where no limit is documented, let fewer by: once for all that were under way at the first refusal."""
        if self.limit.per_minute is None and sent_at > self._refused_at:
            self._felt = max(_LEAST_FELT, (self._under_way + len(self._ended)) // 2)
            self._refused_at = now

    @property
    def _period_s(self) -> float:
        return _FEELING_S if self.limit.per_minute is None else _MINUTE_S

    def _most(self, now: float) -> float:
        """How many are let by in a period."""
        if self.limit.per_minute is not None:
            return self.limit.per_minute
        return self._felt + (now - self._refused_at) // _FEELING_S if self._felt else math.inf
