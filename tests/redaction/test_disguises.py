"""Disguises: whatever a value is wrapped in, it is found, and the whole of its wrapping is masked."""

from __future__ import annotations

import base64
import json
import urllib.parse
from collections.abc import Callable

import pytest
from tests.redaction.masks import key, masked

from rundown_mcp.redaction.disguises import undisguised
from rundown_mcp.redaction.sight import Sight


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


DISGUISES: dict[str, Callable[[str], str]] = {
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "percent twice": lambda text: urllib.parse.quote(urllib.parse.quote(text, safe=""), safe=""),
    "base64": b64,
    "base64 twice": lambda text: b64(b64(text)),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 inside": lambda text: b64(f"a note: {text} and more"),
    "hex": lambda text: text.encode().hex(),
    "base64 of hex": lambda text: b64(text.encode().hex()),
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "unicode escapes": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "hex escapes": lambda text: "".join(f"\\x{ord(c):02x}" for c in text),
    "entities": lambda text: "".join(f"&#{ord(c)};" for c in text),
    "tag characters": lambda text: f"{text[:6]}\U000e0041{text[6:]}",
    "bidi": lambda text: f"\u202e{text[:4]}\u202c{text[4:]}",
    "nul": lambda text: f"{text[:5]}\x00{text[5:]}",
    "json in json": lambda text: json.dumps({"a": json.dumps({"b": text})}),
}
VALUES = {
    "stripe": key("stripe-key"),
    "github": key("github-token"),
    "named": "password=hunter2Secret",
    "card": "4111 1111 1111 1111",
    "email": "anna.berg@example.org",
    "iban": "DE89 3704 0044 0532 0130 00",
}


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("value", VALUES)
def test_a_disguised_value_is_masked(disguise: str, value: str) -> None:
    worn = DISGUISES[disguise](VALUES[value])
    shown = masked(f"the user wrote {worn} to us")
    assert worn not in shown
    assert "[" in shown
    assert shown.startswith("the user wrote ")
    assert shown.endswith(" to us")


def test_text_without_disguise_is_read_as_it_stands() -> None:
    sight = Sight("100% sure, R&D, C:\\temp is fine – Grüße 🌊")
    assert undisguised(sight).text == "100% sure, R&D, C:\temp is fine – Grüße 🌊"
    assert undisguised(Sight("plain text")).text == "plain text"


def test_a_range_leads_back_through_every_layer() -> None:
    text = "a%2541b\u200bcd"
    plain = undisguised(Sight(text))
    assert plain.text == "aAbcd"
    assert [text[slice(*plain.origin(index, index + 1))] for index in range(5)] == ["a", "%2541", "b", "c", "d"]


@pytest.mark.parametrize(
    "text", ["\\ud83d\\ude00", "\\ud83d", "\\U0010ffff\\Uffffffff", "&#9999999999;&#x110000;", "%ff%fe", "\ud800x"]
)
def test_broken_escapes_break_nothing(text: str) -> None:
    masked(f"see {text} there")
