"""The answer of `triage_failures`: a row a group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from rundown_mcp.analysis.kinds import FailureKind
from rundown_mcp.analysis.signature import Failure
from rundown_mcp.analysis.trends import Change, Counted, concentration
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Status
from rundown_mcp.domain.text import JsonValue, SafeText, Untrusted
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.survey import Span, Survey
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.format import minute, plural
from rundown_mcp.views.rows import window_text

_COLUMNS: Final = ("#", "runs", "share", "change", "why", "tool", "example", "error", "where", "seen")
MOST_GROUPS: Final = 50
USUAL_GROUPS: Final = 10
USUAL_SINCE: Final = "24h"
_NO_STEP: Final = "no step named"
_NO_AGENT: Final = "no agent named"
_ADDRESS: Final = re.compile(r"(?=[!-~]{0,40}(?:://|\.[a-z0-9-]+\.))[!-~]{24,}|[!-~]{40,}")
"""An address or a long id in an error: what comes behind it tells more than its end does."""
_ADDRESS_ROOM: Final = 16
_MOST_EASED: Final = 400
_MESSAGES: Final = ("message", "error_message", "error", "detail", "msg", "reason")
_TOLD: Final = (Change.NEW, Change.UP, Change.DOWN, Change.GONE)
_MOST_KINDS: Final = 4
_MOST_TEXTS: Final = 3
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Shape:
    """Characters of an error, of each other text of the same cause, of a name; and how many columns stand."""

    error: int
    other: int
    name: int
    columns: int = len(_COLUMNS)
    brief: bool = False


_SHAPES: Final = (
    _Shape(50, 28, 24),
    _Shape(36, 20, 16),
    _Shape(24, 0, 12, columns=8, brief=True),
    _Shape(0, 0, 12, columns=7, brief=True),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """What there is to say of a group, whole: through the gate once, however often it is laid out."""

    fixed: tuple[str, ...]
    why: str
    name: Cell
    example: str
    texts: tuple[SafeText, ...]
    more: int
    where: Cell
    spread: str
    seen: str


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
        rows = [self._row(group) for group in self.groups[: self.limit]]
        least = (min(5, len(rows)), min(5, len(rows)), min(1, len(rows)), min(1, len(rows)))
        makers = [
            partial(budget.most, partial(self._answer, rows, shape, budget.roomier), few, len(rows))
            for shape, few in zip(_SHAPES, least, strict=True)
        ]
        return budget.first(makers)

    def _answer(self, rows: Sequence[_Row], shape: _Shape, roomier: int | None, size: int) -> Answer:
        laid = [_laid(number, row, shape) for number, row in enumerate(rows[:size], 1)]
        clipped = sum(cut for _, cut in laid)
        columns = tuple(self.by if name == "tool" and self.by != "signature" else name for name in _COLUMNS)
        left = len(rows) - size
        cuts = [
            f"{plural(left, 'group')} for want of tokens" if left else "",
            f"columns {', '.join(columns[shape.columns :])}" if shape.columns < len(columns) else "",
            f"{plural(clipped, 'long text')}, marked … (get_run has them whole)" if clipped else "",
        ]
        return Answer(
            head=(self._head(brief=shape.brief),),
            blocks=(Table(columns[: shape.columns], tuple(row for row, _ in laid)),) if laid else (),
            receipt=Receipt(
                coverage=tuple(map(str, self.found.coverage)),
                sandbox=self.sandbox,
                shown=self._shown(size, brief=shape.brief),
                window=self._window(brief=shape.brief),
                cut=tuple(item for item in cuts if item),
                next=self._next(rows, left, roomier)[: 1 if shape.brief else None],
            ),
        )

    def _row(self, group: Counted) -> _Row:
        main, total = group.example, len(self.found.now.findings)
        said = dict.fromkeys(self._error(text[0]) for text in group.texts)
        return _Row(
            fixed=(_count(group), _share(len(group.now), total), group.change.value if group.change else ""),
            why=_why(group),
            name=self._name(group),
            example=self.refs[main.ref],
            texts=tuple(said)[:_MOST_TEXTS],
            more=max(0, len(said) - _MOST_TEXTS),
            where=self._label(group.seen, "tool" if self.by == "agent" else "agent"),
            spread=_spread(group),
            seen=self._seen(group),
        )

    def _error(self, failure: Failure) -> SafeText:
        """What a failure says, or the vendor's word for it; sized where it is too long to be kept."""
        if failure.error is None:
            said = failure.signature.kind is FailureKind.SILENT or failure.signature.kind is FailureKind.STOPPED
            return SafeText("none given" if said else "a very long text, see the example")
        safe = clip(self.gate.knowing(failure.identities).safe(_spoken(failure.error)), _MOST_EASED)
        return SafeText(_ADDRESS.sub(lambda found: f"{found[0][:_ADDRESS_ROOM]}…", safe.text))

    def _label(self, failures: Sequence[Failure], what: str) -> Cell:
        """`charge_card`, `charge_card 7/9`, or `5 agents` where agents do not gather; empty where none is known."""
        values = [failure.tool if what == "tool" else failure.agent for failure in failures]
        most = concentration(values)
        if most.value is None:
            return ""
        if what == "agent" and most.different > 1 and most.count * 2 < len(values):
            return f"{most.different} agents"
        known = next(failure for failure, value in zip(failures, values, strict=True) if value == most.value)
        name = self.gate.knowing(known.identities).safe(most.value)
        return name if most.different == 1 else SafeText(f"{name} {most.count}/{len(values)}")

    def _name(self, group: Counted) -> Cell:
        """What the groups are grouped by; of a cause, the tool that met it."""
        failures = group.seen
        match self.by:
            case "provider":
                return failures[0].ref.connection
            case "agent":
                return self._label(failures, "agent") or _NO_AGENT
            case _:
                return self._label(failures, "tool") or _NO_STEP

    def _seen(self, group: Counted) -> str:
        """First and last: `22:12–23:22` in UTC where the window is of a day at most, else `11-21 22:12–11-22 01:03`."""
        times = sorted(failure.at for failure in group.seen if failure.at is not None)
        if not times:
            return ""
        since, until = self.query.since, self.query.until
        is_a_day = since is not None and until is not None and until - since <= _DAY and bool(group.now)
        shown = 11 if is_a_day else 5 if times[0].year == self.now.year else 0
        first, last = (minute(at)[shown:] for at in (times[0], times[-1]))
        return first if first == last else f"{first}–{last}"

    def _head(self, *, brief: bool) -> str:
        """What is failing, in one line of ours: how much, of what sort, what is new."""
        span, live = self.found.now, [group for group in self.groups if group.now]
        total = len(span.findings)
        if not total:
            return _nothing(span)
        if self.query.statuses == (Status.FAILED,):
            said = plural(total, "failed run")
        else:
            said = f"{plural(total, 'run')} with a failure, of {span.looked_into} looked into"
        said += f"; {plural(len(live), 'cause' if self.by == 'signature' else self.by)}"
        if brief:
            return f"{said}."
        kinds = Counter(failure.signature.kind for failure in span.findings).most_common()
        rest = sum(count for _, count in kinds[_MOST_KINDS:])
        sorts = [f"{count} {kind.value}" for kind, count in kinds[:_MOST_KINDS]]
        changes = Counter(group.change for group in self.groups)
        told = ", ".join(f"{changes[word]} {word.value}" for word in _TOLD if changes[word])
        said += f". {', '.join([*sorts, *([f'{rest} otherwise'] if rest else [])])}."
        return f"{said} Change: {told}." if told else said

    def _shown(self, size: int, *, brief: bool) -> str:
        total, span = len(self.groups), self.found.now
        groups = f"all {plural(total, 'group')}" if size == total else f"{size} of {plural(total, 'group')}"
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
        before = self.found.before
        said += "; before it "
        if before.complete and not before.unread:
            return f"{said}{plural(before.matched, 'run')}"
        least = "" if before.complete else "at least "
        return (
            f"{said}{least}{plural(before.matched, 'run')}, {before.looked_into} looked into; change empty where unsure"
        )

    def _next(self, rows: Sequence[_Row], left: int, roomier: int | None) -> tuple[str, ...]:
        """One run of the first group; what was left out here; the runs one by one."""
        calls = [call("get_run", run=rows[0].example)] if rows else []
        by = None if self.by == "signature" else self.by
        beyond = len(self.groups) - len(rows)
        if left and roomier is not None:
            size = None if self.limit == USUAL_GROUPS else self.limit
            calls.append(call("triage_failures", **self.given, group_by=by, limit=size, max_tokens=roomier))
        elif beyond and self.limit < MOST_GROUPS:
            more = min(MOST_GROUPS, len(self.groups))
            calls.append(call("triage_failures", **self.given, group_by=by, limit=more))
        elif rows:
            other = "agent" if self.by == "signature" else None
            calls.append(call("triage_failures", **self.given, group_by=other))
        status: JsonValue = self.given["status"] or ["failed"]
        since = self.given["since"] or USUAL_SINCE
        return (*calls, call("list_runs", **{**self.given, "since": since, "status": status}))


def _laid(number: int, row: _Row, shape: _Shape) -> tuple[tuple[Cell, ...], int]:
    """The cells in their room, and how many texts were cut."""
    names = [clip(cell, shape.name) if isinstance(cell, SafeText) else cell for cell in (row.name, row.where)]
    gathers = isinstance(row.where, SafeText) or not row.spread
    where = SafeText("; ".join(part for part in (str(names[1]) if gathers else "", row.spread) if part))
    rooms = [shape.error, *(shape.other for _ in row.texts[1:])]
    texts = [clip(text, room) for text, room in zip(row.texts, rooms, strict=True) if room]
    more = row.more + len(row.texts) - len(texts)
    said = " | also: ".join(str(text) for text in texts) + (f" | and {plural(more, 'more text')}" if more else "")
    cells = (str(number), *row.fixed, row.why, names[0], row.example, SafeText(said), where, row.seen)
    cut = sum(str(cell).count("…") > 0 for cell in cells[: shape.columns])
    return cells[: shape.columns], cut


def _spoken(error: Untrusted) -> Untrusted:
    """The message of an error that is JSON, the error itself where it has none."""
    inner = next((member for name in _MESSAGES if (member := error.child(name))), None)
    return error if inner is None else _spoken(inner)


def _spread(group: Counted) -> str:
    """`duckie 5/9`, or `3 providers` where no connection has most of it; empty where there is but one."""
    counts = Counter(failure.ref.connection for failure in group.seen)
    (name, most), *others = counts.most_common()
    if not others:
        return ""
    return f"{name} {most}/{counts.total()}" if most * 2 > counts.total() else f"{len(counts)} providers"


def _count(group: Counted) -> str:
    return str(len(group.now)) if group.now else f"0 ({len(group.before)} before)"


def _share(count: int, total: int) -> str:
    if not count:
        return ""
    percent = round(100 * count / total)
    return f"{percent}%" if percent else "<1%"


def _why(group: Counted) -> str:
    """The kind of failure, the HTTP status, and how much of it rests on a candidate."""
    main = group.example.signature
    uncertain = sum(failure.uncertain for failure in group.seen)
    mark = "" if not uncertain else ", uncertain" if uncertain == len(group.seen) else f", {uncertain} uncertain"
    parts = (main.kind.value, main.status and str(main.status), main.facet and main.facet.value)
    return " ".join(part for part in parts if part) + mark


def _nothing(span: Span[Failure]) -> str:
    if not span.matched:
        return "No run matches." if span.complete else "No run matches so far; not all lists were read."
    if not span.looked_into:
        return f"None of {plural(span.matched, 'run')} could be looked into."
    return f"No failure in the {plural(span.looked_into, 'run')} that were looked into."
