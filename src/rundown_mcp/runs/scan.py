"""What reading one connection has cost in one listing, and when it is enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import anyio

from rundown_mcp.domain.errors import RateLimited

ROWS_SCANNED: Final = 2000
"""Rows of one connection that one call reads in vain, because they do not meet what is filtered here."""
DETAILS_SCANNED: Final = 200
"""Runs that one call fetches of one connection to filter by what only their details hold."""
_LISTS_AT_ONCE: Final = 8


@dataclass(slots=True)
class Scan:
    """What reading one connection has cost so far; its streams share it.

    `passed` of the `rows` did not meet the filters that are applied here. `notes` are what pages said is missing, each
    once. Streams wait for their `turns` in the order
    in which they asked, and none takes one behind `limited`, the rate limit that one of them met.
    """

    rows: int = 0
    passed: int = 0
    details: int = 0
    unusable: int = 0
    notes: dict[str, None] = field(default_factory=dict)
    unread: int = 0
    turns: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(_LISTS_AT_ONCE))
    limited: RateLimited | None = None

    @property
    def at_limit(self) -> bool:
        """Whether enough was read in vain."""
        return self.passed >= ROWS_SCANNED or self.details >= DETAILS_SCANNED
