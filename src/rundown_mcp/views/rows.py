"""The answer of `list_runs`: a row a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.listing import RunList
from rundown_mcp.runs.position import Standing
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.format import exact, length, minute, plural

_COLUMNS: Final = ("ref", "start", "status", "outcome", "agent", "took", "ticket", "title", "note")


@dataclass(frozen=True, slots=True)
class _Shape:
    """How much of a row is shown: characters of a name, a title, a note, and whether the last columns stand at all."""

    name: int
    title: int
    note: int
    columns: int = len(_COLUMNS)

    @property
    def rooms(self) -> tuple[int, ...]:
        """The characters for each column's text; ours, which are short, are never cut."""
        wide = self.name + 24
        return (0, 0, wide, self.name, self.name, 0, wide, self.title, self.note)[: self.columns]


_SHAPES: Final = (_Shape(40, 56, 90), _Shape(24, 24, 32), _Shape(12, 0, 0, columns=4))
"""As it should be, with few tokens, with very few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRows:
    """A page of runs, ready to be fitted to a budget.

    `cursor` writes the cursor that goes on from where a walk stands; `window` is the time asked for, in words; `now`
    says which year needs no mention.
    """

    page: RunList
    refs: Mapping[Ref, str]
    gate: Gate
    window: str
    sandbox: bool
    now: datetime
    cursor: Callable[[Standing], str]

    def fit(self, budget: Budget) -> Answer:
        """As many rows as fit, newest first; shorter cells before fewer than five rows."""
        cells = [self._cells(run) for _, run in self.page.rows]
        *roomy, tight = _SHAPES
        makers = [partial(self._most, budget, cells, shape, min(5, len(cells))) for shape in roomy]
        return budget.first([*makers, partial(self._most, budget, cells, tight, min(1, len(cells)))])

    def _most(self, budget: Budget, cells: Sequence[tuple[Cell, ...]], shape: _Shape, least: int) -> Answer | None:
        return budget.most(partial(self._answer, cells, shape), least, len(cells))

    def _answer(self, cells: Sequence[tuple[Cell, ...]], shape: _Shape, size: int) -> Answer:
        rows = [_row(row, shape) for row in cells[:size]]
        clipped = sum(cut for _, cut in rows)
        left = len(self.page.rows) - size
        cuts = [f"{plural(left, 'row')} for want of tokens"] if left else []
        cuts += [f"columns {', '.join(_COLUMNS[shape.columns :])}"] if shape.columns < len(_COLUMNS) else []
        cuts += [f"{plural(clipped, 'long text')}, marked … (whole in get_run, detail full)"] if clipped else []
        return Answer(
            head=() if rows else (self._nothing(),),
            blocks=(Table(_COLUMNS[: shape.columns], tuple(row for row, _ in rows)),) if rows else (),
            receipt=Receipt(
                coverage=tuple(map(str, self.page.coverage)),
                sandbox=self.sandbox,
                shown=self._shown(size),
                window=self.window,
                cut=tuple(cuts),
                next=self._next(size, brief=shape is _SHAPES[-1]),
            ),
        )

    def _cells(self, run: Run) -> tuple[Cell, ...]:
        """What there is to say of a run, whole: through the gate once, however often it is laid out."""
        gate = self.gate.knowing(run.identities)
        return (
            self.refs[run.ref],
            self._start(run.started_at),
            words.status(gate, run.status),
            words.outcome(gate, run.outcome),
            words.name(gate, run.agent),
            length(run.duration) if run.duration is not None else "",
            words.belongs_to(gate, run),
            words.maybe(gate, run.ticket.title if run.ticket else None),
            _note(gate, run),
        )

    def _start(self, at: datetime | None) -> str:
        """`11-21 04:10` in UTC, with the year where it is not this one."""
        if at is None:
            return ""
        return minute(at)[5:] if at.year == self.now.year else minute(at)

    def _nothing(self) -> str:
        return "No runs match." if self.page.following is None else "No run matches so far; next: looks further back."

    def _shown(self, size: int) -> str:
        if self.page.behind(size) is not None:
            return f"{size}, more exist" if size else "0, more may exist"
        return f"{size}, all that could be found" if self.page.has_gaps else f"{size}, all that match"

    def _next(self, size: int, *, brief: bool) -> tuple[str, ...]:
        rows = [run for _, run in self.page.rows[:size]]
        standing = self.page.behind(size)
        calls = [call("list_runs", cursor=self.cursor(standing))] if standing is not None else []
        pick = next((run for run in rows if run.status.word is Status.FAILED), rows[0] if rows else None)
        if pick is not None and not (brief and calls):
            calls.append(call("get_run", run=self.refs[pick.ref]))
        return tuple(calls)


def _row(cells: tuple[Cell, ...], shape: _Shape) -> tuple[tuple[Cell, ...], int]:
    """The cells in their room, and how many of them were cut."""
    pairs = list(zip(cells, shape.rooms, strict=False))
    row = tuple(clip(cell, room) if isinstance(cell, SafeText) else cell for cell, room in pairs)
    return row, sum(len(short) < len(cell) for short, (cell, _) in zip(row, pairs, strict=True))


def _note(gate: Gate, run: Run) -> SafeText:
    """What the list already knows of an error, of what the run waits for, or of a reviewer's mark."""
    parts = [str(words.maybe(gate, run.error)), str(words.waits_for(gate, run))]
    if run.quality.annotation is not None:
        parts.append(f"marked {gate.safe(run.quality.annotation)}")
    return SafeText("; ".join(part for part in parts if part))


def window_text(since: datetime | None, until: datetime | None) -> str:
    """The window in UTC, exactly: `2026-11-21 04:10 to 2026-11-22 04:10 UTC`."""
    if since is None and until is None:
        return ""
    start = exact(since) if since else "the first run"
    return f"{start} to {exact(until) if until else 'now'} UTC"
