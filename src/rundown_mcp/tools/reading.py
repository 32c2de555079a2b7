"""What the tools that read one run share: find it, read it, know its people, name it."""

from __future__ import annotations

from dataclasses import dataclass

from rundown_mcp.analysis.failure import Diagnosis, diagnose
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.tools.context import ToolContext


@dataclass(frozen=True, slots=True)
class ReadRun:
    """A run that was found and read; `short` is its ref for the next calls, `gate` knows the people in it."""

    ref: Ref
    short: str
    detail: RunDetail
    diagnosis: Diagnosis
    gate: Gate

    @property
    def coverage(self) -> str:
        """The receipt's item."""
        return f"{self.ref.connection} ok"


async def read_run(context: ToolContext, text: str) -> ReadRun:
    """Find the run that `text` names and read it.

    Raises:
        RundownError: as `Runs.find` and `Runs.get`.
    """
    return await read_ref(context, await context.runs.find(text))


async def read_ref(context: ToolContext, ref: Ref) -> ReadRun:
    """Read a run.

    Raises:
        RundownError: as `Runs.get`.
    """
    detail = await context.runs.get(ref)
    gate = context.gate.knowing(detail.run.identities)
    return ReadRun(ref, context.runs.short([ref])[ref], detail, diagnose(detail), gate)
