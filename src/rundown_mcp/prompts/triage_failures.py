"""The prompt `triage_failures`: find out what is failing, and report it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.run import STATUS_SPELLINGS, Status
from rundown_mcp.domain.when import parse_when
from rundown_mcp.prompts.prompt import RULES, Argument, Prompt, numbered, shown_call, told
from rundown_mcp.tools.context import ToolContext

_SINCE: Final = "24h"


async def _render(context: ToolContext, given: Mapping[str, str]) -> str:
    """The steps of a triage over these runs.

    Raises:
        InvalidArgument: no time, a connection or status that there is not.
    """
    since = given.get("since", _SINCE)
    parse_when("since", since, context.now())
    providers = [name.strip() for name in given.get("provider", "").split(",") if name.strip()]
    context.runs.select(providers)
    status = given.get("status")
    if status is not None and status.casefold() not in STATUS_SPELLINGS:
        raise InvalidArgument("status", f"takes one of {', '.join(Status)}")
    lists = {
        "provider": providers or None,
        "agent": [given["agent"]] if "agent" in given else None,
        "tool": [given["tool"]] if "tool" in given else None,
        "status": [status] if status else None,
    }
    return told(
        context,
        "Find out what is failing in the runs of our AI agents, and report it.",
        numbered(
            ("triage_failures", f"Call {shown_call('triage_failures', since=since, **lists)}."),
            (
                "get_run",
                "For each of the three largest groups, and for each that is new or up, call get_run with its example "
                "ref.",
            ),
            (
                "get_step",
                "Where the error or the input is cut in what you read, call get_step with that ref and "
                'step="first_failure".',
            ),
            (
                "",
                "Report the groups, most important first: what fails (tool, step, error), in how many runs and what "
                "share of them, since when and whether it grows, where (agent, tool, provider), and one ref to look "
                "at.",
            ),
        ),
        RULES,
    )


PROMPT: Final = Prompt(
    name="triage_failures",
    tool="triage_failures",
    title="What is failing?",
    description="Group the failures since a time, look into the most important ones, and report them.",
    arguments=(
        Argument("since", f"30m, 24h, 7d, today, yesterday or ISO; default {_SINCE}"),
        Argument("provider", "connection names, separated by commas; default all"),
        Argument("agent", "id or name of one agent"),
        Argument("tool", "recorded name of one tool"),
        Argument("status", f"one of {' '.join(Status)}; default failed"),
    ),
    render=_render,
)
