"""Check digits of account numbers and national ids."""

from __future__ import annotations

from typing import Final

_VERHOEFF_TIMES: Final = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_VERHOEFF_ORDER: Final = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B: cards, Swedish and Canadian numbers."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


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
