"""Steps that were stopped or never ended, and whether the run failed or was escalated because of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.names import IDENTIFIER, hands_over, words_of
from rundown_mcp.analysis.phrases import MOST, PERSON_WANTED, STOP_WORDS
from rundown_mcp.domain.run import OutcomeWord, RunDetail, Status, StepState
from rundown_mcp.domain.text import Untrusted

_LONGEST_END: Final = 2
"""How many steps may follow a stop that the run ended because of: handing over, and telling the customer."""
_NOT_DONE: Final = frozenset("skipped cancelled canceled aborted not_started".split())
_EVERYDAY: Final = 3


def failed(detail: RunDetail) -> bool:
    """Whether the run failed."""
    return detail.run.status.word is Status.FAILED


def was_escalated(detail: RunDetail) -> bool:
    """Whether the run was handed to a person."""
    return detail.run.outcome is not None and detail.run.outcome.word is OutcomeWord.ESCALATED


def stops(detail: RunDetail, steps: Sequence[Assessment]) -> list[Assessment]:
    """Steps that never ended, or that a guardrail, a person or a clock ended, in a run that failed or was escalated."""
    status = detail.run.status.word
    if status is Status.CANCELLED or not (failed(detail) or was_escalated(detail)):
        return []
    unended = {StepState.RUNNING, StepState.WAITING} if status.is_final else set()
    last = steps[-1] if steps else None
    return [
        item
        for item in steps
        if item.stopped or item.state in unended or (item is last and failed(detail) and gave_nothing(item))
    ]


def gave_nothing(item: Assessment) -> bool:
    """Whether a call has no output, and nothing says how it ended."""
    step = item.step
    if item.state is not StepState.UNKNOWN or step.native_status is not None or step.tool is None or step.notes:
        return False
    return step.tool.output is None or step.tool.output.equals("null")


def ended_the_run(item: Assessment, detail: RunDetail, steps: Sequence[Assessment]) -> bool:
    """Whether the run ended because of a stop: its own words say so, or nothing but the end follows."""
    if gave_nothing(item):
        return False
    run = detail.run
    said = [text.head(MOST) for text in (run.error, run.outcome.reason if run.outcome else None) if text is not None]
    if any(_names(text, item) for text in said):
        return True
    if any(text.matches(PERSON_WANTED) for text in said):
        return False
    after = list(islice(steps, item.step.number, item.step.number + _LONGEST_END + 1))
    return len(after) <= _LONGEST_END and all(_is_of_the_end(other) for other in after)


def _names(text: Untrusted, item: Assessment) -> bool:
    """Whether a text names a stopped step: by its label, or by most words of it together with a word for a stop."""
    label = item.step.label
    if label is None:
        return False
    if label.folded() in text.folded() and (item.step.tool is None or not label.folded().isalpha()):
        return True
    own = {word for word in words_of(label) if len(word) > _EVERYDAY}
    said = frozenset[str]().union(*(words_of(Untrusted(word, text.kind)) for word in text.words(IDENTIFIER, MOST)))
    return bool(own) and text.matches(STOP_WORDS) and bool(own & said)


def _is_of_the_end(item: Assessment) -> bool:
    """Whether a step does no more of the work: it hands over, answers, was not done, or was stopped as well."""
    said = item.step.native_status
    if item.stopped or (said is not None and said.folded() in _NOT_DONE):
        return True
    return item.step.tool is None or hands_over(item.step)
