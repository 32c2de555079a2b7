"""Card numbers and IBANs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from rundown_mcp.redaction.digits import NO_DIGITS, luhn, mod97
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import CHECKED, Found

_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in (
        (15, "NO"),
        (16, "BE"),
        (18, "DK FK FI FO GL NL SD"),
        (19, "MK SI"),
        (20, "AT BA EE KZ LT LU MN XK"),
        (21, "HR LV LI CH"),
        (22, "BH BG CR GE DE IE ME RS GB VA"),
        (23, "AE GI IL IQ OM SO TL"),
        (24, "AD CZ MD PK RO SA SK ES SE TN VG DZ"),
        (25, "AO CV MZ PT ST LY"),
        (26, "IS TR IR"),
        (27, "BF BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD TF WF YT PM NC PF MQ GP RE GF BL MF"),
        (28, "AL AZ BJ BY CI CY DO GT HN HU LB MA ML NE NI PL SN SV TG GW"),
        (29, "BR EG PS QA UA"),
        (30, "JO KW MU YE"),
        (31, "MT SC"),
        (32, "LC"),
        (33, "RU"),
    )
    for country in countries.split()
}
"""Length by country: the SWIFT registry of IBANs, and the countries that use the form without being in it."""

_LARGEST_GROUP: Final = 6
_LONG_TAIL: Final = 2
"""Groups of a Maestro of six digits and the rest."""

_CARD_LENGTHS: Final = (19, 18, 17, 16, 15, 14, 13, 12)


@cache
def _card() -> Pattern:
    return compiled(r"[0-9](?:[ \t.\xa0\xaa_/-]{0,3}[0-9]){11,}")


@cache
def _in_uuid() -> Pattern:
    """A UUID as far as its first group that might begin an IBAN: one in a hundred of these has its check digits."""
    return compiled(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){1,3}-$")


@cache
def _iban() -> Pattern:
    return compiled(
        rf"(?i)(?:\b|_)(?:{'|'.join(_IBAN_LENGTHS)})"
        r"[ \t\xa0.-]{0,2}[0-9][ \t\xa0.-]{0,2}[0-9](?:[ \t\xa0\xaa.:_/-]{0,3}[A-Z0-9]){11,31}"
    )


@cache
def order_word() -> Pattern:
    """Before a number that passes a check by chance: what announces a number of another sort."""
    return compiled(
        r"(?i)(?:\b(?:orders?|order (?:no|number|id)|bestell\w*|auftrag\w*|pedido|commande|ordine|invoice|"
        r"rechnung\w*|tracking|"
        r"sendung\w*|shipment|parcel|ref(?:erence)?|sn|s/n|part|model|article|artikel\w*|item|ticket|case|trace|span|request|session|transaction|txn|conversation|"
        r"message|event|ids?|uuid|guid|imei|imsi|iccid|isbn|ean|gtin|upc|sku|serial|timestamp|ts|time|build|version|batch|lot)"
        r"[ \t\"':=.#_-]{0,4}(?:no|nr|number|nummer|num|id|is|was)?[ \t\"':=.#]{0,5}|[#$\x80\xa3])$"
    )


@cache
def _card_word() -> Pattern:
    return compiled(
        r"(?i)card|karte|tarjeta|carte|carta|cart\xe3o|kaart|visa|master|amex|maestro|discover|\bpan\b|kort"
    )


def account_numbers(sight: Sight) -> Iterator[Found]:
    """Cards by issuer range, length and check digit; IBANs by country, length and check digits."""
    yield from _cards(sight)
    yield from _ibans(sight)


def _cards(sight: Sight) -> Iterator[Found]:
    data = sight.data
    for start, end in _card().ranges(data):
        number = data[start:end].translate(None, NO_DIGITS).decode()
        if len(number) == end - start and not is_card(number):
            continue
        places = [index for index in range(start, end) if 48 <= data[index] <= 57]
        done = 0
        for first, length in _windows(places, number):
            low, high = places[first], places[first + length - 1] + 1
            if low < done or _glued(data, low, high) or _is_other(data, low):
                continue
            done = high
            yield Found(low, high, "card", number[first : first + length], CHECKED)


def _windows(places: list[int], number: str) -> Iterator[tuple[int, int]]:
    """Where in a run of digits a card could stand: it begins and ends with a group, the longest first."""
    for first in range(len(places) - _CARD_LENGTHS[-1] + 1):
        if first and places[first] == places[first - 1] + 1:
            continue
        issued = _issued(number[first : first + 4])
        for length in _CARD_LENGTHS if issued else ():
            if length not in issued:
                continue
            last = first + length
            if last > len(places) or (last < len(places) and places[last] == places[last - 1] + 1):
                continue
            if is_card(number[first:last]) and _card_groups(places[first:last]):
                yield first, length


def _card_groups(places: list[int]) -> bool:
    """Whether the groups are those of a card: none of more than six digits, but for the long tail of a Maestro."""
    groups = [1]
    for before, place in pairwise(places):
        if place == before + 1:
            groups[-1] += 1
        else:
            groups.append(1)
    if len(groups) == _LONG_TAIL:
        return groups[0] <= _LARGEST_GROUP
    return len(groups) == 1 or max(groups) <= _LARGEST_GROUP


def is_card(digits: str) -> bool:
    """Whether digits have an issuer's range, a length that it gives out, and the check digit; never all alike."""
    return len(digits) >= 12 and len(digits) in _issued(digits[:4]) and len(set(digits)) > 1 and luhn(digits)


@cache
def _issued(first: str) -> frozenset[int]:
    """The lengths of the cards whose numbers begin with these four digits."""
    head, two = int(first), first[:2]
    lengths: set[int] = set()
    if first[0] == "4":
        lengths |= {13, 16, 18, 19}
    if 5100 <= head <= 5599 or 2221 <= head <= 2720:
        lengths |= {16}
    if two in {"34", "37"} or first in {"2131", "1800"}:
        lengths |= {15}
    if two in {"36", "38", "39", "30"}:
        lengths |= {14, 15, 16, 17, 18, 19}
    if two in {"60", "64", "65", "62", "81", "82", "50", "59", "61", "63", "66", "68", "69"}:
        lengths |= {16, 17, 18, 19}
    if 3500 <= head <= 3599 or 2200 <= head <= 2204:
        lengths |= {16, 17, 18, 19}
    if first in {"5018", "5020", "5038", "6304", "6390", "6220", "6012"} or two in {"56", "57", "58", "67"}:
        lengths |= set(_CARD_LENGTHS)
    return frozenset(lengths)


def _glued(data: bytes, low: int, high: int) -> bool:
    """Whether the number is part of a longer word, number or amount."""
    before, after = data[max(0, low - 2) : low], data[high : high + 2]
    if before[-1:].isalnum() or after[:1].isalnum() or before[-1:] == b"_":
        return True
    if before[-1:] == b"/" or before == b"::":
        return True
    return (before[-1:] in (b".", b"-", b"+") and before[:1].isalnum()) or (
        after[:1] in (b".", b"-") and after[1:].isalnum()
    )


def _is_other(data: bytes, low: int) -> bool:
    before = data[max(0, low - 32) : low]
    return order_word().search(before) is not None and _card_word().search(before) is None


def _ibans(sight: Sight) -> Iterator[Found]:
    data = sight.data
    position = 0
    while (found := _iban().search(data, position)) is not None:
        start, end = found.span()
        start += data[start : start + 1] == b"_"
        position = start + 2
        if data[start - 1 : start].isalnum() or _in_uuid().search(data[max(0, start - 24) : start]) is not None:
            continue
        length = _IBAN_LENGTHS.get(data[start : start + 2].decode("latin-1").upper())
        if length is None:
            continue
        places = [index for index in range(start, end) if data[index : index + 1].isalnum()][:length]
        if len(places) < length or data[places[-1] + 1 : places[-1] + 2].isalnum():
            continue
        value = "".join(chr(data[index]) for index in places).upper()
        if value.isascii() and mod97(value):
            position = places[-1] + 1
            yield Found(start, position, "iban", value, CHECKED)
