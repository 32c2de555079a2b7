"""National identity numbers, by form and check digits, or near a word that names them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

from rundown_mcp.redaction.digits import (
    bsn,
    cnpj,
    codice_fiscale,
    cpf,
    dni,
    luhn,
    mod11_10,
    nhs,
    nir,
    nordic,
    pesel,
    verhoeff,
)
from rundown_mcp.redaction.engine import Pattern, Patterns, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import CHECKED, NEAR, Found

_DIGIT_FIRST: Final = re.compile(r"(?:\(\?:)?\[?[0-9]")


@dataclass(frozen=True, slots=True)
class NationalId:
    """A number's form; `alone` where form and check are rare enough to need no word near."""

    name: str
    pattern: str
    check: Callable[[str], bool]
    words: str
    alone: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it begins with a digit."""
        return _DIGIT_FIRST.match(self.pattern) is not None


def _ssn(value: str) -> bool:
    return value[:3] not in {"000", "666"} and value[0] != "9" and value[3:5] != "00" and value[5:] != "0000"


def _any(value: str) -> bool:
    return bool(value)


_JOINTS: Final = (b"-", b".", b"_", b"/")
_REACH: Final = 96
"""Characters behind a telling word in which its number is looked for: some words, and the longest number."""
_SEP: Final = r"[ .\xa0-]?"
_COMMON: Final = (
    r"(?:national|personal|tax|identity|identification|citizen|social)[ _-]?(?:id|number|no|insurance|security)|\bssn\b"
)
TABLE: Final = (
    NationalId("US SSN", r"[0-8][0-9]{2}[- ][0-9]{2}[- ][0-9]{4}", _ssn, "", alone=True),
    NationalId("US SSN", r"[0-8][0-9]{8}", _ssn, r"social security|\bssn\b|\bsocial\b|\btin\b|\bitin\b"),
    NationalId("US ITIN", r"9[0-9]{2}-[5-9][0-9]-[0-9]{4}", _any, "", alone=True),
    NationalId(
        "UK NINO", r"(?i)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]", _any, "", alone=True
    ),
    NationalId("UK NHS", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}", nhs, r"\bnhs\b"),
    NationalId("DE Steuer-ID", r"[1-9][0-9](?: ?[0-9]{3}){3}", mod11_10, r"steuer|\bidnr\b|\btin\b|tax[ _-]?id"),
    NationalId(
        "DE Ausweis",
        r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}[0-9]?",
        _any,
        r"ausweis|passport|reisepass|\bpass(?:nr|nummer)",
    ),
    NationalId("DE Sozialversicherung", r"[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}", _any, r"sozialvers|rentenvers|\bsv-?n"),
    NationalId("ES DNI", r"[0-9]{8}[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]", dni, "", alone=True),
    NationalId("ES NIE", r"[XYZ][ -]?[0-9]{7}[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]", dni, "", alone=True),
    NationalId(
        "IT codice fiscale",
        r"(?i)[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]",
        codice_fiscale,
        "",
        alone=True,
    ),
    NationalId(
        "FR NIR",
        r"[12][ .]?[0-9]{2}[ .]?(?:0[1-9]|1[0-2]|[2-9][0-9])[ .]?"
        r"(?:[0-9]{2}|2[AB])[ .]?[0-9]{3}[ .]?[0-9]{3}[ .-]?[0-9]{2}",
        nir,
        "",
        alone=True,
    ),
    NationalId("NL BSN", r"[0-9]{3}[ .]?[0-9]{2,3}[ .]?[0-9]{3,4}", bsn, r"\bbsn\b|burgerservice|sofinummer"),
    NationalId("BE rijksregister", r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", _any, "", alone=True),
    NationalId("BR CPF", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", cpf, "", alone=True),
    NationalId("BR CPF", r"[0-9]{11}", cpf, r"\bcpf\b"),
    NationalId("BR CNPJ", r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}", cnpj, "", alone=True),
    NationalId("IN Aadhaar", r"[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}", verhoeff, "", alone=True),
    NationalId("IN Aadhaar", r"[2-9][0-9]{11}", verhoeff, r"aadha?ar|\buidai?\b"),
    NationalId("IN PAN", r"[A-Z]{3}[PCHFATBLJG][A-Z][0-9]{4}[A-Z]", _any, "", alone=True),
    NationalId("PL PESEL", r"[0-9]{11}", pesel, r"pesel"),
    NationalId("SE personnummer", r"(?:19|20)?[0-9]{6}[-+][0-9]{4}", nordic, "", alone=True),
    NationalId("SE personnummer", r"(?:19|20)[0-9]{10}", nordic, r"person-?n(?:umme)?r|samordning"),
    NationalId(
        "DK CPR, FI, NO",
        r"[0-3][0-9][01][0-9]{3}[- ]?[0-9]{4,5}",
        _any,
        r"\bcpr\b|f\xf8dselsnummer|personnummer|henkil\xf6tunnus",
    ),
    NationalId("FI henkilötunnus", r"[0-3][0-9][01][0-9]{3}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y]", _any, "", alone=True),
    NationalId("CH AHV", r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", _any, "", alone=True),
    NationalId("CA SIN", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}", luhn, r"\bsin\b|social insurance"),
    NationalId("AU TFN", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}", _any, r"\btfn\b|tax file"),
    NationalId("MX CURP", r"[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HM][A-Z]{5}[0-9A-Z][0-9]", _any, "", alone=True),
    NationalId(
        "CN id",
        r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]",
        _any,
        "",
        alone=True,
    ),
    NationalId("KR RRN", r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[1-8][0-9]{6}", _any, "", alone=True),
    NationalId(
        "any",
        r"[A-Z0-9]{0,3}[0-9](?:[ .\xa0-]?[A-Z0-9]){5,16}",
        _any,
        rf"{_COMMON}|passport|reisepass|pasaporte|passeport|\bdni\b|"
        r"\bcurp\b|\bpan\b|codice fiscale|driver'?s? licen[cs]e|"
        r"f\xfchrerschein|steuernummer|\bnif\b|\bcni\b|\brut\b|\bc[e\xe9]dula|national_?id|ausweis",
    ),
)
"""Forms and checks as the issuing states publish them; python-stdnum's documents name each state's page."""


class _Forms:
    """Some of the table, compiled; only those forms are looked for that one pass for all finds in a text at all."""

    def __init__(self, items: Iterable[NationalId]) -> None:
        self._forms = [(item, compiled(item.pattern)) for item in items]
        self._which = Patterns(item.pattern.encode("latin-1") for item, _ in self._forms)

    def present(self, data: bytes) -> Iterator[tuple[NationalId, Pattern]]:
        """The forms that occur, with their patterns."""
        return map(self._forms.__getitem__, self._which.present(data))


@cache
def _numbers_alone() -> _Forms:
    return _Forms(item for item in TABLE if item.alone and item.is_number)


@cache
def _words_alone() -> _Forms:
    return _Forms(item for item in TABLE if item.alone and not item.is_number)


@cache
def _announced() -> tuple[tuple[NationalId, Pattern, Pattern], ...]:
    """The forms that need a telling word, each with that word and what may stand between."""
    return tuple(
        (item, compiled(item.pattern), compiled(rf"(?i)(?:{item.words})[^\x00\x02\n]{{0,32}}$"))
        for item in TABLE
        if not item.alone
    )


@cache
def _told() -> Pattern:
    return compiled("(?i)" + "|".join(item.words for item in TABLE if item.words))


def national_ids(sight: Sight) -> Iterator[Found]:
    """Numbers of a form in the table that pass its check, and, where it asks for one, that stand behind its word."""
    data = sight.data
    numbers = _Numbers(data)
    for item, pattern in _numbers_alone().present(numbers.joined):
        yield from _checked(item, data, numbers.places(pattern), CHECKED)
    for item, pattern in _words_alone().present(data):
        yield from _checked(item, data, pattern.ranges(data), CHECKED)
    for low, high in _near(data):
        for item, pattern, words in _announced():
            places = pattern.ranges(data, low, high)
            told = (place for place in places if words.search(data[max(0, place[0] - 64) : place[0]]) is not None)
            yield from _checked(item, data, told, NEAR)


@cache
def _number() -> Pattern:
    """Whatever a number of the table that begins with a digit could be a part of."""
    return compiled(r"[0-9](?:[ ./+-]?[0-9A-Z]){8,}")


class _Numbers:
    """The longer numbers of a text side by side, so that not all of its words are looked through for each form."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._ranges = list(_number().ranges(data))
        self.joined = b"\x00".join(data[low:high] for low, high in self._ranges)
        self._starts = list(accumulate((high - low + 1 for low, high in self._ranges), initial=0))

    def places(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Where a form of number stands in the text."""
        for start, end in pattern.ranges(self.joined):
            index = bisect_right(self._starts, start) - 1
            shift = self._ranges[index][0] - self._starts[index]
            yield start + shift, end + shift


def _near(data: bytes) -> Iterator[tuple[int, int]]:
    """Where a number that a telling word announces may stand: behind each word, joined where they overlap."""
    low = high = 0
    for found in _told().finditer(data):
        if found.start() > high:
            if high:
                yield low, high
            low = found.start()
        high = min(len(data), found.end() + _REACH)
    if high:
        yield low, high


def _part_of_more(data: bytes, start: int, end: int) -> bool:
    """Whether letters or digits go on before or behind, also over a hyphen, a point or a slash."""
    before, after = data[max(0, start - 2) : start], data[end : end + 2]
    return (
        before[-1:].isalnum()
        or after[:1].isalnum()
        or (before[-1:] in _JOINTS and before[:1].isalnum())
        or (after[:1] in _JOINTS and after[1:].isalnum())
    )


def _checked(item: NationalId, data: bytes, places: Iterable[tuple[int, int]], rank: int) -> Iterator[Found]:
    """The numbers at these places that stand free and pass the check of their form."""
    for start, end in places:
        if _part_of_more(data, start, end):
            continue
        value = "".join(filter(str.isalnum, data[start:end].decode("latin-1").upper()))
        if _passes(item, value):
            yield Found(start, end, "id", value, rank)


def _passes(item: NationalId, value: str) -> bool:
    try:
        return item.check(value)
    except (ValueError, IndexError, KeyError):
        return False
