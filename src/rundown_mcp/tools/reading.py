"""What the tools that read one run share: find it, read it, know its people, name it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from rundown_mcp.analysis.failure import Diagnosis, diagnose
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import RunDetail
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.runs.coverage import Coverage
from rundown_mcp.threads import in_thread
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
        return str(Coverage(self.ref.connection, answered=True, notes=self.detail.missing))


async def read_run(context: ToolContext, text: str, *, conversation: bool = False) -> ReadRun:
    """Find the run that `text` names and read it; with `conversation` also what was said in it.

    Raises:
        RundownError: as `Runs.read`.
    """
    ref, detail = await context.runs.read(text, time_s=context.time_s, conversation=conversation)
    return await _read(context, ref, detail)


async def read_ref(context: ToolContext, ref: Ref) -> ReadRun:
    """Read a run.

    Raises:
        RundownError: as `Runs.get_within`.
    """
    return await _read(context, ref, await context.runs.get_within(ref, time_s=context.time_s))


async def _read(context: ToolContext, ref: Ref, detail: RunDetail) -> ReadRun:
    shown = context.runs.shown.of(detail, context.gate)
    if shown.diagnosis is None:
        shown.diagnosis = await in_thread(partial(diagnose, detail))
    return ReadRun(ref, context.runs.short([ref])[ref], detail, shown.diagnosis, shown.gate)
