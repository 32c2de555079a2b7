"""Take out of an error text what varies from run to run: ids, numbers, times, hosts, quoted values, names, amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

MARK: Final = "\x00"
"""Stands in a masked text for whatever varies."""
_MARK: Final = f" {MARK} "

_SCHEMA_NOUNS: Final = (
    "field|column|property|properties|parameter|param|argument|attribute|relation|table|scope|permission|role|function|"
    "method|module|header|reading|setting|variable|constraint|index|enum|operation|missing|required|keyerror|feld|"
    "campo|champ|spalte|columna"
)
_TLDS: Final = (
    "com|net|org|io|ai|app|dev|cloud|example|internal|local|localdomain|test|invalid|eu|us|uk|de|fr|es|it|nl|pl|at|ch|"
    "jp|cn|in|br|ca|au|co|me|info|biz|svc|lan|corp|intra|tech|sh|gov|edu"
)
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|ene|abr|ago|dic"
_CURRENCIES: Final = "usd|eur|gbp|jpy|chf|cad|aud|cny|inr|brl|pln|sek|nok|dkk|czk|mxn|zar|krw"
_NUMBER: Final = r"\d+(?:[ \u00a0\u202f.,'’]\d{3})*(?:[.,]\d+)?"

_STACK_LINES: Final = re.compile(
    r'(?m)^[ \t]+(?:at|in) .*$|^\s*File ".*$|^LINE \d+:.*$|^\s*\^+\s*$|^\s*\.\.\. \d+ more.*$'
)
_TRACEBACK: Final = re.compile(r"(?s)Traceback \(most recent call last\):.*?\n(?=\S)")
_QUOTES: Final = re.compile(
    r"(?<!\w)'(?P<a>[^\n]{0,200}?)'(?!\w)|\"(?P<b>[^\"\n]{0,200})\"|“(?P<c>[^”\n]{0,200})”|«(?P<d>[^»\n]{0,200})»"
    r"|`(?P<e>[^`\n]{0,200})`|„(?P<f>[^“”\n]{0,200})[“”]|「(?P<g>[^」\n]{0,200})」|‘(?P<h>[^’\n]{0,200})’"
)
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z_]*(?:[.\-][A-Za-z_]+)*")
_NOUN_BEFORE: Final = re.compile(rf"(?i)(?:{_SCHEMA_NOUNS})\W{{0,3}}\Z")
_NOUN_BEHIND: Final = re.compile(rf"(?i)\W{{0,3}}(?:is (?:a )?)?(?:{_SCHEMA_NOUNS})\b")
_URL: Final = re.compile(
    r"(?i)\b[a-z][a-z0-9+.-]{1,20}://([^\s/'\"<>)\]?#,]+)((?:/[^\s'\"<>)\]?#,:]*)?)[^\s'\"<>)\],]*"
)
_HOST: Final = re.compile(
    rf"(?i)(?<![\w.@-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_TLDS}))(?::\d+)?(?![\w(-]|\.\w)"
)
_PATH: Final = re.compile(r"(?<![\w.*\x00])((?:/[\w.~%{}@+-]+){1,20})/?")
_EMAIL: Final = re.compile(r"[^\s@<>\"'(),;:]{1,64}@[\w-]+(?:\.[\w-]+)+")
_LONG: Final = re.compile(r"(?:\b[a-z]{2,6}-)?[A-Za-z0-9+=_]{40,}")
_FILE: Final = re.compile(r"(?i)^/(?:tmp|var|home|usr|etc|opt|srv|app|root|mnt|data|users)/|\.[a-z0-9]{1,5}$")


@cache
def _particulars() -> tuple[re.Pattern[str], ...]:
    """Ids, dates, times, addresses of machines, telephone numbers, amounts, lengths and sizes, in this order."""
    clock = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?"
    units = (
        "ms|milliseconds?|millis|secs?|seconds?|s|mins?|minutes?|m|hours?|h|days?|d|%|[kmg]i?b|bytes?|"
        "sekunden?|minuten?|stunden?|segundos?|minutos?|secondes?"
    )
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b",
            r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+|/\d+)?(?!\w|\.\d)",
            r"\b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
            rf"\d{{1,2}}[. ]{{1,2}}(?:{_MONTHS})[a-zä]*\.?,? \d{{4}}(?:,? {clock})?(?: gmt| utc)?",
            rf"\b(?:{_MONTHS})[a-z]* \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}(?:,? {clock})?",
            rf"\b\d{{4}}[-/.]\d\d?[-/.]\d\d?(?:[t ]{clock})?(?: ?(?:z|utc|gmt|[+-]\d\d:?\d\d))?\b",
            rf"\b\d\d?[-/.]\d\d?[-/.]\d{{2,4}}(?:,? {clock})?\b",
            rf"\b{clock}(?: ?[ap]m)?\b",
            r"(?<![\w:])\[?(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4}\]?(?::\d+)?(?![\w:])",
            r"\+\d[\d \-()]{4,18}",
            rf"(?:[$€£¥₹₽]|\b(?:{_CURRENCIES})\b) ?{_NUMBER}",
            rf"(?<![\d.,]){_NUMBER} ?(?:[$€£¥₹₽]|(?:{_CURRENCIES})\b)",
            rf"(?<![\w.]){_NUMBER} ?(?:{units})\b",
        )
    )


@dataclass(frozen=True, slots=True)
class Masked:
    """What is left of a text, and the services whose hosts it names. For comparison only, as what it was made of."""

    text: str
    hosts: frozenset[str]


def without_stack(text: str) -> str:
    """A text without the lines that say where in the code it happened."""
    return _STACK_LINES.sub("", _TRACEBACK.sub("", text))


def masked(text: str) -> Masked:
    """Mask a text in any language; it is read some twenty times, so callers cut it first."""
    hosts: set[str] = set()

    def address(found: re.Match[str]) -> str:
        hosts.update(_service(found[1].rpartition("@")[2]))
        return f"{_MARK}{_route(found[2])}"

    def host(found: re.Match[str]) -> str:
        hosts.update(_service(found[1]))
        return _MARK

    text = _URL.sub(address, _LONG.sub(_MARK, text))
    text = _EMAIL.sub(_MARK, _QUOTES.sub(_unquoted, text))
    text = _HOST.sub(host, text)
    text = _PATH.sub(lambda found: _MARK if _FILE.search(found[1]) else _route(found[1]), text)
    for pattern in _particulars():
        text = pattern.sub(_MARK, text)
    text = _http_phrases().sub(r"\1", text)
    text = _absent().sub(lambda found: f" {found['thing'] or ''} absent ", text)
    return Masked(text, frozenset(hosts))


@cache
def _absent() -> re.Pattern[str]:
    """The ways to say that a thing is not there."""
    return re.compile(
        r"(?i)\b(?:(?:was |were |is |are |has |have )?not (?:be )?found|(?:could|can) ?not be found|"
        r"(?:does|do|did)(?: not|n't|n’t) exist|no such|"
        r"(?<=\bno )(?P<thing>[^\n.:;]{1,40}?) (?:exists?|(?:was )?found))\b"
    )


@cache
def _http_phrases() -> re.Pattern[str]:
    """A status with the words that HTTP has for it, which say no more."""
    return re.compile(
        r"\b([45]\d\d)\s*(?:[-:]\s*)?(?:bad request|unauthorized|payment required|forbidden|not found|"
        r"method not allowed|request timeout|conflict|gone|payload too large|unprocessable (?:entity|content)|"
        r"too many requests|internal server error|not implemented|bad gateway|service unavailable|gateway time-?out)",
        re.IGNORECASE,
    )


def _unquoted(found: re.Match[str]) -> str:
    """A quoted value varies, unless it names a part of a schema: `column "total" does not exist`."""
    inner = next(group for group in found.groups() if group is not None)
    before, behind = found.string[max(0, found.start() - 16) : found.start()], found.string[found.end() :][:24]
    if _IDENTIFIER.fullmatch(inner) and (_NOUN_BEFORE.search(before) or _NOUN_BEHIND.match(behind)):
        return f" {inner} "
    return _MARK


def _service(host: str) -> set[str]:
    """What a host is called without what tells its instances apart: `pay-us-7.acme.example` → `pay.acme`."""
    labels = host.casefold().partition(":")[0].split(".")[:-1]
    parts = [
        "-".join(word for word in re.split(r"[-_]", label) if word and not _instance().fullmatch(word))
        for label in labels
    ]
    kept = [part for part in parts if part]
    return {".".join(kept)} if len(kept) > 1 else set()


@cache
def _instance() -> re.Pattern[str]:
    return re.compile(
        r".*\d.*|[a-z]|eu|us|ap|sa|af|ca|me|north|south|east|west|central|northeast|southeast|prod|production|staging|"
        r"stage|dev|test|qa|blue|green|primary|replica|node|pod|www|api|gw|gateway|lb|edge|proxy|cdn|internal|old|new|svc"
    )


def _route(path: str) -> str:
    """The words of an address's path: `/v2/charges/ch_3f2` → `charges`."""
    words = [part for part in path.split("/") if re.fullmatch(r"[a-zA-Z]{2,24}", part)]
    return f" {' '.join(words)} " if words else " "
