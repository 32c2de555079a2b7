"""Jobs that a run asks for until they are over: a lookup that tells of a failure there tells of one of the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from rundown_mcp.analysis.asked import Leaf, asked_by
from rundown_mcp.analysis.assess import Assessment, Basis, Clue
from rundown_mcp.analysis.members import Members
from rundown_mcp.analysis.names import name_of
from rundown_mcp.domain.run import StepState

_UNDER_WAY: Final = frozenset(
    "accepted created in_progress in-progress inprogress pending processing queued running scheduled started "
    "submitted waiting working".split()
)
_FAILED: Final = frozenset("aborted crashed error errored expired failed failure timed_out timeout".split())


def with_failed_jobs(steps: Sequence[Assessment]) -> tuple[Assessment, ...]:
    """The steps, of which a lookup that saw a job under way and now sees it failed has failed."""
    under_way: set[tuple[str, frozenset[Leaf]]] = set()
    told: list[Assessment] = []
    for item in steps:
        name, tool = name_of(item.step), item.step.tool
        output = tool.output.unpacked() if tool and tool.output and item.state is StepState.OK else None
        state = _state(Members(output)) if output is not None else None
        if name is not None and tool is not None and state is not None and state in _UNDER_WAY | _FAILED:
            job = (name, asked_by(tool.input).leaves)
            if state in _UNDER_WAY:
                under_way.add(job)
            elif job in under_way:
                item = replace(  # noqa: PLW2901 - the step as it has to be told
                    item, state=StepState.FAILED, basis=Basis.INFERRED, clue=Clue.OUTPUT, error=tool.output
                )
        told.append(item)
    return tuple(told)


def _state(members: Members) -> str | None:
    found = members.get("status") or members.get("state")
    return found.folded().replace(" ", "_") if found is not None and found.is_text else None
