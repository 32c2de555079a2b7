"""How states write their identity numbers: form, check digits, and the words that announce them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
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


_COMMON: Final = (
    r"(?:national|personal|tax|identity|identification|citizen|social)[ _-]?(?:id|number|no|insurance|security)|\bssn\b"
)
TABLE: Final = (
    NationalId("US SSN", r"[0-8][0-9]{2}[- ][0-9]{2}[- ][0-9]{4}", _ssn, "", alone=True),
    NationalId("US SSN", r"[0-8][0-9]{8}", _ssn, r"social security|\bssn\b|\bsocial\b|\btin\b|\bitin\b"),
    NationalId(
        "US Medicare",
        r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9][0-9]-?"
        r"[AC-HJKMNP-RT-Y]{2}[0-9]{2}",
        _any,
        "medicare",
    ),
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
        r"\bcurp\b|\bpan\b|codice fiscale|driver'?s?[ _-]?licen[cs]e|"
        r"f\xfchrerschein|steuernummer|\bnif\b|\bcni\b|\brut\b|\bc[e\xe9]dula|national_?id|ausweis|\x99",
    ),
)
"""Forms and checks as the issuing states publish them; python-stdnum's documents name each state's page."""
