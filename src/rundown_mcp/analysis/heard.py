"""Read what an error says, be it a sentence or JSON of any shape: its texts, its codes, its HTTP status."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from rundown_mcp.analysis.members import plain_key
from rundown_mcp.analysis.phrases import MOST
from rundown_mcp.domain.text import Untrusted

_DEEPEST: Final = 6
_MOST_ITEMS: Final = 8


@dataclass(slots=True)
class Heard:
    """What an error says: its texts, the codes and the status that it states beside them."""

    texts: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    status: int | None = None


_MESSAGES: Final = frozenset(
    "message msg error errors errormessage detail details description errordescription title reason body fault "
    "faultstring exception cause text statustext response data extensions innererror".split()
)
_CODES: Final = frozenset(
    "code errorcode type errortype status statuscode httpstatus kind category name sqlstate".split()
)
_SCHEMA: Final = frozenset("loc field param parameter path property attribute pointer column target".split())
_HTTP: Final = range(400, 600)
_CODE_LIKE: Final = re.compile(r"[A-Za-z][A-Za-z]*(?:[_.\-:][A-Za-z]+)*|[A-Z]{1,8}-?\d{2,6}|\d{2,7}", re.ASCII)
_SAYS_NOTHING: Final = frozenset("error failed failure false exception fail apierror".split())


def heard_in(error: Untrusted) -> Heard:
    """Read an error of any JSON, or a text with JSON in it; the order of keys makes no difference."""
    heard = Heard()
    bare = error.canonical()
    if bare.startswith("\0"):
        value = json.loads(bare[1:])
        _listen(value, "message", heard, 0)
        if not heard.texts and not heard.codes:
            heard.texts += [json.dumps(value, sort_keys=True, ensure_ascii=False)]
        return heard
    _hear_text(bare, heard)
    return heard


def _hear_text(text: str, heard: Heard) -> None:
    start = next((at for at in (text.find("{"), text.find("[{")) if at >= 0), -1)
    if start >= 0:
        try:
            value, end = json.JSONDecoder().raw_decode(text, start)
        except (ValueError, RecursionError):
            value, end = None, start
        if isinstance(value, dict | list) and value:
            heard.texts.append(text[:start])
            _listen(value, "message", heard, 0)
            heard.texts.append(text[end:])
            return
    heard.texts.append(text)


def _listen(value: object, key: str, heard: Heard, depth: int) -> None:
    """Take in what one member says; members whose key promises neither a message nor a code are particulars."""
    if isinstance(value, Mapping) and depth < _DEEPEST:
        for name in sorted(value):
            plain = plain_key(str(name))
            if plain in _MESSAGES | _CODES | _SCHEMA:
                _listen(value[name], plain, heard, depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value[:_MOST_ITEMS]:
            _listen(item, key, heard, depth + 1)
    elif isinstance(value, int) and not isinstance(value, bool) and key in _CODES:
        _note_number(value, heard)
    elif isinstance(value, str):
        _listen_text(value, key, heard)


def _listen_text(text: str, key: str, heard: Heard) -> None:
    bare = text.strip()
    if key in _CODES:
        if bare.isdigit():
            _note_number(int(bare[:9]), heard)
        elif _CODE_LIKE.fullmatch(bare) and bare.casefold() not in _SAYS_NOTHING:
            heard.codes.add(bare.casefold())
    elif key in _MESSAGES and _CODE_LIKE.fullmatch(bare) and ("_" in bare or bare.isdigit()):
        heard.codes.add(bare.casefold())
    else:
        heard.texts.append(bare)


def _note_number(number: int, heard: Heard) -> None:
    if number in _HTTP:
        heard.status = heard.status or number
    elif number:
        heard.codes.add(str(number))


def status_of(error: Untrusted) -> int | None:
    """The HTTP status that an error of any form states."""
    heard = heard_in(error)
    return heard.status or stated_status("\n".join(heard.texts)[:MOST])


@cache
def _statuses() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            r"\bhttp(?:/[\d.]+)?\s*(?:status|error|code)?\s*(?:code)?[\s:=(]*([1-5]\d\d)\b(?!\.)",
            r"\bstatus(?:\s*code)?\s*(?:of|=|:|is|was)?\s*([45]\d\d)\b",
            r"\b(?:returned|responded(?: with)?|received|got|answered|error|code|response)\s*:?\s*([45]\d\d)\b(?!\.\d)",
            r"\b([45]\d\d)\s*[-:]?\s*(?:bad|unauthorized|payment|forbidden|not found|request|conflict|gone|"
            r"unprocessable|too many|internal|service|gateway|client error|server error)",
            r"^\W*([45]\d\d)\s*[:\-–—)]",
        )
    )


def stated_status(text: str) -> int | None:
    """The HTTP status that a text states."""
    for pattern in _statuses():
        found = pattern.search(text)
        if found and int(found[1]) in _HTTP:
            return int(found[1])
    return None


@cache
def _code_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(pattern)
        for pattern in (
            r"\b[A-Z][A-Z]*(?:_[A-Z]+)+\b",
            r"(?i)\bsqlstate\W{0,3}([0-9a-z]{5})\b",
            r"\b((?:ORA|SQL|TNS|PLS|DB2|AADSTS|PGRST|HY|KB|ERR|TS|E)-?\d{3,6})\b",
            r"(?i)\b(?:error|errno|err|code)\s*(?:code|number|no\.?)?\s*[#:=(]*\s*(\d{2,7}|0x[0-9a-f]{4,8})\b",
            r"\A\s*(?:HTTP \d{3}: )?([a-z]+(?:_[a-z]+)+)(?=\W)",
            r"\bcode = ([A-Z][A-Za-z]+)\b",
            r"\A(?:[45]\d\d[ -])(\d\.\d\.\d{1,2})\b",
            r"\(([A-Z][a-z]+(?:[A-Z][a-z]+)+)\)|<[Cc]ode>([A-Za-z]+)</",
            r"\A([A-Z]{2,10}-\d{2,6})(?=:)",
        )
    )


def stated_codes(text: str, tool: str | None) -> Iterator[str]:
    """The codes that a text states; the name of the tool is none."""
    for pattern in _code_patterns():
        for found in pattern.finditer(text):
            code = next((group for group in found.groups() if group), found[0]).casefold()
            if code != tool and not (code.isdigit() and int(code) in _HTTP):
                yield code
