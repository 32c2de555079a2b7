"""Secrets in frames of their own: cookies, passphrases of several words, names a line above values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction import words
from rundown_mcp.redaction.engine import Match, Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, NEAR, SECRET, Found
from rundown_mcp.redaction.values import holds_secret

_LEAST_WORDS: Final = 4
_PROSE: Final = frozenset(
    b"a an and are as at be been before but by can cannot could did does each expired failed field for from had has "
    b"have hint in into is it its length may mismatch missing must no not of on or over policy prompt protected "
    b"required reset rotation set should strength than that the then this times to too twice under until update "
    b"updates valid validation was were when which will with without wrong you your".split()
)
"""Words of sentences about passphrases, which a passphrase of random words hardly holds."""
_PHRASE_NAME: Final = r"(?:pass ?phrase|(?:seed|recovery|backup) phrase|mnemonic)s?"


@cache
def _cookie() -> Pattern:
    return compiled(
        r"(?i)\b(?:set-)?cookie2?[\"']?[ \t]?:[ \t]*[\"']?(?P<value>[^\s=\"'`\x00\x02]+=[^\r\n\"'`\x00\x02]*)"
    )


@cache
def _phrase() -> Pattern:
    return compiled(
        rf"(?i)\b{_PHRASE_NAME}(?:[\"'`]?[ \t]?[:=][ \t]{{0,2}}|[ \t]+(?:is|was)[ \t]+|[ \t]+)"
        r"(?P<value>[\"'`]?[^\s\"'`,;.()\x00\x02]+(?:[ -][^\s\"'`,;.()\x00\x02]+){2,24})"
    )


@cache
def _pair() -> Pattern:
    """A name and its value in lines of their own, as in manifests and forms, and a variable with its default."""
    return compiled(
        r"(?i)(?:\bname[ \t]?:[ \t]{0,4}[\"']?(?P<name>[\w.-]{2,64})[\"']?[ \t]{0,4}\r?\n"
        r"[ \t]{0,24}value[ \t]?:[ \t]{0,4}"
        r"|\bvariable[ \t]{1,4}\"(?P<variable>[\w.-]{2,64})\"[ \t]{0,4}\{[^{}\x00\x02]{0,200}?"
        r"\bdefault[ \t]{0,4}=[ \t]{0,4}"
        r"|\bname=\"(?P<field>[\w.\[\]-]{2,64})\"[ \t]{0,4}\r?\n(?:content-[^\n]{1,100}\n)?\r?\n)"
        r"[\"']?(?P<value>[^\r\n\"'\x00\x02]{3,1000})"
    )


def framed_secrets(sight: Sight) -> Iterator[Found]:
    """Values whose frame, not their look, says that they are secrets."""
    data = sight.data
    lower = data.lower()
    if b"cookie" in lower:
        for found in _cookie().finditer(data):
            yield Found(*found.span("value"), SECRET, "cookie", ASSIGNED)
    if b"phrase" in lower or b"mnemonic" in lower:
        for found in _phrase().finditer(data):
            if _is_phrase(data, found):
                yield Found(*found.span("value"), SECRET, "value", NEAR)
    if b"name" in lower or b"variable" in lower:
        yield from _pairs(sight)


def _pairs(sight: Sight) -> Iterator[Found]:
    data = sight.data
    for found in _pair().finditer(data):
        name = max(found.span(sort) for sort in ("name", "variable", "field"))
        start, end = found.span("value")
        value = data[start:end].rstrip()
        if words.is_secret_name(sight.text[slice(*name)]) and holds_secret(value):
            yield Found(start, start + len(value), SECRET, "value", ASSIGNED)


def _is_phrase(data: bytes, found: Match) -> bool:
    """Whether words that stand behind `passphrase` are one: assigned, or small words joined by hyphens or in a row."""
    start, end = found.span("value")
    value = data[start:end]
    if not holds_secret(value.split(b" ", 1)[0].split(b"-", 1)[0]):
        return False
    between = data[found.start() : start].rstrip()
    if between[-1:] in (b":", b"="):
        return True
    if re.match(rb"[\"'`]?[a-z0-9]{2,12}(?:-[a-z0-9]{2,12}){2}", value):
        return True
    row = value.split(b" ")
    return (
        len(row) >= _LEAST_WORDS
        and _PROSE.isdisjoint(row)
        and all(3 <= len(word) <= 9 and word.isalpha() and word.islower() for word in row)
    )
