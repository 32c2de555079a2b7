"""Remember the answers about a run that was read, so that the same question about it is laid out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.threads import in_thread
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.budget import Budget

_MOST_OF_A_RUN: Final = 4
_MOST_CHARS: Final = 10_000
"""A longer answer is laid out anew: of a few hundred runs, all that is remembered takes some megabytes."""


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """The last few answers about each run, by the gate that was made for one reading of it under one policy.

    What is remembered goes with its gate, which is not kept for a run that is not finished.
    """

    _by_gate: WeakKeyDictionary[Gate, dict[Hashable, Answer]] = field(default_factory=WeakKeyDictionary)

    async def get(self, gate: Gate, question: Hashable, budget: Budget, fit: Callable[[Budget], Answer]) -> Answer:
        """What `fit` makes of a question within the budget, or made of it before, with a mark of its own each time."""
        kept = self._by_gate.setdefault(gate, {})
        made = kept.get((question, budget))
        if made is not None:
            answer = made.marked_anew()
            if budget.holds(answer):  # the marks of two answers may differ by a token
                return answer
        answer = await in_thread(lambda: fit(budget))
        if len(answer.text()) <= _MOST_CHARS:
            if len(kept) >= _MOST_OF_A_RUN:
                kept.clear()
            kept[question, budget] = answer
        return answer
