"""The answer of `compare_runs`: why that counterpart, the first divergence, then everything else that differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.analysis.compare import Comparison, Pair, stretches
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.answer import Answer, Cell, Lines, Receipt, Table
from rundown_mcp.views.budget import Budget, cut
from rundown_mcp.views.call import call
from rundown_mcp.views.compare_lines import CompareLines
from rundown_mcp.views.format import plural
from rundown_mcp.views.sides import CompareLine, Side, is_same_agent

_COLUMNS: Final = ("here", "there", "step", "difference")
_ALL_LINES: Final = 9
_HEADING: Final = 2
"""The lines that say which runs these are."""
_LEAST_ROOM: Final = 24
_HEADING_ROOM: Final = 100
"""The least that they and the first divergence have, while there is room for more than them."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Characters of a text, the least important rank of line that stands, how many rows at least (None: no table)."""

    room: int
    rank: int
    rows: int | None


_SHAPES: Final = (
    _Shape(400, _ALL_LINES, 5),
    _Shape(200, _ALL_LINES, 3),
    _Shape(120, 4, 1),
    _Shape(80, 3, 0),
    _Shape(100, 2, 0),
    _Shape(100, 2, None),
    _Shape(40, 1, None),
    _Shape(100, 0, None),
    _Shape(0, 0, None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRuns:
    """Two runs side by side, ready to be fitted to a budget.

    `looked` is how far a success was looked for, in words; empty where the other run was given. `gate` knows the people
    of both.
    """

    here: Side
    there: Side
    comparison: Comparison
    looked: str
    gate: Gate
    coverage: tuple[str, ...]
    sandbox: bool

    def fit(self, budget: Budget) -> Answer:
        """As much as fits: texts get shorter first, then rows go, then lines, and the receipt says which."""
        words = CompareLines(self.here, self.there, self.comparison, self.gate)
        lines = [line for line in words.all() if line.text]
        gaps = stretches(self.comparison.pairs)
        cells: dict[int, tuple[Cell, ...]] = {}
        make = partial(self._answer, words, lines, gaps, cells, budget.roomier)
        return budget.first([partial(self._most, budget, partial(make, shape), shape, len(gaps)) for shape in _SHAPES])

    def _most(self, budget: Budget, make: partial[Answer], shape: _Shape, gaps: int) -> Answer | None:
        if shape.rows is None:
            return make(0)
        return budget.most(make, min(shape.rows, gaps), gaps, all_may_fit=budget.may_hold(gaps, [0] * gaps))

    def _answer(
        self,
        words: CompareLines,
        lines: Sequence[CompareLine],
        gaps: Sequence[Sequence[Pair]],
        cells: dict[int, tuple[Cell, ...]],
        roomier: int | None,
        shape: _Shape,
        size: int,
    ) -> Answer:
        brief = shape.rows is None
        kept = [*words.brief_heading(), *lines[_HEADING:]] if brief else list(lines)
        gone = [line.label for line in kept if line.rank > shape.rank]
        kept = [line for line in kept if line.rank <= shape.rank]
        rows = tuple(self._row(words, cells, place, gap, shape.room) for place, gap in enumerate(gaps[:size]))
        left = len(gaps) - size
        cuts = [
            *([f"{plural(left, 'difference')} between steps"] if left else []),
            *([plural(len(gone), "line")] if gone and brief else gone),
        ]
        least = _HEADING_ROOM if shape.rank else _LEAST_ROOM
        rooms = [shape.room if line.rank else max(shape.room, least) for line in kept]
        block = Lines(tuple((line.label, line.cut(room)) for line, room in zip(kept, rooms, strict=True)))
        return Answer(
            head=self._why(brief=brief),
            blocks=(block, Table(_COLUMNS, rows)) if rows else (block,),
            receipt=Receipt(
                coverage=self.coverage,
                sandbox=self.sandbox,
                shown=f"{size} of {plural(len(gaps), 'difference')} between steps",
                cut=(f"left out: {', '.join(cuts)}",) if cuts else (),
                next=self._next(roomier if left or gone else None, brief=brief),
            ),
        )

    def _why(self, *, brief: bool) -> tuple[str, ...]:
        """Why the other run is the one to compare with."""
        if self.looked:
            if brief:
                return (f"Compared with {self.there.ref}, the last success.",)
            said = "the newest earlier run of the same agent that completed with no unrecovered failure"
            return (f"Compared with {self.there.ref}, {said} ({self.looked}).",)
        if self.here.run.ref == self.there.run.ref:
            return (f"{self.here.ref} is compared with itself.",)
        other = [
            "another provider" if self.here.run.ref.connection != self.there.run.ref.connection else "",
            "" if is_same_agent(self.here.run.agent, self.there.run.agent) else "another agent",
        ]
        noted = f", of {' and '.join(item for item in other if item)}" if any(other) else ""
        return (f"Compared with {self.there.ref}, as asked{noted}.",)

    def _row(
        self, words: CompareLines, cells: dict[int, tuple[Cell, ...]], place: int, gap: Sequence[Pair], room: int
    ) -> tuple[Cell, ...]:
        """A gap as a row; what it says goes through the gate once, however often it is laid out."""
        if place not in cells:
            cells[place] = words.row(gap)
        return tuple(cut(cell, room) if isinstance(cell, SafeText) else cell for cell in cells[place])

    def _next(self, roomier: int | None, *, brief: bool) -> tuple[str, ...]:
        """The calls that read both runs where they part and the failure where it is elsewhere; else this run alone."""
        pairs, first, failure = self.comparison.pairs, self.comparison.first, self.here.diagnosis.first
        calls, read = [], None
        for place, side in ((first, self.here), (first, self.there)) if first is not None else ():
            found = (pair.here if side is self.here else pair.there for pair in pairs[place:])
            item = next((item for item in found if item is not None), None)
            if item is not None:
                calls.append(call("get_step", run=side.ref, step=str(item.step.number)))
                read = item if side is self.here else read
        if failure is not None and (read is None or read.step.number != failure.step.number):
            calls.append(call("get_step", run=self.here.ref, step="first_failure"))
        calls = calls or [call("get_run", run=self.here.ref)]
        if roomier is not None:
            calls.append(call("compare_runs", run=self.here.ref, other=self.there.ref, max_tokens=roomier))
        return tuple(calls[:1] if brief else calls)
