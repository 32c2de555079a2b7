"""Known identities: the names, numbers and addresses that a run's own fields state, masked wherever else they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from itertools import chain
from typing import Final

from rundown_mcp.redaction import names, phones
from rundown_mcp.redaction.characters import led
from rundown_mcp.redaction.digits import NO_DIGITS
from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.forms import Form, Forms, is_inflected, stem
from rundown_mcp.redaction.mailboxes import person_of
from rundown_mcp.redaction.personal import address
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import KNOWN, Found

_SHORTEST: Final = 2
_LONGEST: Final = 256
_FEW: Final = 4
"""The people of most runs; how names may stand takes up to 300 kB each, and a conversation may have thousands."""
_LEAST_DIGITS: Final = 6
_DIGITS: Final = frozenset("0123456789")
_MOST_PREFIX: Final = 5
_EDGE: Final = re.compile(r"^[\W_]+")
_ACCENTS: Final = re.compile(f"{names.ACCENT}+")
_HANDLE: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)+|[a-z]{3,}[0-9]{2,}|[a-z0-9]{8,}")


class Identities:
    """What is known of the people in one run; `find` gives the places where a text names them."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values = sorted(
            (value for value in set(values) if len(value) >= _SHORTEST and any(map(str.isalnum, value))),
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

    def may_be_in(self, text: str) -> bool:
        """Whether a text (folded, as it reads) has to be searched for them; told at a tenth of what that costs."""
        if self._has_words_in(text) or (self._titled is not None and not text.isascii()) or names.ACCENT in text:
            return True
        digits = "".join(filter(_DIGITS.__contains__, text)) if self._numbers else ""
        return any(number in digits for number in self._numbers)

    def _has_words_in(self, text: str) -> bool:
        """Whether a folded text holds a word of theirs: else the forms of their names need not even be made."""
        return any(word in text for word in self._words)

    def _named(self, sight: Sight) -> Iterator[Found]:
        plain, text = sight, names.folded(sight.text, sight.lower)
        if names.ACCENT in text:
            marks = led(_ACCENTS, text, names.ACCENT)
            plain = sight.rewritten(lambda _: marks, lambda _: "")
            text = text.replace(names.ACCENT, "")
        forms = self._forms.find(text, plain.text) if self._has_words_in(text) else ()
        hits = [(start, end, form.kind, form.value) for start, end, form in forms]
        hits += self._addressed(text)
        for start, end, kind, value in hits:
            low, high = (start, end) if plain is sight else plain.source(start, end)
            accent = names.ACCENTS.match(sight.text, high)
            yield Found(low, accent.end() if accent else high, kind, value, KNOWN)

    def _addressed(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Parts of names that are written without a space, by the title behind them: 田中 of 田中太郎 in 田中さん."""
        if self._titled is None or text.isascii():
            return
        pattern, owners = self._titled
        for found in pattern.finditer(text):
            yield found.start(1), found.end(1), "person", owners[found[1]]

    @cached_property
    def _kinds(self) -> list[str]:
        return list(map(kind_of, self._values))

    def _of_kind(self, kind: str) -> list[str]:
        return [value for value, its in zip(self._values, self._kinds, strict=True) if its == kind]

    @cached_property
    def _people(self) -> list[tuple[str, list[str]]]:
        return [(value, names.parts_of(value)) for value in self._of_kind("person")]

    @cached_property
    def _words(self) -> frozenset[str]:
        """Words of which every form holds one, at least as its beginning."""
        spelt = (form for _, parts in self._people for part in parts for form in names.spellings_within(part))
        named = (names.folded(value) for value in self._of_kind("email"))
        own = (part for address in named for part in (address, address.partition("@")[0]))
        joined = (names.bare(part) for value in self._of_kind("email") for part in person_of(value))
        return frozenset(_EDGE.sub("", stem(word)) for word in chain(spelt, own, joined))

    @cached_property
    def _forms(self) -> Forms:
        forms: dict[tuple[tuple[str, ...], bool], Form] = {}
        for form in chain(self._whole(), self._single().values()):
            words = tuple(filter(None, (_EDGE.sub("", word) for word in form.words)))
            if words:
                forms.setdefault((words, form.initial), form._replace(words=words))
        return Forms(forms.values())

    def _whole(self) -> Iterator[Form]:
        """Names of several words; one that two people share belongs to the longer."""
        for value, parts in self._people:
            for words in names.whole_forms(parts):
                yield Form(words, "person", value, inflected=is_inflected(words[-1]))
            for words in names.initial_forms(parts):
                yield Form(words, "person", value, initial=True)
        for value in self._of_kind("email"):
            for words in names.whole_forms(person_of(value)):
                yield Form(words, "email", address(value))

    def _single(self) -> dict[str, Form]:
        """Words that name somebody alone; one that two people share is tagged by itself."""
        forms: dict[str, Form] = {}
        for value, parts in self._people:
            for word, capitals in names.single_forms(parts):
                root = stem(word)
                form = Form((root,), "person", value, capitals, inflected=is_inflected(word))
                owner = forms.setdefault(root, form).value
                if owner != value and not _same_person(owner, value):
                    forms[root] = form._replace(value=word)
        for value in self._of_kind("email"):
            forms[names.folded(value)] = Form((names.folded(value),), "email", address(value))
            local = names.folded(value.partition("@")[0])
            if _HANDLE.fullmatch(local):
                forms.setdefault(local, Form((local,), "email", address(value)))
        return forms

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
        for value in self._of_kind("phone"):
            digits = phones.national_digits(value)
            if len(digits) >= _LEAST_DIGITS:
                numbers.setdefault(digits, phones.canonical(value))
                numbers.setdefault("".join(filter(str.isdigit, value)).lstrip("0"), phones.canonical(value))
        return numbers

    def _numbered(self, sight: Sight) -> Iterator[Found]:
        data = sight.data
        every = data.translate(None, NO_DIGITS).decode()
        if not any(number in every for number in self._numbers):
            return
        for start, end in _runs().ranges(data):
            digits = data[start:end].translate(None, NO_DIGITS).decode()
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
    digits = sum(map(str.isdigit, value))
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
    """Gather the identities of one run; blank values and single characters name nobody.

    Those that were asked for last are kept, where they are few: to work out how names may stand takes longer than to
    look for them.
    """
    stated = tuple(value.strip()[:_LONGEST] for value in values)
    return _kept(stated) if len(stated) <= _FEW else Identities(stated)


@lru_cache(maxsize=256)
def _kept(values: tuple[str, ...]) -> Identities:
    return Identities(values) or NOBODY


@cache
def _runs() -> Pattern:
    return compiled(r"\+?\(?[0-9](?:[ \t().\xa0\xaa\xad/\x96-]{0,3}[0-9]){5,}")


def _same_person(one: str, other: str) -> bool:
    """Whether one stated name holds the other: `Anna` and `Anna Berg`."""
    first, second = set(map(names.bare, names.parts_of(one))), set(map(names.bare, names.parts_of(other)))
    return first <= second or second <= first
