"""A plain function → an MCP tool: arguments checked, errors in our words, one exit for every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from inspect import Parameter, signature
from typing import Any, Final, Protocol

import anyio
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools.base import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ConfigDict, ValidationError, create_model

from rundown_mcp.access.caller import present_caller
from rundown_mcp.domain.errors import AmbiguousRef, InvalidRef, RundownError
from rundown_mcp.events import CallEvent, Events
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.tools.arguments import argument_problem, slim_schema, unpacked, without_lengths
from rundown_mcp.tools.context import ToolContext
from rundown_mcp.views.answer import Answer, fenced, masked_in, new_nonce
from rundown_mcp.views.budget import clip
from rundown_mcp.views.tokens import count_tokens

ToolFunction = Callable[..., Awaitable[Answer]]

_READ_ONLY: Final = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=True
)
_OUTPUT_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"head": {"type": "array"}, "data": {"type": "array"}, "receipt": {"type": "array"}},
    "required": ["head", "data", "receipt"],
}
_FIND: Final = (
    "list_runs(limit=1) gives the newest run; list_runs(ticket=[…]) those of a ticket's or conversation's id."
)
"""The way on from a text that names no run: often it is what a person has at hand instead."""
_MOST_DATA: Final = 20
_DATA_ROOM: Final = 60


class _Arguments(ArgModelBase):
    """The parameters of a tool, and no others."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Unchecked(FuncMetadata):
    """Hands the arguments on as they came: the SDK's own errors quote inputs and do not say what is valid."""

    def validate_arguments(self, arguments_to_validate: dict[str, Any]) -> dict[str, Any]:
        return {"arguments": arguments_to_validate}


class Served(Protocol):
    """What a tool works with; the server's lifespan state opens it."""

    @property
    def gate(self) -> Gate:
        """The way out for text from outside, which an error may hold."""
        ...

    def context(self, tool: str) -> ToolContext:
        """What the present caller may ask with a tool.

        Raises:
            NotPermitted: the tool is none of theirs.
        """
        ...


def name_of(function: ToolFunction) -> str:
    """The name that a function has as a tool."""
    name: str = getattr(function, "__name__", "tool")
    return name


def as_tool(function: ToolFunction, *, events: Events, timeout_s: float, structured: bool) -> Tool:
    """The MCP tool that a function makes: its name, its docstring, its parameters. A call ends within `timeout_s`."""
    name = name_of(function)
    arguments_model = _arguments_of(function)
    schema = slim_schema(arguments_model.model_json_schema())
    published = without_lengths(schema)

    async def run(arguments: dict[str, Any], ctx: Context[Callable[[], Awaitable[Served]], Any]) -> CallToolResult:
        served = await ctx.request_context.lifespan_context()
        try:
            with events.call(name) as event:
                context = replace(served.context(name), progress=ctx.report_progress)
                given = _validated(arguments_model, schema, arguments)
                with anyio.fail_after(timeout_s):
                    answer = (await function(context, **given)).offering(present_caller().may_call)
                text = answer.text()
                note_answer(event, text)
        except RundownError as error:
            return _failure(error, served.gate)
        except TimeoutError:
            return _failure(too_late(name, timeout_s), served.gate)
        return CallToolResult(
            content=[TextContent(type="text", text=text)],
            structured_content=dict(answer.facts()) if structured else None,
        )

    return Tool(
        fn=run,
        name=name,
        title=None,
        description=" ".join((function.__doc__ or "").split()),
        parameters=published,
        fn_metadata=_Unchecked(arg_model=ArgModelBase, output_schema=_OUTPUT_SCHEMA if structured else None),
        is_async=True,
        context_kwarg="ctx",
        annotations=_READ_ONLY,
    )


def _arguments_of(function: ToolFunction) -> type[_Arguments]:
    """The model of a function's parameters: the SDK's own takes any others too, and a second one on top took 7 ms."""
    fields: dict[str, Any] = {
        one.name: (one.annotation, ... if one.default is Parameter.empty else one.default)
        for one in signature(function, eval_str=True).parameters.values()
        if one.name != "context"
    }
    return create_model(f"{name_of(function)}_arguments", __base__=_Arguments, **fields)


def _validated(model: type[_Arguments], schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the function takes them; null means that a parameter is left out.

    Raises:
        InvalidArgument: what is wrong with the first few, and what is valid.
    """
    present = {name: value for name, value in arguments.items() if value is not None}
    try:
        return model.model_validate(unpacked(present, schema)).model_dump_one_level()
    except ValidationError as error:
        raise argument_problem(error, schema) from None


def _failure(error: RundownError, gate: Gate) -> CallToolResult:
    text = failure_text(error, gate)
    if isinstance(error, InvalidRef) and present_caller().may_call("list_runs"):
        text = f"{text}\n{_FIND}"
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)


def note_answer(event: CallEvent, text: str) -> None:
    """Say how large an answer is and what is masked in it, where an observer wants to know."""
    if event.answer_wanted:
        event.tokens = count_tokens(text)
        event.masked = masked_in(text.split("\n"))


def too_late(name: str, timeout_s: float) -> RundownError:
    """The error of what was stopped because its time was over."""
    return RundownError(f"{name} did not finish within {timeout_s:g} s. Ask for less, or try again.")


def failure_text(error: RundownError, gate: Gate) -> str:
    """An error for the assistant; text from outside that belongs to it stands in a fence."""
    lines = [error.message]
    if isinstance(error, AmbiguousRef):
        lines += [f"- {candidate}" for candidate in error.candidates]
    names = list(dict.fromkeys(str(clip(gate.safe(value), _DATA_ROOM)) for value in error.data[:_MOST_DATA]))
    lines += fenced(names, new_nonce())
    if len(error.data) > _MOST_DATA:
        lines.append(f"and {len(error.data) - _MOST_DATA} more")
    return "\n".join(lines)
