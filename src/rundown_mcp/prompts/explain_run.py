"""The prompt `explain_run`: find out what happened in one run, and report it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rundown_mcp.prompts.prompt import RULES, RUN, Prompt, numbered, shown_call, told
from rundown_mcp.tools.context import ToolContext


async def _render(context: ToolContext, given: Mapping[str, str]) -> str:
    run = given["run"]
    return told(
        context,
        "Explain one run of an AI agent.",
        numbered(
            ("get_run", f"Call {shown_call('get_run', run=run)}."),
            (
                "get_step",
                "Where the error or the input of its first failure is cut, call "
                f"{shown_call('get_step', run=run, step='first_failure')}; where it lists candidates instead, read "
                "those.",
            ),
            (
                "compare_runs",
                f"Where it failed, call {shown_call('compare_runs', run=run, other='last_success')} to see where it "
                "left the path of a good run.",
            ),
            (
                "",
                "Report in this order: what happened, in one sentence; the first failure (step number, tool, error, "
                "the input that led to it); what was made good; what waits, and for whom; the outcome; what to do "
                "next.",
            ),
        ),
        RULES,
    )


PROMPT: Final = Prompt(
    name="explain_run",
    tool="get_run",
    title="Explain a run",
    description="Say what happened in one run: where it failed and why, what was made good, what it waits for.",
    arguments=(RUN,),
    render=_render,
)
