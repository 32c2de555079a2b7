"""Tell whether a planted value can still be read in what the gate let out, also after undoing simple encodings."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

from benchmarks.corpus.item import Item, Planted, Reading

PLACEHOLDER: Final = re.compile(
    r"\[(?:(?:email|phone|person|card|iban|ip|id|birthdate|postcode)#[A-Za-z0-9]{4,16}"
    r"|secret:[A-Za-z0-9_-]+|withheld:[a-z-]+|(?:redacted|truncated):provider)\]"
)
"""The forms that CONTRACT §5 promises."""

_GAP: Final = "\n\uffff\n"
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf\"'\\/]))")
_NAMED: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")
_URL64: Final = re.compile(r"[A-Za-z0-9_-]{12,}={0,2}")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){8,}")
_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*m")
_DEPTH: Final = 4
_MOST_VIEWS: Final = 60


def leaks(item: Item, shown: str) -> list[Planted]:
    """Those of an item's planted values that can still be read."""
    read = list(views(PLACEHOLDER.sub(_GAP, shown)))
    return [planted for planted in item.planted if any(_readable(planted, view) for view in read)]


def changed(item: Item, shown: str) -> bool:
    """Whether a clean item was masked: a placeholder stands in it, or a text that had to survive is gone."""
    return PLACEHOLDER.search(shown) is not None or any(text not in shown for text in item.kept)


def views(text: str) -> Iterator[str]:
    """The text, and what simple decodings make of it, of each other's results too."""
    seen = {text}
    layer = [text]
    for _ in range(_DEPTH):
        following: list[str] = []
        for one in layer:
            yield one
            for decode in _DECODERS:
                other = decode(one)
                if other not in seen and len(seen) < _MOST_VIEWS:
                    seen.add(other)
                    following.append(other)
        layer = following
    yield from layer


def _readable(planted: Planted, view: str) -> bool:
    needle, hay = _read(planted.value, planted.reading), _read(view, planted.reading)
    width = min(planted.window, len(needle))
    return any(needle[start : start + width] in hay for start in range(len(needle) - width + 1))


def _read(text: str, reading: Reading) -> str:
    match reading:
        case Reading.EXACT:
            return text
        case Reading.FOLDED:
            return _bare(text)
        case Reading.DIGITS:
            return re.sub(r"[^\d\uffffA-Za-z]|(?<=\d)\(0\)", "", text)
        case Reading.COMPACT:
            return re.sub(r"[^\w\uffff]|_", "", text).casefold()


def _bare(text: str) -> str:
    """Lower case without accents, white space as one space."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(mark for mark in plain if not unicodedata.combining(mark)).split())


def _without_escapes(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        return chr(int(code, 16)) if code else _NAMED.get(found[3], found[3])

    return _ESCAPE.sub(one, text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", _COLOURS.sub("", text)))


def _joined(text: str) -> str:
    return re.sub(r"[=\\]?\r?\n[ \t]*", "", text)


def _from_base64(text: str) -> str:
    return _BASE64.sub(lambda found: _decoded(found[0], _base64_bytes), text)


def _from_url64(text: str) -> str:
    return _URL64.sub(lambda found: _decoded(found[0], _base64_bytes), text)


def _from_hex(text: str) -> str:
    return _HEX.sub(lambda found: _decoded(found[0], bytes.fromhex), text)


def _base64_bytes(text: str) -> bytes:
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4 % 3))


def _decoded(text: str, decode: Callable[[str], bytes]) -> str:
    """The text behind an encoding, or the same text where what comes out is none."""
    try:
        plain = decode(text).decode()
    except (ValueError, binascii.Error):
        return text
    return plain if sum(map(str.isprintable, plain)) >= 0.9 * len(plain) else text


_DECODERS: Final[tuple[Callable[[str], str], ...]] = (
    _without_escapes,
    _plain,
    _joined,
    unquote,
    html.unescape,
    _from_base64,
    _from_url64,
    _from_hex,
)
