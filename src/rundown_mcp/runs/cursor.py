"""Cursors: where a walk stands, signed, small, and readable by any process with the same connections."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.runs.checkpoint import CONNECTION_TAG_BYTES, Checkpoint, Span
from rundown_mcp.runs.position import END, HASH_BYTES, Position

_MAC_BYTES: Final = 8
_POSITION: Final = struct.Struct(f">q{HASH_BYTES}s")
_ASKED_AT: Final = struct.Struct(">I")
_KNOWN: Final = (None, END)
"""The places that need no bytes in a cursor but their number; the walk's own position is the third."""
_START_SIZES: Final = HASH_BYTES + 1
_MORE: Final = 0x80
_RUNS: Final = b"\x01"
_CONFIG: Final = b"\x02"
_LONGEST: Final = 65_536
_FAMILIAR: Final = (
    b'pausedqueuedunknowncancelledrunning"],"outcome":["pendingdeflectedresolvedescalated"],"annotation":["incorrect'
    b'critical"],"metadata":{"":"","duration":["<=>=","search":"","source":["","ticket":["","tool":["","agent":["",'
    b'"until":"yesterday2026-today","kind":"connections","provider":["conduit","happyrobot","duckie"],'
    b'"status":["completed","failed"],"since":"30d7d24h"}'
)
"""What arguments mostly hold, the commonest last, so that a cursor need not spell it out: it costs tokens each time."""

Place: TypeAlias = tuple[str | None, int]
"""Where a connection's list stands: the token of the page being read, and how many of its items were shown."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a continued listing needs: the arguments as they were given, when that was, and how far it has come.

    `asked_at` is in whole seconds; relative times in the arguments keep meaning what they meant then.
    """

    arguments: Mapping[str, JsonValue]
    asked_at: datetime
    checkpoint: Checkpoint


class CursorCodec:
    """Writes and reads cursors; `key` is the same in every process that has the same connections.

    Every reading method raises `InvalidArgument` for a text that is not one of ours, was changed, was made with other
    connections, or belongs to another tool.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def encode(self, cursor: Cursor) -> str:
        """A cursor of `list_runs`, as text of letters, digits, `-` and `_`."""
        head = _ASKED_AT.pack(int(cursor.asked_at.timestamp())) + _packed_checkpoint(cursor.checkpoint)
        return self._seal(_RUNS, head + _packed_json(dict(cursor.arguments)) if cursor.arguments else head)

    def decode(self, text: str) -> Cursor:
        """Read a cursor of `list_runs` back."""
        reading = _Reading(self._unseal(_RUNS, text))
        asked_s: int = _ASKED_AT.unpack(reading.take(_ASKED_AT.size))[0]
        checkpoint = reading.checkpoint()
        rest = reading.rest()
        return Cursor(_unpacked_json(rest) if rest else {}, datetime.fromtimestamp(asked_s, UTC), checkpoint)

    def encode_places(self, arguments: Mapping[str, JsonValue], places: Mapping[str, Place]) -> str:
        """A cursor of `list_config`: where each connection's list stands."""
        packed: dict[str, JsonValue] = {name: _packed(place) for name, place in places.items()}
        return self._seal(_CONFIG, _packed_json([dict(arguments), packed]))

    def decode_places(self, text: str) -> tuple[Mapping[str, JsonValue], Mapping[str, Place]]:
        """Read a cursor of `list_config` back."""
        arguments, places = _unpacked_json(self._unseal(_CONFIG, text))
        return arguments, {name: (None, at) if isinstance(at, int) else (at[0], at[1]) for name, at in places.items()}

    def _seal(self, kind: bytes, content: bytes) -> str:
        return _text_of(kind + content + self._mac(kind + content))

    def _unseal(self, kind: bytes, text: str) -> bytes:
        raw = _bytes_of(text)
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(body)) or body[:1] != kind:
            raise _refused()
        return body[1:]

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


def _packed_json(value: JsonValue) -> bytes:
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS, zdict=_FAMILIAR)
    return packer.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()) + packer.flush()


def _unpacked_json(packed: bytes) -> Any:  # noqa: ANN401 - whatever was packed
    return json.loads(zlib.decompressobj(wbits=-zlib.MAX_WBITS, zdict=_FAMILIAR).decompress(packed))


def _packed_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Position, other places, spans by connection, the tags of `partial`; a span is its place's number, its start.

    Numbers and sizes of a span share one whole number, so that most spans are three bytes.
    """
    known = [*_KNOWN, checkpoint.position]
    used = [span.place for spans in checkpoint.spans.values() for span in spans if span.place not in known]
    others = [place for place in dict.fromkeys(used) if place is not None]
    numbers = {place: number for number, place in enumerate([*known, *others])}
    parts = [_pack(checkpoint.position), _number(len(others)), *map(_pack, others), _number(len(checkpoint.spans))]
    for tag, spans in checkpoint.spans.items():
        parts += [tag, _number(len(spans))]
        for span in spans:
            parts += [_number(numbers[span.place] * _START_SIZES + len(span.start)), span.start]
    return b"".join([*parts, _number(len(checkpoint.partial)), *sorted(checkpoint.partial)])


class _Reading:
    """Takes a cursor's bytes apart from the front; they are ours, because their seal was."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        self._at += size
        return self._data[self._at - size : self._at]

    def rest(self) -> bytes:
        return self._data[self._at :]

    def checkpoint(self) -> Checkpoint:
        position = _unpack(self.take(_POSITION.size))
        places = [*_KNOWN, position, *(_unpack(self.take(_POSITION.size)) for _ in range(self._number()))]
        spans: dict[bytes, tuple[Span, ...]] = {}
        for _ in range(self._number()):
            tag = self.take(CONNECTION_TAG_BYTES)
            spans[tag] = tuple(self._span(places) for _ in range(self._number()))
        return Checkpoint(position, spans, frozenset(self.take(CONNECTION_TAG_BYTES) for _ in range(self._number())))

    def _span(self, places: Sequence[Position | None]) -> Span:
        number, size = divmod(self._number(), _START_SIZES)
        return Span(self.take(size), places[number])

    def _number(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < _MORE:
                return value
            shift += 7


def _number(value: int) -> bytes:
    """A whole number in as few bytes as it takes, seven bits in each, the lowest first."""
    parts = bytearray()
    while value >= _MORE:
        parts.append(value & 0x7F | _MORE)
        value >>= 7
    return bytes([*parts, value])


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
