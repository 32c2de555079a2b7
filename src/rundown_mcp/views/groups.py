"""The answer of `triage_failures`: a row a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from rundown_mcp.analysis.kinds import FailureKind
from rundown_mcp.analysis.signature import Failure
from rundown_mcp.analysis.trends import Change, Counted
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Status
from rundown_mcp.domain.text import JsonValue, SafeText
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.survey import Span, Survey
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.format import plural
from rundown_mcp.views.group_cells import GroupCells, GroupWriter
from rundown_mcp.views.rows import window_text

_COLUMNS: Final = ("#", "runs", "share", "change", "why", "tool", "example", "error", "where", "seen")
MOST_GROUPS: Final = 50
USUAL_GROUPS: Final = 10
USUAL_SINCE: Final = "24h"
_TOLD: Final = (Change.NEW, Change.UP, Change.DOWN, Change.GONE)
_MOST_KINDS: Final = 4
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Characters of an error, of each other text of the same cause, of a name; and the columns that stand."""

    error: int
    other: int
    name: int
    columns: tuple[str, ...] = _COLUMNS
    brief: bool = False


_KEY: Final = "key"
"""The column that tells groups apart: the cause, or what they are grouped by."""
_SHAPES: Final = (
    _Shape(50, 28, 24),
    _Shape(36, 20, 16),
    _Shape(24, 0, 12, columns=_COLUMNS[: _COLUMNS.index("where")], brief=True),
    _Shape(0, 0, 12, columns=("runs", "change", _KEY, "example"), brief=True),
    _Shape(0, 0, 0, columns=("runs", "change", "why", "example"), brief=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRows:
    """Groups of failures, ready to be fitted to a budget; the first `limit` of them are shown.

    `by` is what they are grouped by; `before` is where the window before starts, None where there is none; `given` are
    the arguments that select the runs, for the calls that go on.
    """

    groups: Sequence[Counted]
    limit: int
    by: str
    found: Survey[Failure]
    query: RunQuery
    before: datetime | None
    refs: Mapping[Ref, str]
    gate: Gate
    sandbox: bool
    now: datetime
    given: Mapping[str, JsonValue]

    def fit(self, budget: Budget) -> Answer:
        """As many groups as fit, the largest first; shorter texts before fewer than five groups."""
        newest = [group.seen[0] for group in self.groups]
        writer = GroupWriter(
            by=self.by,
            total=len(self.found.now.findings),
            gate=self.gate,
            refs=self.refs,
            times=self._unsaid(),
            agents=Counter((failure.ref.connection, failure.agent_label) for failure in newest),
        )
        rows = [writer.cells(group) for group in self.groups[: self.limit]]
        least = [min(few, len(rows)) for few in (5, 5, 1, 1, 1)]
        makers = [
            partial(budget.most, partial(self._answer, rows, shape, budget.roomier), few, len(rows))
            for shape, few in zip(_SHAPES, least, strict=True)
        ]
        return budget.first(makers)

    def _answer(self, rows: Sequence[GroupCells], shape: _Shape, roomier: int | None, size: int) -> Answer:
        key = "why" if self.by == "signature" else "tool"
        kept = tuple(key if name == _KEY else name for name in shape.columns)
        laid = [_laid(number, row, shape, kept) for number, row in enumerate(rows[:size], 1)]
        clipped = sum(cut for _, cut in laid)
        columns = tuple(self.by if name == "tool" and self.by != "signature" else name for name in kept)
        left = len(rows) - size
        cuts = [
            f"{plural(left, 'group')} for want of tokens" if left else "",
            plural(len(_COLUMNS) - len(columns), "column") if len(columns) < len(_COLUMNS) else "",
            f"{plural(clipped, 'long text')}, marked … (get_run has the example's whole)" if clipped else "",
        ]
        return Answer(
            head=(self._head(brief=shape.brief),),
            blocks=(Table(columns, tuple(row for row, _ in laid)),) if laid else (),
            receipt=Receipt(
                coverage=tuple(map(str, self.found.coverage)),
                sandbox=self.sandbox,
                shown=self._shown(size, brief=shape.brief),
                window=self._window(brief=shape.brief),
                cut=tuple(item for item in cuts if item),
                next=self._next(rows, left, roomier)[: 1 if shape.brief else None],
            ),
        )

    def _unsaid(self) -> int:
        """In a window of a day the time alone tells when, within a year the day; `GroupWriter.times`."""
        since, until = self.query.since, self.query.until
        groups = self.groups[: self.limit]
        if since and until and until - since <= _DAY and all(group.now for group in groups):
            return len("2026-11-21 ")
        times = [failure.at for group in groups for failure in group.seen if failure.at is not None]
        return len("2026-") if all(at.year == self.now.year for at in times) else 0

    def _head(self, *, brief: bool) -> str:
        """What is failing, in one line of ours: how much, of what sort, what is new."""
        changes = Counter(group.change for group in self.groups)
        told = ", ".join(f"{changes[word]} {word.value}" for word in _TOLD if changes[word])
        said = self._failing(brief=brief) if self.found.now.findings else _nothing(self.found.now, self._noun)
        return f"{said} Change: {told}." if told and not brief else said

    @property
    def _noun(self) -> str:
        """What the runs that were asked for are called; a mere `run` may be one without a failure."""
        return "failed run" if self.query.statuses == (Status.FAILED,) else "run"

    def _failing(self, *, brief: bool) -> str:
        span, live = self.found.now, sum(bool(group.now) for group in self.groups)
        total = len(span.findings)
        said = plural(total, self._noun)
        if self._noun == "run":
            said += f" with a failure, of {span.looked_into} looked into"
        said += f"; {plural(live, 'cause' if self.by == 'signature' else self.by)}"
        kinds = Counter(failure.signature.kind for failure in span.findings)
        del kinds[FailureKind.OTHER]
        first = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:_MOST_KINDS]
        sorts = [f"{count} {kind.value}" for kind, count in first]
        rest = total - sum(count for _, count in first)
        return f"{said}." if brief else f"{said}. {', '.join([*sorts, *([f'{rest} other'] if rest else [])])}."

    def _shown(self, size: int, *, brief: bool) -> str:
        total, span = len(self.groups), self.found.now
        if not total and span.complete and span.looked_into == span.matched:
            return "0 groups"  # how many runs were looked into stands in the head
        groups = f"all {plural(total, 'group')}" if size == total else f"{size} of {plural(total, 'group')}"
        if before := sum(not group.now for group in self.groups):
            groups += f" ({before} only before)"  # the head counts causes of this window alone
        said = f"{groups}; {span.looked_into} of {span.matched}{'' if span.complete else ' or more'} runs looked into"
        if not brief and span.by_row:
            said += f", {span.by_row} by their row's error"
        unread = ", ".join(f"{count} {why}" for why, count in span.unread.most_common())
        return f"{said}; not: {unread}" if unread and not brief else said

    def _window(self, *, brief: bool) -> str:
        since, until = self.query.since, self.query.until
        said = window_text(since, until)
        if brief:
            return said
        if self.before is None:
            return f"{said}; nothing before it to compare with"
        return f"{said}; before it {self._runs_before()}"

    def _runs_before(self) -> str:
        before = self.found.before
        least = "" if before.complete else "at least "
        said = least + plural(before.matched, self._noun)
        if self._noun == "run":
            said += f", {len(before.findings)} with a failure"
        if before.complete and not before.unread:
            return said
        return f"{said}, {before.looked_into} looked into; change empty where unsure"

    @property
    def _usual_since(self) -> str:
        """What `since` means to `list_runs`, where it was left out here: counted back from `until`."""
        start = self.query.since
        return start.isoformat() if self.given["until"] and start else USUAL_SINCE

    def _next(self, rows: Sequence[GroupCells], left: int, roomier: int | None) -> tuple[str, ...]:
        """One run of the first group; what was left out here, or half the time; the runs one by one.

        Half the time meets a rate limit as well; the same call finds what was read kept.
        """
        calls = [call("get_run", run=rows[0].example)] if rows else []
        by = None if self.by == "signature" else self.by
        beyond = len(self.groups) - len(rows)
        span, since, until = self.found.now, self.query.since, self.query.until
        size = None if self.limit == USUAL_GROUPS else self.limit
        if any(item.is_paced for item in self.found.coverage):
            calls.append(call("triage_failures", **self.given, group_by=by, limit=size))
        elif since and until and (span.unread or not span.complete):
            half = (since + (until - since) / 2).replace(microsecond=0)
            calls.append(call("triage_failures", **{**self.given, "since": half.isoformat()}, group_by=by))
        elif left and roomier is not None:
            calls.append(call("triage_failures", **self.given, group_by=by, limit=size, max_tokens=roomier))
        elif beyond and self.limit < MOST_GROUPS:
            more = min(MOST_GROUPS, len(self.groups))
            calls.append(call("triage_failures", **self.given, group_by=by, limit=more))
        elif rows:
            other = "agent" if self.by == "signature" else None
            calls.append(call("triage_failures", **self.given, group_by=other))
        if not span.matched and span.complete:
            asked = {name: self.given[name] for name in ("provider", "since", "until", "agent")}
            return (*calls, call("run_stats", **asked))  # whether anything ran at all
        given = {
            **self.given,
            "since": self.given["since"] or self._usual_since,
            "status": self.given["status"] or ["failed"],
        }
        return (*calls, call("list_runs", **given))


def _laid(number: int, row: GroupCells, shape: _Shape, columns: Sequence[str]) -> tuple[tuple[Cell, ...], int]:
    """The cells in their room, and how many texts were cut."""
    names = [clip(cell, shape.name) if isinstance(cell, SafeText) else cell for cell in (row.name, row.where)]
    gathers = isinstance(row.where, SafeText) or not row.spread
    where = SafeText("; ".join(part for part in (str(names[1]) if gathers else "", row.spread) if part))
    rooms = [shape.error, *(shape.other for _ in row.texts[1:])]
    texts = [clip(text, room) for text, room in zip(row.texts, rooms, strict=True) if room]
    more = row.more + len(row.texts) - len(texts)
    said = " | also: ".join(str(text) for text in texts) + (f" | and {plural(more, 'more text')}" if more else "")
    cells = (str(number), *row.fixed, row.why, names[0], row.example, SafeText(said), where, row.seen)
    shown = tuple(cell for name, cell in zip(_COLUMNS, cells, strict=True) if name in columns)
    return shown, sum("…" in str(cell) for cell in shown)


def _nothing(span: Span[Failure], noun: str) -> str:
    if not span.matched:
        return f"No {noun} matches." if span.complete else f"No {noun} matches so far; not all lists were read."
    if not span.looked_into:
        return f"None of {plural(span.matched, 'run')} could be looked into."
    return f"No failure in the {plural(span.looked_into, 'run')} that were looked into."
