"""The prompt `handoff_report`: a finished report of one run, for a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rundown_mcp.prompts.prompt import RUN, Prompt
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.reading import read_run
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.report import Report

MOST_TOKENS: Final = 1200


async def _render(context: ToolContext, given: Mapping[str, str]) -> str:
    """What to do with the report, and the report.

    Raises:
        RundownError: the run cannot be found or read.
    """
    read = await read_run(context, given["run"])
    most = min(MOST_TOKENS, context.most_tokens)
    report = Report(
        detail=read.detail,
        diagnosis=read.diagnosis,
        ref=read.short,
        gate=read.gate,
        coverage=read.coverage,
        sandbox=context.runs.sandbox,
        now=context.now(),
    )
    return report.fit(Budget(most, cap=most)).text()


PROMPT: Final = Prompt(
    name="handoff_report",
    tool="get_run",
    title="Report a run for a ticket",
    description="A masked Markdown report of one run, ready to be pasted into a ticket.",
    arguments=(RUN,),
    render=_render,
)
