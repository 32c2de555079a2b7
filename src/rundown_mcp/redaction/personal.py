"""Personal data that patterns find: e-mail addresses, network addresses, and whatever the number finders know."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.accounts import account_numbers
from rundown_mcp.redaction.engine import STAND_IN, Pattern, compiled
from rundown_mcp.redaction.national import national_ids
from rundown_mcp.redaction.phones import phone_numbers
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import CHECKED, KNOWN, SHAPED, Found
from rundown_mcp.redaction.told import told_data

_LOCAL_MARKS: Final = frozenset(".!#$%'*+-^_`{|}~")
_PLAIN_ADDRESS: Final = re.compile(r"[\w.+'-]+@[\w.-]+")
_LEAST_COLONS: Final = 6
"""Of an IPv6 address that is written in full, its end perhaps as IPv4; what has fewer is a time of day."""


@cache
def _email() -> Pattern:
    return compiled(
        r"(?:\"[^\"\s\x00@][^\"\x00\r\n]{0,62}\"|[A-Za-z0-9\xaa\xb5\xba\xc0-\xff_.!#$%'*+^`{|}~/-]{1,128})@"
        r"(?:(?:[A-Za-z0-9\xaa\xb5\xba\xc0-\xff](?:[A-Za-z0-9\xaa\xb5\xba\xc0-\xff_-]*[A-Za-z0-9\xaa\xb5\xba\xc0-\xff])?\.)+"
        r"(?:[A-Za-z\xaa\xb5\xba\xc0-\xff]{2,63}|xn--[A-Za-z0-9-]{2,59})|\[[0-9A-Fa-f.:IPv]{3,45}\])"
    )


@cache
def _spelt() -> Pattern:
    """`name (at) host (dot) tld`; without brackets only in capitals, or with the dot spelt out too."""
    dot = (
        r"(?:[ \t]{0,2}[\[({<][ \t]?(?i:dot|punkt|point|punto|ponto|\.)[ \t]?[\])}>][ \t]{0,2}|[ \t]+(?:DOT|dot)[ \t]+)"
    )
    at = r"[ \t]{0,2}[\[({<][ \t]?(?i:at|@|arroba|chez|bei|\xe4t)[ \t]?[\])}>][ \t]{0,2}"
    word = r"[A-Za-z0-9\xaa\xc0-\xff_+-]+"
    return compiled(
        rf"(?P<local>{word}(?:(?:\.|{dot}){word}){{0,4}})(?:{at}(?P<host>{word}(?:(?:\.|{dot}){word}){{1,4}})"
        rf"|[ \t]+(?:AT|at|@)[ \t]+(?P<spoken>{word}(?:{dot}{word}){{1,4}})"
        rf"|[ \t]+AT[ \t]+(?P<half>{word}(?:\.{word}){{1,4}})"
        rf"|@(?P<dotted>{word}(?:(?:\.|{dot}){word}){{0,3}}{dot}{word}))"
    )


@cache
def _ipv4() -> Pattern:
    octet = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    return compiled(rf"(?:{octet}(?:\.|\[\.\]|\(\.\))){{3}}{octet}")


@cache
def _versioned() -> Pattern:
    return compiled(
        r"(?i)(?:\b(?:versions?|ver|v|release|build|rev|firmware|driver|chrome|chromium|safari|firefox|edge?|opera|version\xaa|"
        r"opr|section|\xa7|chapter|clause|figure|table|kapitel|abschnitt|assemblyversion|oid|"
        r"app|sdk|android|ios|windows|webkit|applewebkit|crios|fxios)[ \t:=/\"'.-]{0,4}|v|\.|[0-9]|[A-Za-z]-)$"
    )


@cache
def _ipv6() -> Pattern:
    return compiled(
        r"[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]{0,32}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3})?(?:%[A-Za-z0-9]{1,15})?"
    )


def personal_data(sight: Sight) -> Iterator[Found]:
    """Everything that the finders of personal data know."""
    yield from _emails(sight)
    yield from _ipv4_addresses(sight)
    yield from _ipv6_addresses(sight)
    yield from account_numbers(sight)
    yield from national_ids(sight)
    yield from phone_numbers(sight)
    yield from told_data(sight)


def _emails(sight: Sight) -> Iterator[Found]:
    data = sight.data
    if b"@" in data:
        for first, last in _email().ranges(data):
            start = first
            if data[start : start + 1] != b'"':
                start = _local_start(sight.text, start, data.index(b"@", start))
            end = _host_end(sight.text, last)
            if data[start : start + 1] != b"@" and not _is_userinfo(data, start):
                # As sure as a known name, and longer: an address that is made of a person's name is an address still.
                yield Found(start, end, "email", address(sight.text[start:end]), KNOWN)
    if _bracketed().search(data) is None:
        return
    for start, end in _spelt().ranges(data):
        yield Found(start, end, "email", address(sight.text[start:end]), SHAPED)


@cache
def _bracketed() -> Pattern:
    return compiled(
        r"[\[({<][ \t]?(?i:at|@|dot|arroba|chez|bei|\xe4t|punkt|point|punto|ponto)[ \t]?[\])}>]| (?:dot|DOT|AT) "
    )


def address(text: str) -> str:
    """An e-mail address as its tag takes it: no obfuscation, no case, composed characters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _PLAIN_ADDRESS.fullmatch(plain):
        return plain
    for mark, words in (
        (".", ("dot", "punkt", "point", "punto", "ponto")),
        ("@", ("at", "arroba", "chez", "bei", "ät")),
    ):
        for word in words:
            for opening, closing in ("[]", "()", "{}", "<>", "  "):
                plain = plain.replace(f"{opening}{word}{closing}", mark)
    for bracket in "[](){}<> \t":
        plain = plain.replace(bracket, "")
    return plain


def _local_start(text: str, start: int, at: int) -> int:
    """Where the local part begins: scripts without capitals that lead up to ASCII are a sentence, no name."""
    caseless = False
    index = at
    while index > start:
        character = text[index - 1]
        if character.isascii():
            if not (character.isalnum() or character in _LOCAL_MARKS) or caseless:
                break
        elif not character.isalnum():
            break
        elif character.lower() == character.upper():
            if index < at and text[index : index + 1].isascii() and not caseless:
                break
            caseless = True
        elif caseless:
            break
        index -= 1
    while index < at and text[index] in "._'`|*{}!":
        index += 1
    return index


def _host_end(text: str, end: int) -> int:
    """Where the host ends: a sentence in a script without capitals that follows ASCII is none of it."""
    last = text.rfind(".", 0, end) + 1
    if text[last : last + 1].isascii() and not text[last:end].isascii():
        plain = next(index for index in range(last, end) if not text[index].isascii())
        if text[plain].lower() == text[plain].upper():
            return plain
    return end


def _is_userinfo(data: bytes, start: int) -> bool:
    """Whether this is the end of a password in an address, `scheme://user:pass@host`."""
    before = data[max(0, start - 160) : start]
    slash = before.rfind(b"://")
    return (
        slash >= 0
        and b":" in before[slash + 3 :]
        and not any(mark in before[slash + 3 :] for mark in (b" ", b"/", b"?"))
    )


def _ipv4_addresses(sight: Sight) -> Iterator[Found]:
    data = sight.data
    for start, end in _ipv4().ranges(data):
        after = data[end : end + 2]
        if after[:1].isalnum() or (after[:1] in (b".", b"-") and after[1:].isdigit()) or after[:1] == b"_":
            continue
        if _versioned().search(data[max(0, start - 24) : start]) is not None:
            continue
        yield Found(start, end, "ip", sight.text[start:end].translate(_NO_BRACKETS), CHECKED)


def _ipv6_addresses(sight: Sight) -> Iterator[Found]:
    """Addresses that the standard library reads, without a colon that belongs to the word before them."""
    data = sight.data
    if b":" not in data:
        return
    for first, last in _ipv6().ranges(data):
        if b"::" not in data[first:last] and data.count(b":", first, last) < _LEAST_COLONS:
            continue
        start, end = first, last
        label = data[start - 1 : start].isalnum() or (
            data[start : start + 1] == b":" and data[start + 1 : start + 2] != b":"
        )
        if label:
            start = data.index(b":", start) + 1
        before, after = data[start - 1 : start], data[end : end + 1]
        if before.isalnum() or after.isalnum() or (before in (b":", STAND_IN) and not label) or after == b":":
            continue
        while end > start and data[end - 1 : end] == b":" and data[end - 2 : end] != b"::":
            end -= 1
        text = sight.text[start:end]
        if end - start < 3 or not any(character.isdigit() for character in text):
            continue
        try:
            value = ipaddress.ip_address(text)
        except ValueError:
            continue
        yield Found(start, end, "ip", value.compressed, CHECKED)


_NO_BRACKETS: Final = str.maketrans("", "", "[]()")
