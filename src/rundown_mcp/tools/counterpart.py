"""Find the run to compare another with: the newest earlier one of the same agent that went well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import anyio

from rundown_mcp.analysis.compare import is_success
from rundown_mcp.domain.errors import ConnectionFailure, InvalidArgument, RunNotFound, is_of_the_connection
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, Status
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.reading import ReadRun, read_ref
from rundown_mcp.views.call import call
from rundown_mcp.views.format import minute, plural

LOOKED_INTO: Final = 100
"""How many completed runs are looked into at most."""
_AT_ONCE: Final = 5
_LISTING_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The run that was found, and how far it was looked for, in words."""

    read: ReadRun
    looked: str


@dataclass(slots=True)
class _Looked:
    """How far the search has come: `unsure` is the newest run of which it cannot be told whether it went well."""

    runs: int = 0
    unread: int = 0
    back_to: datetime | None = None
    unsure: Ref | None = None
    failure: ConnectionFailure | None = None

    def __str__(self) -> str:
        reach = f", back to {minute(self.back_to)} UTC" if self.back_to else ""
        unread = f", {self.unread} of which could not be read" if self.unread else ""
        return f"looked into {plural(self.runs, 'completed run')}{unread}{reach}"


async def last_success(context: ToolContext, read: ReadRun, *, time_s: float) -> Counterpart:
    """The newest run of the same agent that began earlier and completed with no failure that nothing made good.

    Raises:
        RunNotFound: none was found within `LOOKED_INTO` runs and `time_s`; the text says how far it was looked for.
        ConnectionFailure: the provider did not list its runs, or came to refuse every one of them.
    """
    deadline = anyio.current_time() + time_s
    candidates = await _completed_before(context, read, time_s=time_s * _LISTING_SHARE)
    looked = _Looked()
    found: ReadRun | None = None
    with anyio.CancelScope(deadline=deadline):
        for start in range(0, len(candidates), _AT_ONCE):
            found = await _first_good(context, candidates[start : start + _AT_ONCE], looked)
            if found is not None or looked.failure is not None:
                break
    if found is None and looked.failure is not None:
        raise looked.failure
    if found is None:
        raise _not_found(context, read, looked, whole=looked.runs == len(candidates))
    return Counterpart(found, str(looked))


async def _completed_before(context: ToolContext, read: ReadRun, *, time_s: float) -> Sequence[Run]:
    """The completed runs of a run's agent that began before it, newest first."""
    run = read.detail.run
    if run.agent is None or (label := run.agent.id or run.agent.name) is None:
        raise InvalidArgument(
            "other",
            f"the agent of {read.short} is not known, so no run of the same can be found. "
            f"Give a run; find one with {_listing(read)}",
        )
    query = RunQuery(statuses=(Status.COMPLETED,), agents=(label.canonical(),), until=run.started_at)
    try:
        page = await context.runs.list(
            query, context.runs.select([read.ref.connection]), limit=LOOKED_INTO, after=None, time_s=time_s
        )
    except InvalidArgument:  # the provider does not know the agent any more
        return ()
    agent = run.agent
    return [other for _, other in page.rows if other.ref != read.ref and _is_same(agent, other.agent)]


def _is_same(agent: Named, other: Named | None) -> bool:
    """A row that names no agent was asked for by it."""
    if other is None:
        return True
    if agent.id is not None and other.id is not None:
        return agent.id.folded() == other.id.folded()
    return agent.label is None or other.label is None or agent.label.folded() == other.label.folded()


async def _first_good(context: ToolContext, runs: Sequence[Run], looked: _Looked) -> ReadRun | None:
    """Read some runs at once, and give the first in order that went well."""
    reads: dict[Ref, ReadRun] = {}

    async def look(ref: Ref) -> None:
        try:
            reads[ref] = await read_ref(context, ref)
        except RunNotFound:
            return
        except ConnectionFailure as failure:
            if is_of_the_connection(failure):
                looked.failure = failure

    async with anyio.create_task_group() as tasks:
        for run in runs:
            tasks.start_soon(look, run.ref)
    for run in runs:
        looked.runs += 1
        looked.back_to = run.started_at or looked.back_to
        read = reads.get(run.ref)
        if read is None:
            looked.unread += 1
        elif is_success(read.detail, read.diagnosis):
            return read
        elif read.detail.run.status.word is Status.COMPLETED and read.diagnosis.first is None:
            looked.unsure = looked.unsure or read.ref
    return None


def _not_found(context: ToolContext, read: ReadRun, looked: _Looked, *, whole: bool) -> RunNotFound:
    """Why there is no counterpart, and how to find one; the agent's name stands in a fence."""
    said = f"No earlier run of the same agent as {read.short} completed with no unrecovered failure: {looked}"
    said += ". " if whole else "; time ran out. "
    if looked.unsure is not None:
        short = context.runs.short([looked.unsure])[looked.unsure]
        said += f"Of {short} it cannot be told whether what failed was made good: "
        said += f"{call('compare_runs', run=read.short, other=short)}. "
    said += f"Or give another run as `other`; find one with {_listing(read)}"
    agent = read.detail.run.agent
    label = agent.label if agent else None
    return RunNotFound(f"{said}{', of this agent:' if label else ''}", data=[label] if label else [])


def _listing(read: ReadRun) -> str:
    return call("list_runs", provider=[read.ref.connection], status=["completed"])
