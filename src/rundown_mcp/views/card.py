"""The answer of `get_run` with detail `triage`: what happened, the first failure and what surrounds it, what next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from rundown_mcp.views import words
from rundown_mcp.views.answer import Answer, Lines, Receipt
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.call import call
from rundown_mcp.views.card_lines import CardLine
from rundown_mcp.views.format import counted, plural
from rundown_mcp.views.run_lines import WHOLE_RUN, card_lines
from rundown_mcp.views.story import Story

_LEVELS: Final = ((400, 240, 9), (240, 160, 9), (200, 120, 7), (160, 80, 5), (120, 60, 3), (80, 40, 1), (40, 0, 0))
"""From full to lean: characters of the error, of any other text, and the least important rank of line that is kept."""
_BRIEF_LEVELS: Final = ((160, 120, 0), (80, 120, 0), (40, 120, 0), (20, 40, 0), (8, 24, 0))
_HEADING_ROOM: Final = 120
"""The least that a line that names the run or says what happened has, until the card is brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card(Story):
    """One run's card, ready to be fitted to a budget."""

    def fit(self, budget: Budget) -> Answer:
        """The card with as much text as fits: texts get shorter first, then lines go, and the receipt says which."""
        lines = card_lines(self.detail, self.diagnosis, self.gate)
        make = partial(self._answer, lines, budget.roomier)
        full = [partial(make, *level) for level in _LEVELS]
        brief = [partial(make, *level, brief=True) for level in _BRIEF_LEVELS]
        return budget.first([*full, *brief])

    def _answer(
        self,
        lines: Mapping[str, CardLine],
        roomier: int | None,
        error_room: int,
        room: int,
        least: int,
        *,
        brief: bool = False,
    ) -> Answer:
        """The lines of rank `least` and better; `brief` names one next call, and only counts what is left out."""
        if brief:
            bare = {"run": self.ref, "status": words.status(self.gate, self.detail.run.status)}
            lines = {**lines, **{label: CardLine(0, label, text) for label, text in bare.items()}}
        kept = {name: line for name, line in lines.items() if line.rank <= least}
        dropped = Counter(line.label for line in lines.values() if line.rank > least)
        heading_room = room if brief else max(room, _HEADING_ROOM)
        shown = {name: line.cut(error_room, room if line.rank else heading_room) for name, line in kept.items()}
        cut = [name for name in kept if shown[name] != kept[name].text and not self._is_of_the_failure(kept[name])]
        calls = self._next(cut, roomier, dropped=bool(dropped))
        return Answer(
            blocks=(Lines(tuple((line.label, shown[name]) for name, line in kept.items())),),
            receipt=Receipt(
                coverage=(self.coverage,),
                sandbox=self.sandbox,
                shown=f"triage of {plural(len(self.detail.steps), 'step')}, {words.messages(self.detail)}",
                cut=(f"left out: {plural(dropped.total(), 'line') if brief else counted(dropped)}",) if dropped else (),
                next=calls[:1] if brief else calls,
            ),
        )

    def _is_of_the_failure(self, line: CardLine) -> bool:
        """Whether a line's text is the failed step's, which the call for that step has whole."""
        first = self.diagnosis.first
        return first is not None and (
            line.label == "input" or (line.label == "error" and line.text == self.safe(first.error))
        )

    def _next(self, cut: Sequence[str], roomier: int | None, *, dropped: bool) -> tuple[str, ...]:
        """The calls that go on from here; the last ones have what is `cut`, and what was `dropped`, in full.

        With `roomier` tokens the card has room for what was dropped.
        """
        calls = []
        if self.diagnosis.first is not None:
            calls.append(call("get_step", run=self.ref, step="first_failure"))
        elif self.diagnosis.candidates:
            calls.append(call("get_step", run=self.ref, step=str(self.diagnosis.candidates[0].step.number)))
        elif marked := [issue.message for issue in self.detail.run.quality.issues if issue.message is not None]:
            calls.append(call("get_step", run=self.ref, step=f"m{marked[0]}"))
        if self.detail.steps:
            calls.append(call("get_run", run=self.ref, detail="timeline"))
        if self.detail.thread or (self.detail.messages and not self.detail.steps):
            calls.append(call("get_run", run=self.ref, detail="conversation"))
        elif self.detail.run.error is not None and not self.detail.steps:
            calls.append(call("get_run", run=self.ref, detail="full"))
        if dropped and roomier is not None:
            calls.append(call("get_run", run=self.ref, max_tokens=roomier))
        elif cut or dropped:
            one = cut[0] if len(cut) == 1 and not dropped else WHOLE_RUN
            calls.append(call("get_step", run=self.ref, step=one))
        return tuple(calls)
