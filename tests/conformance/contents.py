"""What the official suite asks for by name and gets without asking back: plain tools, resources and prompts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Annotated, Any, Final

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.prompts.base import UserMessage
from mcp_types import (
    AudioContent,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    LoggingMessageNotification,
    LoggingMessageNotificationParams,
    TextContent,
    TextResourceContents,
)
from pydantic import Field

_PIXEL: Final = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xfc\xcf\xc0P\x0f\0\4\x85\1\x80\x84\xa9\x8c!\0\0\0\0IEND\xaeB`\x82"
).decode()
_SILENCE: Final = base64.b64encode(
    b"RIFF&\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0\x80>\0\0\2\0\x10\0data\2\0\0\0\0\0"
).decode()


def _text(text: str) -> TextContent:
    return TextContent(type="text", text=text)


def _image() -> ImageContent:
    return ImageContent(type="image", data=_PIXEL, mime_type="image/png")


def _embedded(uri: str, text: str, mime_type: str = "text/plain") -> EmbeddedResource:
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


def simple_text() -> list[ContentBlock]:
    return [_text("This is a simple text response for testing.")]


def image_content() -> list[ContentBlock]:
    return [_image()]


def audio_content() -> list[ContentBlock]:
    return [AudioContent(type="audio", data=_SILENCE, mime_type="audio/wav")]


def embedded_resource() -> list[ContentBlock]:
    return [_embedded("test://embedded-resource", "This is an embedded resource content.")]


def multiple_content_types() -> list[ContentBlock]:
    mixed = _embedded("test://mixed-content-resource", '{"test": "data", "value": 123}', "application/json")
    return [_text("Multiple content types test:"), _image(), mixed]


def error_handling() -> list[ContentBlock]:
    raise ToolError("This tool intentionally returns an error for testing")


async def tool_with_progress(ctx: Context) -> list[ContentBlock]:
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100, f"Completed step {done} of 100")
    return [_text("done")]


async def tool_with_logging(ctx: Context) -> list[ContentBlock]:
    for what in ("started", "processing data", "completed"):
        await log(ctx, f"Tool execution {what}")
    return [_text("Tool with logging executed successfully")]


async def log(ctx: Context, text: str) -> None:
    """Send a log message with the request's own stream, in the era that still has them."""
    if ctx.protocol_version is not None and ctx.protocol_version < "2026":
        message = LoggingMessageNotification(params=LoggingMessageNotificationParams(level="info", data=text))
        await ctx.session.send_notification(message, ctx.request_id)


def custom_headers(region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})]) -> list[ContentBlock]:
    return [_text(region)]


def nothing() -> list[ContentBlock]:
    return []


async def trigger_tool_change(ctx: Context) -> list[ContentBlock]:
    await ctx.notify_tools_changed()
    return []


async def trigger_prompt_change(ctx: Context) -> list[ContentBlock]:
    await ctx.notify_prompts_changed()
    return []


async def reconnection(ctx: Context) -> list[ContentBlock]:
    """Ends the stream in the middle of the call: the rest is fetched with Last-Event-ID."""
    await log(ctx, "Before disconnect")
    await ctx.close_sse_stream()
    await log(ctx, "After reconnect")
    return [_text("Reconnection test completed")]


TOOLS: Final[tuple[Callable[..., Any], ...]] = (
    simple_text,
    image_content,
    audio_content,
    embedded_resource,
    multiple_content_types,
    error_handling,
    tool_with_progress,
    tool_with_logging,
    custom_headers,
    trigger_tool_change,
    trigger_prompt_change,
    reconnection,
)
"""Each is offered by its name after `test_`."""

JSON_SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
"""What `json_schema_2020_12_tool` publishes: every keyword has to arrive."""


def static_text() -> str:
    return "This is the content of the static text resource."


def static_binary() -> bytes:
    return base64.b64decode(_PIXEL)


def watched() -> str:
    return "Watched resource content"


def filled_template(id: str) -> str:  # noqa: A002 - the template's own name
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


RESOURCES: Final[dict[str, tuple[Callable[..., Any], str]]] = {
    "test://static-text": (static_text, "text/plain"),
    "test://static-binary": (static_binary, "image/png"),
    "test://watched-resource": (watched, "text/plain"),
    "test://template/{id}/data": (filled_template, "application/json"),
}
"""What stands at each address, and its type."""


def simple_prompt() -> list[UserMessage]:
    return [UserMessage("This is a simple prompt for testing.")]


def prompt_with_arguments(arg1: str, arg2: str) -> list[UserMessage]:
    return [UserMessage(f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'")]


def prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:  # noqa: N803 - the suite's name
    embedded = _embedded(resourceUri, "Embedded resource content for testing.")
    return [UserMessage(embedded), UserMessage("Please process the embedded resource above.")]


def prompt_with_image() -> list[UserMessage]:
    return [UserMessage(_image()), UserMessage("Please analyze the image above.")]


PROMPTS: Final[tuple[Callable[..., Any], ...]] = (
    simple_prompt,
    prompt_with_arguments,
    prompt_with_embedded_resource,
    prompt_with_image,
)
"""Each is offered by its name after `test_`."""
