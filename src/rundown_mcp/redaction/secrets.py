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

_WORDLIKE: Final = re.compile(rb"[a-z]+(?:[-_.][a-z]+)*")
_TELLING_PREFIX: Final = 5


class _Scan:
    """The table, compiled: which keyword calls for which rules, and the rules that no keyword can call."""

    def __init__(self) -> None:
        words: dict[str, list[int]] = {}
        self._always: list[int] = []
        for index, rule in enumerate(TABLE):
            keywords = rule.keywords()
            if keywords is None:
                self._always.append(index)
            else:
                for word in keywords:
                    words.setdefault(word, []).append(index)
        self._called = list(words.values())
        self._keywords = Keywords(list(words))

    def wanted(self, data: bytes) -> list[int]:
        """The rules that could match this text, in the table's order."""
        rules = set(self._always)
        for word in self._keywords.present(data):
            rules.update(self._called[word])
        return sorted(rules)


@cache
def _scan() -> _Scan:
    return _Scan()


@cache
def _pattern(index: int) -> Pattern:
    return compiled(TABLE[index].pattern(), longest=True)


def vendor_keys(sight: Sight) -> Iterator[Found]:
    """Every text of a form in the table that stands free: no letter or digit goes on before or behind it."""
    data = sight.data
    for index in _scan().wanted(data):
        rule = TABLE[index]
        for found in _pattern(index).finditer(data):
            start, end = found.span()
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
