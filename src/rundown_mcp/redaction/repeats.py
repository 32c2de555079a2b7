"""Secrets that stand a second time in a value, where nothing tells what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from rundown_mcp.redaction import tokens
from rundown_mcp.redaction.disguises import undisguised
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, BARE, NEAR, SECRET, Found
from rundown_mcp.redaction.values import LONGEST_VALUE, has_digit, holds_secret

_SHORTEST: Final = 4
_SHORT: Final = 6
_SURE: Final = 12
"""A secret of fewer characters is looked for only where it stands as a word, and must mix letters and digits."""
_LEAST_LETTERS: Final = 20
_MOST: Final = 64
_WORK: Final = 8_000_000
"""So many different secrets of a value are looked for again, of a small one as many as cost so many characters."""
_ALGORITHMS: Final = re.compile(
    r"(?:base|sha|md|hs|rs|es|ps|aes|oauth|utf|ed|x|http|ipv|pkcs|tls|ssl|v|argon|hmac|ecdsa|rsa|step|page|test|user)"
    r"[-_ ]?\d{1,5}",
    re.IGNORECASE,
)
"""Words with a number that are assigned to names of secrets but are none."""

_SCHEME: Final = re.compile(r"^\s*(?:bearer|basic|token|digest|apikey|negotiate|ssws)\s+", re.IGNORECASE)
"""What stands before a key in a header; elsewhere the key stands without it."""


def repeated(raw: Sight, plain: Sight, finds: Iterable[Found], hidden: Iterable[str] = ()) -> Iterator[Found]:
    """Every place where a secret of `finds`, or one that a field hides, is written; in the offsets of `raw`.

    `finds` are in the offsets of `raw`, and `plain` is that text without disguises. A secret that is a common word or
    a small number is not looked for, nor one that was only guessed: the same guess is made wherever it stands.
    """
    literals = _literals(raw.text, finds, hidden, disguised=plain is not raw)
    if not literals:
        return
    most = max(_MOST, _WORK // (len(raw.text) + 1))
    for value, kind in islice(literals.items(), most):
        for sight in (raw,) if plain is raw else (raw, plain):
            for start, end in _places(sight.text, value):
                low, high = sight.origin(start, end)
                yield Found(low, high, SECRET, kind, NEAR)


def _literals(text: str, finds: Iterable[Found], hidden: Iterable[str], *, disguised: bool) -> dict[str, str]:
    """The secrets to look for and their kinds, each as it is written and as it reads without its disguise."""
    literals: dict[str, str] = {}
    secrets = [hit for hit in finds if hit.kind == SECRET and hit.rank > BARE]
    written = dict.fromkeys((text[hit.start : hit.end], hit.value, hit.rank >= ASSIGNED) for hit in secrets)
    for value, kind, told in (*((value, "value", True) for value in hidden), *written):
        if len(value) > LONGEST_VALUE:
            continue
        for form in {value, undisguised(Sight(value)).text} if disguised else (value,):
            bare = _SCHEME.sub("", form).strip(" \t\r\n\"'`,;")
            if bare not in literals and is_telling(bare, told=told):
                literals[bare] = kind
    return literals


@lru_cache(maxsize=1024)
def is_telling(value: str, *, told: bool) -> bool:
    """Whether a text can be nothing but the secret that it was once: no common word, no small number, no name."""
    data = value.encode("latin-1", "replace")
    short = told and value.isalnum()
    if not (_SHORTEST if short else _SHORT) <= len(value) <= LONGEST_VALUE or not holds_secret(data):
        return False
    if _ALGORITHMS.fullmatch(value) or len(set(value)) < 4:
        return False
    if value.isdecimal():
        return len(value) >= _SHORT
    if value.isalpha():
        return len(value) >= _LEAST_LETTERS or (len(value) >= _SURE and not tokens.is_wordy(data))
    if value.isalnum():
        return has_digit(data)
    return not tokens.is_wordy(data.strip(b"/._-")) or (told and len(value) >= _SURE and "/" not in value)


def _places(text: str, value: str) -> Iterator[tuple[int, int]]:
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        if len(value) >= _SURE or not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(value, end)
