"""The forms that stand in an answer for what was masked, withheld or cut."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

from rundown_mcp.domain.text import JsonValue

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
"""Private characters that stand for a placeholder's brackets until the text is sanitised.

They let the sanitiser tell our placeholders from imitations; the same characters in a provider's text are escaped.
"""
PLACED: Final = f"{OPEN}[^{CLOSE}]*{CLOSE}"
"""The pattern of a placeholder that stands in a text already, which no other pattern may look into."""

PERSONAL_KINDS: Final = ("email", "phone", "person", "card", "iban", "ip", "id", "birthdate", "postcode")
WITHHELD: Final = "[withheld:policy]"
UNCHECKED: Final = "[withheld:unchecked]"
REDACTED: Final = "[redacted:provider]"
TRUNCATED: Final = "[truncated:provider]"

FORMS: Final = re.compile(
    rf"\[(?P<personal>{'|'.join(PERSONAL_KINDS)})#[a-z2-7]{{6}}\]|\[(?P<secret>secret):[a-z-]+\]"
    r"|\[(?P<withheld>withheld):[a-z]+\]|\[(?P<vendor>redacted|truncated):provider\]"
)
"""Every placeholder of a finished answer; text that imitates one was escaped and does not match."""


_PAIRS: Final = tuple(map("".join, product("abcdefghijklmnopqrstuvwxyz234567", repeat=2)))
"""Ten bits of a tag as two characters of base 32."""


class Tagger:
    """Gives the same tag to the same value, by a keyed hash that nobody outside the process can undo."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod=hashlib.sha256)
        """Copied for each value: to key it again took twice as long."""

    def tag(self, kind: str, value: str) -> str:
        """The placeholder of a personal value, with private brackets; case and white space do not matter."""
        folded = "".join(value.split()).casefold()
        keyed = self._keyed.copy()
        keyed.update(f"{kind}\0{folded}".encode("utf-8", "replace"))
        number = int.from_bytes(keyed.digest()[:4], "big") >> 2
        return f"{OPEN}{kind}#{_PAIRS[number >> 20]}{_PAIRS[number >> 10 & 1023]}{_PAIRS[number & 1023]}{CLOSE}"


def without_brackets(value: JsonValue) -> JsonValue:
    """A provider's value with our private characters in it written as the escapes that they would be shown as."""
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, Mapping):
        return {_escaped(key): without_brackets(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [without_brackets(item) for item in value]
    return value


def _escaped(text: str) -> str:
    return text.replace(OPEN, r"\ue000").replace(CLOSE, r"\ue001")


def secret(kind: str) -> str:
    """The placeholder of a secret, with private brackets."""
    return f"{OPEN}secret:{kind}{CLOSE}"


def cut_note(shown: int, total: int) -> str:
    """What stands behind a text that was cut for the budget; both numbers count characters."""
    return f"[cut: {shown}/{total} chars]"
