"""Check digits of account numbers and national ids."""

from __future__ import annotations

from typing import Final

NO_DIGITS: Final = bytes(point for point in range(256) if not 48 <= point <= 57)
"""Every byte that is no ASCII digit, for `bytes.translate` to leave out."""
_DOUBLED: Final = str.maketrans("0123456789", "0246813579")
_VERHOEFF_TIMES: Final = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_ORDER: Final = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip

_DNI: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
_CF_FIRST: Final = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_CF_REST: Final = (2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_CF_ODD: Final = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (*_CF_FIRST, *_CF_FIRST, *_CF_REST), strict=True)
)  # fmt: skip


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: cards, Swedish and Canadian numbers."""
    return sum(map(int, digits[::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def verhoeff(digits: str) -> bool:
    """The dihedral check of Indian Aadhaar numbers."""
    check = 0
    for index, digit in enumerate(reversed(digits)):
        check = int(_VERHOEFF_TIMES[check][int(_VERHOEFF_ORDER[index % 8][int(digit)])])
    return check == 0


def mod97(text: str) -> bool:
    """ISO/IEC 7064 MOD 97-10 of an IBAN, in capitals and without blanks."""
    moved = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1


def mod11_10(digits: str) -> bool:
    """ISO/IEC 7064 MOD 11,10: German tax numbers, Croatian OIB."""
    product = 10
    for digit in digits[:-1]:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The sum of the digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def dni(value: str) -> bool:
    """The letter of a Spanish DNI or NIE: the number modulo 23."""
    number = value[:-1].translate(str.maketrans("XYZ", "012"))
    return _DNI[int(number) % 23] == value[-1]


def codice_fiscale(value: str) -> bool:
    """The last letter of an Italian codice fiscale, also of one whose digits became letters."""
    total = sum(
        int(character, 36) % 36 - (10 if character.isalpha() else 0) if index % 2 else _CF_ODD[character]
        for index, character in enumerate(value[:15])
    )
    return chr(65 + total % 26) == value[15]


def nir(value: str) -> bool:
    """The key of a French NIR, Corsican departments as numbers."""
    number = value.replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number[:13]) % 97 == int(number[13:])


def bsn(value: str) -> bool:
    """The eleven-test of a Dutch BSN."""
    return (weighted(value[:8], (9, 8, 7, 6, 5, 4, 3, 2)) - int(value[8])) % 11 == 0 and value != "0" * 9


def cpf(value: str) -> bool:
    """Both check digits of a Brazilian CPF; never all digits alike."""
    first = weighted(value[:9], tuple(range(10, 1, -1))) * 10 % 11 % 10
    second = weighted(value[:10], tuple(range(11, 1, -1))) * 10 % 11 % 10
    return len(set(value)) > 1 and value[9:] == f"{first}{second}"


def cnpj(value: str) -> bool:
    """Both check digits of a Brazilian CNPJ."""
    weights = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
    first = weighted(value[:12], weights[1:]) % 11
    second = weighted(value[:13], weights) % 11
    return value[12:] == "".join(str(11 - rest if rest > 1 else 0) for rest in (first, second))


def pesel(value: str) -> bool:
    """The check digit of a Polish PESEL."""
    return (10 - weighted(value[:10], (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(value[10])


def nordic(value: str) -> bool:
    """A Nordic number: a date, then serial and check digit over the last ten."""
    short = value[-10:]
    return 1 <= int(short[2:4]) <= 12 and 1 <= int(short[4:6]) % 60 <= 31 and luhn(short)


def nhs(value: str) -> bool:
    """The check digit of a British NHS number."""
    return (11 - weighted(value[:9], tuple(range(10, 1, -1))) % 11) % 11 == int(value[9])
