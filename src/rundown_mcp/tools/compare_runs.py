"""`compare_runs`: where a run left the path of a good one."""

from __future__ import annotations

from typing import Annotated, Final

import anyio
import anyio.to_thread
from pydantic import Field

from rundown_mcp.analysis.compare import compare
from rundown_mcp.domain.errors import InvalidRef, RunNotFound
from rundown_mcp.runs.shown import RememberingGate
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.counterpart import last_success
from rundown_mcp.tools.params import MaxTokens, RunText
from rundown_mcp.tools.reading import ReadRun, read_ref
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.compare import ComparedRuns
from rundown_mcp.views.sides import Side

_FINDING_SHARE: Final = 0.25
"""The part of the time that may go into looking for each run whose whole id is not known."""
DEFAULT_TOKENS: Final = 4000
LAST_SUCCESS: Final = "last_success"


async def compare_runs(
    context: ToolContext,
    *,
    run: RunText,
    other: Annotated[
        RunText, Field(description="a run, or last_success: the agent's newest earlier good run")
    ] = LAST_SUCCESS,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Compare a run with a good one: the first divergence, then differences in tools, inputs, version, duration."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    began_at = anyio.current_time()
    here_ref = await context.runs.find(run, time_s=context.time_s * _FINDING_SHARE)
    there_ref = None
    if other.casefold().replace(" ", "_") != LAST_SUCCESS:
        try:
            there_ref = await context.runs.find(other, parameter="other", time_s=context.time_s * _FINDING_SHARE)
        except (InvalidRef, RunNotFound) as error:
            error.message += f" Or give other={LAST_SUCCESS}."
            raise
    here = await read_ref(context, here_ref)
    if there_ref is None:
        left = began_at + context.time_s - anyio.current_time()
        found = await last_success(context, here, time_s=max(left, 0))
        there, looked = found.read, found.looked
    else:
        there, looked = await read_ref(context, there_ref), ""
    comparison = await anyio.to_thread.run_sync(compare, here.diagnosis, there.diagnosis, abandon_on_cancel=True)
    people = (*here.detail.run.identities, *there.detail.run.identities)
    return ComparedRuns(
        here=_side(here),
        there=_side(there),
        comparison=comparison,
        looked=looked,
        gate=RememberingGate(context.gate.knowing(people)),
        coverage=tuple(dict.fromkeys((here.coverage, there.coverage))),
        sandbox=context.runs.sandbox,
    ).fit(budget)


def _side(read: ReadRun) -> Side:
    return Side(read.short, read.detail, read.diagnosis)
