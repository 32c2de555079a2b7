"""Telephone numbers: candidates by shape, judged by the numbering plans of `phonenumbers`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from types import ModuleType
from typing import Final

from rundown_mcp.redaction.accounts import is_card, order_word
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import CHECKED, NEAR, SHAPED, Found

_TRUNK: Final = tuple("DE GB FR IT NL AU JP CH AT BE SE IE ZA KR TR IN FI ID".split())
_OPEN: Final = tuple("US ES BR MX PL IN PT DK NO GR CZ SG IL CN RU AR CO HU".split())
"""Regions whose plans judge a number without a country code: those that dial 0 first, and those that do not."""

_EXTENSION: Final = re.compile(r"[A-Za-z,;#]")
_JOINTS: Final = (b"-", b"\x96", b"(", b"/")
_LINK: Final = b"wa.me/"
"""Before a number that is the address of a chat."""
_LEAST: Final = 7
_MOST: Final = 15
_LEAST_ABROAD: Final = 9
"""Digits from which on a number with a plus counts, whatever its plan says: plans change, and people mistype."""
_YEAR_AND_MARK: Final = 5
_AMERICAN_LENGTHS: Final = (10, 11)
_CHECKS: Final = 400
_CHARACTERS_A_CHECK: Final = 250


@cache
def _candidate() -> Pattern:
    return compiled(
        r"(?:\+[ \t(]?|\([ \t]?\+?)?[0-9](?:(?:[ \t\xa0\xad]{0,2}[().\xaa/\x96-]?[().\xa0/ \t-]?[ \t\xa0]?)[0-9]){6,17}"
        r"(?:[ ,;]{0,3}(?i:ext\.?|extension|x|#|durchwahl|poste|ramal)[ .:=]{0,2}[0-9]{1,6})?"
    )


@cache
def _date() -> Pattern:
    return compiled(
        r"(?:(?:19|20)[0-9]{2}[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12][0-9]|3[01])\b"
        r"|(?:0?[1-9]|[12][0-9]|3[01])[-/. ](?:0?[1-9]|[12][0-9]|3[01])[-/. ](?:19|20)[0-9]{2}\b"
        r"|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|[12][0-9]|3[01])[-/.][0-9]{2}\b)(?:[T ,][ ]?[0-9]{1,2}\b)?"
    )


@cache
def _date_goes_on() -> Pattern:
    """Groups of two digits behind what might be a date: a number that is read out in pairs."""
    return compiled(r"(?:[-.][0-9]{2}){2}\b")


@cache
def _american() -> Pattern:
    return compiled(
        r"(?:\+?1[ .\xa0-]{1,2})?(?:\([2-9][0-9]{2}\)[ .\xa0-]{0,2}|"
        r"[2-9][0-9]{2}[ .\xa0\xaa/-]{1,2})[2-9][0-9]{2}[ .\xa0\xaa-]{1,2}[0-9]{4}"
    )


@cache
def _word() -> Pattern:
    return compiled(
        r"(?i)(?:phone|(?:\b|_)tel\b|(?-i:[a-z]Tel\b)|tel\.|\btel:|\bani\b|wa\.me/|t\xe9l|"
        r"mobile|\bcell|\bcall|\bfax|\bdesk:|answer(?:ing)? (?:at|on)\b|"
        r"whats ?app|\bsms\b|\btext (?:me|"
        r"us|him|her|them)|"
        r"reach (?:me|us|him|her|them)|\bdial|\bring\b|voicemail|callback|caller|telefon|handy|rufnummer|"
        r"anrufen|r\xfcckruf|"
        r"tel[e\xe9]fono|m[o\xf3]vil|celular|ll[a\xe1]m|portable|appel|cellulare|chiama|telefone|telem[o\xf3]vel|\bligar|telefoon|"
        r"\bbel\b|mobiel|puhelin|mobil|kontakt|contact|\bmsisdn|(?:my|your|his|her|their|our|mein|meine|min|mon|"
        r"ma|mi|mio|meu|minha) (?:new |old |phone |private |work |home )?"
        r"(?:number|nummer|num\xe9ro|n\xfamero|numero)|from_?number|to_?number|user_?number|\x92)"
        r"(?:[^\x00\x02\n0-9]{0,28}|[a-z. ]{0,12}[:.]?[ \t*_]{0,3}\r?\n[ \t*_>-]{0,8})[(+]?$"
    )


@cache
def _behind() -> Pattern:
    """A label that stands behind its number: `… -Office`, `… (mobile)`."""
    return compiled(
        r"(?i)[ \t]{0,2}[-\x96(/][ \t]{0,2}(?:office|fax|mobile|cell|home|work|phone|tel|landline|switchboard|direct|"
        r"b\xfcro|mobil|handy|privat|festnetz|zentrale|portable|bureau|domicile|m\xf3vil|oficina|casa|cellulare|ufficio|"
        r"celular|telem\xf3vel)\b"
    )


def phone_numbers(sight: Sight) -> Iterator[Found]:
    """Numbers with a country code that could be dialled, national ones of known plans, and any near a telling word.

    The plans are asked a bounded number of times for the text's length; beyond that a candidate counts as a number.
    """
    data = sight.data
    budget = _Plans(_CHECKS + len(data) // _CHARACTERS_A_CHECK)
    position = 0
    while (found := _candidate().search(data, position)) is not None:
        start, end = found.span()
        date = None if data[start : start + _YEAR_AND_MARK].isdigit() else _date().match(data, start, end)
        if date is not None and _date_goes_on().match(data, date.end()) is None:
            position = date.end()
            continue
        position = end
        labelled = data[end : end + 3].lstrip()[:1] in _JOINTS and _behind().match(data, end) is not None
        if _goes_on_before(data, start) or (not labelled and _goes_on_behind(data, end)):
            continue
        text = _without_extension(data[start:end].decode("latin-1"))
        value, rank = _judged(text, data, start, budget, labelled=labelled)
        if value:
            yield Found(start, end, "phone", value, rank)


def _goes_on_before(data: bytes, start: int) -> bool:
    """Whether the digits are the end of an id, an amount, a path or a longer number."""
    before = data[max(0, start - 2) : start]
    last = before[-1:]
    if last.isalnum() or last in (b"_", b"#", b"$", b"\xa3", b"%", b"\\", b"@"):
        return True
    if last in (b"-", b".", b",", b"/") and before[:1].isalnum():
        return data[start : start + 1] != b"+" and not data.endswith(_LINK, 0, start)
    return False


def _goes_on_behind(data: bytes, end: int) -> bool:
    """Whether the digits are the beginning of one."""
    after = data[end : end + 2]
    if after[:1].isalnum() or after[:1] in (b"_", b"%", b"@"):
        return True
    return after[:1] in (b".", b",", b"-", b":", b"/") and after[1:2].isalnum()


def _judged(text: str, data: bytes, start: int, plans: _Plans, *, labelled: bool) -> tuple[str, int]:
    """The number as its tag takes it and how sure that is; an empty text where it is none."""
    digits = "".join(filter(str.isdigit, text))
    if text.lstrip("( ").startswith("+"):
        return plans.international(text, digits), CHECKED
    before = data[max(0, start - 48) : start]
    told = labelled or _word().search(before) is not None
    silent = text.isdigit() and text[0] != "0"  # digits in a row, of which most are ids
    if not told and (silent or order_word().search(before[-32:]) is not None):
        return "", 0
    if len(digits) in _AMERICAN_LENGTHS and _american().fullmatch(data, start, start + len(text)) is not None:
        return f"+1{digits[-10:]}", SHAPED
    if is_card(digits) and not told:
        return "", 0
    if told and _LEAST <= len(digits) <= _MOST:
        return plans.national(text, digits) or digits, NEAR
    if text.startswith("00") and len(digits) > 10:
        return plans.international("+" + text[2:], digits[2:]), CHECKED
    parted = sum(not character.isdigit() for character in text.strip("() "))
    if text.startswith(("0", "(0")):
        return (plans.national(text, digits) if 9 <= len(digits) <= 12 else ""), CHECKED
    least = 9 if any(mark in text for mark in "-./") else 8
    if parted >= 2 and least <= len(digits) <= 13 and _grouped(text):
        return plans.national(text, digits), CHECKED
    return "", 0


def _without_extension(text: str) -> str:
    """The number itself: an extension begins with a letter, a comma or a hash."""
    found = _EXTENSION.search(text)
    return text if found is None else text[: found.start()]


def _grouped(text: str) -> bool:
    """Whether the groups are those of a number that is read out: two to five digits each."""
    groups = "".join(character if character.isdigit() else " " for character in text).split()
    lengths = [len(group) for group in groups]
    ending = lengths[-1] > 2 or all(length == 2 for length in lengths[-3:])
    return len(groups) > 2 and max(lengths) <= 5 and min(lengths[1:]) > 1 and ending


class _Plans:
    """Asks the numbering plans, up to a number of times."""

    def __init__(self, checks: int) -> None:
        self._left = checks
        self._known: dict[tuple[str, str], str] = {}

    def international(self, text: str, digits: str) -> str:
        """E.164 of a number with its country code, or nothing."""
        if not _LEAST <= len(digits) <= _MOST + 4:
            return ""
        number = self._asked(text, "ZZ", possible=True)
        plausible = text.lstrip("( ").startswith("+") and _LEAST_ABROAD <= len(digits) <= _MOST
        return number or (f"+{digits}" if plausible or self._left <= 0 else "")

    def national(self, text: str, digits: str) -> str:
        """E.164 of a number in the first plan that has it, or nothing."""
        for region in _TRUNK if digits.startswith("0") else _OPEN:
            number = self._asked(text, region, possible=False)
            if number:
                return number
            if self._left <= 0:
                return digits
        return ""

    def _asked(self, text: str, region: str, *, possible: bool) -> str:
        key = (text, region)
        if key not in self._known:
            self._left -= 1
            self._known[key] = (
                e164(text, None if region == "ZZ" else region, possible=possible) if self._left > 0 else ""
            )
        return self._known[key]


@lru_cache(maxsize=4096)
def e164(text: str, region: str | None, *, possible: bool = False) -> str:
    """The number in E.164 form where it is valid (or just possible) in the region, else an empty text."""
    library = _library()
    try:
        number = library.parse(text, region)
    except library.NumberParseException:
        return ""
    if not (library.is_possible_number(number) if possible else library.is_valid_number(number)):
        return ""
    return str(library.format_number(number, library.PhoneNumberFormat.E164))


def canonical(text: str) -> str:
    """The form in which a stated number is tagged: E.164 where it names its country, else its digits."""
    digits = "".join(character for character in text if character.isdigit())
    plain = text.strip()
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if plain.startswith("+"):
        return e164(plain, None, possible=True) or f"+{digits}"
    return _Plans(_CHECKS).national(plain, digits) or digits


def national_digits(text: str) -> str:
    """The digits of a number without its country code, where they are known."""
    number = canonical(text)
    if not number.startswith("+"):
        return number.lstrip("0")
    return str(_library().parse(number, None).national_number)


@cache
def _library() -> ModuleType:
    import phonenumbers as library  # noqa: PLC0415 - 20 ms at start-up (-X importtime), and only answers need it

    return library
