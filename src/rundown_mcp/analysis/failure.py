"""Name the step that a run failed at, with how that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from rundown_mcp.domain.run import RunDetail, Step, StepState
from rundown_mcp.domain.text import Untrusted

_HTTP_ERROR: Final = range(400, 600)
_HTTP_KEYS: Final = ("status", "status_code", "statusCode", "http_status", "httpStatus", "code")
_ERROR_WORDS: Final = ("error", "failed", "failure")
_NO_ERROR: Final = frozenset({"", "none", "null", "false", "0", "ok", "no error"})
_ERROR_TEXT: Final = re.compile(
    r"\A\s*(?:[A-Za-z]*(?:Error|Exception)\b\s*:|Traceback \(most recent call last\)|ERROR\b)"
)


class Basis(StrEnum):
    """How a state is known: the provider states it, or the shape of an output gives it away."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Assessment:
    """A step with the state that it is taken to have; `error` is what it says went wrong."""

    step: Step
    state: StepState
    basis: Basis
    error: Untrusted | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong in a run.

    `first` is the first failed step that nothing made good, None where there is none. `others` failed after it,
    `recovered` failed before the same tool succeeded. `steps` holds every step as it was assessed.
    """

    steps: tuple[Assessment, ...]
    first: Assessment | None
    others: tuple[Assessment, ...]
    recovered: tuple[Assessment, ...]


def diagnose(detail: RunDetail) -> Diagnosis:
    """Assess every step, and pick the first failed one whose tool does not succeed later."""
    steps = tuple(assess(step) for step in detail.steps)
    failed = [item for item in steps if item.state is StepState.FAILED]
    recovered = tuple(item for item in failed if _is_recovered(item, steps))
    standing = [item for item in failed if item not in recovered]
    return Diagnosis(steps, standing[0] if standing else None, tuple(standing[1:]), recovered)


def assess(step: Step) -> Assessment:
    """The state of one step: as stated, or as its output's shape tells where the provider says nothing or `ok`."""
    if step.state is StepState.FAILED:
        return Assessment(step, StepState.FAILED, Basis.STATED, step.error)
    output = step.tool.output if step.tool else None
    if step.state in {StepState.OK, StepState.UNKNOWN} and output is not None:
        error = error_in(output)
        if error is not None:
            return Assessment(step, StepState.FAILED, Basis.INFERRED, error)
        if step.state is StepState.UNKNOWN and step.native_status is None:
            return Assessment(step, StepState.OK, Basis.INFERRED)
    return Assessment(step, step.state, Basis.STATED)


def error_in(output: Untrusted) -> Untrusted | None:
    """What an error-shaped output says went wrong; None for any other, also one that merely mentions errors."""
    if output.is_text:
        return output if output.matches(_ERROR_TEXT) else None
    error = output.child("error") or output.child("errors")
    if error is not None and error.folded() not in _NO_ERROR:
        return error
    refused = any((flag := output.child(key)) is not None and flag.flag() is False for key in ("ok", "success"))
    flagged = any((flag := output.child(key)) is not None and flag.flag() is True for key in ("isError", "is_error"))
    if refused or flagged or _states_failure(output):
        return _message(output) or output
    return None


def _states_failure(output: Untrusted) -> bool:
    for key in _HTTP_KEYS:
        value = output.child(key)
        if value is None:
            continue
        number = value.number()
        if number is not None and int(number) in _HTTP_ERROR:
            return True
        if key == "status" and any(value.equals(word) for word in _ERROR_WORDS):
            return True
    return False


def _message(output: Untrusted) -> Untrusted | None:
    for key in ("message", "error_message", "detail", "reason"):
        value = output.child(key)
        if value:
            return value
    return None


def _is_recovered(item: Assessment, steps: Sequence[Assessment]) -> bool:
    """Whether a later step of the same tool succeeded."""
    name = item.step.tool.name if item.step.tool else None
    if name is None:
        return False
    return any(
        later.state is StepState.OK and later.step.tool is not None and later.step.tool.name == name
        for later in steps
        if later.step.number > item.step.number
    )
