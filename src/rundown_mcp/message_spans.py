"""A SERVER span for each message of a client, in which nothing stands that the client made up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware, ServerRequestContext
from mcp_types import CallToolResult
from mcp_types.methods import SPEC_CLIENT_METHODS, SPEC_CLIENT_NOTIFICATION_METHODS
from opentelemetry.trace import Span, SpanKind, StatusCode, get_tracer

from rundown_mcp import __version__
from rundown_mcp.trace import continued

_TRACER: Final = get_tracer("rundown_mcp", __version__)
_THEIRS: Final = "OpenTelemetryMiddleware"
"""By its name, because the SDK keeps the module of it to itself."""
_METHODS: Final = SPEC_CLIENT_METHODS | SPEC_CLIENT_NOTIFICATION_METHODS
_UNKNOWN: Final = "_OTHER"
"""What the semantic conventions write for a word that is not one of a fixed few."""
_TARGETS: Final[Mapping[str, str]] = {"tools/call": "gen_ai.tool.name", "prompts/get": "gen_ai.prompt.name"}


def record_messages(server: MCPServer[Any], names: Mapping[str, Collection[str]]) -> None:
    """Have the server make our spans in place of the SDK's; `names` are those that there are, by method."""
    kept = [one for one in server.middleware if type(one).__name__ != _THEIRS]
    server.middleware[:] = [MessageSpans(names), *kept]


class MessageSpans(ServerMiddleware[Any]):
    """The SDK's span, by the same conventions, without what a client or a provider may have written.

    The SDK's holds names of tools and methods that do not exist, ids of messages, and the texts of errors.
    """

    def __init__(self, names: Mapping[str, Collection[str]]) -> None:
        self._names = names

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Answer the message within its span, which continues the trace of the message, else that of the request."""
        method = ctx.method if ctx.method in _METHODS else _UNKNOWN
        attributes = {"mcp.method.name": method, "mcp.protocol.version": ctx.protocol_version}
        if method == "tools/call":
            attributes["gen_ai.operation.name"] = "execute_tool"
        name = method
        if method in _TARGETS:
            target = self._known(method, ctx.params or {})
            attributes[_TARGETS[method]] = target
            name = f"{method} {target}"
        with _TRACER.start_as_current_span(
            name,
            kind=SpanKind.SERVER,
            attributes=attributes,
            context=continued(ctx.meta or {}),
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                result = await call_next(ctx)
            except MCPError as error:
                span.set_attribute("rpc.response.status_code", str(error.error.code))
                _failed(span, str(error.error.code))
                raise
            except BaseException as error:
                _failed(span, type(error).__name__)
                raise
            if _is_error(result):
                _failed(span, "tool_error")
            return result

    def _known(self, method: str, params: Mapping[str, Any]) -> str:
        name = params.get("name")
        return name if isinstance(name, str) and name in self._names[method] else _UNKNOWN


def _failed(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(StatusCode.ERROR)


def _is_error(result: HandlerResult) -> bool:
    """Whether a tool's answer is an error, as a model or as it goes over the wire."""
    match result:
        case CallToolResult(is_error=True) | {"isError": True}:
            return True
        case _:
            return False
