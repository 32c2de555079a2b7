"""Texts that make patterns slow: long runs, near misses, nesting and repetition, each at any size."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from itertools import count, islice
from typing import Final

from rundown_mcp.domain.text import JsonValue


def _repeated(unit: str) -> Callable[[int], JsonValue]:
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def _deep(size: int) -> JsonValue:
    """A list in a list in a list, as deep as a body may be, many times beside each other."""
    value: JsonValue = "a"
    for _ in range(60):
        value = [value]
    return [value] * (size // 130 + 1)


def _text_in_text(size: int) -> JsonValue:
    """JSON in a string of JSON, four deep, with the rest of the size inside."""
    value: JsonValue = {"a": "b " * (size // 2)}
    for _ in range(4):
        value = {"a": json.dumps(value)}
    return value


def _wrapped(size: int) -> JsonValue:
    text = "word " * max(1, size // 9)
    return base64.b64encode(base64.b64encode(text.encode())).decode()[:size]


def _many(make: Callable[[int], str]) -> Callable[[int], JsonValue]:
    """Different units one after the other until the size is reached."""

    def filled(size: int) -> JsonValue:
        units = islice((make(number) for number in count()), size // len(make(0)) + 1)
        return "".join(units)[:size]

    return filled


SHAPES: Final[dict[str, Callable[[int], JsonValue]]] = {
    "one letter": _repeated("a"),
    "one digit": _repeated("1"),
    "spaces": _repeated(" "),
    "line ends": _repeated("\n"),
    "digits and spaces": _repeated("4111 "),
    "digits and dashes": _repeated("4-"),
    "plus signs": _repeated("+49"),
    "at signs": _repeated("@"),
    "a@ without end": _repeated("a@"),
    "a.a.a.a": _repeated("a."),
    "almost mail": _repeated("a.b@c."),
    "mails": _many(lambda number: f"u{number}@example.com "),
    "phones": _many(lambda number: f"+49 30 {2_000_000 + number} "),
    "almost addresses of a network": _repeated("1.2.3."),
    "colons": _repeated("a:"),
    "equals": _repeated("key="),
    "password without value": _repeated("password "),
    "passwords": _many(lambda number: f"password=Zq{number:05d}xK9w "),
    "secret-like word": _repeated("api_key_token_secret_"),
    "quotes": _repeated('"'),
    "backslashes": _repeated("\\"),
    "open brackets": _repeated("[{("),
    "open braces as text": _repeated('{"a":'),
    "percent signs": _repeated("%25"),
    "ampersands": _repeated("&amp;"),
    "begin without end": _repeated("-----BEGIN " + "PRIVATE KEY-----\n"),
    "base64 in one run": _repeated("QUJD"),
    "base64 of base64": _wrapped,
    "hex in one run": _repeated("deadbeef"),
    "dotted segments": _repeated("ey" + "JhbGciOi.ey" + "J0eXAi."),
    "zero-width": _repeated("a\u200b"),
    "accents": _repeated("e\u0301"),
    "full width": _repeated("ａ"),
    "placeholders": _repeated("[person#abcdef]"),
    "fences": _repeated("⟦data a⟧"),
    "escapes": _repeated("\\u0041"),
    "many names": _repeated("Maria Schneider, "),
    "name over and over, unfinished": _repeated("Maria "),
    "many keys": lambda size: {f"key_{number}": number for number in range(size // 16)},
    "many short texts": lambda size: ["ok"] * (size // 5),
    "addresses with queries": _many(lambda number: f"https://x.example.com/a?b={number}&c=d&"),
    "tree of lists": _deep,
    "JSON in JSON": _text_in_text,
}
