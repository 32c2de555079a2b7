"""Places in the merged list of runs: where one run stands, and how far one list has been walked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

from rundown_mcp.domain.ref import Ref

HASH_BYTES: Final = 5
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

BOTTOM: Final = datetime.min.replace(tzinfo=UTC)
"""Where runs without a time stand at the end of a list, whatever else is in it."""

Key: TypeAlias = tuple[int, bytes]
"""Sorts places newest first."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the merged order, newest first: microseconds since the epoch, then a rank that orders equal times.

    Rows that come after it have an earlier time, or the same time and a higher rank.
    """

    time_us: int
    rank: bytes

    @classmethod
    def of(cls, ref: Ref, at: datetime) -> Position:
        """The place of a run that started at `at`; the rank is a hash of its ref, the same in every process."""
        return cls((at - _EPOCH) // _MICROSECOND, hashed(str(ref)))

    @classmethod
    def before_all_at(cls, at: datetime) -> Position:
        """The place just before every run that started at `at`."""
        return cls((at - _EPOCH) // _MICROSECOND, bytes(HASH_BYTES))

    @property
    def just_before(self) -> Position:
        """The place after which this one is the next."""
        return Position(self.time_us, max(0, int.from_bytes(self.rank) - 1).to_bytes(HASH_BYTES))

    @property
    def key(self) -> Key:
        """Sorts positions newest first."""
        return (-self.time_us, self.rank)

    @property
    def at(self) -> datetime:
        """The time of the place."""
        return _EPOCH + timedelta(microseconds=self.time_us)


END: Final = Position(-(2**63), b"\xff" * HASH_BYTES)
"""Behind everything: where a list stands that has been given to its end."""


def older(one: Position | None, other: Position) -> Position:
    """The one that comes later in the list."""
    return other if one is None or other.key > one.key else one


def hashed(text: str) -> bytes:
    """A few bytes that stand for a text, the same in every process."""
    return hashlib.sha256(text.encode()).digest()[:HASH_BYTES]
