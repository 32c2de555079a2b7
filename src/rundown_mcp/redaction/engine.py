"""Patterns over untrusted text, on an engine whose time grows with the text's length alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, Final, cast

from rundown_mcp.redaction import words

STAND_IN: Final = b"\xaa"
_STANDING: Final = "\xaa"
"""Stands in scanned bytes for a character beyond Latin-1; it is no ASCII letter, digit or punctuation."""


class Match:
    """What a search gives; offsets count bytes, which are characters (see `scannable`)."""

    __slots__ = ("_found", "_names")

    def __init__(self, found: Any, names: dict[str, int]) -> None:  # noqa: ANN401 - the library has no types
        self._found = found
        self._names = names

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """Where a group begins and ends; (-1, -1) where it took no part."""
        return cast("tuple[int, int]", self._found.span(self._names[group] if isinstance(group, str) else group))

    def start(self, group: int | str = 0) -> int:
        """Where a group begins, or -1."""
        return self.span(group)[0]

    def end(self, group: int | str = 0) -> int:
        """Where a group ends, or -1."""
        return self.span(group)[1]


class Pattern:
    """A compiled pattern over scanned bytes."""

    __slots__ = ("_inner", "_names")

    def __init__(self, pattern: str, *, longest: bool) -> None:
        options = _options()
        options.longest_match = longest
        self._inner = _re2().compile(pattern.encode("latin-1"), options)
        self._names = {name.decode(): index for name, index in self._inner.groupindex.items()}

    def finditer(self, data: bytes) -> Iterator[Match]:
        """Every match, from left to right."""
        for found in self._inner.finditer(data):
            yield Match(found, self._names)

    def search(self, data: bytes, pos: int = 0, endpos: int | None = None) -> Match | None:
        """The first match at or after `pos`."""
        return self._one(self._inner.search(data, pos, endpos))

    def match(self, data: bytes, pos: int = 0, endpos: int | None = None) -> Match | None:
        """The match that begins at `pos`."""
        return self._one(self._inner.match(data, pos, endpos))

    def fullmatch(self, data: bytes, pos: int = 0, endpos: int | None = None) -> Match | None:
        """The match that covers everything from `pos` to `endpos`."""
        return self._one(self._inner.fullmatch(data, pos, endpos))

    def _one(self, found: Any) -> Match | None:  # noqa: ANN401 - the library has no types
        return None if found is None else Match(found, self._names)


def compiled(pattern: str, *, longest: bool = False) -> Pattern:
    """A pattern over `scannable` text; `(?i)` folds ASCII and Latin-1 letters.

    With `longest` the longest alternative wins, not the first.
    """
    return Pattern(pattern, longest=longest)


class Keywords:
    """Says which of some literal words occur in a text, in one pass over it for all of them."""

    def __init__(self, words: list[str]) -> None:
        engine = _re2()
        self._set = engine.Set.SearchSet(_options())
        for word in words:
            self._set.Add(engine.escape(word))
        self._set.Compile()

    def present(self, data: bytes) -> list[int]:
        """The indices of the words that occur."""
        return cast("list[int] | None", self._set.Match(data)) or []


def scannable(text: str) -> bytes:
    """The text with one byte a character, so that offsets in it are offsets in the text.

    A telling word in a script beyond Latin-1 becomes the mark of its sort (`words.FOREIGN`), any other such character
    the stand-in.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return _beyond().sub(_stand_ins, text).encode("latin-1")


def _stand_ins(found: re.Match[str]) -> str:
    run = _foreign().sub(lambda told: words.FOREIGN[told.lastgroup or ""][0] * len(told[0]), found[0])
    return "".join(character if character <= "\xff" else _STANDING for character in run)


@cache
def _beyond() -> re.Pattern[str]:
    """Stretches beyond Latin-1, with the single blanks inside them."""
    return re.compile("[^\\x00-\\xff]+(?: [^\\x00-\\xff]+)*")


@cache
def _foreign() -> re.Pattern[str]:
    """Literal words only, each tried at most once at a character."""
    return re.compile("(?i)" + "|".join(f"(?P<{sort}>{'|'.join(told)})" for sort, (_, told) in words.FOREIGN.items()))


def _re2() -> ModuleType:
    import re2 as engine  # type: ignore[import-untyped]  # noqa: PLC0415 - 5 ms at start-up (-X importtime)

    return cast("ModuleType", engine)


def _options() -> Any:  # noqa: ANN401 - the library has no types
    options = _re2().Options()
    options.encoding = _re2().Options.Encoding.LATIN1
    options.log_errors = False
    return options
