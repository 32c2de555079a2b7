"""Numbers with check digits: cards, IBANs and national ids, made so that a validator accepts them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from benchmarks.corpus.item import grown

IBAN_FORMS: Final = {
    "AD": "{dig:8}{up:12}", "AE": "{dig:19}", "AL": "{dig:8}{up:16}", "AT": "{dig:16}", "AZ": "{UC:4}{up:20}",
    "BA": "{dig:16}", "BE": "{dig:12}", "BG": "{UC:4}{dig:6}{up:8}", "BH": "{UC:4}{up:14}",
    "BR": "{dig:23}{UC:1}{up:1}", "CH": "{dig:5}{up:12}", "CR": "{dig:18}", "CY": "{dig:8}{up:16}",
    "CZ": "{dig:20}", "DE": "{dig:18}", "DK": "{dig:14}", "DO": "{up:4}{dig:20}", "EE": "{dig:16}",
    "EG": "{dig:25}", "ES": "{dig:20}", "FI": "{dig:14}", "FO": "{dig:14}", "FR": "{dig:10}{up:11}{dig:2}",
    "GB": "{UC:4}{dig:14}", "GE": "{UC:2}{dig:16}", "GI": "{UC:4}{up:15}", "GL": "{dig:14}", "GR": "{dig:7}{up:16}",
    "GT": "{up:24}", "HR": "{dig:17}", "HU": "{dig:24}", "IE": "{UC:4}{dig:14}", "IL": "{dig:19}",
    "IQ": "{UC:4}{dig:15}", "IS": "{dig:22}", "IT": "{UC:1}{dig:10}{up:12}", "JO": "{UC:4}{dig:4}{up:18}",
    "KW": "{UC:4}{up:22}", "KZ": "{dig:3}{up:13}", "LB": "{dig:4}{up:20}", "LC": "{UC:4}{up:24}",
    "LI": "{dig:5}{up:12}", "LT": "{dig:16}", "LU": "{dig:3}{up:13}", "LV": "{UC:4}{up:13}", "LY": "{dig:21}",
    "MC": "{dig:10}{up:11}{dig:2}", "MD": "{up:20}", "ME": "{dig:18}", "MK": "{dig:3}{up:10}{dig:2}",
    "MR": "{dig:23}", "MT": "{UC:4}{dig:5}{up:18}", "MU": "{UC:4}{dig:19}{UC:3}", "NL": "{UC:4}{dig:10}",
    "NO": "{dig:11}", "PK": "{UC:4}{up:16}", "PL": "{dig:24}", "PS": "{UC:4}{up:21}", "PT": "{dig:21}",
    "QA": "{UC:4}{up:21}", "RO": "{UC:4}{up:16}", "RS": "{dig:18}", "SA": "{dig:2}{up:18}",
    "SC": "{UC:4}{dig:20}{UC:3}", "SE": "{dig:20}", "SI": "{dig:15}", "SK": "{dig:20}",
    "SM": "{UC:1}{dig:10}{up:12}", "ST": "{dig:21}", "SV": "{UC:4}{dig:20}", "TL": "{dig:19}", "TN": "{dig:20}",
    "TR": "{dig:6}{up:16}", "UA": "{dig:6}{up:19}", "VA": "{dig:18}", "VG": "{UC:4}{dig:16}", "XK": "{dig:16}",
}  # fmt: skip
"""Each country's account part, after the register that SWIFT keeps for ISO 13616."""

CARD_BRANDS: Final = (
    ("visa 16", ("4",), (16,)),
    ("diners 14", ("36", "38", "300", "305"), (14,)),
    ("mastercard 16", ("51", "52", "53", "54", "55", "2221", "2510", "2720"), (16,)),
    ("discover 16", ("6011", "644", "649", "65"), (16,)),
    ("amex 15", ("34", "37"), (15,)),
    ("jcb 16", ("3528", "3589", "3555"), (16,)),
    ("maestro 12–19", ("5018", "5020", "5038", "5893", "6304", "6759", "6761", "6763"), (12, 13, 14, 15, 16, 18, 19)),
    ("unionpay 16–19", ("62",), (16, 17, 18, 19)),
    ("visa 13 and 19", ("4",), (13, 19)),
    ("mir 16", ("2200", "2204"), (16,)),
)


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` plus itself pass the Luhn check."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if index % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def luhn_valid(digits: str) -> bool:
    """Whether the last digit is the Luhn digit of those before it."""
    return luhn_digit(digits[:-1]) == digits[-1]


def card(prefixes: Sequence[str], lengths: Sequence[int], rng: random.Random) -> str:
    """A card number of one of these prefixes and lengths, Luhn valid, not of one digit repeated."""
    prefix, length = rng.choice(prefixes), rng.choice(lengths)
    body = prefix + grown(f"{{dig:{length - len(prefix) - 1}}}", rng)
    return body + luhn_digit(body)


def mod97(text: str) -> int:
    """The remainder of a text by 97, letters counting 10 to 35."""
    return int("".join(str(int(character, 36)) for character in text)) % 97


def iban(country: str, rng: random.Random) -> str:
    """A valid IBAN of a country, without spaces."""
    account = grown(IBAN_FORMS[country], rng)
    return f"{country}{98 - mod97(account + country + '00'):02d}{account}"


def iban_valid(text: str) -> bool:
    """Whether an IBAN has its country's length, and its check digits hold."""
    form = IBAN_FORMS.get(text[:2], "")
    length = 4 + sum(int(part.partition("}")[0]) for part in form.split(":")[1:])
    return len(text) == length and mod97(text[4:] + text[:4]) == 1


def dni(rng: random.Random) -> str:
    """Spain: eight digits and the letter of their remainder by 23."""
    number = grown("{nz:1}{dig:7}", rng)
    return number + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def nir(rng: random.Random) -> str:
    """France: thirteen digits and the key of 97."""
    born = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}"
    number = f"{rng.choice('12')}{born}{rng.randint(1, 95):02d}{grown('{dig:6}', rng)}"
    return f"{number}{97 - int(number) % 97:02d}"


def cpf(rng: random.Random) -> str:
    """Brazil: nine digits and two check digits, with the usual points and dash."""
    body = grown("{dig:9}", rng)
    text = body + cpf_digits(body)
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def cpf_digits(body: str) -> str:
    """The two check digits by 11 of nine digits."""
    digits = [int(digit) for digit in body]
    for start in (10, 11):
        total = sum(digit * weight for digit, weight in zip(digits, range(start, 1, -1), strict=True))
        digits.append(0 if total % 11 < 2 else 11 - total % 11)
    return f"{digits[-2]}{digits[-1]}"


def pesel(rng: random.Random) -> str:
    """Poland: birth date, four digits, check digit."""
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{grown('{dig:4}', rng)}"
    return body + pesel_digit(body)


def pesel_digit(body: str) -> str:
    """The check digit of ten digits."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    return str(-sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 10)


def codice_fiscale(rng: random.Random) -> str:
    """Italy: six letters, a birth date, a place, a check letter."""
    body = grown("{cons:6}8{dig:1}A4{dig:1}H501", rng)
    return body + fiscal_letter(body)


def fiscal_letter(body: str) -> str:
    """The check letter of the fifteen characters of an Italian tax code."""
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    ranks = [int(sign) if sign.isdigit() else ord(sign) - ord("A") for sign in body]
    return chr(ord("A") + sum(rank if place % 2 else odd[rank] for place, rank in enumerate(ranks)) % 26)


def bsn(rng: random.Random) -> str:
    """The Netherlands: nine digits that pass the eleven test."""
    while True:
        body = grown("{nz:1}{dig:7}", rng)
        last = sum(int(digit) * weight for digit, weight in zip(body, range(9, 1, -1), strict=True)) % 11
        if last < 10:
            return f"{body}{last}"


def steuer_id(rng: random.Random) -> str:
    """Germany: eleven digits, one of the first ten twice, ISO 7064 check digit."""
    digits = rng.sample("0123456789", 10)
    if digits[0] == "0":
        digits[0], digits[1] = digits[1], digits[0]
    digits[9] = digits[rng.randrange(8)]
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return "".join(digits) + str((11 - product) % 10)


def aadhaar(rng: random.Random) -> str:
    """India: twelve digits, the last by Verhoeff's scheme."""
    body = grown("{n2:1}{dig:10}", rng)
    return body + verhoeff_digit(body)


def verhoeff_digit(body: str) -> str:
    """The digit that makes `body` plus itself pass Verhoeff's check."""
    check = 0
    for index, digit in enumerate(reversed(body)):
        check = _dihedral(check, _permuted(index + 1, int(digit)))
    return "0432156789"[check]


def _dihedral(a: int, b: int) -> int:
    """The product of two elements of the dihedral group of order ten."""
    if a < 5:
        return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
    return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5


def _permuted(times: int, digit: int) -> int:
    for _ in range(times % 8):
        digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
    return digit
