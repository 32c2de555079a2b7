"""What every tool is given besides its arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.survey import Progress
from rundown_mcp.tools.kept import KeptAnswers
from rundown_mcp.views.budget import Budget


async def _untold(done: float, total: float | None, said: str) -> None:
    """Nobody asked for progress."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """The runs, the gate, and the operator's limits.

    `most_tokens` caps any `max_tokens`; `time_s` is how long a tool may spend on asking providers, somewhat less than
    the whole call may take, so that what came in time can still be answered. `progress` reaches the client of the
    present call, if it asked for it.
    """

    runs: Runs
    gate: Gate
    most_tokens: int
    time_s: float
    structured: bool = False
    now: Callable[[], datetime] = _utc_now
    progress: Progress = _untold
    answers: KeptAnswers = field(default_factory=KeptAnswers)

    def budget(self, asked: int | None, default: int) -> Budget:
        """The budget of one answer; the operator's cap holds over what was asked for."""
        return Budget(min(asked or default, self.most_tokens), self.structured, cap=self.most_tokens)
