"""Secrets that something near names: `password=…`, `"apiKey": "…"`, `--token …`, 'my PIN is …', '… is the password'."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction import tokens, words
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, BARE, NEAR, SECRET, Found

_LONGEST: Final = 2048
LEAST_SAID: Final = 8
_LEAST_NEXT: Final = 6
_FOREIGN_MARK: Final = 0x91
"""What `words.FOREIGN` puts for a telling word beyond Latin-1."""

_SPOKEN_NAMES: Final = frozenset(
    ("mot de passe", "clé secrète", "clé api", "seed phrase", "recovery phrase", "connection string")
)
_NAME_CHARACTERS: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")
_NAME_REACH: Final = 48
_EMPTY: Final = frozenset(
    b"null none nil true false undefined empty required optional invalid valid expired missing incorrect wrong hidden "
    b"redacted masked removed omitted unknown unset default string str int integer number bool boolean bytes object array "
    b"text any value is was are and or not no yes the a an it to in on of for from with that this must should will has have "
    b"can cannot could does did reset changed updated rejected accepted denied failed revoked rotated required. n/a na "
    b"env optional here below above see please sent ok error success protected authentication authorization based "
    b"mismatch verification provided".split()
)


@cache
def _stem() -> Pattern:
    return compiled(f"(?i)(?:{words.SECRET_STEM})")


@cache
def _operator() -> Pattern:
    r"""From a name to its value: quotes and brackets, a type, an operator, blanks, an opening quote."""
    return compiled(
        r"(?:\\{0,3}[\"'`\])]{1,2}){0,2}(?:[ \t]{1,3}(?i:string|str|bytes|=> ?string))?[ \t]{0,24}"
        r"(?:(?P<sure>:{1,3}=|=>|->|={1,3}|[?.+|]{1,2}=|:{1,2}(?:[ \t]?(?i:string|str|bytes)[ \t]?=)?|\xbb)"
        r"|(?P<weak>\|{1,2}|,))[ \t]{0,24}(?:[|>][+-]?)?(?:\r?\n[ \t]{0,12})?(?:[bBrRfFuU]?(?P<quote>\\{0,3}[\"'`]|\xab))?"
    )


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
        r"(?:</(?:key|name)>\s{0,12}<(?:string|value))?(?:[ \t][^<>\x00]{0,80})?>[ \t\r\n]{0,40}(?P<value>[^<>\x00\x02]{3,1000})"
    )


@cache
def _spoken() -> Pattern:
    """From a telling word to its value in a sentence, with a verb between, or a quotation mark."""
    return compiled(
        r"(?i)(?P<gap>(?:[ \t,]{1,3}(?:[a-z\xc0-\xff]{1,12}[ \t]{1,2}){0,4}?"
        r"(?:is|are|was|be|reads?|says?|lautet|ist|heisst|war|es|sera|est|\xe9|\xe8|era|jest|on|as|using|like|value|to|=|:))"
        r"(?:[ \t]{0,2}[:=])?[ \t]{1,3}|[ \t]{0,2}[\xaa\x91\x96\x97-]{1,4}[ \t:]{0,2}|[ \t]{1,2}|[ \t]{0,2}[(\[{<][ \t]?)"
        r"(?P<quote>\\?[\"'`]|\xab)?"
    )


@cache
def _rest() -> Pattern:
    return compiled(r"[^\s\x00\x02]+")


@cache
def _near() -> Pattern:
    """The words between a telling word and a random one; a word that announces an id breaks the link."""
    return compiled(r"[^\x00\x02\n]{0,60}?(?P<value>[A-Za-z0-9+/_=.~!@#$%^&*-]{12,})")


@cache
def _id_word() -> Pattern:
    return compiled(
        r"(?i)\b(?:ids?|uuid|guid|run|trace|span|request|req|order|commit|sha\d*|digest|hash|checksum|md5|version|build|invoice|"
        r"ticket|tracking|session|ref|reference|bestellung|pedido|commande|number|nr|no|conversation|contact|agent|user|"
        r"customer|workspace|account|event|message|step|at|https?|file|path|image|url|revision|release|etag)\b"
        r"|_id\b|[a-z]Id\b|#"
    )


@cache
def _flag() -> Pattern:
    return compiled(
        r"(?i)(?:^|[\s\"'`\x00])(?:--?(?P<name>[a-z][a-z0-9_-]{1,40})(?:=|[ \t]{1,3}|[\"'],?[ \t]{0,2}[\"'])[\"']?"
        r"|(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|docker login|redis-cli|mongo|mongosh|clickhouse-client|smbclient|lftp|"
        r"ldapsearch|az login|htpasswd|zip|unzip|7z|openssl)[^\n\x00]{0,80}? -[pPaw][ \t]{0,2}[\"']?"
        r"|(?:curl|wget|http|httpie|ab)[^\n\x00]{0,120}? (?:-u|--user|-a|--auth)[ =]{1,2}[\"']?[^\s:\"']{1,64}:)"
        r"(?P<value>[^\s\"'`\x00\x02]{3,512})"
    )


@cache
def _token() -> Pattern:
    return compiled(r"[A-Za-z0-9+/_=.~:%-]{24,}")


def named_secrets(sight: Sight) -> Iterator[Found]:
    """Values that a secret-like name, flag or word introduces, and random words near one."""
    data = sight.data
    done = 0
    for found in _stem().finditer(data):
        start, end = found.span()
        if start < done:
            continue
        for find in _after(sight, start, end):
            done = max(done, find.end)
            yield find
    if b"-" in data:
        for found in _flag().finditer(data):
            name = found.span("name")
            if name[0] < 0 or words.is_secret_name(sight.text[slice(*name)]):
                yield Found(*found.span("value"), SECRET, "value", ASSIGNED)


def _after(sight: Sight, start: int, end: int) -> Iterator[Found]:
    """What a stem at this place introduces: assigned, said, said before it, or just near."""
    data = sight.data
    left, right = _name(data, start, end)
    foreign = data[start] == _FOREIGN_MARK
    name = sight.text[left:right]
    named = foreign or _names_secret(name, data, left)
    if not named and not words.is_key_name(name):
        return
    assigned = list(_assigned(data, left, right, named=named))
    if assigned or data[right : right + 1] in (b"=", b":", b">"):
        yield from assigned
    elif name != "pass" and (named or data[right : right + 1] == b" "):
        yield from _told(data, left, right, named=named)


def _assigned(data: bytes, left: int, right: int, *, named: bool) -> Iterator[Found]:
    query = data[left - 1 : left] in (b"?", b"&")
    if data[left - 1 : left] in (b"<", b":", b">") and (element := _element().match(data, right)) is not None:
        low, high = element.span("value")
        high = low + len(data[low:high].rstrip())
        if _holds_secret(data[low:high]) and (named or tokens.could_be_key(data[low:high])):
            yield Found(low, high, SECRET, "value", ASSIGNED)
        return
    called = _called().match(data, right)
    if called is not None:
        yield from _value(data, called.end(), called.span("quote"), query=False, named=named)
        return
    operator = _operator().match(data, right)
    if operator is not None:
        sure = named and operator.start("weak") < 0
        yield from _value(data, operator.end(), operator.span("quote"), query=query, named=sure)


def _told(data: bytes, left: int, right: int, *, named: bool) -> Iterator[Found]:
    spoken = _spoken().match(data, right)
    if spoken is not None:
        finds = list(_said(data, spoken.span("gap"), spoken.end(), spoken.span("quote"), named=named))
        if finds:
            yield from finds
            return
    if not named:
        return
    before = _before().search(data[max(0, left - 160) : left])
    if before is not None:
        low, high = (max(0, left - 160) + offset for offset in before.span("value"))
        linked = before.start("link") >= 0
        value = data[low:high].rstrip(b",.;:")
        if _word_start(data, low) and _holds_secret(value) and _said_secret(value, linked=linked):
            yield Found(low, low + len(value), SECRET, "value", NEAR)
            return
    near = _near().match(data, right, min(len(data), right + 320))
    if near is not None:
        low, high = near.span("value")
        high = low + len(data[low:high].rstrip(b".,!?="))
        free = _id_word().search(data[right:low]) is None and _word_start(data, low)
        if free and tokens.looks_random(data[low:high], bits=3.2):
            yield Found(low, high, SECRET, "value", NEAR)


def _said_secret(value: bytes, *, linked: bool) -> bool:
    """Whether a word that a sentence calls a secret can be one: by a verb any odd word, without one a random word."""
    if linked:
        return len(value) > 3 and _unlike_word(value)  # noqa: PLR2004 - 'is 42' is no secret
    return tokens.looks_random(value, bits=2.5) and len(value) >= LEAST_SAID


@cache
def _before() -> Pattern:
    """A value that stands before the word for it: 'use … as the password', '… is my API key'."""
    return compiled(
        r"(?i)(?P<value>[^\s\"'`<>(){}\[\],\x00\x02]{6,128})[\"'`)\]}]{0,2}"
        r"(?:(?P<link>[ \t]+(?:is|was|are|as|ist|als|es|como|est|comme|\xe8|come|\xe9|to)\b)|[ \t]*[-=(\xaa]|)[ \t]+"
        r"(?:(?:the|my|our|your|his|her|their|its|a|an|das|mein|meine|dein|unser|der|die|el|la|le|mi|tu|mon|ma|votre|il|mio|"
        r"o|minha|new|old|current|temporary|correct|right|valid|secret|admin|root|login|user|account|wifi|wi-fi|api)[ \t]+){0,3}$"
    )


def _word_start(data: bytes, start: int) -> bool:
    return not data[start - 1 : start].isalnum()


def _names_secret(name: str, data: bytes, left: int) -> bool:
    """Whether a name is a secret's; in a sentence the word before it may be a part of it."""
    if words.is_secret_name(name):
        return True
    phrase = data[max(0, left - 24) : left].decode("latin-1").rsplit("\n", 1)[-1]
    return words.is_secret_name(f"{phrase.rstrip(' ').rsplit(' ', 1)[-1]} {name}") or name.casefold() in _SPOKEN_NAMES


def _name(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The whole name around a stem: `user` and `_hash` of `user_password_hash`."""
    left, right = start, end
    while left > max(0, start - _NAME_REACH) and data[left - 1] in _NAME_CHARACTERS:
        left -= 1
    while right < min(len(data), end + _NAME_REACH) and data[right] in _NAME_CHARACTERS:
        right += 1
    while right > end and data[right - 1] in b".-":
        right -= 1
    return left, right


def _value(data: bytes, start: int, quote: tuple[int, int], *, query: bool, named: bool) -> Iterator[Found]:
    """What is assigned at `start`."""
    if _reference().match(data, start) is not None:
        return
    end = _quoted(data, start, quote) if quote[0] >= 0 else None
    if end is None:
        found = _rest().match(data, start, min(len(data), start + _LONGEST))
        if found is None:
            return
        end = _unquoted_end(data, start, found.end(), query=query)
    value = data[start:end]
    scheme = re.match(rb"(?i)(?:bearer|basic|token|digest|apikey|negotiate|ssws)[ \t]+(?=\S)", data[start : start + 24])
    if scheme is not None:
        start += scheme.end()
        if end <= start:
            found = _rest().match(data, start, min(len(data), start + _LONGEST))
            end = _unquoted_end(data, start, found.end(), query=query) if found else start
        value = data[start:end]
    if _holds_secret(value) and (named or tokens.could_be_key(value)):
        yield Found(start, end, SECRET, "value", ASSIGNED)


def _quoted(data: bytes, start: int, quote: tuple[int, int]) -> int | None:
    """Where a quoted value ends, before its closing quote; None where it is not closed near."""
    mark = data[slice(*quote)]
    closing = {b"\xab": b"\xbb"}.get(mark, mark)
    end = data.find(closing, start, start + _LONGEST)
    while end > start and len(mark) == 1 and data[end - 1 : end] == b"\\":
        end = data.find(closing, end + 1, start + _LONGEST)
    if end < 0 or (b"\x00" in data[start:end]) or (b"\n" in data[start:end] and mark != b'"'):
        return None
    return end


@cache
def _next_pair() -> re.Pattern[bytes]:
    return re.compile(
        rb"&(?:amp;)?[\w.\[\]%-]{1,64}=|[,;|][ \t]?[\"']?[A-Za-z_][\w.-]{0,40}[\"']?[=:]|[,;]$|[\"'`}\]<>]|\\+[\"'nrt]|\)$"
    )


def _unquoted_end(data: bytes, start: int, end: int, *, query: bool) -> int:
    """Where a bare value ends: at the next pair, a closing mark, or the punctuation of its sentence."""
    found = _next_pair().search(data, start, end)
    if found is not None and found.start() > start:
        end = found.start()
    if query:
        ampersand = data.find(b"&", start, end)
        end = ampersand if ampersand >= 0 else end
    while end > start and data[end - 1] in b".,;:)":
        end -= 1
    return end


def _holds_secret(value: bytes) -> bool:
    """Whether a value is more than a word about secrets, a reference to one, or a mask."""
    bare = value.strip(b"\"'` \t")
    if len(bare) < 3 or bare.lower().strip(b".,!?") in _EMPTY:  # noqa: PLR2004 - a PIN has four digits
        return False
    return not set(bare) <= set(b"*x.-_#\xaa\xb7\x95X\x02 ")


@cache
def _reference() -> Pattern:
    """A place for a value: `${TOKEN}`, `{{ token }}`, `<your key>`, `$TOKEN`, `%(token)s`, `process.env.TOKEN`."""
    return compiled(
        r"(?:\$?[{<(]{1,3}[ ]?[A-Za-z_][A-Za-z_. :-]*[ ]?[}>)]{1,3}|\$(?:[A-Z_][A-Z_0-9]*|[a-z_]+)|%\([a-z_]+\)s|"
        r"(?:process\.env|os\.environ|env|ENV|secrets|vars?|var|config|settings)[.\[(][A-Za-z_.\"'()\[\]]*"
        r")(?:[\s\"'`,;}\])]|$)"
    )


def _said(data: bytes, gap: tuple[int, int], start: int, quote: tuple[int, int], *, named: bool) -> Iterator[Found]:
    """A value in a sentence: quoted, or a word that is none of a language's."""
    between = data[slice(*gap)]
    linked = bool(re.search(rb"[a-z\xc0-\xff:=\xaa]", between, re.IGNORECASE))
    if _id_word().search(between) is not None:
        return
    end = _quoted(data, start, quote) if quote[0] >= 0 else None
    if end is None:
        found = _rest().match(data, start, min(len(data), start + _LONGEST))
        if found is None:
            return
        end = _unquoted_end(data, start, found.end(), query=False)
        while end > start and data[end - 1] in b"?!":
            end -= 1
    value = data[start:end]
    if not _holds_secret(value) or not (named or tokens.could_be_key(value)):
        return
    if (quote[0] >= 0 and b" " not in value) or (linked and len(value) > 3 and _unlike_word(value)) or (len(value) >= LEAST_SAID and tokens.looks_random(value, bits=2.5)) or (named and len(value) >= _LEAST_NEXT and re.search(rb"[0-9]", value) and re.search(rb"[A-Za-z]", value)):
        yield Found(start, end, SECRET, "value", NEAR)


def _unlike_word(value: bytes) -> bool:
    """Whether a word of a sentence holds what words do not: digits beside letters, marks inside, mixed capitals."""
    if re.fullmatch(rb"\d{1,3}(?:[.,]\d+)*%?|\d+(?:st|nd|rd|th|s|ms|min|h|d|days?)", value):
        return False
    inner = value.strip(b".,!?;:")
    if any(48 <= character <= 57 for character in inner):
        return True
    marks = set(inner) & set(b"!@#$%^&*+=~|")
    return bool(marks) or (
        not inner.istitle() and inner != inner.lower() and inner != inner.upper() and inner.isalpha() and len(inner) > 5
    )


def bare_secrets(sight: Sight) -> Iterator[Found]:
    """Random words with nothing near that names them, and with no word right before them that announces an id."""
    data = sight.data
    for found in _token().finditer(data):
        start, end = found.span()
        for low, high in _cores(data, start, end):
            if tokens.is_bare_secret(data[low:high]) and not _announced_id(data, low):
                yield Found(low, high, SECRET, "value", BARE)


def _cores(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words of a run: split where an address, a path or a pair of a query joins them."""
    run = data[start:end]
    if len(run) > 4096:  # noqa: PLR2004 - data, not a key
        return
    for piece in re.finditer(rb"[A-Za-z0-9+/_.~-]+={0,2}", run):
        if tokens.is_bare_secret(piece[0]):
            yield start + piece.start(), start + piece.end()
        elif b"/" in piece[0] or b"." in piece[0]:
            for part in re.finditer(rb"[A-Za-z0-9+_~-]+={0,2}", piece[0]):
                yield start + piece.start() + part.start(), start + piece.start() + part.end()


@cache
def _announcing() -> Pattern:
    return compiled(
        r"(?i)(?:\b(?:ids?|uuid|guid|run|trace|span|request|order|commit|sha\d*|digest|hash|checksum|md5|etag|integrity|ref|"
        r"tracking|file|folder|video|cursor|rev|revision|build)|_id|[a-z]Id|/d|/folders|/file|watch\?v=?|sha\d{3}-)"
        r"[\"'\\]{0,3}[ \t]{0,2}(?:[:=/#-]|is|was|no\.?)?[ \t]{0,2}[\"'\\(]{0,3}$"
    )


def _announced_id(data: bytes, start: int) -> bool:
    return _announcing().search(data[max(0, start - 40) : start]) is not None
