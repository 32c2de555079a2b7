"""Secrets in frames of their own: cookies, one-time codes, passphrases of several words, names a line above values."""

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
_SORTS: Final = (
    r"verification|security|log-?in|sign[- ]?in|access|confirmation|one[- ]time|single[- ]use|sms|auth(?:entication)?|"
    r"recovery|backup|unlock|lock ?box|lock|door|gate|entry|keypad|alarm|2fa|mfa"
)
"""What a code is for, where it opens something."""
_PHRASE_NAME: Final = r"(?:pass ?phrase|(?:seed|recovery|backup) phrase|mnemonic)s?"


@cache
def _hints() -> Pattern:
    return compiled(
        r"(?i)cookie|phrase|mnemonic|code|codice|c[o\xf3]digo|kod\b|\x98|\b(?:pin|otp|totp|2fa|mfa|cvv2?|cvc)\b|name|"
        r"variable|verify"
    )


@cache
def _cookie() -> Pattern:
    return compiled(
        r"(?i)\b(?:set-)?cookie2?[\"']?[ \t]?:[ \t]*[\"']?(?P<value>[^\s=\"'`\x00\x02]+=[^\r\n\"'`\x00\x02]*)"
    )


@cache
def _code() -> Pattern:
    return compiled(
        r"(?i)(?:\b(?:(?:pin|otp|totp|2fa|mfa|cvv2?|cvc)(?:[ -]?(?:code|number|no\.?))?"
        rf"|(?:{_SORTS}|your|my|(?:enter|use|type|input)(?: the| this| your)?(?: [0-9][- ]digit)?|"
        r"your(?-i:(?: [A-Z][a-z]\w{0,20}){1,2})) (?:codes?|pin|passcode)"
        r"|code de (?:v\xe9rification|s\xe9curit\xe9|confirmation|validation)|code d'acc\xe8s|code secret"
        r"|c[o\xf3]digo de (?:verifica|seguran|seguridad|confirma|acc?es)[a-z\xe0-\xff]*"
        r"|codice di (?:verifica|sicurezza|conferma|accesso)|kod weryfikacyjny"
        r"|(?:best\xe4tigungs|sicherheits|verifizierungs|freischalt|einmal|zugangs|t\xfcr|verificatie|bevestigings|"
        r"beveiligings|toegangs|verifierings|bekr\xe6ftelses)(?:code|kod)|sms-code)|\x98+)"
        r"(?:[ \t]+(?:(?:is|was|number|lautet|ist|es|est|to|\xe4r|er)\b|\xe8|\xe9))?"
        r"[ \t]?[:=#\xaa-]{0,2}[ \t]{0,2}[\"'(*\[]{0,2}"
        r"(?P<value>[0-9]{3}(?:[ -]?[0-9]{1,5})?)\b"
    )


@cache
def _sent_code() -> Pattern:
    """A code that stands before what it is for, or that somebody says was sent: '… is your login code'."""
    return compiled(
        r"(?i)\b(?P<first>(?:[A-Z]-)?[0-9]{3}[ -]?[0-9]{1,5}) (?:is|ist|est|es|\xe8|\xe9) "
        r"(?:your|my|dein|ihr|votre|ton|tu|su|il tuo|o seu|seu) (?:[\w'.-]{1,20} ){0,3}?"
        rf"(?:otp|pin|passcode|one[- ]time (?:code|pin|password|passcode)|(?:{_SORTS})[- ](?:code|pin|passcode)|"
        r"(?:best\xe4tigungs|sicherheits|verifizierungs|einmal)code|code de |c[o\xf3]digo de |codice di )"
        r"|\b(?:code\b[^.:\n\x00\x020-9]{0,40}\b(?:texted|sent|e-?mailed)\b[^.\n\x00\x020-9]{0,24}"
        rf"|(?:{_SORTS}) (?:code|pin) (?:for|to|of)\b[^.:\n\x00\x02]{{0,32}} )"
        r"(?:is|was|says?|:)[ \t]{1,2}(?P<last>[0-9]{4,8})\b"
        r"|\buse (?P<used>[0-9]{4,8}) to (?:verify|confirm|log ?in|sign ?in|log in|authenticate)\b"
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
    if _hints().search(data) is None:
        return
    for found in _cookie().finditer(data):
        yield Found(*found.span("value"), SECRET, "cookie", ASSIGNED)
    for found in _code().finditer(data):
        after = data[found.end() : found.end() + 2]
        if after[:1] in (b"-", b".", b"/", b":", b",") and after[1:].isdigit():
            continue  # a date, a time, an amount
        yield Found(*found.span("value"), SECRET, "code", ASSIGNED)
    for found in _sent_code().finditer(data):
        yield Found(*max(found.span(place) for place in ("first", "last", "used")), SECRET, "code", ASSIGNED)
    for found in _phrase().finditer(data):
        if _is_phrase(data, found):
            yield Found(*found.span("value"), SECRET, "value", NEAR)
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
