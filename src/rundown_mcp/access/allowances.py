"""How often one caller may ask."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_MOST_KNOWN: Final = 10_000


@dataclass(slots=True)
class Allowances:
    """What is left to each caller: a bucket of `burst` requests, refilled by `per_s`; forgets the idlest."""

    per_s: float
    burst: int
    clock: Callable[[], float]
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, counted_as: str) -> int:
        """Take one request; 0 where it was there, else the whole seconds after which one will be."""
        now = self.clock()
        left, at = self._left.get(counted_as, (self.burst, now))
        left = min(self.burst, left + (now - at) * self.per_s)
        taken = left >= 1
        self._left[counted_as] = (left - taken, now)
        self._left.move_to_end(counted_as)
        if len(self._left) > _MOST_KNOWN:
            self._left.popitem(last=False)
        return 0 if taken else math.ceil((1 - left) / self.per_s)
