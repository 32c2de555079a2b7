"""Patterns over untrusted text, on an engine whose time grows with the text's length alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from operator import itemgetter
from types import ModuleType
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

from rundown_mcp.redaction.foreign import FOREIGN

STAND_IN: Final = b"\xaa"
"""Stands in scanned bytes for a character beyond Latin-1; it is no ASCII letter, digit or punctuation."""
_ASKED: Final = "\x95"
_MARKS: Final = bytes(sorted({ord(mark) for mark, _ in FOREIGN.values()}))
_NO_MARKS: Final = bytes.maketrans(_MARKS, STAND_IN * len(_MARKS))
"""A text's own control characters must not pass for the marks of telling words."""
_STAND_INS: Final = bytes.maketrans(b"?" + _ASKED.encode("latin-1") + _MARKS, STAND_IN + b"?" + STAND_IN * len(_MARKS))


T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_Spans: TypeAlias = Sequence[tuple[int, int]]
_Matcher: TypeAlias = Callable[[object, bytes, int, int], _Spans]


class _Ask(Protocol):
    def __call__(self, data: bytes, position: int = 0, end: int | None = None, /) -> Match | None: ...


class _Walk(Protocol[T_co]):
    def __call__(self, data: bytes, position: int = 0, end: int | None = None, /) -> Iterator[T_co]: ...


class Match:
    """What a search gives; offsets count bytes, which are characters (see `scannable`)."""

    __slots__ = ("_names", "_spans")

    def __init__(self, spans: _Spans, names: Mapping[str, int]) -> None:
        self._spans = spans
        self._names = names

    def span(self, group: int | str = 0) -> tuple[int, int]:
        """Where a group begins and ends; (-1, -1) where it took no part."""
        return self._spans[self._names[group] if isinstance(group, str) else group]

    def start(self, group: int | str = 0) -> int:
        """Where a group begins, or -1."""
        return self.span(group)[0]

    def end(self, group: int | str = 0) -> int:
        """Where a group ends, or -1."""
        return self.span(group)[1]


class Pattern:
    """A compiled pattern over scanned bytes; `data` may be looked at from `position` to before `end` only.

    It asks the engine itself: the package's own match objects cost more than the matching does. For the same reason
    its methods are functions that hold all that they need.
    """

    __slots__ = ("finditer", "fullmatch", "match", "ranges", "search")

    def __init__(self, pattern: str, *, longest: bool) -> None:
        engine = _re2()
        options = _options()
        options.longest_match = longest
        inner = engine.compile(pattern.encode("latin-1"), options)
        names = {name.decode(): index for name, index in inner.groupindex.items()}
        match: _Matcher = inner._regexp.Match  # noqa: SLF001 - see the class
        anchor = engine._Anchor  # noqa: SLF001 - see the class

        def made(spans: _Spans) -> Match:
            return Match(spans, names)

        self.finditer: _Walk[Match] = _walk(match, anchor.UNANCHORED, made)
        """Every match, from left to right."""
        self.ranges: _Walk[tuple[int, int]] = _walk(match, anchor.UNANCHORED, itemgetter(0))
        """Where each match begins and ends, for who needs no groups."""
        self.search: _Ask = _ask(match, anchor.UNANCHORED, names)
        """The first match."""
        self.match: _Ask = _ask(match, anchor.ANCHOR_START, names)
        """The match that begins at the position."""
        self.fullmatch: _Ask = _ask(match, anchor.ANCHOR_BOTH, names)
        """The match that covers everything."""


def _walk(match: _Matcher, anchor: object, made: Callable[[_Spans], T]) -> _Walk[T]:
    def walk(data: bytes, position: int = 0, end: int | None = None) -> Iterator[T]:
        size = len(data) if end is None else end
        while position <= size:
            spans = match(anchor, data, position, size)
            first, last = spans[0]
            if first < 0:
                return
            yield made(spans)
            position = last if last > first else last + 1

    return walk


def _ask(match: _Matcher, anchor: object, names: Mapping[str, int]) -> _Ask:
    def ask(data: bytes, position: int = 0, end: int | None = None) -> Match | None:
        size = len(data)
        if end is not None and end < size:
            size = end
        if position > size:
            return None
        spans = match(anchor, data, position, size)
        return None if spans[0][0] < 0 else Match(spans, names)

    return ask


def compiled(pattern: str, *, longest: bool = False) -> Pattern:
    """A pattern over `scannable` text; `(?i)` folds ASCII and Latin-1 letters.

    With `longest` the longest alternative wins, not the first.
    """
    return Pattern(pattern, longest=longest)


class Patterns:
    """Says which of several patterns match in a text, in one pass over it for all of them."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        self._set = _re2().Set.SearchSet(_options())
        for pattern in patterns:
            self._set.Add(pattern)
        self._set.Compile()

    def present(self, data: bytes) -> list[int]:
        """The indices of the patterns that match."""
        return cast("list[int] | None", self._set.Match(data)) or []


def scannable(text: str, lowered: Callable[[], str]) -> bytes:
    """The text with one byte a character, so that offsets in it are offsets in the text.

    A telling word in a script beyond Latin-1 becomes the mark of its sort (`foreign.FOREIGN`), any other such character
    the stand-in. `lowered` gives the text in small letters, where it is needed.
    """
    try:
        return text.encode("latin-1").translate(_NO_MARKS)
    except UnicodeEncodeError:
        data = text.replace("?", _ASKED).encode("latin-1", "replace").translate(_STAND_INS)
    lower = lowered()
    present = _announced().present(lower.encode("utf-8", "surrogatepass"))
    if not present:
        return data
    lower = lower if len(lower) == len(text) else text
    marked = bytearray(data)
    for index in present:
        word, mark = _foreign()[index]
        start = lower.find(word)
        while start >= 0:
            marked[start : start + len(word)] = mark * len(word)
            start = lower.find(word, start + len(word))
    return bytes(marked)


@cache
def _announced() -> Patterns:
    """Tells which of the words beyond Latin-1 occur at all, at the engine's speed."""
    return Patterns(re.escape(word.encode()) for word, _ in _foreign())


@cache
def _foreign() -> list[tuple[str, bytes]]:
    return [(word, mark.encode("latin-1")) for mark, told in FOREIGN.values() for word in told]


def _re2() -> ModuleType:
    import re2 as engine  # type: ignore[import-untyped]  # noqa: PLC0415 - 5 ms at start-up (-X importtime)

    return cast("ModuleType", engine)


def _options() -> Any:  # noqa: ANN401 - the library has no types
    options = _re2().Options()
    options.encoding = _re2().Options.Encoding.LATIN1
    options.log_errors = False
    return options
