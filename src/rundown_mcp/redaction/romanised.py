"""How a Cyrillic or Greek name is written in Latin letters: as passports have it, and as newspapers do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_COMMON: Final = dict(
    zip("абвгдезиклмнопрстуфыэіїєґў", "a b v g d e z i k l m n o p r s t u f y e i i e g u".split(), strict=True)
) | {"ж": "zh", "ч": "ch", "ш": "sh", "ц": "ts", "х": "kh", "щ": "shch", "ъ": "", "ь": ""}
_GREEK: Final = dict(
    zip(
        "αβγδεζηικλμνοπρστυφωςάέήίόύώϊϋ",
        "a v g d e z i i k l m n o p r s t y f o s a e i i o y o i y".split(),
        strict=True,
    )
) | {"θ": "th", "ξ": "x", "χ": "ch", "ψ": "ps"}
_PASSPORT: Final = str.maketrans(_COMMON | _GREEK | {"й": "i", "ё": "e", "ю": "iu", "я": "ia"})
_PRESS: Final = str.maketrans(_COMMON | _GREEK | {"й": "y", "ё": "yo", "ю": "yu", "я": "ya", "х": "h", "γ": "gh"})
_PAIRS: Final = (("ου", "ou"), ("ού", "ou"), ("γγ", "ng"), ("μπ", "b"), ("ντ", "d"), ("ευ", "ev"), ("αυ", "av"))
_ENDINGS: Final = (("ий", "y"), ("ый", "y"), ("ия", "ia"))


def romanised(word: str) -> Iterator[str]:
    """The Latin spellings of a word in small letters; none of a word that is not Cyrillic or Greek."""
    if not "\u0370" <= word[:1] <= "\u04ff":
        return
    for ending, letters in _ENDINGS:
        if word.endswith(ending):
            yield word.removesuffix(ending).translate(_PRESS) + letters
    for pair, letters in _PAIRS:
        word = word.replace(pair, letters)
    yield word.translate(_PASSPORT)
    yield word.translate(_PRESS)
