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
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.runs.position import HASH_BYTES, Position, Standing

_MAC_BYTES: Final = 8
_POSITION: Final = struct.Struct(f">q{HASH_BYTES}s")
_PLACE: Final = struct.Struct(f">I{_POSITION.size}s")
_RUNS: Final = b"\x01"
_CONFIG: Final = b"\x02"
_LONGEST: Final = 65_536

Place: TypeAlias = tuple[str | None, int]
"""Where a connection's list stands: the token of the page being read, and how many of its items were shown."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a continued listing needs: the arguments as they were given, when that was, and how far it has come.

    `asked_at` is in whole seconds; relative times in the arguments keep meaning what they meant then.
    """

    arguments: Mapping[str, JsonValue]
    asked_at: datetime
    standing: Standing


class CursorCodec:
    """Writes and reads cursors; `key` is the same in every process that has the same connections.

    Every reading method raises `InvalidArgument` for a text that is not one of ours, was changed, was made with other
    connections, or belongs to another tool.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, cursor: Cursor) -> str:
        """A cursor of `list_runs`, as text of letters, digits, `-` and `_`."""
        place = _PLACE.pack(int(cursor.asked_at.timestamp()), _pack(cursor.standing.position))
        behind = {tag.hex(): _pack(at).hex() if at else "" for tag, at in cursor.standing.behind.items()}
        return self._seal(_RUNS, place, [dict(cursor.arguments), behind] if behind else [dict(cursor.arguments)])

    def decode(self, text: str) -> Cursor:
        """Read a cursor of `list_runs` back."""
        place, (arguments, *more) = self._unseal(_RUNS, text, _PLACE.size)
        asked_s, position = _PLACE.unpack(place)
        behind = {
            bytes.fromhex(tag): _unpack(bytes.fromhex(packed)) if packed else None
            for tag, packed in (more[0] if more else {}).items()
        }
        return Cursor(arguments, datetime.fromtimestamp(asked_s, UTC), Standing(_unpack(position), behind))

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
        return _text_of(body + self._mac(body))

    def _unseal(self, kind: bytes, text: str, head_size: int) -> tuple[bytes, Any]:
        raw = _bytes_of(text)
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)) or body[:1] != kind:
            raise _refused()
        return body[1 : 1 + head_size], json.loads(zlib.decompress(body[1 + head_size :], wbits=-15))

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, hashlib.sha256).digest()[:_MAC_BYTES]


def _bytes_of(text: str) -> bytes:
    """What a text of ours holds; nothing where no byte sequence is written in just this way."""
    if len(text) > _LONGEST:
        return b""
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return b""
    return raw if _text_of(raw) == text else b""


def _text_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _pack(position: Position) -> bytes:
    return _POSITION.pack(position.time_us, position.rank)


def _unpack(packed: bytes) -> Position:
    return Position(*_POSITION.unpack(packed))


def _packed(place: Place) -> JsonValue:
    """A place in as few characters as it takes: on the first page, the number alone."""
    token, skip = place
    return skip if token is None else [token, skip]


def _refused() -> InvalidArgument:
    return InvalidArgument(
        "cursor", "not a cursor of this server and its connections; call again without it to start from the newest"
    )
