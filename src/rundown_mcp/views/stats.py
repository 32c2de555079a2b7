"""The answer of `run_stats`: the figures of all runs, then a row a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from rundown_mcp.analysis.stats import Figures, Group, GroupBy, figures, groups
from rundown_mcp.domain.run import Run, Status
from rundown_mcp.domain.text import JsonValue, SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.figures import UNKNOWN, brief_headline, headline, measures
from rundown_mcp.views.format import plural
from rundown_mcp.views.periods import Window, periods
from rundown_mcp.views.rows import window_text


@dataclass(frozen=True, slots=True)
class _Shape:
    """Characters of a group's name, how many rows at least (0: none), which columns besides the name (None: all)."""

    room: int
    least: int
    columns: frozenset[str] | None = None


_FEW: Final = frozenset({"runs", "share", "failure rate"})
_SOME: Final = _FEW | {"provider", "failed", "p50", "p95", "note"}
_SHAPES: Final = (
    _Shape(64, 5),
    _Shape(24, 5),
    _Shape(24, 5, _SOME),
    _Shape(24, 1, _SOME),
    _Shape(12, 1, _FEW),
    _Shape(0, 0, _FEW),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStats:
    """Runs that were counted, ready to be fitted to a budget.

    `connections` are those that answered; `more` are those of them that have more runs than were counted, `back_to` the
    start of the oldest counted of each. `arguments` are the call's own, for the next one.
    """

    runs: Sequence[Run]
    connections: Sequence[str]
    more: Sequence[str]
    back_to: Mapping[str, datetime]
    by: GroupBy
    since: datetime
    until: datetime | None
    now: datetime
    statuses: tuple[Status, ...]
    gate: Gate
    coverage: tuple[Coverage, ...]
    sandbox: bool
    arguments: Mapping[str, JsonValue]

    def fit(self, budget: Budget) -> Answer:
        """As many groups as fit, the largest or newest first; shorter names before fewer than five."""
        whole = figures(self.runs)
        columns, rows = self._table(whole)
        return budget.first([partial(self._most, budget, whole, columns, rows, shape) for shape in _SHAPES])

    def _most(
        self, budget: Budget, whole: Figures, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], shape: _Shape
    ) -> Answer | None:
        kept = [
            index for index, name in enumerate(columns) if not index or shape.columns is None or name in shape.columns
        ]
        table = Table(
            tuple(columns[index] for index in kept),
            tuple(tuple(_clipped(row[index], shape.room) for index in kept) for row in rows),
        )
        brief = shape.columns is _FEW
        head = self._head(whole, brief=brief)
        dropped = [name for index, name in enumerate(columns) if index not in kept]
        make = partial(self._answer, head, table, dropped, budget.roomier, brief=brief)
        sizes = [len(cell) for row in table.rows for cell in row]
        most = len(rows) if shape.least else 0
        return budget.most(make, min(shape.least, most), most, all_may_fit=budget.may_hold(most, sizes))

    def _answer(
        self,
        head: tuple[str, ...],
        table: Table,
        dropped: Sequence[str],
        roomier: int | None,
        size: int,
        *,
        brief: bool,
    ) -> Answer:
        rows = table.rows[:size]
        left = len(table.rows) - size
        clipped = any(str(row[0]).endswith("…") for row in rows)
        noun = self.by.value if self.by.width else "group"
        cuts = [
            plural(left, noun) if left else "",
            (plural(len(dropped), "column") if brief else f"columns {', '.join(dropped)}") if dropped else "",
            "the ends of names marked …" if clipped else "",
        ]
        return Answer(
            head=head,
            blocks=(Table(table.columns, rows),) if rows else (),
            receipt=Receipt(
                coverage=tuple(map(str, self.coverage)),
                sandbox=self.sandbox,
                shown=f"{size} of {plural(len(table.rows), 'row')}",
                window=window_text(self.since, self.until),
                cut=(f"left out: {', '.join(filter(None, cuts))}",) if any(cuts) else (),
                next=self._next(roomier if left or dropped else None, brief=brief),
            ),
        )

    def _head(self, whole: Figures, *, brief: bool) -> tuple[str, ...]:
        if not self.runs:
            return ("No runs match.",)
        reporting = [name for name in self.connections if any(run.ref.connection == name for run in self.runs)]
        first, *others = brief_headline(whole, self.statuses) if brief else headline(whole, self.statuses, reporting)
        if not self.more:
            return (first, *others)
        return (
            first,
            f"More runs exist at {', '.join(self.more)}: every figure is of the newest, which were counted.",
            *others,
        )

    def _next(self, roomier: int | None, *, brief: bool) -> tuple[str, ...]:
        """The rest of this answer, or all of it after a rate limit's wait; the runs not counted; those that failed."""
        given = dict(self.arguments)
        is_paced = any(item.is_paced for item in self.coverage)
        calls = [call("run_stats", **given, max_tokens=roomier)] if roomier is not None or is_paced else []
        calls += [
            call("run_stats", **{**given, "provider": [name], "since": _iso(self.since), "until": _iso(floor)})
            for name, floor in self.back_to.items()
            if floor > self.since
        ]
        if any(run.status.word is Status.FAILED for run in self.runs):
            asked = {name: given.get(name) for name in ("provider", "since", "until", "agent")}
            calls.append(call("triage_failures", **asked))
        return tuple(calls[:1] if brief else calls)

    def _table(self, whole: Figures) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
        """The columns, the name of a group first, and the rows, the largest or newest first."""
        found = groups(self.runs, self.by)
        columns_of = measures(self.by, whole, self.statuses)
        rows: list[tuple[Cell, ...]] = []
        if self.by.width is None:
            for group, name in zip(found, self._names(found), strict=True):
                cells = [measure(group.figures) for _, measure in columns_of]
                rows.append((name, group.connection, *cells, ""))
        else:
            for period in periods(found, self.by, self._window()) if found else ():
                cells = [measure(period.part) if period.part.runs else "" for _, measure in columns_of]
                rows.append((period.label, "", *(cells if period.part.runs else ["0", *cells[1:]]), period.note))
        columns = (self.by.value, "provider", *(name for name, _ in columns_of), "note")
        used = [index for index in range(len(columns)) if any(row[index] for row in rows)]
        return tuple(columns[index] for index in used), [tuple(row[index] for index in used) for row in rows]

    def _window(self) -> Window:
        return Window(
            since=self.since,
            until=self.until or self.now,
            goes_on=self.until is None or self.until > self.now,
            connections=self.connections,
            back_to=self.back_to,
        )

    def _names(self, found: Sequence[Group]) -> list[Cell]:
        """What each group is called; agents of one name at one connection are told apart by their ids."""
        names = [self._name(group) for group in found]
        times = Counter((str(name), group.connection) for name, group in zip(names, found, strict=True))
        return [
            words.with_id(self.gate, name, group.agent_id)
            if group.agent_id is not None and times[str(name), group.connection] > 1
            else name
            for name, group in zip(names, found, strict=True)
        ]

    def _name(self, group: Group) -> Cell:
        if isinstance(group.label, Untrusted):
            name = self.gate.knowing(group.identities).safe(group.label)
            return SafeText(f"unknown ({name})") if self.by is GroupBy.STATUS else name
        return str(group.label or UNKNOWN)


def _clipped(cell: Cell, room: int) -> Cell:
    return clip(cell, room) if isinstance(cell, SafeText) else cell


def _iso(at: datetime) -> str:
    """A time as a next call takes it, exact, so that no run is counted twice or left out."""
    return at.isoformat().replace("+00:00", "Z")
