"""`get_step`: read one step, message or payload, or a text of the run itself, in full, in pages."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Annotated, Final, Literal

from pydantic import Field

from rundown_mcp.analysis.failure import Assessment
from rundown_mcp.domain.errors import InvalidArgument, StepNotFound
from rundown_mcp.domain.run import Message
from rundown_mcp.domain.text import SafeText
from rundown_mcp.threads import in_thread
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.tools.params import MaxTokens, RunText, Short
from rundown_mcp.tools.reading import ReadRun, read_run
from rundown_mcp.views.answer import Answer
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.call import call
from rundown_mcp.views.format import counted, ranges
from rundown_mcp.views.run_lines import WHOLE_RUN, as_text, run_lines
from rundown_mcp.views.step import Parts, StepPages, message_facts, message_parts, step_facts, step_parts

DEFAULT_TOKENS: Final = 2000
_MOST_CALLS: Final = 12
"""So many steps of one name are listed."""
_FORM: Final = re.compile(r"(?:step )?(?P<message>m)?(?P<number>[1-9]\d{0,6})", re.ASCII)
"""`step 2` is how answers write it."""


async def get_step(
    context: ToolContext,
    *,
    run: RunText,
    step: Annotated[
        Short,
        Field(
            description="7, m3 (a message), first_failure, last, run (what is known of it), or a line of that: reason"
        ),
    ],
    part: Literal["all", "input", "output", "error", "content"] = "all",
    offset: Annotated[int, Field(ge=0, description="characters to skip of that part")] = 0,
    max_tokens: MaxTokens | None = None,
) -> Answer:
    """Read one step or message of a run, or the run's own texts, in full: input, output, error, content; in pages."""
    budget = context.budget(max_tokens, DEFAULT_TOKENS)
    if part == "all" and offset:
        raise InvalidArgument("offset", "counts within one part; say part=input, output, error or content")
    form = _FORM.fullmatch(step.casefold())
    read = await read_run(context, run, conversation=form is not None and form["message"] is not None)
    return await in_thread(partial(_answer, context, read, step, part, offset, budget))


def _answer(context: ToolContext, read: ReadRun, step: str, part: str, offset: int, budget: Budget) -> Answer:
    chosen = _chosen(read, step)
    if isinstance(chosen, str):
        # The text of a line has no facts beside it.
        pages = _line_pages(context, read, chosen)
        return pages.page("content" if part == "all" else part, offset, budget)
    pages = _pages(context, read, chosen)
    return pages.whole(budget) if part == "all" else pages.page(part, offset, budget)


def _chosen(read: ReadRun, step: str) -> Assessment | Message | str:
    """The step or message that `step` names, or what may be the name of a line of the run.

    Raises:
        StepNotFound: it names none; the text says which there are.
    """
    steps, messages = read.diagnosis.steps, read.detail.messages
    word = _as_name(step)
    if word == "first failure":
        if read.diagnosis.first is None:
            raise StepNotFound("step", f"no failed step can be named in {read.short}. {_there(read)}")
        return read.diagnosis.first
    if word == "last":
        if not steps:
            raise StepNotFound("step", f"{read.short} has no steps. {_there(read)}")
        return steps[-1]
    form = _FORM.fullmatch(word)
    if form is None:
        return word
    number = int(form["number"])
    if form["message"]:
        found: Assessment | Message | None = next((item for item in messages if item.number == number), None)
    else:
        found = next((item for item in steps if item.step.number == number), None)
    if found is None:
        missing = read.detail.missing
        among = f" among what could be read ({'; '.join(missing)})" if missing else ""
        raise StepNotFound("step", f"{read.short} has no {step}{among}. {_there(read)}")
    return found


def _there(read: ReadRun) -> str:
    """What a run has that can be asked for."""
    parts = []
    if read.diagnosis.steps:
        parts.append(f"step {ranges([item.step.number for item in read.diagnosis.steps])}")
    if read.detail.thread:
        parts.append("messages, listed by detail=conversation of get_run")
        parts += ["the text of its reply (step=reply)"] if read.detail.reply else []
    elif read.detail.messages:
        parts.append(f"message {ranges([message.number for message in read.detail.messages], 'm')}")
    if read.diagnosis.recovered:
        parts.append(
            f"errors that were made good at step {ranges([item.step.number for item in read.diagnosis.recovered])}"
        )
    if read.diagnosis.candidates:
        parts.append(f"candidates at step {ranges([item.step.number for item in read.diagnosis.candidates])}")
    if not parts:
        return "It has no steps and no messages."
    listed = f" {call('get_run', run=read.short, detail='timeline')} lists the steps." if read.diagnosis.steps else ""
    return f"It has {', '.join(parts)}.{listed}"


def _pages(context: ToolContext, read: ReadRun, chosen: Assessment | Message) -> StepPages:
    gate = read.gate
    if isinstance(chosen, Message):
        name, kind = f"m{chosen.number}", "message"
        facts, parts = message_facts(gate, chosen), message_parts(chosen)
    else:
        name, kind = str(chosen.step.number), "step"
        facts, parts = step_facts(gate, chosen, len(read.diagnosis.steps)), step_parts(chosen)
    makers = {part: partial(gate.safe, value) for part, value in parts.items()}
    return StepPages(
        ref=read.short,
        name=name,
        place=f"{kind} {name}",
        facts=facts,
        parts=Parts(makers),
        coverage=read.coverage,
        sandbox=context.runs.sandbox,
    )


def _line_pages(context: ToolContext, read: ReadRun, name: str) -> StepPages:
    return StepPages(
        ref=read.short,
        name=name,
        place="the run" if name == WHOLE_RUN else f"{name} of the run",
        facts=(),
        parts={"content": _line(read, name)},
        coverage=read.coverage,
        sandbox=context.runs.sandbox,
    )


def _line(read: ReadRun, name: str) -> SafeText:
    """The line of that name without its name, or all of them.

    Raises:
        StepNotFound: there is none; the text says which there are.
    """
    card, more = run_lines(read.detail, read.diagnosis, read.gate)
    lines = {**card, **more}
    if name == WHOLE_RUN:
        return as_text(lines)
    line = next((line for known, line in lines.items() if _as_name(known) == name), None)
    if line is None:
        if calls := _steps_called(read, name):
            others = f" and {len(calls) - _MOST_CALLS} more" if len(calls) > _MOST_CALLS else ""
            raise StepNotFound("step", f"takes a number; of that name: step {ranges(calls[:_MOST_CALLS])}{others}")
        names = counted(Counter(line.label for line in lines.values()))
        raise StepNotFound(
            "step",
            f"takes a number (7), a message (m3), first_failure, last, or what is known of the run: {names}, "
            f"where {WHOLE_RUN} is all of it. {_there(read)}",
        )
    return line.text if isinstance(line.text, SafeText) else SafeText(line.text)


def _steps_called(read: ReadRun, name: str) -> list[int]:
    """The numbers of the steps that answers show by that name."""
    called = [(item.step.number, label) for item in read.diagnosis.steps if (label := item.step.label) is not None]
    read.gate.look_through(label for _, label in called)
    return [number for number, label in called if _as_name(str(read.gate.safe(label))) == name]


def _as_name(step: str) -> str:
    """Names of lines and steps in any case, with a space or an underscore between their words."""
    return " ".join(step.casefold().replace("_", " ").split())
