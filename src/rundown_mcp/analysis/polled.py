"""Jobs that a run starts and asks for: a lookup that tells of a failure there tells of one of the run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from rundown_mcp.analysis.asked import Leaf, asked_of
from rundown_mcp.analysis.assess import Assessment, Basis, Clue
from rundown_mcp.analysis.members import Members, message_of
from rundown_mcp.analysis.names import only_reads, what_it_does
from rundown_mcp.domain.run import StepState

_UNDER_WAY: Final = frozenset(
    "accepted created in_progress in-progress inprogress pending processing queued running scheduled started "
    "submitted waiting working".split()
)
_FAILED: Final = frozenset(
    "aborted bounced crashed error errored expired failed failure timed_out timeout undeliverable undelivered".split()
)
_MOST_LEAVES: Final = 100
_LEAST: Final = 3
"""Shorter values of an answer are too common to be the id of what it made."""


def with_failed_jobs(steps: Sequence[Assessment]) -> tuple[Assessment, ...]:
    """The steps, of which a lookup has failed that sees a job failed which the run started, or saw under way."""
    if not any(_state(item) in _FAILED for item in steps):
        return tuple(steps)
    under_way: set[object] = set()
    started: set[str] = set()
    told: list[Assessment] = []
    for item in steps:
        state, asked = _state(item), asked_of(item.step)
        job = (what_it_does(item.step), asked.leaves)
        if state in _UNDER_WAY:
            under_way.add(job)
        is_its_own = job in under_way or not started.isdisjoint(asked.id_values)
        told.append(_as_failed(item) if state in _FAILED and is_its_own else item)
        started.update(_made_by(item))
    return tuple(told)


def restarted(steps: Sequence[Assessment]) -> frozenset[int]:
    """The numbers of lookups that saw a job failed of which the start was repeated afterwards."""
    if not any(map(_is_inferred, steps)):
        return frozenset()
    starts: dict[str, tuple[object, frozenset[Leaf]]] = {}
    waiting: dict[tuple[object, frozenset[Leaf]], list[int]] = {}
    found: set[int] = set()
    for item in steps:
        asked = asked_of(item.step)
        start = (what_it_does(item.step), asked.leaves)
        if item.state is StepState.OK:
            found.update(waiting.pop(start, ()))
        elif _is_inferred(item):
            for value in asked.id_values & starts.keys():
                waiting.setdefault(starts[value], []).append(item.step.number)
        starts.update(dict.fromkeys(_made_by(item), start))
    return frozenset(found)


def _is_inferred(item: Assessment) -> bool:
    return item.state is StepState.FAILED and item.basis is Basis.INFERRED and item.step.tool is not None


def _made_by(item: Assessment) -> Iterator[str]:
    """The texts and numbers that a deed gave back, of which one may be the id of what it made."""
    tool = item.step.tool
    if item.state is not StepState.OK or tool is None or tool.output is None or only_reads(tool.name):
        return
    leaves = islice(tool.output.unpacked().leaves(), _MOST_LEAVES)
    yield from (value for path, value in leaves if len(value) >= _LEAST and path)


def _as_failed(item: Assessment) -> Assessment:
    output = item.step.tool.output if item.step.tool else None
    said = message_of(Members(output.unpacked())) if output is not None else None
    return replace(item, state=StepState.FAILED, basis=Basis.INFERRED, clue=Clue.OUTPUT, error=said or output)


def _state(item: Assessment) -> str | None:
    """The state that a lookup which went well tells of a thing."""
    tool = item.step.tool
    if item.state is not StepState.OK or tool is None or tool.output is None or not only_reads(tool.name):
        return None
    members = Members(tool.output.unpacked())
    found = members.get("status") or members.get("state")
    return found.folded().replace(" ", "_") if found is not None and found.is_text else None
