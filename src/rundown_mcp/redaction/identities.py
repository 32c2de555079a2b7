"""Known identities: the names, numbers and addresses that a run's own fields state, masked wherever else they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from rundown_mcp.redaction.placeholders import CLOSE, OPEN, PLACED, Tagger

_COMMON_WORDS: Final = frozenset(
    "will may mark grace hope joy rose bill art dean faith april june august summer dawn chance rich frank grant jack "
    "miles chase drew pat sue rob nick don ray guy max page young long short king price white black brown green".split()
)
_SHORTEST: Final = 3
_LONGEST: Final = 200
_WORD: Final = r"[^\W_]+"
_BETWEEN: Final = rf"(?:[^\w{OPEN}{CLOSE}]|_){{1,16}}"


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an identity: its words, folded; `exact` is its only spelling where that is a common word too.

    `lead` is what stands before the first word (`+`), masked with it where it is there.
    """

    words: tuple[str, ...]
    lead: str
    exact: str | None
    kind: str
    value: str

    def end_in(self, text: str, start: int) -> int | None:
        """Where this form ends in a text that has its first word at `start`; None where the text goes on otherwise."""
        found = _words_in_a_row(len(self.words)).match(text, start)
        if found is None or tuple(word.casefold() for word in found.groups()) != self.words:
            return None
        return found.end() if self.exact is None or found[0] == self.exact else None


@dataclass(frozen=True, slots=True)
class Identities:
    """What is known of the people in one run, by first words; `mask` replaces it in a text.

    A text is read once, however many people are known. Words match in any case and whatever stands between them, names
    also reversed; a part of a name matches as a word, a common word only as it is written.
    """

    forms: Mapping[str, tuple[Form, ...]]

    def mask(self, text: str, tagger: Tagger) -> str:
        """Replace every known value in `text`, outside placeholders, by the tag of the person that it belongs to."""
        shown: list[str] = []
        tags: dict[str, str] = {}
        done = 0
        for start, end, form in self._found(text):
            if form.value not in tags:
                tags[form.value] = tagger.tag(form.kind, form.value)
            shown += (text[done:start].removesuffix(form.lead), tags[form.value])
            done = end
        return "".join((*shown, text[done:]))

    def _found(self, text: str) -> Iterator[tuple[int, int, Form]]:
        end = 0
        for word in _word_or_placeholder().finditer(text) if self.forms else ():
            for form in self.forms.get(word[0].casefold(), ()) if word.start() >= end else ():
                form_end = form.end_in(text, word.start())
                if form_end is not None:
                    end = form_end
                    yield word.start(), end, form
                    break


NOBODY: Final = Identities({})


def kind_of(value: str) -> str:
    """What sort of identity a value is, for its placeholder: `email`, `phone` or `person`."""
    if "@" in value:
        return "email"
    digits = sum(character.isdigit() for character in value)
    return "phone" if digits >= 6 and digits * 2 > len(value) else "person"  # noqa: PLR2004 - shorter is no number


def known(values: Iterable[str]) -> Identities:
    """Gather the identities of one run; values of fewer than 3 characters or more than 200 name nobody.

    A form that two of them share, such as a family name, belongs to the longer one.
    """
    people = sorted({text for value in values if _SHORTEST <= len(text := value.strip()) <= _LONGEST})
    forms: dict[tuple[str, ...], Form] = {}
    for value in sorted(people, key=len, reverse=True):
        kind = kind_of(value)
        for written in _written(value, kind):
            words = tuple(word.casefold() for word in re.findall(_WORD, written))
            exact = written if written.casefold() in _COMMON_WORDS else None
            lead = re.split(_WORD, written, maxsplit=1)[0]
            if words:
                forms.setdefault(words, Form(words, lead, exact, kind, value))
    by_word: dict[str, tuple[Form, ...]] = {}
    for form in sorted(forms.values(), key=lambda form: len(form.words), reverse=True):
        by_word[form.words[0]] = (*by_word.get(form.words[0], ()), form)
    return Identities(by_word)


def _written(value: str, kind: str) -> list[str]:
    """A value as it is; of a name also the reverse, and each part that is long enough to be told from other words."""
    if kind != "person":
        return [value]
    parts = [part for part in re.split(r"[\s,]+", value) if part]
    reverse = [" ".join(reversed(parts)), " ".join((*parts[-1:], *parts[:-1]))]
    return [value, *reverse, *(part for part in parts if len(part.strip(".")) >= _SHORTEST)]


@cache
def _word_or_placeholder() -> re.Pattern[str]:
    return re.compile(rf"{PLACED}|{_WORD}")


@cache
def _words_in_a_row(count: int) -> re.Pattern[str]:
    return re.compile(_BETWEEN.join([f"({_WORD})"] * count))
