"""Known identities: the names, numbers and addresses that a run's own fields state, masked wherever else they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from rundown_mcp.redaction import names, phones
from rundown_mcp.redaction.engine import Pattern, compiled, scannable
from rundown_mcp.redaction.personal import address
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import KNOWN, Found

_SHORTEST: Final = 2
_LEAST_DIGITS: Final = 6
_MOST_PREFIX: Final = 5
_NO_DIGITS: Final = bytes(point for point in range(256) if not 48 <= point <= 57)
_HANDLE: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+|[a-z]{3,}[0-9]{2,}|[a-z0-9]{8,}")


class Identities:
    """What is known of the people in one run; `find` gives the places where a text names them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        stated = {value.strip()[:256] for value in values}
        self._values = sorted(
            (value for value in stated if len(value) >= _SHORTEST and any(map(str.isalnum, value))),
            key=lambda value: (-len(value), value),
        )

    def __bool__(self) -> bool:
        return bool(self._values)

    def find(self, sight: Sight) -> Iterator[Found]:
        """Names in any case, accents, order and with initials; numbers in any format; addresses and handles."""
        if not self._values:
            return
        yield from self._named(sight)
        if self._numbers:
            yield from self._numbered(sight)

    def _named(self, sight: Sight) -> Iterator[Found]:
        plain = sight if sight.text.isascii() else sight.rewritten(names.ACCENTS.finditer, lambda _: "")
        text = names.folded(plain.text)
        hits = [*self._latin(text), *self._other(text)]
        owned = [(start, end, *self._owners(form)) for start, end, form in hits]
        owned += [(start, end, "person", value, "") for start, end, value in self._addressed(text)]
        for start, end, kind, value, capitals in owned:
            if kind and (not capitals or _same_capitals(plain.text[start:end], capitals)):
                low, high = (start, end) if plain is sight else plain.source(start, end)
                accent = names.ACCENTS.match(sight.text, high)
                yield Found(low, accent.end() if accent else high, kind, value, KNOWN)

    def _latin(self, text: str) -> Iterator[tuple[int, int, str]]:
        pattern = self._pattern
        if pattern is None:
            return
        data = scannable(text)
        position = 0
        while (found := pattern.search(data, position)) is not None:
            start, end = found.span(1)
            inside = start > 0 and text[start - 1].isalpha() and text[start].isalpha()
            if inside or (end < len(text) and text[end].isalpha() and text[end - 1].isalpha()):
                position = start + 1
                continue
            position = end
            yield start, end, text[start:end]

    def _other(self, text: str) -> Iterator[tuple[int, int, str]]:
        if self._beyond is None or text.isascii():
            return
        for found in self._beyond.finditer(text):
            start, first = found.start(), found[0][0]
            alone = not text[max(0, start - 1) : start].isalpha()
            if (alone and (len(found[0]) > 1 or not text[found.end() : found.end() + 1].isalpha())) or (
                len(found[0]) > 1 and first.upper() == first.lower()
            ):
                yield *found.span(), found[0]

    def _addressed(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Parts of names that are written without a space, by the title behind them: 田中 of 田中太郎 in 田中さん."""
        if self._titled is None or text.isascii():
            return
        pattern, owners = self._titled
        for found in pattern.finditer(text):
            yield found.start(1), found.end(1), owners[found[1]]

    def _owners(self, form: str) -> tuple[str, str, str]:
        """Whose form this is: kind, the value that its tag is made of, and the capitals that it must have."""
        known = self._single.get(form) or self._single.get(form.removesuffix("s"))
        if known is not None:
            return known
        for kind, value, pattern in self._whole:
            if pattern.fullmatch(scannable(form)) is not None:
                return kind, value, ""
        for value, other in self._others:
            if other.fullmatch(form) is not None:
                return "person", value, ""
        return "", "", ""

    @cached_property
    def _people(self) -> list[tuple[str, list[str]]]:
        return [(value, names.parts_of(value)) for value in self._values if kind_of(value) == "person"]

    @cached_property
    def _single(self) -> dict[str, tuple[str, str, str]]:
        """Forms that are looked up as they stand; one that two people share is tagged by itself."""
        forms: dict[str, tuple[str, str, str]] = {}
        for value, parts in self._people:
            for form, capitals in names.single_forms(parts):
                owner = forms.setdefault(form, ("person", value, capitals))
                if owner[1] != value and not _same_person(owner[1], value):
                    forms[form] = ("person", form, capitals)
        for value in self._values:
            if kind_of(value) == "email":
                forms[names.folded(value)] = ("email", address(value), "")
                local = names.folded(value.partition("@")[0])
                if _HANDLE.fullmatch(local):
                    forms.setdefault(local, ("email", address(value), ""))
        return forms

    @cached_property
    def _whole(self) -> list[tuple[str, str, Pattern]]:
        result: list[tuple[str, str, Pattern]] = []
        for value, parts in self._people:
            forms = [form for form in names.whole_forms(parts) if _is_latin(form)]
            if forms:
                result.append(("person", value, compiled("|".join(forms))))
        return result

    @cached_property
    def _pattern(self) -> Pattern | None:
        whole = [form for _, parts in self._people for form in names.whole_forms(parts) if _is_latin(form)]
        single = sorted((form for form in self._single if _is_latin(form)), key=len, reverse=True)
        alone = [re.escape(form) + ("s?" if form.isalpha() and len(form) > 3 else "") for form in single]
        forms = [*sorted(whole, key=len, reverse=True), *alone]
        return compiled(f"({'|'.join(forms)})(?:[^a-z]|$)") if forms else None

    @cached_property
    def _others(self) -> list[tuple[str, re.Pattern[str]]]:
        return [
            (value, re.compile("|".join(names.other_forms(parts))))
            for value, parts in self._people
            if len(parts) > 1 and not _is_latin(names.bare(value))
        ]

    @cached_property
    def _beyond(self) -> re.Pattern[str] | None:
        """Names in scripts that the scanned bytes do not hold: literal words, whole names first."""
        forms = [pattern.pattern for _, pattern in self._others]
        forms += sorted((re.escape(form) for form in self._single if not _is_latin(form)), key=len, reverse=True)
        return re.compile("|".join(forms)) if forms else None

    @cached_property
    def _titled(self) -> tuple[re.Pattern[str], dict[str, str]] | None:
        owners: dict[str, str] = {}
        for value, parts in self._people:
            for part in names.unspaced_parts(parts):
                owners.setdefault(part, value)
        if not owners:
            return None
        forms = "|".join(map(re.escape, sorted(owners, key=len, reverse=True)))
        return re.compile(rf"({forms})(?=\s?(?:{names.TITLES}))"), owners

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The national digits of every stated number, with what its tag is made of."""
        numbers: dict[str, str] = {}
        for value in self._values:
            if kind_of(value) == "phone":
                digits = phones.national_digits(value)
                if len(digits) >= _LEAST_DIGITS:
                    numbers.setdefault(digits, phones.canonical(value))
                    numbers.setdefault("".join(filter(str.isdigit, value)).lstrip("0"), phones.canonical(value))
        return numbers

    def _numbered(self, sight: Sight) -> Iterator[Found]:
        data = sight.data
        for found in _runs().finditer(data):
            start, end = found.span()
            digits = data[start:end].translate(None, _NO_DIGITS).decode()
            if not any(number in digits for number in self._numbers):
                continue
            places = [index for index in range(start, end) if 48 <= data[index] <= 57]
            for number, value in self._numbers.items():
                at = digits.find(number)
                while at >= 0:
                    last = at + len(number)
                    low = start if at <= _MOST_PREFIX else places[at]
                    yield Found(low, places[last - 1] + 1, "phone", value, KNOWN)
                    at = digits.find(number, last)


NOBODY: Final = Identities()


def kind_of(value: str) -> str:
    """What sort of identity a value is, for its placeholder: `email`, `phone` or `person`."""
    if "@" in value.strip("@"):
        return "email"
    digits = sum(character.isdigit() for character in value)
    return (
        "phone"
        if digits >= _LEAST_DIGITS and digits * 2 > len(value) and not any(map(str.isalpha, value))
        else "person"
    )


def canonical(value: str) -> tuple[str, str]:
    """Kind and form of a stated value as its tag takes it, the same as where a text holds the value."""
    kind = kind_of(value)
    if kind == "email":
        return kind, address(value)
    return kind, phones.canonical(value) if kind == "phone" else " ".join(value.split())


def known(values: Iterable[str]) -> Identities:
    """Gather the identities of one run; blank values and single characters name nobody."""
    found = Identities(values)
    return found or NOBODY


def _runs() -> Pattern:
    return compiled(r"\+?\(?[0-9](?:[ \t().\xa0\xaa\xad/\x96-]{0,3}[0-9]){5,}")


def _is_latin(form: str) -> bool:
    return all(ord(character) < 256 for character in form)


def _same_capitals(written: str, capitals: str) -> bool:
    return len(written) >= len(capitals) and written[: len(capitals)] == capitals


def _same_person(one: str, other: str) -> bool:
    """Whether one stated name holds the other: `Anna` and `Anna Berg`."""
    first, second = set(map(names.bare, names.parts_of(one))), set(map(names.bare, names.parts_of(other)))
    return first <= second or second <= first
