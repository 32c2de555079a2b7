"""One vendor's key format: how it is written down, what pattern it makes, and an example of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Final

_CLASSES: Final = {
    "a": "A-Za-z0-9",
    "b": "A-Za-z0-9+/",
    "d": "0-9",
    "h": "0-9a-f",
    "l": "a-z",
    "L": "a-z0-9",
    "t": "A-Za-z0-9_.~-",
    "u": "A-Z",
    "U": "A-Z0-9",
    "v": "A-Za-z0-9_",
    "w": "A-Za-z0-9_-",
    "x": "0-9A-Fa-f",
}
_PART: Final = re.compile(
    r"\{(?:(?P<sort>[a-zA-Z])(?P<least>\d+)(?:-(?P<most>\d+)|(?P<more>\+))?|(?P<words>[^{}]*\|[^{}]*))\}"
)
_SHORTEST_KEYWORD: Final = 2
_MOST_KEYWORDS: Final = 12
_RARE: Final = (["|"],)
"""Single characters that are rare enough to tell something."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A key format.

    A form is literal text with parts in braces: `{a36}` is 36 characters of a class, `{a20-40}` a range, `{a20+}` that
    many or more, `{x|y}` one of several words. Classes: `a` letters and digits, `b` base64, `d` digits, `h` hex, `l`
    small letters, `L` small letters and digits, `t` token characters, `u` capitals, `U` capitals and digits, `v` word
    characters, `w` those and `-`, `x` hex of both cases. Nothing in the table is a key or looks like one.

    `kind` names the secret in its placeholder. `source` is the vendor's page, or says where the form was seen. `never`
    are forms near to these that are no secrets.
    """

    kind: str
    source: str
    forms: tuple[str, ...]
    never: tuple[str, ...] = ()

    def pattern(self) -> str:
        """The forms as one pattern, bounded on both sides by what cannot belong to a key."""
        return "(?:" + "|".join(_pattern(form) for form in self.forms) + ")"

    def beginnings(self) -> list[str] | None:
        """Literal words of which every match begins with one, or None where a form begins with a character class."""
        words = [word for form in self.forms for word in _stretches(form)[0]]
        return words if min(map(len, words)) >= _SHORTEST_KEYWORD else None

    def keywords(self) -> list[str] | None:
        """Literal words of which every match holds at least one, or None where a form has none."""
        words: list[str] = []
        for form in self.forms:
            found = _keywords(form)
            if not found:
                return None
            words += found
        return words


def _pattern(form: str) -> str:
    pieces = []
    last = 0
    for part in _PART.finditer(form):
        pieces.append(re.escape(form[last : part.start()]))
        last = part.end()
        if part["words"] is not None:
            pieces.append(f"(?:{'|'.join(map(re.escape, part['words'].split('|')))})")
        else:
            most = "," if part["more"] else f",{part['most']}" if part["most"] else ""
            pieces.append(f"[{_CLASSES[part['sort']]}]{{{part['least']}{most}}}")
    pieces.append(re.escape(form[last:]))
    return "".join(pieces)


def _keywords(form: str) -> list[str]:
    """The most telling stretch without a character class: its literal text, with the words of its alternatives."""
    best = max(_stretches(form), key=lambda words: (min(map(len, words)), -len(words)))
    return best if min(map(len, best)) >= _SHORTEST_KEYWORD or best in _RARE else []


def _stretches(form: str) -> list[list[str]]:
    """What stands between the character classes of a form, each stretch with all that its alternatives make of it."""
    stretches = [[""]]
    last = 0
    for part in _PART.finditer(form):
        stretches[-1] = [word + form[last : part.start()] for word in stretches[-1]]
        last = part.end()
        words = part["words"].split("|") if part["words"] is not None else [""]
        if part["words"] is not None and len(stretches[-1]) * len(words) <= _MOST_KEYWORDS:
            stretches[-1] = [before + word for before in stretches[-1] for word in words]
        else:
            stretches.append(words)
    stretches[-1] = [word + form[last:] for word in stretches[-1]]
    return stretches


def example(form: str, rng: Random) -> str:
    """A text of this form, drawn from `rng`."""

    def drawn(part: re.Match[str]) -> str:
        if part["words"] is not None:
            return rng.choice(str(part["words"]).split("|"))
        least = int(part["least"])
        length = rng.randint(least, int(part["most"])) if part["most"] else least
        letters = [chr(code) for code in range(33, 127) if re.fullmatch(f"[{_CLASSES[part['sort']]}]", chr(code))]
        text = "".join(rng.choices(letters, k=length))
        return (
            text if text[-1].isalnum() else text[:-1] + rng.choice([letter for letter in letters if letter.isalnum()])
        )

    return _PART.sub(drawn, form)
