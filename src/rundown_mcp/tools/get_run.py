"""`get_run`: explain one run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import MaxTokens, RunText
from rundown_mcp.tools.reading import read_run
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.card import Card
from rundown_mcp.views.full import Full
from rundown_mcp.views.timeline import Conversation, Timeline

DEFAULT_TOKENS: Final = 2000
_VIEWS: Final[Mapping[str, type[Card | Timeline | Conversation | Full]]] = {
    "triage": Card,
    "timeline": Timeline,
    "conversation": Conversation,
    "full": Full,
}
_WITH_CONVERSATION: Final = frozenset({"conversation", "full"})
"""The details that show messages: the others need none of the requests that a conversation may take."""


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
    read = await read_run(context, run, conversation=detail in _WITH_CONVERSATION)
    view = _VIEWS[detail](
        detail=read.detail,
        diagnosis=read.diagnosis,
        ref=read.short,
        gate=read.gate,
        coverage=read.coverage,
        sandbox=context.runs.sandbox,
    )
    return await context.answers.get(read.gate, (detail, read.short), budget, view.fit)
