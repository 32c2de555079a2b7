"""Runs of base64 and hex that hide something: decoded, read again, and masked whole where something is found."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import Found

DEEPEST: Final = 2
_SAMPLE: Final = 24
_HEX: Final = b"0123456789abcdefABCDEF"
_PLAIN: Final = bytes([*range(32, 127), 9, 10, 13, *range(128, 256)])

Reader = Callable[[str, int], Iterable[Found]]
"""Finds in a decoded text, which lay that many encodings deep."""


@cache
def _runs() -> Pattern:
    return compiled(r"[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{16,})*={0,2}")


def runs_that_may_be_encoded(sight: Sight) -> Iterator[tuple[int, int]]:
    """Where runs of characters stand that may be an encoding of something."""
    return _runs().ranges(sight.data)


def encoded(sight: Sight, depth: int, read: Reader) -> Iterator[Found]:
    """The encoded runs of a text in which something is found once they are decoded.

    A run that hides several things is named after the surest.
    """
    data = sight.data
    for low, high in runs_that_may_be_encoded(sight):
        for start, end, text in _readable(data[low:high], low):
            finds = list(read(text, depth + 1))
            if finds:
                best = max(finds, key=lambda find: (find.rank, find.end - find.start))
                yield best.moved(start, end)


def _readable(run: bytes, start: int) -> Sequence[tuple[int, int, str]]:
    """What a run encodes, with its place, or what its lines do where it is no encoding as a whole."""
    text = _decoded(run)
    if text is not None:
        return [(start, start + len(run), text)]
    return _readable_lines(run, start) if b"\n" in run else ()


def _readable_lines(run: bytes, start: int) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for line in run.split(b"\n"):
        text = _decoded(line)
        if text is not None:
            found.append((start, start + len(line), text))
        start += len(line) + 1
    return found


def _decoded(run: bytes) -> str | None:
    """The text that a run encodes, or None where it encodes none."""
    digits = run[2:] if run[:2] in (b"0x", b"0X") else run
    if len(digits) % 2 == 0 and not digits.translate(None, _HEX):
        return _text(binascii.unhexlify(digits))
    run = run.translate(_URL_SAFE, b"\r\n=")
    if len(run) % 4 == 1:
        run = run[:-1]
    try:
        if len(run) > _SAMPLE and _text(binascii.a2b_base64(run[:_SAMPLE])) is None:
            return None
        return _text(binascii.a2b_base64(run + b"=" * (-len(run) % 4)))
    except binascii.Error:
        return None


_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")


def _text(plain: bytes) -> str | None:
    if plain.translate(None, _PLAIN):
        return None
    try:
        return plain.decode()
    except UnicodeDecodeError as error:
        return None if error.end < len(plain) - 2 and error.start < len(plain) - 4 else plain[: error.start].decode()
