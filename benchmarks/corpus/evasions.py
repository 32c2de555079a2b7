"""The same secrets and personal data, hidden: encoded, nested, split, with characters that nobody sees."""

from __future__ import annotations

import base64
import html
import json
import random
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import quote

from benchmarks.corpus import numbers
from benchmarks.corpus.item import Half, Item, Planted, Reading, grown, secret, whole
from benchmarks.corpus.vendors import key
from rundown_mcp.domain.text import JsonValue

_Hide = Callable[[str, random.Random], JsonValue]


def _spread(text: str, mark: str, rng: random.Random) -> str:
    """A mark at about every fifth place."""
    return "".join(mark + letter if rng.random() < 0.2 or index == 3 else letter for index, letter in enumerate(text))


def _wide(text: str, _: random.Random) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _url64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _nested(text: str, depth: int) -> JsonValue:
    value: JsonValue = {"note": text, "n": 1}
    for _ in range(depth):
        value = {"body": json.dumps(value), "ok": True}
    return value


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


HIDINGS: Final[dict[Half, dict[str, _Hide]]] = {
    Half.TUNING: {
        "zero-width space": lambda text, rng: _spread(text, "\u200b", rng),
        "zero-width joiner": lambda text, rng: _spread(text, "\u200d", rng),
        "full width": _wide,
        "percent, reserved": lambda text, _: f"https://x.example.com/cb?d={quote(text, safe='')}",
        "percent, all": lambda text, _: "data=" + _percent(text),
        "base64": lambda text, _: f"payload {_base64(text)} end",
        "json in json": lambda text, _: _nested(text, 1),
        "json in json in json": lambda text, _: _nested(text, 2),
        "html entities": lambda text, _: "".join(f"&#{ord(letter)};" for letter in text),
        "backslash u": lambda text, _: "".join(f"\\u{ord(letter):04x}" for letter in text),
    },
    Half.HELD_OUT: {
        "soft hyphen": lambda text, rng: _spread(text, "\u00ad", rng),
        "word joiner": lambda text, rng: _spread(text, "\u2060", rng),
        "bidi marks": lambda text, rng: _spread(text, rng.choice("\u200e\u202d\u2068"), rng),
        "variation selectors": lambda text, rng: _spread(text, "\ufe0f", rng),
        "tag characters": lambda text, rng: _spread(text, "\U000e0041", rng),
        "percent twice": lambda text, _: f"next={quote(quote(text, safe=''), safe='')}",
        "base64 url": lambda text, _: f"https://x.example.com/s/{_url64(text)}",
        "base64 twice": lambda text, _: f"state={_base64(_base64(text))}",
        "base64 of json": lambda text, _: {"blob": _base64(json.dumps({"note": text}))},
        "json three deep": lambda text, _: _nested(text, 3),
        "json list in text": lambda text, _: "result: " + json.dumps([{"a": text}]),
        "json escaped in text": lambda text, _: "got " + json.dumps(json.dumps({"a": text})),
        "hex": lambda text, _: f"raw 0x{text.encode().hex()}",
        "hex with x": lambda text, _: "".join(f"\\x{byte:02x}" for byte in text.encode()),
        "html hex entities": lambda text, _: "".join(f"&#x{ord(letter):x};" for letter in text),
        "html escaped": lambda text, _: f"<td>{html.escape(html.escape(text))}</td>",
        "terminal colours": lambda text, _: f"\x1b[31m{text[:6]}\x1b[0m{text[6:]}",
        "in a key": lambda text, _: {"seen": {text: True}},
    },
}


def _hidden_key(half: Half, rng: random.Random) -> tuple[str, str, Planted]:
    vendor, value = key(half, rng)
    return vendor, f"api_key={value}", secret(value)


def _hidden_password(_: Half, rng: random.Random) -> tuple[str, str, Planted]:
    value = grown("{an:16}", rng)
    return "password", f"password={value}", secret(value)


def _hidden_email(_: Half, rng: random.Random) -> tuple[str, str, Planted]:
    value = grown("{lc:7}.{lc:6}@example.com", rng)
    return "email", value, whole(value, Reading.FOLDED)


def _hidden_card(_: Half, rng: random.Random) -> tuple[str, str, Planted]:
    value = numbers.card(("4", "51"), (16,), rng)
    return "card", value, Planted(value, 8, Reading.DIGITS)


def _hidden_iban(_: Half, rng: random.Random) -> tuple[str, str, Planted]:
    value = numbers.iban(rng.choice(("DE", "FR", "ES", "GB")), rng)
    return "iban", value, Planted(value, 10, Reading.COMPACT)


SEPARATORS: Final = {
    Half.TUNING: ("API_KEY = {}", "apiKey:{}", "PASSWORD:\t{}", "api key -> {}"),
    Half.HELD_OUT: (
        "API-KEY := {}",
        "password => {}",
        "Api.Key == '{}'",
        "TOKEN\n{}",
        "passWORD|{}",
        "secret ...... {}",
        "password\u200b={}",
        "p4ss: n/a; access-key='{}'",
        "pass\u00adword: {}",
        "[password]{}[/password]",
    ),
}


def hidden(half: Half, rng: random.Random) -> Item:
    """One value of some class behind one hiding."""
    makers = (_hidden_key, _hidden_key, _hidden_password, _hidden_email, _hidden_card, _hidden_iban)
    what, text, planted = rng.choice(makers)(half, rng)
    form = rng.choice(list(HIDINGS[half]))
    value = HIDINGS[half][form](text, rng)
    return Item(group="evasion", form=f"{what} by {form}", half=half, value=value, planted=(planted,))


def separated(half: Half, rng: random.Random) -> Item:
    """A password behind an unusual spelling of the word or an unusual separator."""
    value = grown("{an:18}", rng)
    form = rng.choice(SEPARATORS[half])
    return Item(group="evasion", form=form, half=half, value=form.format(value), planted=(secret(value),))


def split(half: Half, rng: random.Random) -> Item:
    """A vendor's key broken over two lines, as mail and terminals break it."""
    vendor, value = key(half, rng)
    middle = len(value) // 2
    end = "\n" if half is Half.TUNING else rng.choice(("=\r\n", "\n    ", "\\\n"))
    text = f"api_key={value[:middle]}{end}{value[middle:]}\nregion=eu"
    return Item(group="evasion", form=f"{vendor} split by {end!r}", half=half, value=text, planted=(secret(value),))


def every(half: Half, rng: random.Random, count: int) -> Iterator[Item]:
    """`count` hidden values, of which every eighth is behind a separator and every sixteenth split."""
    for number in range(count):
        make = split if number % 16 == 15 else separated if number % 8 == 3 else hidden
        yield make(half, rng)
