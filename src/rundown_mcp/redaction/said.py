"""Secrets that a sentence tells: 'my PIN is …', '… is the password', 'token …', in several languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction import tokens
from rundown_mcp.redaction.engine import STAND_IN, Pattern, compiled
from rundown_mcp.redaction.spans import NEAR, SECRET, Found
from rundown_mcp.redaction.values import (
    JUDGED,
    REST,
    full_end,
    holds_secret,
    quoted_end,
    reference,
    unquoted_end,
)

_LEAST_SAID: Final = 8
_LEAST_NEXT: Final = 6
_SORTS_OF_NO_ID: Final = 3
_REACH: Final = 160
_TOKEN: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_=.~!@#$%^&*-"
_QUOTE: Final = re.compile(rb"(?:\\?[\"'`]|\xab)$")
_LINK: Final = re.compile(rb"[a-z\xc0-\xff:=\xaa]", re.IGNORECASE)
_DIGIT: Final = re.compile(rb"[0-9]")
_LETTER: Final = re.compile(rb"[A-Za-z]")
_AMOUNT: Final = re.compile(rb"\d{1,3}(?:[.,]\d+)*%?|\d+(?:st|nd|rd|th|s|ms|min|h|d|days?)")
_FOREIGN_LINKS: Final = (STAND_IN, b"\x91")
"""What a link in a script beyond Latin-1 begins with: the value behind it ends where that script goes on."""


def told_secrets(data: bytes, left: int, right: int, *, named: bool) -> Iterator[Found]:
    """What a word for a secret, from `left` to `right`, is told about: behind it, before it, or random and near it."""
    spoken = _spoken().match(data, right)
    if spoken is not None:
        finds = list(_said(data, right, spoken.end(), named=named))
        if finds:
            yield from finds
            return
    if not named:
        return
    reach = max(0, left - _REACH)
    first = max(reach, data.rfind(b"\n", reach, left) + 1)
    lead = data[first:left]
    before = _before().search(lead) if _odd().search(lead) is not None else None
    if before is not None:
        low, high = (first + offset for offset in before.span("value"))
        linked = before.start("link") >= 0
        value = data[low:high].rstrip(b",.;:")
        if _word_start(data, low) and holds_secret(value) and _said_secret(value, linked=linked):
            yield Found(low, low + len(value), SECRET, "value", NEAR)
            return
    near = _near().match(data, right, min(len(data), right + 320))
    if near is not None:
        reached = data[right : near.end()]
        low = right + len(reached.rstrip(_TOKEN))
        high = right + len(reached.rstrip(b".,!?="))
        free = _id_word().search(data[right:low]) is None and _word_start(data, low)
        if free and tokens.looks_random(data[low:high], bits=3.2):
            yield Found(low, high, SECRET, "value", NEAR)


def _said(data: bytes, right: int, start: int, *, named: bool) -> Iterator[Found]:
    """A value in a sentence, from `start` on: quoted, or a word that is none of a language's."""
    mark = _QUOTE.search(data[right:start])
    quote = (-1, -1) if mark is None else (right + mark.start(), start)
    between = data[right : start if mark is None else quote[0]]
    linked = _LINK.search(between) is not None
    end = quoted_end(data, start, quote) if quote[0] >= 0 else None
    if end is None:
        found = REST.match(data, start, min(len(data), start + JUDGED))
        if found is None:
            return
        end = unquoted_end(data, start, found.end(), query=False)
        while end > start and data[end - 1] in b"?!":
            end -= 1
    if between.strip()[:1] in _FOREIGN_LINKS:
        end = start + len(data[start:end].split(STAND_IN, 1)[0])
    value = data[start:end]
    odd = (
        (quote[0] >= 0 and b" " not in value)
        or (linked and len(value) > 3 and _unlike_word(value))
        or (named and len(value) >= _LEAST_NEXT and _DIGIT.search(value) and _LETTER.search(value))
        or (len(value) >= _LEAST_SAID and tokens.looks_random(value, bits=2.5))
    )
    if not odd or not holds_secret(value) or not (named or tokens.could_be_key(value)):
        return
    an_id = _id_word().search(between) is not None and not (linked and tokens.classes(value) >= _SORTS_OF_NO_ID)
    if not an_id and reference().match(data, start) is None:
        yield Found(start, full_end(data, start, end), SECRET, "value", NEAR)


def _said_secret(value: bytes, *, linked: bool) -> bool:
    """Whether a word that a sentence calls a secret can be one: by a verb any odd word, without one a random word."""
    if linked:
        return len(value) > 3 and _unlike_word(value)
    return tokens.looks_random(value, bits=2.5) and len(value) >= _LEAST_SAID


def _unlike_word(value: bytes) -> bool:
    """Whether a word of a sentence holds what words do not: digits beside letters, marks inside, mixed capitals."""
    if _AMOUNT.fullmatch(value):
        return False
    inner = value.strip(b".,!?;:")
    if any(48 <= character <= 57 for character in inner):
        return True
    marks = set(inner) & set(b"!@#$%^&*+=~|")
    return bool(marks) or (
        not inner.istitle() and inner != inner.lower() and inner != inner.upper() and inner.isalpha() and len(inner) > 5
    )


def _word_start(data: bytes, start: int) -> bool:
    return not data[start - 1 : start].isalnum()


@cache
def _spoken() -> Pattern:
    """From a telling word to its value in a sentence, with a verb between, or a quotation mark."""
    return compiled(
        r"(?i)(?:(?:[ \t,]{1,3}(?:[a-z\xc0-\xff]{1,12}[ \t]{1,2}){0,4}?"
        r"(?:is|are|was|be|reads?|says?|lautet|ist|heisst|war|es|sera|est|er|on|adalah|saya|l\xe0|\xe9|\xe8|era|jest|as|using|like|value|to|=|:)"
        r"(?:[ \t]+(?:now|currently|still|just|simply|jetzt|nun|ahora|agora|maintenant))?"
        r"|(?:[ \t]{1,2}[a-z\xaa\xc0-\xff](?:[a-z.@\xaa\xc0-\xff-]{0,31}[a-z\xaa\xc0-\xff])?){1,4}[ \t]?:)"
        r"(?:[ \t]{0,2}[:=])?[ \t]{1,3}|[ \t]{0,2}[\xaa\x91\x96\x97-]{1,4}[ \t:]{0,2}|[ \t]{1,2}|"
        r"[ \t]{0,2}[(\[{<][ \t]?)"
        r"(?:\\?[\"'`]|\xab)?"
    )


@cache
def _odd() -> Pattern:
    """What a secret has that words have not: without it, none stands there."""
    return compiled(r"[0-9!@#$%^&*+=~|]|[a-z][A-Z]|[A-Za-z][_/-][A-Za-z]")


@cache
def _before() -> Pattern:
    """A value that stands before the word for it: 'use … as the password', '… is my API key'."""
    return compiled(
        r"(?i)(?P<value>[^\s\"'`<>(){}\[\],\x00\x02]{6,128})[\"'`)\]}]{0,2}"
        r"(?:(?P<link>[ \t]+(?:is|was|are|as|ist|als|es|como|est|comme|\xe8|come|\xe9|to)\b)|[ \t]*[-=(\xaa]|)[ \t]+"
        r"(?:(?:the|my|our|your|his|her|their|its|a|an|das|mein|meine|dein|unser|der|die|el|la|le|mi|tu|mon|ma|votre|il|mio|"
        r"o|minha|new|old|current|temporary|correct|right|valid|secret|admin|root|login|user|account|wifi|wi-fi|"
        r"api)[ \t]+){0,3}$"
    )


@cache
def _near() -> Pattern:
    """The words between a telling word and a random one; a word that announces an id breaks the link."""
    return compiled(r"[^\x00\x02\n]{0,60}?[A-Za-z0-9+/_=.~!@#$%^&*-]{12,}")


@cache
def _id_word() -> Pattern:
    return compiled(
        r"(?i)\b(?:ids?|uuid|guid|run|trace|span|request|req|order|commit|sha\d*|digest|hash|checksum|md5|version|build|invoice|"
        r"ticket|tracking|session|ref|reference|bestellung|pedido|commande|number|nr|no|conversation|contact|agent|user|"
        r"customer|workspace|account|event|message|step|at|https?|file|path|image|url|revision|release|etag|"
        r"limits?|count|usage|quota|budget|size|length|attempts?|age|ttl|expir(?:es|ed|y)|timeout|costs?|price)\b"
        r"|_id\b|[a-z]Id\b|#"
    )
