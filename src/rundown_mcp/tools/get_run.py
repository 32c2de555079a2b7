"""`get_run`: explain one run."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import MaxTokens, RunText
from rundown_mcp.tools.reading import read_run
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.card import Card
from rundown_mcp.views.timeline import RunStory

DEFAULT_TOKENS: Final = 2000


async def get_run(
    context: ToolContext,
    *,
    run: RunText,
    detail: Annotated[
        Literal["triage", "timeline", "conversation", "full"],
        Field(description="triage: why it failed; timeline: all steps; conversation: messages; full: everything"),
    ] = "triage",
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Explain one run: what happened, the first failed step and its error, what it waits for, outcome, next calls."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    read = await read_run(context, run)
    if detail == "triage":
        return Card(
            detail=read.detail,
            diagnosis=read.diagnosis,
            ref=read.short,
            gate=read.gate,
            coverage=read.coverage,
            sandbox=context.runs.sandbox,
        ).fit(budget)
    story = RunStory(
        detail=read.detail,
        diagnosis=read.diagnosis,
        ref=read.short,
        gate=read.gate,
        coverage=read.coverage,
        sandbox=context.runs.sandbox,
    )
    return {"timeline": story.timeline, "conversation": story.conversation, "full": story.full}[detail](budget)
