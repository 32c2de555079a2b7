"""The state that a step is taken to have, and how that is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from rundown_mcp.analysis.kinds import OF_A_SYSTEM, kind_of_error
from rundown_mcp.analysis.names import reads_texts, subject_of, words_of
from rundown_mcp.analysis.phrases import MOST, REJECTED
from rundown_mcp.analysis.shapes import Says, Shape, shape_of
from rundown_mcp.domain.run import Message, RunDetail, Step, StepState
from rundown_mcp.domain.text import Untrusted

_STOPPED: Final = frozenset(
    "rejected denied declined disapproved blocked stopped halted expired timed timeout triggered tripped "
    "violated".split()
)
"""Words in vendors' states of a step that an approval, a guardrail or a clock ended."""
_UNANSWERED: Final = frozenset("busy missed voicemail no-answer no_answer".split())
"""States of a telephone call that nobody took."""
_MOST_LEAVES: Final = 400
_OWN_ROLES: Final = frozenset("agent assistant ai bot system tool event".split())


class Basis(StrEnum):
    """How a state is known: the provider states it, or something gives it away."""

    STATED = "stated"
    INFERRED = "inferred"


class Clue(StrEnum):
    """What gives an inferred state away."""

    OUTPUT = "its output"
    RUN_ERROR = "the run's error"
    REASON = "the outcome's reason"
    REFLECTION = "the agent's reflection"


@dataclass(frozen=True, slots=True)
class Assessment:
    """A step with the state that it is taken to have; `error` is what it says went wrong.

    `stopped`: a person, a guardrail or a clock ended the step, which is a failure only where the run failed for it.
    """

    step: Step
    state: StepState
    basis: Basis
    error: Untrusted | None = None
    stopped: bool = False
    clue: Clue = Clue.OUTPUT


def assess_all(detail: RunDetail) -> tuple[Assessment, ...]:
    """Every step of a run."""
    heard = words_of_customers(detail)
    return tuple(assess(step, heard) for step in detail.steps)


def assess(step: Step, heard: Collection[str] = frozenset()) -> Assessment:
    """The state of one step: as stated, or as its output's shape tells where the provider says nothing or `ok`.

    An output that repeats what a customer said (`heard`), what the tool was given, or a text that it was asked to
    read, tells nothing of the step.
    """
    shape = _shape(step, heard)
    if step.state is StepState.FAILED:
        error = step.error or (shape.error if shape else None)
        said = error or step.content
        stopped = (said is not None and said.head(MOST).matches(REJECTED)) or _says_no(step, error)
        return Assessment(step, step.state, Basis.STATED, error, stopped)
    if step.state in {StepState.OK, StepState.UNKNOWN} and shape is not None:
        if shape.says is Says.FAILED:
            return Assessment(step, StepState.FAILED, Basis.INFERRED, shape.error)
        if shape.says is Says.STOPPED:
            return Assessment(step, step.state, Basis.STATED, shape.error, stopped=True)
        if shape.says is Says.FINE and step.state is StepState.UNKNOWN and step.native_status is None:
            return Assessment(step, StepState.OK, Basis.INFERRED)
    return Assessment(step, step.state, Basis.STATED, stopped=_was_stopped(step))


def _shape(step: Step, heard: Collection[str]) -> Shape | None:
    output = step.tool.output if step.tool else None
    if step.tool is None or output is None:
        return None
    shape = shape_of(output, subject_of(step))
    if shape.says is not Says.FAILED or shape.error is None:
        return shape
    quotes = (
        shape.error.folded() in heard
        or output.folded() in heard
        or (output.unpacked().is_text and (reads_texts(step.tool.name) or _was_given(step.tool.input, output)))
    )
    return Shape(Says.UNCLEAR) if quotes else shape


def _was_given(given: Untrusted | None, said: Untrusted) -> bool:
    """Whether a text is a value of the input: a tool that answers with what it stored."""
    leaves = islice(given.unpacked().leaves(), _MOST_LEAVES) if given is not None else ()
    return any(value.casefold() == said.folded() for _, value in leaves)


def _says_no(step: Step, error: Untrusted | None) -> bool:
    """Whether a step is a guardrail, of which `failed` says that what it looked at did, unless it broke itself."""
    name = step.tool.name if step.tool else None
    words = words_of(step.kind) | (words_of(step.title) if name is None else words_of(name))
    return "guardrail" in words and (error is None or kind_of_error(error) not in OF_A_SYSTEM)


def _was_stopped(step: Step) -> bool:
    said = step.native_status
    if step.state is not StepState.UNKNOWN or said is None:
        return False
    return bool(words_of(said) & _STOPPED) or said.folded() in _UNANSWERED


def words_of_customers(detail: RunDetail) -> frozenset[str]:
    """What people wrote, each text whole and folded."""
    trigger = detail.run.trigger
    texts = [message.text for message in detail.messages if not _is_own(message)]
    texts += [trigger.text, trigger.latest_comment] if trigger else []
    texts += [detail.run.ticket.title] if detail.run.ticket else []
    return frozenset(text.folded() for text in texts if text is not None)


def _is_own(message: Message) -> bool:
    return message.role is not None and message.role.folded() in _OWN_ROLES
