"""National identity numbers, by form and check digits, or near a word that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from rundown_mcp.redaction.digits import luhn, mod11_10, verhoeff, weighted
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import CHECKED, NEAR, Found

_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_CF_ODD: Final = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            1,
            0,
            5,
            7,
            9,
            13,
            15,
            17,
            19,
            21,
            1,
            0,
            5,
            7,
            9,
            13,
            15,
            17,
            19,
            21,
            2,
            4,
            18,
            20,
            11,
            3,
            6,
            8,
            12,
            14,
            16,
            10,
            22,
            25,
            24,
            23,
        ),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class NationalId:
    """A number's form; `alone` where form and check are rare enough to need no word near."""

    name: str
    pattern: str
    check: Callable[[str], bool]
    words: str
    alone: bool = False


def _ssn(value: str) -> bool:
    return value[:3] not in {"000", "666"} and value[0] != "9" and value[3:5] != "00" and value[5:] != "0000"


def _any(value: str) -> bool:
    return bool(value)


def _dni(value: str) -> bool:
    number = value[:-1].translate(str.maketrans("XYZ", "012"))
    return _DNI[int(number) % 23] == value[-1]


def _codice_fiscale(value: str) -> bool:
    total = sum(
        int(character, 36) % 36 - (10 if character.isalpha() else 0) if index % 2 else _CF_ODD[character]
        for index, character in enumerate(value[:15])
    )
    return chr(65 + total % 26) == value[15]


def _nir(value: str) -> bool:
    number = value.replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number[:13]) % 97 == int(number[13:])


def _bsn(value: str) -> bool:
    return (weighted(value[:8], (9, 8, 7, 6, 5, 4, 3, 2)) - int(value[8])) % 11 == 0 and value != "0" * 9


def _cpf(value: str) -> bool:
    first = weighted(value[:9], tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(value[:10], tuple(range(11, 1, -1))) * 10 % 11 % 10
    return len(set(value)) > 1 and value[9:] == f"{first}{second}"


def _cnpj(value: str) -> bool:
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    first = weighted(value[:12], weights[1:]) % 11
    second = weighted(value[:13], weights) % 11
    return value[12:] == "".join(str(11 - rest if rest > 1 else 0) for rest in (first, second))


def _pesel(value: str) -> bool:
    return (10 - weighted(value[:10], (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(value[10])


def _dated(value: str) -> bool:
    """A Nordic number: a date, then serial and check digit over the last ten."""
    short = value[-10:]
    return 1 <= int(short[2:4]) <= 12 and 1 <= int(short[4:6]) % 60 <= 31 and luhn(short)


def _nhs(value: str) -> bool:
    return (11 - weighted(value[:9], tuple(range(10, 1, -1))) % 11) % 11 == int(value[9])


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
    NationalId("UK NHS", r"[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}", _nhs, r"\bnhs\b"),
    NationalId("DE Steuer-ID", r"[1-9][0-9](?: ?[0-9]{3}){3}", mod11_10, r"steuer|\bidnr\b|\btin\b|tax[ _-]?id"),
    NationalId(
        "DE Ausweis",
        r"[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{8}[0-9]?",
        _any,
        r"ausweis|passport|reisepass|\bpass(?:nr|nummer)",
    ),
    NationalId("DE Sozialversicherung", r"[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}", _any, r"sozialvers|rentenvers|\bsv-?n"),
    NationalId("ES DNI/NIE", r"(?:[0-9]{8}|[XYZ][ -]?[0-9]{7})[ -]?[TRWAGMYFPDXBNJZSQVHLCKE]", _dni, "", alone=True),
    NationalId(
        "IT codice fiscale",
        r"(?i)[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]",
        _codice_fiscale,
        "",
        alone=True,
    ),
    NationalId(
        "FR NIR",
        r"[12][ .]?[0-9]{2}[ .]?(?:0[1-9]|1[0-2]|[2-9][0-9])[ .]?"
        r"(?:[0-9]{2}|2[AB])[ .]?[0-9]{3}[ .]?[0-9]{3}[ .-]?[0-9]{2}",
        _nir,
        "",
        alone=True,
    ),
    NationalId("NL BSN", r"[0-9]{3}[ .]?[0-9]{2,3}[ .]?[0-9]{3,4}", _bsn, r"\bbsn\b|burgerservice|sofinummer"),
    NationalId("BE rijksregister", r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", _any, "", alone=True),
    NationalId("BR CPF", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", _cpf, "", alone=True),
    NationalId("BR CPF", r"[0-9]{11}", _cpf, r"\bcpf\b"),
    NationalId("BR CNPJ", r"[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}", _cnpj, "", alone=True),
    NationalId("IN Aadhaar", r"[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}", verhoeff, "", alone=True),
    NationalId("IN Aadhaar", r"[2-9][0-9]{11}", verhoeff, r"aadha?ar|\buidai?\b"),
    NationalId("IN PAN", r"[A-Z]{3}[PCHFATBLJG][A-Z][0-9]{4}[A-Z]", _any, "", alone=True),
    NationalId("PL PESEL", r"[0-9]{11}", _pesel, r"pesel"),
    NationalId("SE personnummer", r"(?:19|20)?[0-9]{6}[-+][0-9]{4}", _dated, "", alone=True),
    NationalId("SE personnummer", r"(?:19|20)[0-9]{10}", _dated, r"person-?n(?:umme)?r|samordning"),
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


@cache
def _patterns() -> tuple[tuple[Pattern, Pattern | None], ...]:
    return tuple(
        (compiled(item.pattern), None if item.alone else compiled(rf"(?i)(?:{item.words})[^\x00\x02\n]{{0,32}}$"))
        for item in TABLE
    )


@cache
def _told() -> Pattern:
    return compiled("(?i)" + "|".join(item.words for item in TABLE if item.words))


def national_ids(sight: Sight) -> Iterator[Found]:
    """Numbers of a form in the table that pass its check, and, where it asks for one, that stand behind its word."""
    data = sight.data
    near = list(_near(data))
    for item, (pattern, words) in zip(TABLE, _patterns(), strict=True):
        for low, high in ((0, len(data)),) if words is None else near:
            for found in pattern.finditer(data, low, high):
                start, end = found.span()
                if _part_of_more(data, start, end):
                    continue
                value = "".join(filter(str.isalnum, data[start:end].decode("latin-1").upper()))
                told = words is None or words.search(data[max(0, start - 64) : start]) is not None
                if told and _checked(item, value):
                    yield Found(start, end, "id", value, CHECKED if words is None else NEAR)


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


def _checked(item: NationalId, value: str) -> bool:
    try:
        return item.check(value)
    except (ValueError, IndexError, KeyError):
        return False
