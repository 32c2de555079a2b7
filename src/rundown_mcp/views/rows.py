"""The answer of `list_runs`: a row a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import Final

from rundown_mcp.domain.query import ID_START
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.checkpoint import Checkpoint
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.runs.listing import RunList
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.format import exact, length, minute, plural

_LONG_ID: Final = re.compile(r"[A-Za-z0-9_-]{17,}", re.ASCII)
_COLUMNS: Final = ("ref", "start", "status", "outcome", "agent", "took", "ticket", "title", "note")
_TICKET: Final = _COLUMNS.index("ticket")


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


_ROOMY: Final = (_Shape(40, 56, 90), _Shape(24, 24, 32))
"""As it should be, and with few tokens."""
_TIGHT: Final = (_Shape(12, 0, 0, columns=4), _Shape(12, 0, 0, columns=2))
"""With very few tokens: the first columns, and few words on what was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRows:
    """A page of runs, ready to be fitted to a budget.

    `cursor` writes the cursor that goes on from where a walk stands; `window` is the time asked for, in words; `now`
    says which year needs no mention; `hint` is what to think of where nothing was found.
    """

    page: RunList
    refs: Mapping[Ref, str]
    gate: Gate
    window: str
    sandbox: bool
    now: datetime
    hint: str
    cursor: Callable[[Checkpoint], str]

    def fit(self, budget: Budget) -> Answer:
        """As many rows as fit, newest first; shorter cells before fewer than five rows."""
        cells = self._table()
        levels = [*((shape, 5) for shape in _ROOMY), *((shape, 1) for shape in _TIGHT)]
        return budget.first(
            [partial(self._most, budget, cells, shape, min(least, len(cells))) for shape, least in levels]
        )

    def _most(self, budget: Budget, cells: Sequence[tuple[Cell, ...]], shape: _Shape, least: int) -> Answer | None:
        return budget.most(partial(self._answer, cells, shape), least, len(cells))

    def _answer(self, cells: Sequence[tuple[Cell, ...]], shape: _Shape, size: int) -> Answer:
        rows = [_row(row, shape) for row in cells[:size]]
        clipped = sum(cut for _, cut in rows)
        left = len(self.page.rows) - size
        cuts = [plural(left, "row")] if left else []
        cuts += [f"columns after {_COLUMNS[shape.columns - 1]}"] if shape.columns < len(_COLUMNS) else []
        ids = sum(str(row[_TICKET]).endswith("…") for row in cells[:size] if shape.columns > _TICKET)
        cuts += [f"{plural(ids, 'id')}, marked … (its start is enough for ticket)"] if ids else []
        cuts += [f"{plural(clipped, 'long text')}, marked … (whole in get_run, detail full)"] if clipped else []
        return Answer(
            head=() if rows else (self._nothing(), *([self.hint] if self.hint and shape not in _TIGHT else [])),
            blocks=(Table(_COLUMNS[: shape.columns], tuple(row for row, _ in rows)),) if rows else (),
            receipt=Receipt(
                coverage=tuple(str(_with_its_place(item)) for item in self.page.coverage),
                sandbox=self.sandbox,
                shown=self._shown(size),
                window=self.window,
                cut=tuple(cuts),
                next=self._next(size, brief=shape in _TIGHT),
            ),
        )

    def _table(self) -> list[tuple[Cell, ...]]:
        """The cells of all rows, with long ids shortened to starts that tell those of this page apart."""
        runs = [run for _, run in self.page.rows]
        self.gate.look_through(value for run in runs for value in _shown_of(run) if value is not None)
        cells = [self._cells(run) for run in runs]
        ids = [str(row[_TICKET]) for row in cells]
        short = short_starts({text for text, run in zip(ids, runs, strict=True) if _is_long_id(text, run)})
        return [
            (*row[:_TICKET], short.get(text, row[_TICKET]), *row[_TICKET + 1 :])
            for row, text in zip(cells, ids, strict=True)
        ]

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
        if self.page.following is not None and not self.page.only_owed:
            return "No run matches so far; next: looks further back."
        return "No run found in what was looked into." if self.page.has_gaps else "No runs match."

    def _shown(self, size: int) -> str:
        if self.page.behind(size) is not None and not (self.page.only_owed and size == len(self.page.rows)):
            return f"{size}, more exist" if size else "0, more may exist"
        if not self.page.has_gaps:
            return f"{size}, all that match"
        return f"{size}, all that could be found" + ("; next: asks again for the rest" if self.page.only_owed else "")

    def _next(self, size: int, *, brief: bool) -> tuple[str, ...]:
        rows = [run for _, run in self.page.rows[:size]]
        checkpoint = self.page.behind(size)
        calls = [call("list_runs", cursor=self.cursor(checkpoint))] if checkpoint is not None else []
        pick = next((run for run in rows if run.status.word is Status.FAILED), rows[0] if rows else None)
        if pick is not None and not (brief and calls):
            calls.append(call("get_run", run=self.refs[pick.ref]))
        return tuple(calls)


def _shown_of(run: Run) -> tuple[Untrusted | None, ...]:
    """The values that most rows show."""
    ticket, agent = run.ticket, run.agent
    return (
        run.status.native,
        agent.label if agent else None,
        *((ticket.id, ticket.title) if ticket else ()),
        run.conversation_id,
        run.contact_id,
        run.error,
    )


def _is_long_id(text: str, run: Run) -> bool:
    """Whether it is a conversation's or contact's id that costs more than it tells; a ticket's own id stays whole."""
    return (run.ticket is None or run.ticket.id is None) and _LONG_ID.fullmatch(text) is not None


def short_starts(ids: Collection[str]) -> Mapping[str, str]:
    """For each id the shortest start, of at least `ID_START` characters, that no other one has, with an ellipsis."""
    if not ids:
        return {}
    ordered = sorted(ids)
    shared = [_shared(one, other) for one, other in pairwise(ordered)]
    return {
        one: f"{one[: max(ID_START, 1 + max(before, after))]}…"
        for one, before, after in zip(ordered, [0, *shared], [*shared, 0], strict=True)
    }


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (left, right) in pairs if left != right), min(len(one), len(other)))


def _row(cells: tuple[Cell, ...], shape: _Shape) -> tuple[tuple[Cell, ...], int]:
    """The cells in their room, and how many of them were cut."""
    pairs = list(zip(cells, shape.rooms, strict=False))
    row = tuple(clip(cell, room) if isinstance(cell, SafeText) else cell for cell, room in pairs)
    return row, sum(len(short) < len(cell) for short, (cell, _) in zip(row, pairs, strict=True))


def _note(gate: Gate, run: Run) -> SafeText:
    """What the list already knows of an error, of what the run waits for, or of a reviewer's mark."""
    waits = words.waits_for(gate, run)
    if not waits and run.status.word is Status.PAUSED and run.outcome is not None:
        waits = words.maybe(gate, run.outcome.reason)  # where it waits for a person's answer, nothing else tells
    parts = [str(words.maybe(gate, run.error)), str(waits)]
    if run.quality.annotation is not None:
        parts.append(f"marked {gate.safe(run.quality.annotation)}")
    return SafeText("; ".join(part for part in parts if part))


def window_text(since: datetime | None, until: datetime | None) -> str:
    """The window in UTC, exactly: `2026-11-21 04:10 to 2026-11-22 04:10 UTC`."""
    if since is None and until is None:
        return ""
    start = exact(since) if since else "the first run"
    return f"{start} to {exact(until) if until else 'now'} UTC"


def _with_its_place(item: Coverage) -> Coverage:
    """What a connection had to say, and that the cursor of this answer asks it again."""
    return replace(item, notes=(*item.notes, "the cursor keeps its place")) if item.is_owed else item
