"""Birth dates and postal codes, which are personal only where a word near says what they are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import NEAR, Found

_MONTH: Final = (
    r"(?:jan|feb|m[a\xe4]r|apr|ma[iy]|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|fev|f\xe9v|avr|juin|juil|ao[u\xfb]|"
    r"d\xe9c|gen|mag|giu|lug|set|ott|out|mrt|mei|maj|marz|mar\xe7)[a-z\xe7]{0,8}\.?"
)
_DATE: Final = (
    r"(?:(?:1[89]|20)[0-9]{2}[-/. ]{1,2}[0-9]{1,2}[-/. ]{1,2}[0-9]{1,2}|"
    r"[0-9]{1,2}[-/. ]{1,2}[0-9]{1,2}[-/. ]{1,2}[0-9]{2,4}|"
    rf"[0-9]{{1,2}}(?:st|nd|rd|th|\.|er|\xba)?[ -](?:de |of )?{_MONTH},?[ -](?:de |of |del )?[0-9]{{2,4}}|"
    rf"{_MONTH} ?[0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{2,4}}|(?:19|20)[0-9]{{6}}|"
    r"[0-9]{4}\xaa[0-9]{1,2}\xaa[0-9]{1,2}\xaa?)"
)


@cache
def _birth() -> Pattern:
    return compiled(
        r"(?i)(?:birth[ _-]?(?:day|date)?|date[ _-]?of[ _-]?birth|dateofbirth|(?:\b|_)dob\b|(?-i:[a-z]D(?:OB|ob)\b)|"
        r"d\.o\.b\.?|born(?: on)?|"
        r"geburtsdatum|"
        r"geb\.|geboren(?: am)?|geburtstag|fecha[ _-]de[ _-]nacimiento|naci[o\xf3]|nacid[oa]|cumplea\xf1os|"
        r"date de naissance|n\xe9e?(?: le)?|"
        r"data di nascita|nat[oa] il|data de nascimento|nascid[oa]|geboortedatum|f\xf6delsedatum|f\xf8dselsdato|"
        r"data urodzenia|"
        r"syntym\xe4aika|\x93+)"
        rf"[^\x00\x02\n0-9]{{0,24}}?(?P<value>{_DATE})"
    )


@cache
def _postal() -> Pattern:
    return compiled(
        r"(?i)(?:(?:(?:\b|_)zip|(?-i:[a-z]Zip))(?:[ _-]?code|\+4)?|post(?:al)?[ _-]?code|\bplz\b|postleitzahl|"
        r"c[o\xf3]digo[ _-]postal|\bc\.?p\.?\b|"
        r"code[ _-]postal|\bcap\b|\bcep\b|codice[ _-]postale|codigo_postal|postnummer|postinumero|kod pocztowy|"
        r"\bpin ?code\b|\x94+)"
        r"(?:[ \t\"':=,.()-]|is|was|ist|lautet|es|est|\xe8|\xe9|code|number|of|my|the|mein){0,12}?"
        r"(?P<value>[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[A-Z]{1,2}-?[0-9]{4,6}|"
        r"[0-9]{5}(?:-[0-9]{4}|-[0-9]{3})?|[0-9]{2}-[0-9]{3}|[0-9]{3} ?[0-9]{2,3}|[0-9]{4} ?(?:[A-Z]{2})?|"
        r"[0-9]{3}-[0-9]{4}|[0-9]{6,8})\b"
    )


def told_data(sight: Sight) -> Iterator[Found]:
    """Dates right behind a word for birth, and codes right behind a word for a postal code."""
    data = sight.data
    for kind, pattern in (("birthdate", _birth()), ("postcode", _postal())):
        for found in pattern.finditer(data):
            start, end = found.span("value")
            value = sight.text[start:end].rstrip()
            yield Found(start, start + len(value), kind, value, NEAR)
