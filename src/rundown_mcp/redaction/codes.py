"""Codes that open something, once or a door: told by a word before them, behind them, or around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, SECRET, Found

_SORTS: Final = (
    r"verification|security|log-?in|sign[- ]?in|access|confirmation|one[- ]time|single[- ]use|sms|auth(?:entication)?|"
    r"recovery|backup|unlock|lock ?box|lock|door|gate|entry|keypad|alarm|2fa|mfa"
)
"""What a code is for, where it opens something."""
_OTHER_CODE: Final = re.compile(rb"(?i)(?:error|status|exit|response|return|reason|result|http) $")
"""Before a code that opens nothing, whoever it was sent to."""
_REACH: Final = 9
_JOINTS: Final = (b"-", b".", b"/", b":", b",")


@cache
def _hint() -> Pattern:
    """Without any of these there is no code to be found."""
    return compiled(
        r"(?i)code|codice|c[o\xf3]digo|kod\b|\x98|\b(?:pin|otp|totp|2fa|mfa|cvv2?|cvc)\b|time pass|"
        r"to (?:verify|confirm|log|sign|authenticate)"
    )


@cache
def _code() -> Pattern:
    """A code behind a word for it, before what it is for ('… is your login code'), or that is said to be sent."""
    return compiled(
        r"(?i)(?:(?:\b(?:(?:pin|otp|totp|2fa|mfa|cvv2?|cvc)(?:[ -]?(?:code|number|no\.?))?"
        rf"|(?:{_SORTS}|your|my|(?:enter|use|type|input)(?: the| this| your)?(?: [0-9][- ]digit)?|"
        r"your(?-i:(?: [A-Z][a-z]\w{0,20}){1,2})) (?:codes?|pin|passcode)"
        r"|code de (?:v\xe9rification|s\xe9curit\xe9|confirmation|validation)|code d'acc\xe8s|code secret"
        r"|c[o\xf3]digo de (?:verifica|seguran|seguridad|confirma|acc?es)[a-z\xe0-\xff]*"
        r"|codice di (?:verifica|sicurezza|conferma|accesso)|kod weryfikacyjny"
        r"|(?:best\xe4tigungs|sicherheits|verifizierungs|freischalt|einmal|zugangs|t\xfcr|verificatie|bevestigings|"
        r"beveiligings|toegangs|verifierings|bekr\xe6ftelses)(?:code|kod)|sms-code)|\x98+)"
        r"(?:[ \t]+(?:(?:is|was|number|lautet|ist|es|est|to|\xe4r|er)\b|\xe8|\xe9))?"
        r"[ \t]?\xaa?[:=#-]{0,2}[ \t]{0,2}[\"'(*\[]{0,2}"
        r"(?P<behind>[0-9]{3}(?:[ -]?[0-9]{1,5})?)\b"
        r"|\b(?P<before>(?:[A-Z]-)?[0-9]{3}[ -]?[0-9]{1,5}) (?:is|ist|est|es|\xe8|\xe9) "
        r"(?:your|my|dein|ihr|votre|ton|tu|su|il tuo|o seu|seu) (?:[\w'.-]{1,20} ){0,3}?"
        rf"(?:otp|pin|passcode|one[- ]time (?:code|pin|password|passcode)|(?:{_SORTS})[- ](?:code|pin|passcode)|"
        r"(?:best\xe4tigungs|sicherheits|verifizierungs|einmal)code|code de |c[o\xf3]digo de |codice di )"
        r"|\b(?:code\b[^.:\n\x00\x020-9]{0,40}\b(?:texted|sent|e-?mailed)\b[^.\n\x00\x020-9]{0,24}"
        rf"|(?:{_SORTS}) (?:code|pin) (?:for|to|of)\b[^.:\n\x00\x02]{{0,32}} )"
        r"(?:is|was|says?|:)[ \t]{1,2}(?P<sent>[0-9]{4,8})\b"
        r"|\buse (?P<used>[0-9]{4,8}) to (?:verify|confirm|log ?in|sign ?in|log in|authenticate)\b)"
    )


def told_codes(sight: Sight) -> Iterator[Found]:
    """Numbers that a text calls a code, a PIN or a one-time password."""
    data = sight.data
    if _hint().search(data) is None:
        return
    for found in _code().finditer(data):
        start, end = max(found.span(place) for place in ("behind", "before", "sent", "used"))
        if data[end : end + 1] in _JOINTS and data[end + 1 : end + 2].isdigit():
            continue  # a date, a time, an amount
        if _OTHER_CODE.search(data, max(0, found.start() - _REACH), found.start()) is not None:
            continue
        yield Found(start, end, SECRET, "code", ASSIGNED)
