"""What a connection had to say to a question: answered, in part, or not at all, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rundown_mcp.domain.errors import RundownError


@dataclass(frozen=True, slots=True)
class Coverage:
    """One connection's item in a receipt; `notes` are in our words, none of them means that nothing is missing.

    `is_owed` says that a cursor behind the answer asks again for what was left out, `is_paced` that a rate limit cut it
    short: the same question gets further after the wait that a note names.
    """

    connection: str
    answered: bool
    notes: tuple[str, ...] = ()
    is_owed: bool = False
    is_paced: bool = False

    def __str__(self) -> str:
        if not self.notes:
            return f"{self.connection} ok"
        return f"{self.connection} {'ok' if self.answered else 'left out'} ({'; '.join(self.notes)})"


def all_failed(failures: Sequence[RundownError]) -> RundownError:
    """The error of a question that no connection could answer: the only one's own, or all of them in a list."""
    if len(failures) == 1:
        return failures[0]
    lines = "".join(f"\n- {failure.message}" for failure in failures)
    return RundownError(f"None of the {len(failures)} connections could answer:{lines}")
