"""Make masked text harmless: one line, nothing invisible, nothing that renders, nothing that looks like ours."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from rundown_mcp.redaction.placeholders import CLOSE, OPEN, PERSONAL_KINDS

_INVISIBLE_BASIC: Final = (
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\ue002-\uf8ff\ufdd0-\ufdef\ufffe\uffff"
)
_NONCHARACTERS: Final = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 15))
INVISIBLE: Final = (
    f"\x00-\x1f{_INVISIBLE_BASIC}"
    "\U00013430-\U0001343f\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a"
    f"\U000e0000-\U000e0fff\U000f0000-\U0010ffff{_NONCHARACTERS}"
)
"""What draws nothing, draws by turning the text around, or is no character; white space and signs that draw are not."""
_OURS: Final = "|".join((*PERSONAL_KINDS, "secret", "withheld", "redacted", "truncated", "cut"))
_NAMED: Final = {"\r": "\\r", "\t": "\\t"}


@cache
def _unsafe() -> re.Pattern[str]:
    """One set of characters first: the engine skips all others at once, and looks closer at few.

    All characters beyond U+FFFF are in it, because each range of them costs a step at every character of a text. Line
    ends, of which there are most, are left to `sanitize`.
    """
    return re.compile(
        rf"[\x00-\x09\x0b-\x1f<\[\]［⟦⟧{OPEN}{CLOSE}{_INVISIBLE_BASIC}\U00010000-\U0010ffff](?:"
        rf"(?<={OPEN})(?P<keep>[a-z#:0-9-]+){CLOSE}[(:]?"
        rf"|(?<=[\]{CLOSE}])[(:]"  # Markdown links, images and link definitions
        r"|(?<=<)(?=[A-Za-z/!?])"  # HTML, and autolinks
        rf"|(?<=[\[［])(?=\s{{0,3}}(?i:{_OURS})\s{{0,3}}[#:＃：])"  # imitated placeholders
        rf"|(?<=[{INVISIBLE}{OPEN}{CLOSE}⟦⟧]))"
    )


def sanitize(text: str) -> str:
    r"""Escape what could deceive a reader; our own placeholders get their brackets.

    Escapes are JSON's (`\n`, `\t`, `\u202e`, a pair of them beyond U+FFFF), so that compact JSON stays JSON.
    """
    return _unsafe().sub(_escape, text).replace("\n", "\\n")


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    if found["keep"]:
        return f"[{found['keep']}]{''.join(map(_escaped, text[found.end('keep') - found.start() + 1 :]))}"
    return text[0] + _escaped(text[1]) if text[0] == "]" else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    return _NAMED.get(character) or _code(ord(character))


def _code(point: int) -> str:
    if point <= 0xFFFF:
        return f"\\u{point:04x}"
    high, low = divmod(point - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
