"""Random words that nothing near calls a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.random_words import LEAST, is_bare_secret
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import BARE, SECRET, Found

_LONGEST_RUN: Final = 4096
_PIECE: Final = re.compile(rb"[A-Za-z0-9+/_.~-]+={0,2}")
_PART: Final = re.compile(rb"[A-Za-z0-9+_~-]+={0,2}")
_PUBLIC_CLIENT: Final = b".apps.googleusercontent.com"
"""Stands behind an id that every sign-in page shows."""
_HEX: Final = b"0123456789abcdef-_.:/="
_HEX_CAPITALS: Final = b"0123456789ABCDEF-_.:/="


@cache
def _token() -> Pattern:
    return compiled(r"[A-Za-z0-9+/_=.~:%-]{24,}")


def bare_secrets(sight: Sight) -> Iterator[Found]:
    """Random words with nothing near that names them, and with no word right before them that announces an id."""
    data = sight.data
    for start, end in _token().ranges(data):
        if not _mixed(data[start:end]):
            continue
        for low, high in _secrets(data, start, end):
            if not _announced_id(data, low, high):
                yield Found(low, high, SECRET, "value", BARE)


def _mixed(run: bytes) -> bool:
    """Whether letters and digits occur, and not hex alone: most runs are words, paths and ids."""
    others = run.translate(None, _HEX) and run.translate(None, _HEX_CAPITALS)
    return others != b"" and run.translate(None, b"0123456789") != run


@cache
def _path_part() -> Pattern:
    """A word between slashes: base64 has none."""
    return compiled(r"(?:^|/)(?:[a-z]{3,}[0-9_.-]{0,4}|_?[a-z]{4,})/")


def _secrets(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The random words of a run: all of it, or what an address, a path or a pair of a query joins."""
    run = data[start:end]
    if len(run) > _LONGEST_RUN:
        return
    for piece in _PIECE.finditer(run):
        word = piece[0]
        if len(word) <= LEAST:
            continue
        low = start + piece.start()
        joined = b"/" in word or b"." in word
        if is_bare_secret(word) and not (joined and _path_part().search(word) is not None):
            yield low, start + piece.end()
        elif joined:
            for part in _PART.finditer(word):
                if len(part[0]) > LEAST and is_bare_secret(part[0]):
                    yield low + part.start(), low + part.end()


@cache
def _announcing() -> Pattern:
    return compiled(
        r"(?i)(?:\b(?:ids?|uuid|guid|run|trace|span|request|order|commit|sha\d*|digest|hash|checksum|md5|etag|integrity|ref|"
        r"tracking|file|folder|video|cursor|rev|revision|build)|_id|[a-z]Id|/d|/folders|/file|watch\?v=?|sha\d{3}-)"
        r"[\"'\\]{0,3}[ \t]{0,2}(?:[:=/#-]|is|was|no\.?)?[ \t]{0,2}[\"'\\(]{0,3}$"
    )


def _announced_id(data: bytes, start: int, end: int) -> bool:
    return data.startswith(_PUBLIC_CLIENT, end) or _announcing().search(data[max(0, start - 40) : start]) is not None
