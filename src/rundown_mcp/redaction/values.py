"""Values that something introduces: where one ends, and whether it can be a secret at all."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled

REST: Final = re.compile(rb"[^\t\n\f\r \x00\x02]+")
"""Everything up to the next blank.

A pattern that is one run of characters, or that is tried at one place and has a bound for each of its parts, takes `re`
as few steps as the engine, whose calls cost three times as much: about 1 % of all the time.
"""
LONGEST_VALUE: Final = 2048
JUDGED: Final = 256
"""Characters of a bare value that are looked at to tell whether it is a secret; all of it is masked then."""
LONGEST_SCHEME: Final = 24
_EMPTY: Final = frozenset(
    b"null none nil true false undefined empty required optional invalid valid expired missing incorrect wrong hidden "
    b"redacted masked removed omitted unknown unset default string str int integer number bool boolean bytes "
    b"object array "
    b"text any value is was are and or not no yes the a an it to in on of for from with that this must should "
    b"will has have "
    b"can cannot could does did reset changed updated rejected accepted denied failed revoked rotated required. n/a na "
    b"env optional here below above see please sent ok error success protected authentication authorization based "
    b"mismatch verification provided token".split()
)


def quoted_end(data: bytes, start: int, quote: tuple[int, int]) -> int | None:
    """Where a quoted value ends, before its closing quote; None where it is not closed near."""
    mark = data[slice(*quote)]
    closing = {b"\xab": b"\xbb"}.get(mark, mark)
    end = data.find(closing, start, start + LONGEST_VALUE)
    while end > start and len(mark) == 1 and data[end - 1 : end] == b"\\":
        end = data.find(closing, end + 1, start + LONGEST_VALUE)
    if end < 0 or (b"\x00" in data[start:end]) or (b"\n" in data[start:end] and mark != b'"'):
        return None
    return end


@cache
def _next_pair() -> Pattern:
    return compiled(
        r"&(?:amp;)?[\w.\[\]%-]{1,64}=|[,;|][ \t]?[\"']?[A-Za-z_][\w.-]{0,40}[\"']?[=:]|[,;]$|[\"'`}\]<>]|"
        r"\\+[\"'nrt]|\)$"
    )


def unquoted_end(data: bytes, start: int, end: int, *, query: bool) -> int:
    """Where a bare value ends: at the next pair, a closing mark, or the punctuation of its sentence."""
    found = _next_pair().search(data, start, end)
    if found is not None and found.start() > start:
        end = found.start()
    if query:
        ampersand = data.find(b"&", start, end)
        end = ampersand if ampersand >= 0 else end
    while end > start and data[end - 1] in b".,;:)":
        end -= 1
    return end


def full_end(data: bytes, start: int, end: int, *, query: bool = False) -> int:
    """Where a bare value that was judged by its beginning ends; no part of a long key stays visible."""
    if end < start + JUDGED - LONGEST_SCHEME or (found := REST.match(data, start)) is None:
        return end
    return max(end, unquoted_end(data, start, found.end(), query=query))


def holds_secret(value: bytes) -> bool:
    """Whether a value is more than a word about secrets, a reference to one, or a mask."""
    bare = value.strip(b"\"'` \t[]<>()")
    if len(bare) < 3 or bare.lower().strip(b".,!?") in _EMPTY:
        return False
    return not set(bare) <= set(b"*x.-_#\xaa\xb7\x95X\x02 ")


@cache
def reference() -> Pattern:
    """A place for a value: `${TOKEN}`, `{{ token }}`, `<your key>`, `$TOKEN`, `process.env.TOKEN`; or its type."""
    return compiled(
        r"(?:\$\{[A-Za-z_0-9]+:?\?[^}\n]{0,80}\}|(?:await |new )?[a-z_][A-Za-z_0-9.]{0,60}\([a-z_., ]{0,60}\)|"
        r"(?i:n?(?:var)?char2?|varbinary)\([0-9]{1,5}\)|(?i:your)[_-][A-Za-z_-]{2,40}|(?i:[a-z_.]{0,20}getenv|env|ENV\.fetch)\([\"'][A-Za-z_]{1,60}[\"']\)|"
        r"\$?[{<(]{1,3}[ ]?[A-Za-z_][A-Za-z_. :-]*[ ]?[}>)]{1,3}|\$(?:[A-Z_][A-Z_0-9]*|[a-z_]+)|%\([a-z_]+\)s|"
        r"(?:process\.env|os\.environ|env|ENV|secrets|vars?|var|config|settings)[.\[(][A-Za-z_.\"'()\[\]]*"
        r")(?:[\s\x00\"'`,;}\])]|$)"
    )


def has_digit(value: bytes) -> bool:
    """Whether an ASCII digit occurs."""
    return any(48 <= character <= 57 for character in value)
