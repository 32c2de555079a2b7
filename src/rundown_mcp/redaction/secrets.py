"""Secrets that have a vendor's form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Keywords, Pattern, compiled
from rundown_mcp.redaction.rules import TABLE, Rule
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import SECRET, VENDOR, Found
from rundown_mcp.redaction.values import rest

_WORDLIKE: Final = re.compile(rb"[a-z]+(?:[-_.][a-z]+)*")
_TELLING_PREFIX: Final = 5
_LONGEST: Final = 4096
"""Characters of a key before its word that are looked at."""
_NO_BLANK: Final = bytes(set(range(256)) - set(b"\t\n\f\r \x00\x02"))


class _Scan:
    """The table, compiled: which word calls for which rules, where they begin with it, and those that none calls."""

    def __init__(self) -> None:
        words: dict[str, list[tuple[int, bool]]] = {}
        self._always: list[int] = []
        for index, rule in enumerate(TABLE):
            beginnings = rule.beginnings()
            keywords = beginnings or rule.keywords()
            if keywords is None:
                self._always.append(index)
            for word in dict.fromkeys(keywords or ()):
                words.setdefault(word, []).append((index, beginnings is not None))
        self._called = [(word.encode(), rules) for word, rules in words.items()]
        self._keywords = Keywords(list(words))
        self._any = compiled("|".join(TABLE[index].pattern() for index in self._always))

    def matches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Each match of a rule: the rule's place in the table, start and end."""
        called: dict[int, list[bytes]] = {}
        for index in self._keywords.present(data):
            word, rules = self._called[index]
            for rule, begins in rules:
                if begins:
                    yield from _beginning(rule, word, data)
                else:
                    called.setdefault(rule, []).append(word)
        for rule, words in sorted(called.items()):
            for low, high in _runs_around(data, words):
                for start, end in _pattern(rule).ranges(data, low, high):
                    yield rule, start, end
        if self._any.search(data) is not None:
            for rule in self._always:
                for start, end in _pattern(rule).ranges(data):
                    yield rule, start, end


def _runs_around(data: bytes, words: list[bytes]) -> Iterator[tuple[int, int]]:
    """The runs without a blank that hold one of these words: no form that has its word further on holds a blank."""
    done = 0
    for place in sorted({place for word in words for place in _places(data, word)}):
        if place < done:
            continue
        before = data[max(done, place - _LONGEST) : place]
        run = rest().match(data, place)
        done = run.end() if run is not None else place
        yield place - len(before) + len(before.rstrip(_NO_BLANK)), done


def _places(data: bytes, word: bytes) -> Iterator[int]:
    place = data.find(word)
    while place >= 0:
        yield place
        place = data.find(word, place + len(word))


def _beginning(rule: int, word: bytes, data: bytes) -> Iterator[tuple[int, int, int]]:
    """The matches of a rule that begin with a word: tried where the word stands, and nowhere else."""
    pattern = _pattern(rule)
    start = data.find(word)
    while start >= 0:
        found = pattern.match(data, start)
        end = found.end() if found is not None else start + len(word)
        if found is not None:
            yield rule, start, end
        start = data.find(word, end)


@cache
def _scan() -> _Scan:
    return _Scan()


@cache
def _pattern(index: int) -> Pattern:
    return compiled(TABLE[index].pattern(), longest=True)


def vendor_keys(sight: Sight) -> Iterator[Found]:
    """Every text of a form in the table that stands free: no letter or digit goes on before or behind it."""
    data = sight.data
    for index, start, end in _scan().matches(data):
        rule = TABLE[index]
        if _stands_free(data, start, end) and _plausible(rule, data[start:end]):
            yield Found(start, end, SECRET, rule.kind, VENDOR)


def _stands_free(data: bytes, start: int, end: int) -> bool:
    before, after = data[start - 1 : start], data[end : end + 1]
    return not (before.isalnum() and data[start : start + 1].isalnum()) and not (
        after.isalnum() and data[end - 1 : end].isalnum()
    )


def _plausible(rule: Rule, text: bytes) -> bool:
    """Whether a match of a short prefix is more than words with hyphens: `md-some-words-in-a-row` is no key."""
    return _WORDLIKE.fullmatch(text) is None or any(
        text.startswith(form.partition("{")[0].encode()) for form in rule.forms if form.find("{") >= _TELLING_PREFIX
    )
