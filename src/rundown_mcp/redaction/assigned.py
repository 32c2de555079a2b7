"""Secrets that something near names: `password=…`, `"apiKey": "…"`, `--token …`, 'my PIN is …', '… is the password'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction import tokens, words
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.said import told_secrets
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, SECRET, Found
from rundown_mcp.redaction.tables import column_secrets, is_odd_cell
from rundown_mcp.redaction.values import (
    JUDGED,
    LONGEST_SCHEME,
    REST,
    full_end,
    holds_secret,
    quoted_end,
    reference,
    unquoted_end,
)

_FOREIGN_MARK: Final = 0x91
"""What `foreign.FOREIGN` puts for a telling word beyond Latin-1."""

_SPOKEN_NAMES: Final = frozenset(
    (
        "mot de passe",
        "clé secrète",
        "clé api",
        "seed phrase",
        "recovery phrase",
        "connection string",
        "mật khẩu",
        "kata sandi",
    )
)
_NAME_CHARACTERS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."
_NAME_REACH: Final = 48
_SCHEME: Final = re.compile(rb"(?i)(?:bearer|basic|token|digest|apikey|negotiate|ssws)[ \t]+(?=\S)")
# As for `REST`, `re` is good enough: it is tried at one place, and every part has a bound.
_OPERATOR: Final = re.compile(
    rb"(?:\\{0,3}[\"'`\])]{1,2}){0,2}(?:[ \t]{1,3}(?i:string|str|bytes|=> ?string))?[ \t]{0,24}"
    rb"(?::{1,3}=|=>|->|={1,3}|[?.+|]{1,2}=|:{1,2}(?:[ \t]?(?i:string|str|bytes)[ \t]?=)?|\xbb|(?P<weak>\|{1,2}|,))"
    rb"[ \t]{0,24}(?:[|>][+-]?)?(?:\r?\n[ \t]{0,12}(?:-[ \t])?)?(?P<gap>\r?\n[ \t]{0,12})?"
    rb"(?:[bBrRfFuU]?(?P<quote>\\{0,3}[\"'`]|\xab))?"
)
"""From a name to its value: quotes and brackets, a type, an operator, blanks, an opening quote."""
_BESIDE: Final = 8
_BESIDE_HEADINGS: Final = b" \r\"'`*"
_CELL_ENDS: Final = frozenset((b"|", b"\t", b",", b";"))
_PARTING: Final = _CELL_ENDS | {b"", b"\n"}
"""What stands beside the heading of a column."""
_BEFORE_HEADINGS: Final = _PARTING | {b":"}
"""A payload's key stands before the first heading with a colon."""
_BEHIND_HEADINGS: Final = _PARTING | {b" ", b"\r", b'"', b"'", b"`", b"*"}
_PAIR: Final = rb"[A-Za-z][\w-]{0,40}=(?:\\?\"[^\"\n\x00\x02]{0,512}\"|[^\s\"',;\x00\x02]{1,512})"
_CREDENTIALS: Final = re.compile(
    rb"(?P<scheme>[A-Za-z][\w-]{1,40})[ \t]+(?P<value>\x02|(?P<pairs>%b(?:(?:,[ \t]*|[ \t]+)%b){0,16})|"
    rb"(?P<key>[A-Za-z0-9+/_.~:|-]{16,2048}={0,2}))"
    rb"(?=[\s\"'`,;\\\x00\x02]|$)" % (_PAIR, _PAIR)
)
_ATOM: Final = b"\x02"
_CALLING: Final = frozenset((b"\\", b'"', b"'", b"`", b"("))
"""What stands behind a name that is an argument; nothing else does."""


@cache
def _stem() -> Pattern:
    return compiled(f"(?i)(?:{words.STEM})")


@cache
def _called() -> Pattern:
    """From a name to its value as arguments: `put("TOKEN", "…")`, `setPassword("…")`, `name="TOKEN" value="…"`."""
    return compiled(
        r"(?:\\{0,3}[\"'],?[ \t\r\n]{0,40}\\{0,3}[\"'](?i:value|content|val|data)\\{0,3}[\"'][ \t]?:[ \t]?|"
        r"\\{0,3}[\"'`][ \t]{0,2},[ \t]{0,2}|\([ \t]?|[\"'][ \t\n]{1,4}(?i:value|content|val)[ \t]?=[ \t]?)"
        r"(?P<quote>\\{0,3}[\"'`])"
    )


@cache
def _element() -> Pattern:
    """The rest of an element's opening tag, and its text; `<key>TOKEN</key><string>` of property lists too."""
    return compiled(
        r"(?:</(?:key|name)>\s{0,12}<(?:string|"
        r"value))?(?:[ \t][^<>\x00]{0,80})?>[ \t\r\n]{0,40}(?P<value>[^<>\x00\x02]{3,1000})"
    )


def named_secrets(sight: Sight) -> Iterator[Found]:
    """Values that a secret-like name or word introduces or heads in a table, and random words near one."""
    data = sight.data
    done = tabled = 0
    for start, end in _stem().ranges(data):
        if start < done:
            continue
        left, right = _name(data, start, end)
        if start >= tabled and data[right : right + 1] in _BEHIND_HEADINGS and _is_heading(data, left, right):
            cells, tabled = column_secrets(sight, start)
            yield from cells
        for find in _after(sight, start, left, right):
            done = max(done, find.end)
            yield find


def _after(sight: Sight, start: int, left: int, right: int) -> Iterator[Found]:
    """What a stem at this place, within a name, introduces: assigned, said, said before it, or just near."""
    data = sight.data
    foreign = data[start] == _FOREIGN_MARK
    if data[max(0, left - 2) : left] == b"${":
        return
    name = sight.text[left:right]
    named = foreign or _names_secret(name, data, left)
    if not named and not words.is_key_name(name):
        return
    assigned = _assigned(data, left, right, named=named)
    if assigned is not None:
        yield from assigned
    elif not _is_verdict(data, name, left) and (named or data[right : right + 1] == b" "):
        yield from told_secrets(data, left, right, named=named)


def _is_verdict(data: bytes, name: str, left: int) -> bool:
    """Whether a `pass`, or a `PASS` that opens a line, says how a test ended; `$PASS` holds no password either."""
    opens = data[max(0, left - _BESIDE) : left].rstrip(b" \t")[-1:] in (b"", b"\n", b"\x00", b"[", b"$")
    return name == "pass" or (name == "PASS" and opens)


def _assigned(data: bytes, left: int, right: int, *, named: bool) -> Iterator[Found] | None:
    """What is assigned to a name; None where nothing follows it that assigns."""
    if data[left - 1 : left] in (b"<", b":", b">") and (element := _element().match(data, right)) is not None:
        return _text_of(data, element.span("value"), named=named)
    called = _called().match(data, right) if data[right : right + 1] in _CALLING else None
    if called is not None:
        return _whole(data, _value(data, called.end(), called.span("quote"), query=False, named=named))
    operator = _OPERATOR.match(data, right)
    if operator is None:
        return None
    if data[left:right].lower().endswith(b"authorization"):
        credentials = _CREDENTIALS.match(data, operator.end())
        if credentials is not None and _are_of_a_header(credentials):
            return _behind_scheme(*credentials.span("value"), credentials["value"])
    query = data[left - 1 : left] in (b"?", b"&")
    apart = operator.span("weak" if operator.start("weak") >= 0 else "gap")
    if named and apart[0] >= 0:
        return _whole(data, _cell(data, operator.end(), operator.span("quote"), apart))
    return _whole(data, _value(data, operator.end(), operator.span("quote"), query=query, named=named), query=query)


def _are_of_a_header(credentials: re.Match[bytes]) -> bool:
    """Whether credentials and no words: a payment's authorization, too, is 'declined code=51 reason=funds'."""
    if credentials["pairs"] is not None:
        return credentials["scheme"][:1].isupper() or b'"' in credentials["pairs"]
    return credentials["key"] is None or tokens.could_be_key(credentials["key"])


def _behind_scheme(start: int, end: int, value: bytes) -> Iterator[Found]:
    """What stands behind a scheme's name in an `Authorization` header, unless it was found already."""
    if value != _ATOM:
        yield Found(start, end, SECRET, "value", ASSIGNED)


def _text_of(data: bytes, span: tuple[int, int], *, named: bool) -> Iterator[Found]:
    low, high = span
    high = low + len(data[low:high].rstrip())
    if holds_secret(data[low:high]) and (named or tokens.could_be_key(data[low:high])):
        yield Found(low, high, SECRET, "value", ASSIGNED)


def _cell(data: bytes, start: int, quote: tuple[int, int], bar: tuple[int, int]) -> Iterator[Found]:
    """The next cell of a table, or the next of several values: a secret where it is no word."""
    bound = data.find(data[slice(*bar)], start, start + JUDGED)
    for hit in _value(data, start, quote, query=False, named=True, bound=bound):
        if is_odd_cell(data[hit.start : hit.end]):
            yield hit


def _is_heading(data: bytes, left: int, right: int) -> bool:
    """Whether a name fills a cell of several: what parts cells stands beside it, and not two ends of a line."""
    behind = data[right : right + _BESIDE].lstrip(_BESIDE_HEADINGS)[:1]
    if behind not in _PARTING:
        return False
    before = data[max(0, left - _BESIDE) : left].rstrip(_BESIDE_HEADINGS)[-1:]
    return before in _BEFORE_HEADINGS and (behind in _CELL_ENDS or before in _CELL_ENDS)


@cache
def _short() -> Pattern:
    """The start of anything that could be a key: what is shorter need not be judged."""
    return compiled(r"[A-Za-z0-9+/_.~:!@#$%^*{} -]{16}")


def _names_secret(name: str, data: bytes, left: int) -> bool:
    """Whether a name is a secret's; in a sentence the word before it may be a part of it."""
    if words.is_secret_name(name) or name.casefold() in _SPOKEN_NAMES:
        return True
    if data[left - 1 : left] != b" ":
        return False
    phrase = data[max(0, left - 24) : left].decode("latin-1").rsplit("\n", 1)[-1]
    return words.is_secret_name(f"{phrase.rstrip(' ').rsplit(' ', 1)[-1]} {name}")


def _name(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The whole name around a stem: `user` and `_hash` of `user_password_hash`."""
    before, behind = data[max(0, start - _NAME_REACH) : start], data[end : end + _NAME_REACH]
    left = start - len(before) + len(before.rstrip(_NAME_CHARACTERS))
    right = end + len(behind) - len(behind.lstrip(_NAME_CHARACTERS))
    while right > end and data[right - 1] in b".-":
        right -= 1
    return left, right


def _whole(data: bytes, hits: Iterator[Found], *, query: bool = False) -> Iterator[Found]:
    """Values to their ends, however far these are: only their beginnings were judged."""
    for hit in hits:
        yield hit.moved(hit.start, full_end(data, hit.start, hit.end, query=query))


def _value(
    data: bytes, start: int, quote: tuple[int, int], *, query: bool, named: bool, bound: int = -1
) -> Iterator[Found]:
    """What is assigned at `start`; of a bare value at most `JUDGED` characters, and none from `bound` on."""
    if reference().match(data, start) is not None or (not named and _short().match(data, start) is None):
        return
    most = min(len(data), start + JUDGED) if bound < start else bound
    end = quoted_end(data, start, quote) if quote[0] >= 0 else None
    if end is None:
        found = REST.match(data, start, most)
        if found is None:
            return
        end = unquoted_end(data, start, found.end(), query=query)
    value = data[start:end]
    scheme = _SCHEME.match(data[start : start + LONGEST_SCHEME])
    if scheme is not None:
        start += scheme.end()
        if reference().match(data, start) is not None:
            return
        if end <= start:
            found = REST.match(data, start, min(len(data), start + JUDGED))
            end = unquoted_end(data, start, found.end(), query=query) if found else start
        value = data[start:end]
    if holds_secret(value) and (named or tokens.could_be_key(value)):
        yield Found(start, end, SECRET, "value", ASSIGNED)
