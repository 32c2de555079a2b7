"""Markdown that text from outside cannot shape: whatever came from a provider stands in a code span of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.answer import Cell
from rundown_mcp.views.budget import cut

_OPEN: Final = "\ue002"
_CLOSE: Final = "\ue003"
"""Private characters around what came from outside; the gate escapes those that a provider sends."""
_MARKED: Final = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}?|{_CLOSE}")
_TICK: Final = r"\u0060"


class MarkingGate(Gate):
    """Another gate's texts, marked to be written by `code_spans`.

    The lines of a card can be made with it: our words and the vendor's stay apart in one line.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def knowing(self, people: Iterable[Untrusted]) -> MarkingGate:
        """The same for another run's people."""
        return MarkingGate(self._gate.knowing(people))

    def look_through(self, values: Iterable[Untrusted]) -> None:
        """As the other gate does."""
        self._gate.look_through(values)

    def safe(self, value: Untrusted) -> SafeText:
        """What the other gate shows of a value, marked; empty where that is empty."""
        shown = self._gate.safe(value)
        return marked(shown) if shown else shown


def marked(text: Cell) -> SafeText:
    """A text that is to stand in a code span."""
    return SafeText(f"{_OPEN}{text}{_CLOSE}")


def code_spans(line: Cell, room: int | None = None, line_room: int | None = None) -> SafeText:
    """A line with what was marked in code spans, each text cut to `room` characters and the line to `line_room`.

    A text whose end was cut off is in a span too. A backtick in it is written as JSON escapes it, so that one on each
    side is enough for every renderer.
    """
    pieces = _MARKED.sub(lambda found: str(marked(cut(SafeText(found[1] or ""), room))), str(line))
    return SafeText(_MARKED.sub(_span, str(cut(SafeText(pieces), line_room))))


def _span(found: re.Match[str]) -> str:
    inside = found[1]
    return f"`{inside.replace('`', _TICK)}`" if inside else ""
