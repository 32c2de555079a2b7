"""Secrets that have a form of their own, whoever gave them out: key blocks, signed tokens, headers, addresses."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Match, Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import SECRET, STRUCTURE, VENDOR, Found

_SIGNING: Final = (
    r"x-amz-signature|x-amz-security-token|x-amz-credential|x-goog-signature|x-goog-credential|x-oss-signature|awsaccesskeyid|"
    r"ossaccesskeyid|signature|sig|sign|token|access_token|id_token|refresh_token|auth_token|auth|oauth_token|jwt|key|api_key|"
    r"apikey|api-key|client_secret|secret|password|passwd|pwd|pass|hmac|policy|code|state|ticket|otp|session|sessionid|sid|"
    r"hdnts|hdnea|magic|invite|reset|confirmation_token|verify|st|se_token|ephemeral|credential|samlresponse|assertion|"
    r"subscription-key|app_key|appkey|access_key|private_key|share|nonce"
)
_ALWAYS: Final = frozenset(
    (
        b"x-amz-signature x-amz-security-token x-goog-signature x-oss-signature signature sig token "
        b"access_token id_token "
        b"refresh_token auth_token oauth_token jwt api_key apikey api-key client_secret secret password passwd "
        b"pwd pass hmac "
        b"otp credential x-amz-credential x-goog-credential samlresponse assertion subscription-key app_key "
        b"appkey access_key "
        b"private_key confirmation_token awsaccesskeyid ossaccesskeyid hdnts hdnea"
    ).split()
)
_LEAST_OTHER: Final = 12
_LEAST_LETTERS: Final = 20


@cache
def _hints() -> Pattern:
    """What any of these forms needs: without it, none of the patterns below is tried."""
    return compiled(
        r"-----BEGIN|eyJ|ewog|://|(?i:bearer|basic|digest|apikey|token|authorization|ssh-|[?&][a-z_-]{2,24}=)|PuTTY"
    )


@cache
def _begin() -> Pattern:
    return compiled(r"-{2,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{2,5}|PuTTY-User-Key-File-[0-9]: ")


@cache
def _end() -> Pattern:
    return compiled(r"-{2,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{2,5}|Private-MAC: [0-9a-f]+")


@cache
def _body() -> Pattern:
    return compiled(r"(?:[A-Za-z0-9+/=\s\\,:;\"'-]|\\[nr])*")


@cache
def _jwt() -> Pattern:
    return compiled(r"(?:eyJ|ewog)[A-Za-z0-9_-]{8,}\.{1,2}[A-Za-z0-9_-]{8,}(?:\.{1,2}[A-Za-z0-9_-]*){0,3}")


@cache
def _scheme() -> Pattern:
    return compiled(
        r"(?i)\b(?:(?:bearer|basic|negotiate|ntlm|apikey|api-key|ssws|genie[kK]ey|jwt|oauth|macaroon)(?:[ \t]+|%20|\+)|"
        r"(?:token|bearer)[ \t]{1,2}(?:token=)?)[\"']?(?P<value>[A-Za-z0-9][A-Za-z0-9._~+/=|:-]{7,})"
    )


@cache
def _userinfo() -> Pattern:
    return compiled(r"(?i)://(?P<user>[^\s:/@\"'<>\x00]{0,128})(?::(?P<value>[^\s\"'<>\x00]+))?@[a-z0-9\[%_\xaa{$-]")


@cache
def _scheme_name() -> Pattern:
    return compiled(r"(?i)[a-z][a-z0-9+.-]{1,30}$")


@cache
def _address_end() -> Pattern:
    return compiled(r"[\s\"'<>\x00]")


@cache
def _signed() -> Pattern:
    return compiled(rf"(?i)[?&;#](?P<name>{_SIGNING})=(?P<value>[^\s&#\"'<>\x00\x02]{{4,}})")


def shaped_secrets(sight: Sight) -> Iterator[Found]:
    """Private key blocks, signed tokens, credentials in headers and in web addresses."""
    data = sight.data
    if _hints().search(data) is None:
        return
    yield from _key_blocks(data)
    yield from _signed_tokens(data)
    for found in _scheme().finditer(data):
        if _credential(data[found.start("value") : found.end("value")]):
            yield Found(*found.span("value"), SECRET, "token", STRUCTURE)
    yield from _logins(data)
    for found in _signed().finditer(data):
        value = data[found.start("value") : found.end("value")]
        name = data[found.start("name") : found.end("name")].lower()
        start, end = found.span("value")
        end -= len(value) - len(value.rstrip(b".,;:!?)]}"))
        if name in _ALWAYS or (len(value) >= _LEAST_OTHER and _credential(value)):
            yield Found(start, end, SECRET, "signature" if b"sig" in name else "token", STRUCTURE)


def _signed_tokens(data: bytes) -> Iterator[Found]:
    """JSON web tokens, each from the start of its word."""
    done = 0
    for found in _jwt().finditer(data):
        start, end = found.span()
        while start > done and (data[start - 1 : start].isalnum() or data[start - 1] in b"_-"):
            start -= 1
        yield Found(start, end, SECRET, "jwt", VENDOR)
        done = end


def _key_blocks(data: bytes) -> Iterator[Found]:
    """Blocks from their first line to their last; one that is cut off ends where nothing of a key can follow."""
    begins = [found.span() for found in _begin().finditer(data)]
    if not begins:
        return
    ends = [found.end() for found in _end().finditer(data)]
    done = 0
    for start, body in begins:
        if start < done:
            continue
        index = bisect_left(ends, body)
        if index < len(ends):
            done = ends[index]
        else:
            rest = _body().match(data, body)
            done = rest.end() if rest else body
        yield Found(start, done, SECRET, "private-key", VENDOR)


def _logins(data: bytes) -> Iterator[Found]:
    """The logins of web addresses. An address without an @ is passed over at once, however many :// are in it."""
    end = last = -1
    at = data.find(b"://")
    while at >= 0:
        if at >= end:
            stop = _address_end().search(data, at)
            end = stop.start() if stop else len(data)
            last = data.rfind(b"@", at, end)
        position = end if last < at else at + 3
        if last > at and _scheme_name().search(data[max(0, at - 31) : at]) is not None:
            found = _userinfo().match(data, at, min(end, last + 2))
            if found is not None:
                yield from _login(data, found)
                position = found.end()
        at = data.find(b"://", position)


def _login(data: bytes, found: Match) -> Iterator[Found]:
    """The password of an address, or the user where a long token stands in its place."""
    start, end = found.span("value")
    if start < 0:
        user = data[found.start("user") : found.end("user")]
        if len(user) >= _LEAST_OTHER and _credential(user):
            yield Found(*found.span("user"), SECRET, "token", STRUCTURE)
        return
    value = data[start:end]
    slash = value.find(b"/")
    if slash >= 0 and (value[:slash].isdigit() or found.end() - end > 2):
        return
    yield Found(start, end, SECRET, "password", STRUCTURE)


def _credential(value: bytes) -> bool:
    """Whether a word could be a credential: not a plain word, not a sentence's next word, or too long for one."""
    if len(value) >= _LEAST_LETTERS and value.isalpha() and value.islower():
        return True
    return any(map(bytes.isdigit, (value[i : i + 1] for i in range(min(len(value), 64))))) or (
        not value.islower() and not value.isupper() and not value.istitle()
    )
