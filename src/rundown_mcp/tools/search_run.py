"""`search_run`: find text within one run."""

from __future__ import annotations

from threading import Event
from typing import Annotated, Final

import anyio
import anyio.to_thread
from pydantic import Field

from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import MaxTokens, RunText, Short
from rundown_mcp.tools.reading import read_run
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.call import call
from rundown_mcp.views.finding import Needle
from rundown_mcp.views.hits import FoundHits
from rundown_mcp.views.searching import Search

DEFAULT_TOKENS: Final = 2000
_LEAST_SHARE: Final = 0.1
"""The part of the time that a search has even where reading the run took all of it; a call has somewhat more."""


async def search_run(
    context: ToolContext,
    *,
    run: RunText,
    query: Annotated[Short, Field(description="plain text, any case")],
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Find text within one run: steps, messages, errors, ids. Hits come with step, part, offset (as get_step takes)."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    began_at = anyio.current_time()
    read = await read_run(context, run, conversation=True)
    deadline = max(began_at + context.time_s, anyio.current_time() + context.time_s * _LEAST_SHARE)
    over = Event()
    search = Search(read.detail, read.diagnosis, read.gate, Needle(query), over.is_set)
    try:
        with anyio.CancelScope(deadline=deadline):
            # Masking megabytes takes seconds; a thread that is left behind stops at the next text.
            await anyio.to_thread.run_sync(search.go, abandon_on_cancel=True)
    finally:
        over.set()
    return FoundHits(
        search=search,
        ref=read.short,
        coverage=read.coverage,
        sandbox=context.runs.sandbox,
        again=lambda roomier: call("search_run", run=read.short, query=query, max_tokens=roomier),
    ).fit(budget)
