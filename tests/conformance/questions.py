"""What the official suite asks for by name and what asks back: the client's user, its model, its roots."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from mcp import MCPError
from mcp.server.mcpserver import Context
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    MISSING_REQUIRED_CLIENT_CAPABILITY,
    CallToolResult,
    ClientCapabilities,
    CreateMessageRequest,
    CreateMessageRequestParams,
    CreateMessageResult,
    ElicitRequest,
    ElicitRequestFormParams,
    InputRequest,
    InputRequiredResult,
    ListRootsRequest,
    MissingRequiredClientCapabilityErrorData,
    SamplingCapability,
    SamplingMessage,
    TextContent,
)

Round = Mapping[str, InputRequest]
Asking = Callable[[Context], Awaitable[CallToolResult | InputRequiredResult]]


def _user(message: str, /, **properties: Mapping[str, Any]) -> ElicitRequest:
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    return ElicitRequest(params=ElicitRequestFormParams(message=message, requested_schema=schema))


def _model(prompt: str, most_tokens: int = 100) -> CreateMessageRequest:
    message = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    return CreateMessageRequest(params=CreateMessageRequestParams(messages=[message], max_tokens=most_tokens))


def _result(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)])


_TEXT: Final = {"type": "string"}
_NAME: Final = _user("What is your name?", name=_TEXT)
_CONFIRM: Final = _user("Please confirm", ok={"type": "boolean"})


def required(rounds: Sequence[Round], ctx: Context, *, stateful: bool) -> InputRequiredResult | None:
    """What is still to be asked in the modern era; None once every round is answered.

    Where it is `stateful`, the request state is the number of the round; the SDK seals it and refuses a forged one.
    """
    number = int(ctx.request_state or 0)
    if rounds[number].keys() <= (ctx.input_responses or {}).keys():
        number += 1
    if number == len(rounds):
        return None
    return InputRequiredResult(input_requests=dict(rounds[number]), request_state=str(number) if stateful else None)


def _asking(*rounds: Round, stateful: bool = False) -> Asking:
    async def ask(ctx: Context) -> CallToolResult | InputRequiredResult:
        return required(rounds, ctx, stateful=stateful) or _result("state-ok: all is answered")

    return ask


async def _within_capabilities(ctx: Context) -> InputRequiredResult:
    able = ctx.client_capabilities or ClientCapabilities()
    questions: dict[str, InputRequest] = {}
    if able.elicitation:
        questions["user_name"] = _NAME
    if able.sampling:
        questions["capital_question"] = _model("What is the capital of France?")
    return InputRequiredResult(input_requests=questions)


async def _missing_capability(ctx: Context) -> CallToolResult:
    if ctx.client_capabilities and ctx.client_capabilities.sampling:
        return _result("the client can sample")
    lacking = MissingRequiredClientCapabilityErrorData(
        required_capabilities=ClientCapabilities(sampling=SamplingCapability())
    )
    raise MCPError(
        MISSING_REQUIRED_CLIENT_CAPABILITY, "sampling is required", lacking.model_dump(by_alias=True, exclude_none=True)
    )


MODERN_TOOLS: Final[Mapping[str, Callable[..., Any]]] = {
    "test_input_required_result_elicitation": _asking({"user_name": _NAME}),
    "test_input_required_result_sampling": _asking({"capital_question": _model("What is the capital of France?")}),
    "test_input_required_result_list_roots": _asking({"client_roots": ListRootsRequest()}),
    "test_input_required_result_request_state": _asking({"confirm": _CONFIRM}, stateful=True),
    "test_input_required_result_tampered_state": _asking({"confirm": _CONFIRM}, stateful=True),
    "test_input_required_result_multiple_inputs": _asking(
        {"user_name": _NAME, "greeting": _model("Generate a greeting", 50), "client_roots": ListRootsRequest()},
        stateful=True,
    ),
    "test_input_required_result_multi_round": _asking(
        {"step1": _user("Step 1: What is your name?", name=_TEXT)},
        {"step2": _user("Step 2: What is your favorite color?", color=_TEXT)},
        stateful=True,
    ),
    "test_input_required_result_capabilities": _within_capabilities,
    "test_missing_capability": _missing_capability,
    "test_streaming_elicitation": _asking({"user_name": _NAME}),
}


async def input_required_result_prompt(ctx: Context) -> InputRequiredResult | str:
    question = {"user_context": _user("What context should the prompt use?", context=_TEXT)}
    return required([question], ctx, stateful=False) or "a prompt in the context that was given"


async def _sampling(prompt: str, ctx: Context) -> CallToolResult:
    # On the call's own stream: the other one, which the client's GET opens, may not be there yet, and then it is lost.
    own_stream = ServerMessageMetadata(related_request_id=ctx.request_id)
    answer = await ctx.session.send_request(_model(prompt), CreateMessageResult, metadata=own_stream)
    return _result(f"LLM response: {answer.content}")


async def _elicitation(message: str, ctx: Context) -> CallToolResult:
    wanted = {"username": {**_TEXT, "description": "A name"}, "email": {**_TEXT, "description": "An address"}}
    return await _elicited(ctx, message, wanted)


def _form(message: str, properties: Mapping[str, Any]) -> Callable[..., Any]:
    async def ask(ctx: Context) -> CallToolResult:
        return await _elicited(ctx, message, properties)

    return ask


async def _elicited(ctx: Context, message: str, properties: Mapping[str, Any]) -> CallToolResult:
    schema = {"type": "object", "properties": dict(properties), "required": list(properties)}
    answer = await ctx.session.elicit_form(message, schema, ctx.request_id)
    return _result(f"Elicitation completed: action={answer.action}, content={answer.content}")


LEGACY_TOOLS: Final[Mapping[str, Callable[..., Any]]] = {
    "test_sampling": _sampling,
    "test_elicitation": _elicitation,
    "test_elicitation_sep1034_defaults": _form(
        "Please provide user information",
        {
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
            "verified": {"type": "boolean", "default": True},
        },
    ),
    "test_elicitation_sep1330_enums": _form(
        "Please select values",
        {
            "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
            "titledSingle": {"type": "string", "oneOf": [{"const": f"value{n}", "title": f"{n}."} for n in (1, 2, 3)]},
            "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2"]}},
            "titledMulti": {
                "type": "array",
                "items": {"anyOf": [{"const": f"value{n}", "title": f"{n}."} for n in (1, 2, 3)]},
            },
        },
    ),
}
