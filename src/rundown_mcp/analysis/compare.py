"""Where a run left the path of another: their steps aligned, then their states, then their inputs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rundown_mcp.analysis.align import align
from rundown_mcp.analysis.failure import Assessment, Diagnosis
from rundown_mcp.analysis.payloads import Likeness, PayloadDifference, compare_payloads
from rundown_mcp.domain.run import RunDetail, Status, Step, StepState, ToolCall
from rundown_mcp.domain.text import Untrusted

_VARYING: Final = re.compile(r"\S*\d\S*")
"""A word of a title that holds a digit: a number, an id, a time."""


_TOOL: Final = "tool"
_OUTPUTS_LOOKED_AT: Final = 5
"""How many steps before the first gap have their outputs compared."""
_SAME_INPUT: Final = PayloadDifference(Likeness.EQUAL)


class Gap(StrEnum):
    """What keeps two runs apart at a place in their steps, the gravest first."""

    STEP = "step"
    STATE = "state"
    INPUT = "input"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Pair:
    """A step of this run and the step of the other that stands for it; None where there is none."""

    here: Assessment | None
    there: Assessment | None
    input: PayloadDifference = _SAME_INPUT

    @property
    def gap(self) -> Gap:
        """Another step, else another state, else another input; values of another case are no gap."""
        if self.here is None or self.there is None:
            return Gap.STEP
        if not _are_alike(self.here, self.there):
            return Gap.STATE
        return Gap.INPUT if self.input.likeness is Likeness.CHANGED else Gap.NONE

    @property
    def step(self) -> Assessment:
        """Whichever there is, this run's before the other's."""
        found = self.here or self.there
        assert found is not None  # noqa: S101 - an alignment has no empty pair
        return found


@dataclass(frozen=True, slots=True)
class ToolUse:
    """How often both runs made a step, and how often it failed."""

    label: Untrusted | None
    here: int
    there: int
    failed_here: int
    failed_there: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    `first` is the place in `pairs` of the first gap of any kind, `fork` that of the first step or state that differs;
    None where there is none. A step of words that one run alone has counts only where there is no other gap:
    `of_words` is true then. `tools` are the steps that one run made, or failed in, more often than the other. `output`
    is how the outputs of the nearest pair before `first` differ whose outputs do by more than the case: what may have
    led there; with its place.
    """

    pairs: tuple[Pair, ...]
    first: int | None
    fork: int | None
    of_words: bool
    tools: tuple[ToolUse, ...]
    output: tuple[int, PayloadDifference] | None = None


def compare(here: Diagnosis, there: Diagnosis) -> Comparison:
    """Align the steps of two runs by the tools that they call, then by what they are titled; find where they part."""
    mine, theirs = here.steps, there.steps
    keys = ([_key(item.step) for item in side] for side in (mine, theirs))
    places = align(*keys, before=_is_of_a_tool)
    pairs = tuple(
        _pair(mine[left] if left is not None else None, theirs[right] if right is not None else None)
        for left, right in places
    )
    gaps = [(place, pair) for place, pair in enumerate(pairs) if pair.gap is not Gap.NONE]
    telling = [(place, pair) for place, pair in gaps if not _is_of_words(pair)]
    first = next((place for place, _ in telling or gaps), None)
    fork = next((place for place, pair in telling or gaps if pair.gap in {Gap.STEP, Gap.STATE}), None)
    output = _output_before(pairs, first or 0)
    return Comparison(pairs, first, fork, bool(gaps) and not telling, tuple(_tools(mine, theirs)), output)


def _is_of_words(pair: Pair) -> bool:
    """Whether one run alone has the step, which calls no tool and went well: a plan, a classification, an answer.

    A model makes one or makes none as it pleases; runs that do the same are no less alike for it.
    """
    item = pair.step
    went_well = item.state in {StepState.OK, StepState.UNKNOWN} and not item.stopped
    return pair.gap is Gap.STEP and went_well and not _is_of_a_tool(_key(item.step))


def _output_before(pairs: Sequence[Pair], first: int) -> tuple[int, PayloadDifference] | None:
    for place in range(first - 1, max(-1, first - 1 - _OUTPUTS_LOOKED_AT), -1):
        pair = pairs[place]
        found = compare_payloads(*(called(item).output for item in (pair.here, pair.there)))
        if found.likeness is Likeness.CHANGED:
            return place, found
    return None


def stretches(pairs: Sequence[Pair]) -> list[list[Pair]]:
    """The gaps in order; steps that one run alone made in a row stand together."""
    found: list[list[Pair]] = []
    former: tuple[Gap, bool] | None = None
    for pair in pairs:
        kind = (pair.gap, pair.here is None)
        if pair.gap is Gap.STEP and kind == former:
            found[-1].append(pair)
        elif pair.gap is not Gap.NONE:
            found.append([pair])
        former = kind
    return found


def is_success(detail: RunDetail, diagnosis: Diagnosis) -> bool:
    """Whether a run completed with no failure that nothing made good, nor one of which that cannot be told."""
    return detail.run.status.word is Status.COMPLETED and diagnosis.first is None and not diagnosis.candidates


def _pair(here: Assessment | None, there: Assessment | None) -> Pair:
    if here is None or there is None:
        return Pair(here, there)
    return Pair(here, there, compare_payloads(called(here).input, called(there).input))


def called(item: Assessment | None) -> ToolCall:
    """The call that a step made; an empty one where it made none."""
    return (item.step.tool if item is not None else None) or ToolCall()


def _are_alike(here: Assessment, there: Assessment) -> bool:
    """Whether two states are the same; where a provider states nothing, that is no difference from `ok`."""
    one, two = _state(here), _state(there)
    return one == two or {one, two} == {(StepState.OK, ""), (StepState.UNKNOWN, "")}


def _state(item: Assessment) -> tuple[StepState, str]:
    """The state; where it is none of ours, with the vendor's word."""
    said = item.step.native_status if item.state is StepState.UNKNOWN else None
    return item.state, said.folded() if said is not None else ""


def _is_of_a_tool(key: tuple[str, str]) -> bool:
    return key[0] == _TOOL


def _key(step: Step) -> tuple[str, str]:
    """Equal for steps that call the same tool, or that are no calls and are titled alike but for numbers and ids."""
    if step.tool is not None and step.tool.name is not None:
        return _TOOL, step.tool.name.folded()
    return "step", _VARYING.sub("#", step.label.folded()) if step.label is not None else ""


def _tools(here: Sequence[Assessment], there: Sequence[Assessment]) -> Iterator[ToolUse]:
    mine, theirs = (Counter(_key(item.step) for item in side) for side in (here, there))
    failed_here, failed_there = (
        Counter(_key(item.step) for item in side if item.state is StepState.FAILED) for side in (here, there)
    )
    labels = {_key(item.step): item.step.label for item in (*there, *here)}
    for key in dict.fromkeys(_key(item.step) for item in (*here, *there)):
        use = ToolUse(labels[key], mine[key], theirs[key], failed_here[key], failed_there[key])
        if use.here != use.there or use.failed_here != use.failed_there:
            yield use
