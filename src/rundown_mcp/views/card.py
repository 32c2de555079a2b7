"""The answer of `get_run` with detail `triage`: what happened, the first failure and what surrounds it, what next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.analysis.failure import Diagnosis
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Lines, Receipt
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.call import call
from rundown_mcp.views.card_lines import CardLine, CardLines
from rundown_mcp.views.format import plural

_LEVELS: Final = ((400, 240, 9), (240, 160, 9), (200, 120, 7), (160, 80, 5), (120, 60, 3), (80, 40, 1), (40, 0, 0))
"""From full to lean: characters of the error, of any other text, and the least important rank of line that is kept."""
_BRIEF_LEVELS: Final = ((40, 120, 0), (20, 40, 0), (8, 24, 0))
_HEADING_ROOM: Final = 120
"""The least that a line that names the run or says what happened has, until the card is brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One run's card, ready to be fitted to a budget."""

    detail: RunDetail
    diagnosis: Diagnosis
    ref: str
    gate: Gate
    coverage: str
    sandbox: bool

    def fit(self, budget: Budget) -> Answer:
        """The card with as much text as fits: texts get shorter first, then lines go, and the receipt says which."""
        lines = [line for line in CardLines(self.detail, self.diagnosis, self.gate).all() if line.text]
        make = partial(self._answer, lines, budget.roomier)
        full = [partial(make, *level) for level in _LEVELS]
        brief = [partial(make, *level, brief=True) for level in _BRIEF_LEVELS]
        return budget.first([*full, *brief])

    def _answer(
        self,
        lines: list[CardLine],
        roomier: int | None,
        error_room: int,
        room: int,
        least: int,
        *,
        brief: bool = False,
    ) -> Answer:
        """The lines of rank `least` and better; `brief` names one next call, and only counts what is left out."""
        if brief:
            lines = [
                CardLine(0, "run", self.ref),
                CardLine(0, "status", words.status(self.gate, self.detail.run.status)),
                *(line for line in lines if line.label not in {"run", "status"}),
            ]
        kept = [line for line in lines if line.rank <= least]
        dropped = Counter(line.label for line in lines if line.rank > least)
        left_out = ", ".join(f"{label} ×{count}" if count > 1 else label for label, count in dropped.items())
        calls = self._next(roomier if dropped else None)
        heading_room = room if brief else max(room, _HEADING_ROOM)
        items = tuple((line.label, line.cut(error_room, room if line.rank else heading_room)) for line in kept)
        return Answer(
            blocks=(Lines(items),),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"triage of {plural(len(self.detail.steps), 'step')}, "
                f"{plural(len(self.detail.messages), 'message')}",
                cut=(f"left out: {plural(dropped.total(), 'line') if brief else left_out}",) if dropped else (),
                next=calls[:1] if brief else calls,
            ),
        )

    def _next(self, roomier: int | None) -> tuple[str, ...]:
        """The calls that go on from here; the last asks for `roomier` tokens, where that has more to show."""
        calls = []
        if self.diagnosis.first is not None:
            calls.append(call("get_step", run=self.ref, step="first_failure"))
        elif self.diagnosis.candidates:
            calls.append(call("get_step", run=self.ref, step=str(self.diagnosis.candidates[0].step.number)))
        if self.detail.steps:
            calls.append(call("get_run", run=self.ref, detail="timeline"))
        elif self.detail.messages:
            calls.append(call("get_run", run=self.ref, detail="conversation"))
        elif self.detail.run.error is not None:
            calls.append(call("get_run", run=self.ref, detail="full"))
        if roomier is not None:
            calls.append(call("get_run", run=self.ref, max_tokens=roomier))
        return tuple(calls)
