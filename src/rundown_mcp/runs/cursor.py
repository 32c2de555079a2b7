"""Cursors: where a walk stands, signed, small, and readable by any process with the same connections."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import JsonValue

_MAC_BYTES: Final = 8
_RANK_BYTES: Final = 5
_PLACE: Final = struct.Struct(">Iq5s")
_RUNS: Final = b"\x01"
_CONFIG: Final = b"\x02"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LONGEST: Final = 8192

Place: TypeAlias = tuple[str | None, int]
"""Where a connection's list stands: the token of the page being read, and how many of its items were shown."""


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
        return cls(to_us(at), hashlib.sha256(str(ref).encode()).digest()[:_RANK_BYTES])

    @classmethod
    def before_all_at(cls, at: datetime) -> Position:
        """The place just before every run that started at `at`."""
        return cls(to_us(at), bytes(_RANK_BYTES))

    @property
    def key(self) -> tuple[int, bytes]:
        """Sorts positions newest first."""
        return (-self.time_us, self.rank)

    @property
    def at(self) -> datetime:
        """The time of the place."""
        return _EPOCH + timedelta(microseconds=self.time_us)


def to_us(at: datetime) -> int:
    """Whole microseconds since the epoch."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a continued listing needs: the arguments as they were given, when that was, and the place reached.

    `asked_at` is in whole seconds; relative times in the arguments keep meaning what they meant then.
    """

    arguments: Mapping[str, JsonValue]
    asked_at: datetime
    position: Position


class CursorCodec:
    """Writes and reads cursors; `key` is the same in every process that has the same connections.

    Every reading method raises `InvalidArgument` for a text that is not one of ours, was changed, was made with other
    connections, or belongs to another tool.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, cursor: Cursor) -> str:
        """A cursor of `list_runs`, as text of letters, digits, `-` and `_`."""
        position = cursor.position
        place = _PLACE.pack(int(cursor.asked_at.timestamp()), position.time_us, position.rank)
        return self._seal(_RUNS, place, dict(cursor.arguments))

    def decode(self, text: str) -> Cursor:
        """Read a cursor of `list_runs` back."""
        place, arguments = self._unseal(_RUNS, text, _PLACE.size)
        asked_s, time_us, rank = _PLACE.unpack(place)
        return Cursor(arguments, datetime.fromtimestamp(asked_s, UTC), Position(time_us, rank))

    def encode_places(self, arguments: Mapping[str, JsonValue], places: Mapping[str, Place]) -> str:
        """A cursor of `list_config`: where each connection's list stands."""
        return self._seal(_CONFIG, b"", [dict(arguments), {name: _packed(place) for name, place in places.items()}])

    def decode_places(self, text: str) -> tuple[Mapping[str, JsonValue], Mapping[str, Place]]:
        """Read a cursor of `list_config` back."""
        _, (arguments, places) = self._unseal(_CONFIG, text, 0)
        return arguments, {name: (None, at) if isinstance(at, int) else (at[0], at[1]) for name, at in places.items()}

    def _seal(self, kind: bytes, head: bytes, content: JsonValue) -> str:
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()
        body = kind + head + zlib.compress(text, 9, wbits=-15)
        return urlsafe_b64encode(body + self._mac(body)).decode().rstrip("=")

    def _unseal(self, kind: bytes, text: str, head_size: int) -> tuple[bytes, Any]:
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)) if len(text) <= _LONGEST else b""
        except ValueError:
            raise _refused() from None
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)) or body[:1] != kind:
            raise _refused()
        return body[1 : 1 + head_size], json.loads(zlib.decompress(body[1 + head_size :], wbits=-15))

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, hashlib.sha256).digest()[:_MAC_BYTES]


def _packed(place: Place) -> JsonValue:
    """A place in as few characters as it takes: on the first page, the number alone."""
    token, skip = place
    return skip if token is None else [token, skip]


def _refused() -> InvalidArgument:
    return InvalidArgument(
        "cursor", "not a cursor of this server and its connections; call again without it to start from the newest"
    )
