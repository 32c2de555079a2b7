"""`get_step`: read one step, message or payload in full, in pages."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from rundown_mcp.analysis.failure import Assessment
from rundown_mcp.domain.errors import InvalidArgument, StepNotFound
from rundown_mcp.domain.run import Message
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import MaxTokens, RunText, Short
from rundown_mcp.tools.reading import ReadRun, read_run
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.format import ranges
from rundown_mcp.views.step import StepPages, message_facts, message_parts, step_facts, step_parts

DEFAULT_TOKENS: Final = 2000
_FORM: Final = re.compile(r"(?P<message>m)?(?P<number>[1-9]\d{0,6})", re.ASCII)


async def get_step(
    context: ToolContext,
    *,
    run: RunText,
    step: Annotated[
        Short,
        Field(description="7, m3 (a message), first_failure, last"),
    ],
    part: Literal["all", "input", "output", "error", "content"] = "all",
    offset: Annotated[int, Field(ge=0, description="characters to skip of that part")] = 0,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Read one step or message of a run in full: input, output, error, content; long ones in pages."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    if part == "all" and offset:
        raise InvalidArgument("offset", "counts within one part; say part=input, output, error or content")
    read = await read_run(context, run)
    pages = _pages(context, read, _chosen(read, step))
    return pages.whole(budget) if part == "all" else pages.page(part, offset, budget)


def _chosen(read: ReadRun, step: str) -> Assessment | Message:
    """The step or message that `step` names.

    Raises:
        StepNotFound: it names none; the text says which there are.
    """
    steps, messages = read.diagnosis.steps, read.detail.messages
    word = step.casefold()
    if word == "first_failure":
        if read.diagnosis.first is None:
            raise StepNotFound("step", f"no failed step can be named in {read.short}. {_there(read)}")
        return read.diagnosis.first
    if word == "last":
        if not steps:
            raise StepNotFound("step", f"{read.short} has no steps. {_there(read)}")
        return steps[-1]
    form = _FORM.fullmatch(word)
    if form is None:
        raise StepNotFound("step", f"takes a number (7), a message (m3), first_failure or last. {_there(read)}")
    number = int(form["number"])
    if form["message"]:
        found: Assessment | Message | None = next((item for item in messages if item.number == number), None)
    else:
        found = next((item for item in steps if item.step.number == number), None)
    if found is None:
        raise StepNotFound("step", f"{read.short} has no {step}. {_there(read)}")
    return found


def _there(read: ReadRun) -> str:
    """What a run has that can be asked for."""
    parts = []
    if read.diagnosis.steps:
        parts.append(f"steps 1 to {len(read.diagnosis.steps)}")
    if read.detail.messages:
        parts.append(f"messages m1 to m{len(read.detail.messages)}")
    if read.diagnosis.recovered:
        parts.append(
            f"errors that were made good at step {ranges([item.step.number for item in read.diagnosis.recovered])}"
        )
    if read.diagnosis.candidates:
        parts.append(f"candidates at step {ranges([item.step.number for item in read.diagnosis.candidates])}")
    return f"It has {', '.join(parts)}." if parts else "It has no steps and no messages."


def _pages(context: ToolContext, read: ReadRun, chosen: Assessment | Message) -> StepPages:
    gate = read.gate
    if isinstance(chosen, Message):
        name, facts, parts = f"m{chosen.number}", message_facts(gate, chosen), message_parts(gate, chosen)
    else:
        name, facts = str(chosen.step.number), step_facts(gate, chosen, len(read.diagnosis.steps))
        parts = step_parts(gate, chosen)
    return StepPages(
        ref=read.short, name=name, facts=facts, parts=parts, coverage=read.coverage, sandbox=context.runs.sandbox
    )
