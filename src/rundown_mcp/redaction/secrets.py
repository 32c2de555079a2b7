"""Secrets that have a vendor's form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from rundown_mcp.redaction.engine import Pattern, compiled
from rundown_mcp.redaction.rules import TABLE, Rule
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import SECRET, VENDOR, Found
from rundown_mcp.redaction.values import REST

_WORDLIKE: Final = re.compile(rb"[a-z]+(?:[-_.][a-z]+)*")
_TELLING_PREFIX: Final = 5
_LONGEST: Final = 4096
"""Characters of a key before its word that are looked at."""
_NO_BLANK: Final = bytes(set(range(256)) - set(b"\t\n\f\r \x00\x02"))


class _Scan:
    """The table, compiled: which word calls for which rules, where they begin with it, and those that none calls."""

    def __init__(self) -> None:
        words: dict[bytes, list[tuple[int, bool]]] = {}
        self._always: list[int] = []
        for index, rule in enumerate(TABLE):
            beginnings = rule.beginnings()
            keywords = beginnings or rule.keywords()
            if keywords is None:
                self._always.append(index)
            for word in dict.fromkeys(keywords or ()):
                words.setdefault(word.encode(), []).append((index, beginnings is not None))
        self._called = {
            word: [(begun, *rule) for begun in words if word.startswith(begun) for rule in words[begun]]
            for word in words
        }
        """By word the rules that it calls for, and those that the words call for which it begins with."""
        self._words = compiled("|".join(re.escape(word.decode()) for word in words), longest=True)
        self._any = compiled("|".join(TABLE[index].pattern() for index in self._always))

    def matches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Each match of a rule: the rule's place in the table, start and end."""
        tried: dict[tuple[bytes, int], int] = {}
        called: dict[int, list[int]] = {}
        for place, word, rule, begins in self._calls(data):
            if not begins:
                called.setdefault(rule, []).append(place)
            elif place >= tried.get((word, rule), 0):
                found = _pattern(rule).match(data, place)
                tried[word, rule] = place + len(word) if found is None else found.end()
                if found is not None:
                    yield rule, place, found.end()
        runs: dict[int, Iterable[tuple[int, int]]] = {
            rule: _runs_around(data, places) for rule, places in called.items()
        }
        if self._any.search(data) is not None:
            runs |= dict.fromkeys(self._always, ((0, len(data)),))
        for rule, stretches in runs.items():
            for low, high in stretches:
                for start, end in _pattern(rule).ranges(data, low, high):
                    yield rule, start, end

    def _calls(self, data: bytes) -> Iterator[tuple[int, bytes, int, bool]]:
        """Where words of the table stand: place, word, the rule that it calls for, whether that begins with it.

        One pass for all words: to look again for each of those that occur took 4 % of all the time.
        """
        place = -1
        while (found := self._words.search(data, place + 1)) is not None:
            place, end = found.span()
            for word, rule, begins in self._called[data[place:end]]:
                yield place, word, rule, begins


def _runs_around(data: bytes, places: list[int]) -> Iterator[tuple[int, int]]:
    """The runs without a blank that hold one of these places: no form that has its word further on holds a blank."""
    done = 0
    for place in places:
        if place < done:
            continue
        before = data[max(done, place - _LONGEST) : place]
        run = REST.match(data, place)
        done = run.end() if run is not None else place
        yield place - len(before) + len(before.rstrip(_NO_BLANK)), done


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
