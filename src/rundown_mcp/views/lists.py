"""The answers of `list_tool_options` and `list_config`: tables of things that have names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.domain.text import SafeText
from rundown_mcp.views.answer import Answer, Cell, Receipt, Table
from rundown_mcp.views.budget import Budget, clip
from rundown_mcp.views.format import plural

_ROOMS: Final = (160, 60, 20)
_NAME_ROOM: Final = 64
"""What an id or a name may take in any case: a shortened one would be of no use in the next call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """Rows that are cut from the end to fit; `following` gives the calls that continue behind the first n rows.

    `more` says that rows follow behind these, `has_gaps` that some may be missing because a connection failed; then
    `following` may ask for what is missing. The first `names` columns hold what a row is called; only they are left
    where tokens are very short. `hint` says how to reach rows that were cut where no call continues.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    coverage: tuple[str, ...]
    sandbox: bool
    noun: str
    more: bool
    names: int
    has_gaps: bool = False
    following: Callable[[int], tuple[str, ...]] = lambda _: ()
    hint: str = ""

    def fit(self, budget: Budget) -> Answer:
        """As many rows as fit; shorter cells before fewer than five rows, fewer columns before none."""
        all_columns = len(self.columns)
        makers = [partial(self._most, budget, room, all_columns, min(5, len(self.rows))) for room in _ROOMS]
        return budget.first([*makers, partial(self._most, budget, 0, self.names, min(1, len(self.rows)))])

    def _most(self, budget: Budget, room: int, columns: int, least: int) -> Answer | None:
        sizes = [len(cell) for row in self.rows for cell in row[:columns]]
        all_may_fit = budget.may_hold(len(self.rows), sizes, max(room, _NAME_ROOM))
        return budget.most(partial(self._answer, room, columns), least, len(self.rows), all_may_fit=all_may_fit)

    def _answer(self, room: int, columns: int, size: int) -> Answer:
        rows = [self._clipped(row[:columns], room) for row in self.rows[:size]]
        clipped = sum(cut for _, cut in rows)
        used = [index for index in range(columns) if any(row[index] for row, _ in rows)]
        left, following = len(self.rows) - size, self.following(size)
        hint = f" ({self.hint})" if self.hint and not following else ""
        cuts = [
            f"{plural(left, self.noun)}{hint}" if left else "",
            f"columns after {self.columns[columns - 1]}" if columns < len(self.columns) else "",
            f"{plural(clipped, 'long text')}, marked …" if clipped else "",
        ]
        return Answer(
            head=() if rows else (self._nothing(),),
            blocks=(
                Table(
                    tuple(self.columns[index] for index in used),
                    tuple(tuple(row[index] for index in used) for row, _ in rows),
                ),
            )
            if rows
            else (),
            receipt=Receipt(
                coverage=self.coverage,
                sandbox=self.sandbox,
                shown=self._shown(size),
                cut=tuple(item for item in cuts if item),
                next=following,
            ),
        )

    def _nothing(self) -> str:
        return f"No {self.noun} found in what was looked into." if self.has_gaps else f"No {self.noun} matches."

    def _shown(self, size: int) -> str:
        if self.more or size < len(self.rows):
            return f"{size}, more exist"
        if not self.has_gaps:
            return f"{size}, all that match"
        rest = "; next: asks again for the rest" if self.following(size) else ""
        return f"{size}, all that could be found{rest}"

    def _clipped(self, row: tuple[Cell, ...], room: int) -> tuple[tuple[Cell, ...], int]:
        """The row in its room, and how many of its cells were cut."""
        short = tuple(
            clip(cell, max(room, _NAME_ROOM) if index < self.names else room) if isinstance(cell, SafeText) else cell
            for index, cell in enumerate(row)
        )
        return short, sum(len(after) < len(before) for after, before in zip(short, row, strict=True))
