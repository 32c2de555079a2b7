"""How random a word looks, and which random words are ids and no secrets."""

from __future__ import annotations

import math
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled

_DIGITS: Final = b"0123456789"
_LETTERS: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
LEAST_TOKEN: Final = 12
_LONGEST_JUDGED: Final = 512
_SECRET_PREFIXES: Final = frozenset(
    b"sk pk rk key token tok secret pat api apikey auth pwd pass access refresh bearer live test prod priv "
    b"private cred".split()
)


@cache
def _id() -> Pattern:
    """Ids that are no secrets whoever made them: UUIDs, hashes, numbers, dates, and small-letter ids of databases."""
    return compiled(
        r"(?:[A-Za-z]{1,12}[:_-])?[0-9A-Fa-f]{8}-?(?:[0-9A-Fa-f]{4}-?){3}[0-9A-Fa-f]{12}"
        r"|(?:sha(?:1|256|512)[:-])?[0-9a-f]{7,128}|[0-9A-F]{7,128}"
        r"|[0-9][0-9.,:+/TZ_-]*"
        r"|[a-z0-9]{8,40}"
        r"|[0-9A-HJKMNP-TV-Z]{26}|[A-Z]{2}[0-9a-f]{32}"
        r"|(?:[0-9A-Fa-f]{2}[:-]){5,31}[0-9A-Fa-f]{2}"
        r"|00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}|1-[0-9a-f]{8}-[0-9a-f]{24}"
        r"|[A-Z]{1,8}[-_]?[0-9][0-9-]*[A-Z]?|[A-Z0-9]{1,20}(?:-[A-Z0-9]{1,8}){1,4}"
    )


@cache
def _prefixed() -> Pattern:
    """A vendor's id: a short word in small letters, an underscore, and the rest."""
    return compiled(r"(?P<prefix>[a-z][a-z0-9]{0,15}(?:_[a-z]{1,10})?)[_-](?P<rest>[A-Za-z0-9]{4,64})")


@cache
def _wordy() -> Pattern:
    """Words in a row: names in programs, paths, hosts, headings."""
    return compiled(
        r"(?:[A-Z]?[a-z]{2,}|[A-Z]{2,}|[0-9]{1,4}|[A-Za-z])(?:[-_./:+~=@%]{1,2}(?:[A-Z]?[a-z]+|[A-Z]{2,}|v?[0-9]{1,4}|[a-z0-9]{1,3})|"
        r"[A-Z][a-z]{2,}|[0-9]{1,2})*[-_./:+~=@%]*"
    )


def entropy(text: bytes) -> float:
    """Shannon's entropy in bits a character."""
    counts = map(text.count, set(text))
    return math.log2(len(text)) - sum(map(_surprise, counts)) / len(text)


@cache
def _surprise(count: int) -> float:
    return count * math.log2(count)


def classes(text: bytes) -> int:
    """How many of small letters, capitals, digits and marks occur."""
    return (
        (text != text.upper()) + (text != text.lower()) + (text != text.translate(None, _DIGITS)) + (not text.isalnum())
    )


def is_id(token: bytes) -> bool:
    """Whether a token is of a form that ids have: UUID, hash, number, date, `run_9f3a1c7e`, `ar77c0dy0mgd…`, `ch_…`."""
    return _id().fullmatch(token) is not None or is_prefixed(token)


def is_prefixed(token: bytes) -> bool:
    """Whether a token is a vendor's id behind a short word that does not say that it is secret."""
    found = _prefixed().fullmatch(token)
    if found is None:
        return False
    words = token[: found.end("prefix")].split(b"_")
    return not any(word in _SECRET_PREFIXES for word in words)


def is_wordy(token: bytes) -> bool:
    """Whether a token is made of words and small numbers."""
    return _wordy().fullmatch(token) is not None


def looks_random(token: bytes, *, bits: float = 3.0) -> bool:
    """Whether a token mixes letters and digits (or cases) without order, and is neither an id nor words."""
    token = token[:_LONGEST_JUDGED]
    return classes(token) > 1 and entropy(token) >= bits and not is_id(token) and not is_wordy(token)


@cache
def _uuid() -> Pattern:
    return compiled(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}")


def is_uuid(token: bytes) -> bool:
    """Whether a token is a UUID with its hyphens."""
    return _uuid().fullmatch(token) is not None


def could_be_key(token: bytes) -> bool:
    """Whether a token is long and mixed enough to be a key where a name says so, whatever ids look like."""
    if len(token) < 16 or is_uuid(token) or b" " in token:
        return False
    token = token[:_LONGEST_JUDGED]
    digits = len(token) - len(token.translate(None, _DIGITS))
    if not (digits > 0 or (len(token) > 19 and token[1:] != token[1:].lower() and entropy(token) > 3.4)):
        return False
    letters = len(token) - len(token.translate(None, _LETTERS))
    return letters > 2 and not is_wordy(token) and entropy(token) >= 2.8
