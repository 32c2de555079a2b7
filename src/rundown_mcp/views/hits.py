"""The answer of `search_run`: a row a hit, with where it is and what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Final

from rundown_mcp.domain.text import SafeText
from rundown_mcp.redaction.placeholders import FORMS
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.call import call
from rundown_mcp.views.format import plural, ranges
from rundown_mcp.views.searching import RUN, Hits, LabelHits, Search

_COLUMNS: Final = ("step", "part", "offset", "hits", "context")
_ROOMS: Final = (100, 50, 20)
"""Characters of context on either side of a hit."""
_BARE: Final = 3
"""The columns that are left where tokens are very few: where the hit is."""
_PLACEHOLDER: Final = 64
"""More characters than any placeholder has."""
_MOST_CALLS: Final = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """Hits that stand so close that one context holds them; `place` and `turn` say which text, and which row of it."""

    place: int
    turn: int
    count: int
    cells: tuple[Cell, ...]
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundHits:
    """What a search found, ready to be fitted to a budget.

    `again` writes the same search with more room.
    """

    search: Search
    ref: str
    coverage: str
    sandbox: bool
    again: Callable[[int], str]

    def fit(self, budget: Budget) -> Answer:
        """As many hits as fit, of each text the first before of any the second; less context before fewer than five."""
        found = self.search.in_order()
        levels = [*((room, len(_COLUMNS), 5) for room in _ROOMS), (_ROOMS[-1], len(_COLUMNS), 1), (0, _BARE, 1)]
        return budget.first([partial(self._most, budget, found, *level) for level in levels])

    def _most(
        self, budget: Budget, found: Sequence[Hits | LabelHits], room: int, columns: int, least: int
    ) -> Answer | None:
        rows = [row for place, hits in enumerate(found) for row in self._rows(place, hits, room)]
        rows.sort(key=attrgetter("turn", "place"))
        sizes = [len(row.cells[-1]) for row in rows] if columns == len(_COLUMNS) else []
        make = partial(self._answer, found, rows, columns, budget.roomier)
        return budget.most(make, min(least, len(rows)), len(rows), all_may_fit=budget.may_hold(len(rows), sizes))

    def _answer(
        self, found: Sequence[Hits | LabelHits], rows: Sequence[_Row], columns: int, roomier: int | None, size: int
    ) -> Answer:
        shown = sorted(rows[:size], key=attrgetter("place", "turn"))
        total = sum(_count(hits) for hits in found)
        missing = total - sum(row.count for row in shown)
        brief = columns < len(_COLUMNS)
        cells = [row.cells[:columns] for row in shown]
        used = [index for index in range(columns) if any(row[index] for row in cells)]
        table = tuple(tuple(row[index] for index in used) for row in cells)
        cuts = [
            f"{plural(missing, 'hit')} not shown" if missing else "",
            "contexts" if brief and shown else "",
            f"not searched for want of time: {_names(self.search)}" if not self.search.finished else "",
        ]
        return Answer(
            head=self._head(found, total, brief=brief),
            blocks=(Table(tuple(_COLUMNS[index] for index in used), table),) if shown else (),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"{total - missing} of {plural(total, 'hit')}",
                cut=tuple(item for item in cuts if item),
                next=self._next(rows, size, roomier if missing else None, brief=brief),
            ),
        )

    def _head(self, found: Sequence[Hits | LabelHits], total: int, *, brief: bool) -> tuple[str, ...]:
        """How much was found, and what was looked into: a search that found nothing is worth what it covered."""
        search = self.search
        places = sum(len(hits.steps) if isinstance(hits, LabelHits) else 1 for hits in found)
        said = f"{plural(total, 'hit')} in {plural(places, 'place')}." if total else "No hit."
        if brief and total:
            return (said,)
        searched = [name for name in search.hits if name != RUN]
        messages = sum(name.startswith("m") for name in searched)
        parts = [plural(len(searched) - messages, "step"), plural(messages, "message")]
        parts += ["the run's own texts"] if RUN in search.hits else []
        lines = [f"{said} Searched: {', '.join(parts)}; {search.chars} chars as shown, upper or lower case."]
        unseen = [
            f"{plural(search.masked, 'masked or withheld value')}, never searched" if search.masked else "",
            f"{plural(search.truncated, 'text')} cut by the provider" if search.truncated else "",
            *(search.detail.notes if not total and not brief else ()),
        ]
        if any(unseen):
            lines.append(f"Not in it: {'; '.join(item for item in unseen if item)}.")
        return tuple(lines)

    def _next(self, rows: Sequence[_Row], size: int, roomier: int | None, *, brief: bool) -> tuple[str, ...]:
        """The calls that read the first hits of the first texts; where some are not shown, those first."""
        calls = list(dict.fromkeys(row.call for row in [*rows[size:], *rows[:size]]))[:_MOST_CALLS]
        if not rows:
            calls = [call("get_run", run=self.ref, detail="timeline")] if self.search.detail.steps else []
        if brief:
            return tuple(calls[:1])
        return (*calls, self.again(roomier)) if roomier is not None else tuple(calls)

    def _rows(self, place: int, hits: Hits | LabelHits, room: int) -> list[_Row]:
        if isinstance(hits, LabelHits):
            count = len(hits.steps)
            reading = call("get_step", run=self.ref, step=hits.steps[0])
            cells: tuple[Cell, ...] = (_ranges(hits.steps), hits.label, "", _many(count), clip(hits.text, 2 * room))
            return [_Row(place, 0, count, cells, reading)]
        rows = []
        for turn, spans in enumerate(_clusters(hits.found.spans, 2 * room)):
            start, end = spans[0][0], min(spans[-1][1], spans[0][0] + 4 * room)
            context = _around(hits.text.text, start, end, room)
            cells = (hits.step, hits.part, str(start), _many(len(spans)), context)
            rows.append(_Row(place, turn, len(spans), cells, self._reading(hits, start)))
        if more := hits.found.count - len(hits.found.spans):
            behind = hits.found.spans[-1][1]
            cells = (hits.step, hits.part, str(behind), "", f"({more} more from here on)")
            rows.append(_Row(place, len(rows), 0, cells, self._reading(hits, behind)))
        return rows

    def _reading(self, hits: Hits, offset: int) -> str:
        return call("get_step", run=self.ref, step=hits.step, part=hits.part, offset=offset)


def _count(hits: Hits | LabelHits) -> int:
    return len(hits.steps) if isinstance(hits, LabelHits) else hits.found.count


def _many(count: int) -> str:
    return str(count) if count > 1 else ""


def _clusters(spans: Sequence[tuple[int, int]], room: int) -> list[list[tuple[int, int]]]:
    """The spans, with those that begin within `room` characters of the first of them together."""
    clusters: list[list[tuple[int, int]]] = []
    for span in spans:
        if clusters and span[0] - clusters[-1][0][0] <= room:
            clusters[-1].append(span)
        else:
            clusters.append([span])
    return clusters


def _around(text: str, start: int, end: int, room: int) -> SafeText:
    """A stretch of a text with so many characters on either side; no placeholder is cut in two."""
    first, last = max(0, start - room), min(len(text), end + room)
    near = FORMS.finditer(text, max(0, first - _PLACEHOLDER), min(len(text), last + _PLACEHOLDER))
    for found in near:
        if found.start() < first < found.end():
            first = found.start()
        if found.start() < last < found.end():
            last = found.end()
    return SafeText(f"{'…' if first else ''}{text[first:last]}{'…' if last < len(text) else ''}")


def _ranges(names: Sequence[str]) -> str:
    """`1–3, m2`: steps, then messages."""
    steps = [int(name) for name in names if not name.startswith("m")]
    messages = [int(name[1:]) for name in names if name.startswith("m")]
    return ", ".join(filter(None, (ranges(steps), ranges(messages, "m"))))


def _names(search: Search) -> str:
    """What was not searched, in few words."""
    missed = search.unsearched
    own = ["the run's own texts"] if RUN in missed else []
    steps = _ranges([name for name in missed if name != RUN])
    return ", ".join([*own, *([f"step {steps}"] if steps else []), "names of steps and messages"])
