"""Ways to write known names, and where a text holds one: read once, however many people are known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_BETWEEN: Final = frozenset(".,_+-、，・· \t\n\r\xa0\u3000")
_MOST_BETWEEN: Final = 3
_MOST_CORES: Final = 32
"""Up to so many words, looking for each of them is faster than reading the text."""
_SHORTEST_STEM: Final = 3
_LONG_STEM: Final = 5
_VOWELS: Final = frozenset("аеёийоуыьэюяαειουη")


class Form(NamedTuple):
    """One way to write what is known: its words, folded, between which little or nothing may stand.

    `value` and `kind` make its tag. `capitals` are those that it must have, where it is a common word too. `initial`
    lets a middle initial stand between its words. `inflected` lets a few letters follow.
    """

    words: tuple[str, ...]
    kind: str
    value: str
    capitals: str = ""
    initial: bool = False
    inflected: bool = False

    def closed(self, text: str, end: int) -> int:
        """The end with the ending that belongs to it; -1 inside a word. Scripts without capitals part no words."""
        last = text[end - 1]
        if last.isdigit():
            return -1 if text[end : end + 1].isdigit() else end
        if not last.isalpha() or not is_cased(last):
            return end
        stop = end
        length = len(self.words[-1])
        if self.inflected:
            most = 3 if length >= _LONG_STEM else 2
        else:
            most = 1 if text[end : end + 1] == "s" and length > _SHORTEST_STEM else 0
        while stop - end < most and text[stop : stop + 1].isalpha():
            stop += 1
        return -1 if text[stop : stop + 1].isalpha() else stop


class _Node:
    """What may follow some words: further words by themselves, and the forms that end here."""

    __slots__ = ("forms", "initial", "lengths", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.lengths: tuple[int, ...] = ()
        self.forms: list[Form] = []
        self.initial = False

    def add(self, form: Form, place: int = 0) -> None:
        if place == len(form.words):
            self.forms.append(form)
            return
        word = form.words[place]
        self.initial = self.initial or (form.initial and place > 0)
        if word not in self.words:
            self.words[word] = _Node()
            self.lengths = tuple(sorted({*self.lengths, len(word)}))
        self.words[word].add(form, place + 1)

    def ends(self, text: str, place: int) -> Iterator[tuple[int, Form]]:
        """Where forms that go on from `place` end."""
        for length in self.lengths:
            end = place + length
            node = self.words.get(text[place:end])
            if node is None or end > len(text):
                continue
            for form in node.forms:
                yield form.closed(text, end), form
            if node.words:
                behind = _skipped(text, end)
                yield from node.ends(text, behind)
                if node.initial and text[behind : behind + 1].isalpha():
                    yield from node.ends(text, _skipped(text, behind + 1))


class Forms:
    """Many forms as a tree of words, so that a text is read once for all of them."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._root = _Node()
        self._cores: set[str] = set()
        self._reach = 0
        words: set[str] = set()
        anywhere: set[str] = set()
        for form in forms:
            self._root.add(form)
            self._cores.add(max(form.words, key=len))
            self._reach = max(self._reach, sum(len(word) + 2 * _MOST_BETWEEN + 1 for word in form.words))
            first = form.words[0][0]
            (words if is_cased(first) or first.isdigit() else anywhere).add(first)
        self._begins: set[str] = set()
        for word, node in self._root.words.items():
            if len(word) == 1 and not node.forms and is_cased(word):
                self._begins.update(word + second for second in _BETWEEN | {other[0] for other in node.words})
            else:
                self._begins.add(word[:2])
        self._starts = re.compile("|".join(_starts(words, anywhere))) if words or anywhere else None

    def find(self, text: str, written: str) -> Iterator[tuple[int, int, Form]]:
        """The longest form at each place of a folded text; `written` is the same text in its own capitals."""
        done = 0
        for start in self._beginnings(text):
            if start < done or not (text[start : start + 2] in self._begins or text[start] in self._begins):
                continue
            best: tuple[int, Form] | None = None
            for end, form in self._root.ends(text, start):
                if end > (best[0] if best else start) and written.startswith(form.capitals, start):
                    best = end, form
            if best is not None:
                done = best[0]
                yield start, done, best[1]

    def _beginnings(self, text: str) -> Iterator[int]:
        """Where a form may begin, in order: near its longest word, or with many forms anywhere."""
        if self._starts is None:
            return
        if len(self._cores) > _MOST_CORES:
            yield from (found.start() for found in self._starts.finditer(text))
            return
        done = 0
        for place in sorted(place for core in self._cores for place in _places(text, core)):
            for found in self._starts.finditer(text, max(done, place - self._reach), place + 1):
                yield found.start()
            done = place + 1


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _starts(words: set[str], anywhere: set[str]) -> Iterator[str]:
    """What a form can begin with: its first character, where its script parts words only behind no other letter."""
    if words:
        yield f"[{re.escape(''.join(sorted(words)))}](?<![^\\W\\d_].)"
    if anywhere:
        yield f"[{re.escape(''.join(sorted(anywhere)))}]"


def is_cased(character: str) -> bool:
    """Whether a letter's script has capitals; such scripts put spaces between words."""
    return character.lower() != character.upper()


def stem(word: str) -> str:
    """The part of a Cyrillic or Greek name that its cases share; any other word as it is."""
    if not is_inflected(word):
        return word
    short = word.removesuffix("σ")
    return short[:-1] if short[-1] in _VOWELS and len(short) > _SHORTEST_STEM else word


def is_inflected(word: str) -> bool:
    """Whether a word is of a script whose languages change the ends of names, and long enough to tell."""
    return "\u0370" <= word[:1] <= "\u04ff" and len(word) > _SHORTEST_STEM


def _skipped(text: str, place: int) -> int:
    """Behind what may stand between two words of a name."""
    stop = place
    while stop - place < _MOST_BETWEEN and text[stop : stop + 1] in _BETWEEN:
        stop += 1
    return stop
