"""Places in the merged list of runs: where one run stands, and how far a walk has come in every list that it merges."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
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
        return cls((at - _EPOCH) // _MICROSECOND, _hash(str(ref)))

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


def older(one: Position | None, other: Position) -> Position:
    """The one that comes later in the list."""
    return other if one is None or other.key > one.key else one


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a walk has come: `position` in all lists but those `behind`, which stand each at a place of their own.

    A list that fails in the middle of a walk falls behind, so that the others go on and nothing of it is lost. One that
    has not taken part yet stands at None: it joins wherever the walk then is. Keys of `behind` are `list_tag`s, of one
    list or of a whole connection.
    """

    position: Position
    behind: Mapping[bytes, Position | None] = field(default_factory=dict)

    def of(self, connection: str, stream: str | None = None) -> Position | None:
        """Where a list stands, or a connection whose lists are not known; None where it has not taken part yet."""
        whole = self.behind.get(list_tag(connection), self.position)
        return whole if stream is None else self.behind.get(list_tag(connection, stream), whole)


def list_tag(connection: str, stream: str = "") -> bytes:
    """Names a list in few bytes, or the whole connection where no stream is given."""
    return _hash(f"{connection}\0{stream}")


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:HASH_BYTES]
