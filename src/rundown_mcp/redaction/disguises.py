"""Readings of a text without its disguises: compatibility forms, invisible characters, escapes of several kinds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from html import unescape
from typing import Final
from urllib.parse import unquote

from rundown_mcp.redaction.characters import led, unusual
from rundown_mcp.redaction.sanitize import INVISIBLE
from rundown_mcp.redaction.sight import Sight

_ROUNDS: Final = 3
"""How many layers of escapes are taken off: JSON in JSON in a web address, and no endless unpacking."""

_HIDDEN: Final = INVISIBLE.replace("\x00-\x1f", "\x01\x03-\x08\x0b\x0c\x0e-\x1f")
"""What shows nothing, without the white space that parts words and without the engine's own marks."""

_COMPATIBLE: Final = ((0xA0, 0xAC00), (0xF900, 0x10000), (0x1D400, 0x1D800), (0x1F100, 0x1F270), (0x2F800, 0x2FA20))
"""Where characters stand that are forms of others; Hangul, which is its own form, is left out."""

_DIGITS: Final = {
    zero + digit: str(digit)
    for zero in (
        *(0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66),
        *(0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810),
    )
    for digit in range(10)
}
"""Digits of other scripts, from Arabic to Mongolian; compatibility forms of digits are read anyway."""

_COLOUR: Final = r"\x1b\[[0-9;?]{0,16}[A-Za-z]"
"""Escape sequences of terminals."""

_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\", "/": "/", "b": " ", "f": " "}


@cache
def _escapes() -> re.Pattern[str]:
    return re.compile(
        r"%(?:[0-7][0-9A-Fa-f]|[89A-Fa-f][0-9A-Fa-f](?:%[89A-Fa-f][0-9A-Fa-f]){0,3})"
        r"|\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}"
        r"|x[0-9A-Fa-f]{2}|U[0-9A-Fa-f]{8}|[nrtbf\"'\\/])"
        r"|&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|amp|lt|gt|quot|apos|commat|colon|equals|period|sol|lowbar|hyphen|nbsp);"
    )


@cache
def _odd() -> re.Pattern[str]:
    """Colours of terminals, and runs of characters that are hidden or have a plainer form; 15 ms to make, once."""
    ranges: list[list[int]] = []
    for low, high in _COMPATIBLE:
        for point in range(low, high):
            if not unicodedata.is_normalized("NFKC", chr(point)):
                if ranges and ranges[-1][1] == point - 1:
                    ranges[-1][1] = point
                else:
                    ranges.append([point, point])
    plainer = "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges) + "".join(map(chr, _DIGITS))
    return re.compile(f"{_COLOUR}|[{_HIDDEN}{plainer}]+")


def _odd_parts(text: str) -> Iterator[re.Match[str]]:
    """The matches of `_odd`, by those of its characters that the text holds."""
    return led(_odd(), text, [character for character in unusual(text) if _odd().match(character) is not None])


def _escaped_parts(text: str) -> Iterator[re.Match[str]]:
    return led(_escapes(), text, "%\\&")


@cache
def _hidden() -> re.Pattern[str]:
    return re.compile(f"[{_HIDDEN}]+")


def undisguised(sight: Sight) -> Sight:
    """The plainest reading of a text; the same sight where it wears no disguise.

    Tabs and line ends stay, every other invisible or control character goes, compatibility forms (full-width letters,
    mathematical alphabets) become plain, and escapes of web addresses, JSON, programs and HTML are read.
    """
    sight = sight.rewritten(_odd_parts, _plain)
    for _ in range(_ROUNDS):
        read = sight.rewritten(_escaped_parts, _unescaped)
        if read is sight:
            break
        sight = read
        if unusual(sight.written):
            sight = sight.rewritten(_odd_parts, _plain)
    return sight


def _plain(found: re.Match[str]) -> str:
    run = found[0]
    if run[0] == "\x1b":
        return ""
    run = run.translate(_DIGITS)
    return _hidden().sub("", run if unicodedata.is_normalized("NFKC", run) else unicodedata.normalize("NFKC", run))


def _unescaped(found: re.Match[str]) -> str:
    return _said_by(found[0])


@lru_cache(maxsize=1024)
def _said_by(escape: str) -> str:
    """The character that an escape stands for; most texts have few kinds, many times each."""
    if escape[0] == "%":
        return unquote(escape, errors="replace")
    if escape[0] == "&":
        return unescape(escape)
    sort = escape[1]
    if sort in _NAMED:
        return _NAMED[sort]
    numbers = [int(number, 16) for number in re.split(r"\\[uUx]\{?", escape.rstrip("}"))[1:]]
    if len(numbers) == 2:
        return chr(0x10000 + ((numbers[0] - 0xD800) << 10) + (numbers[1] - 0xDC00))
    return chr(numbers[0]) if numbers[0] <= 0x10FFFF else escape
