"""Our own server with the tools, resources and prompts that the official suite asks for by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from mcp.server import MCPServer
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.prompts import Prompt as RegisteredPrompt
from mcp.server.streamable_http import EventCallback, EventMessage, EventStore
from mcp.server.subscriptions import ListenHandler
from mcp_types import (
    EmptyResult,
    GetPromptResult,
    InputRequiredResult,
    JSONRPCMessage,
    Prompt,
    Resource,
    ResourceTemplate,
    SetLevelRequestParams,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    UnsubscribeRequestParams,
)
from pydantic import AnyUrl
from starlette.applications import Starlette
from tests.conformance import contents, questions

from rundown_mcp.connect import open_runs
from rundown_mcp.server import RundownServer, build_server
from rundown_mcp.settings import Settings


class FixtureServer(RundownServer):
    """Offers what is registered with the SDK beside what is ours; each is answered by its own code."""

    async def list_prompts(self) -> list[Prompt]:
        return [*await super().list_prompts(), *await MCPServer.list_prompts(self)]

    async def get_prompt(  # type: ignore[override] # ours ask nothing back
        self, name: str, arguments: Mapping[str, str] | None = None, context: Context[Any, Any] | None = None
    ) -> GetPromptResult | InputRequiredResult:
        if name.startswith("test_"):
            return await MCPServer.get_prompt(self, name, dict(arguments or {}), context)
        return await super().get_prompt(name, arguments, context)

    async def list_resources(self) -> list[Resource]:
        return [*await super().list_resources(), *await MCPServer.list_resources(self)]

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        return [*await super().list_resource_templates(), *await MCPServer.list_resource_templates(self)]

    async def read_resource(  # type: ignore[override] # ours ask nothing back
        self, uri: AnyUrl | str, context: Context[Any, Any] | None = None
    ) -> Iterable[ReadResourceContents] | InputRequiredResult:
        if str(uri) in contents.RESOURCES or str(uri).startswith("test://template/"):
            return await MCPServer.read_resource(self, uri, context)
        return await super().read_resource(uri, context)


class FixtureServerWithSessions(FixtureServer):
    """Keeps sessions and past events, as `NEED_SESSIONS` need them; ours keeps neither."""

    def streamable_http_app(self, **options: Any) -> Starlette:  # noqa: ANN401 - the SDK's own
        return super().streamable_http_app(
            **{**options, "stateless_http": False, "event_store": _Events(), "retry_interval": 100}
        )


class _Events(EventStore):
    """Every event since the start; an event's id is its place."""

    def __init__(self) -> None:
        self._events: list[tuple[str, JSONRPCMessage | None]] = []

    async def store_event(self, stream_id: str, message: JSONRPCMessage | None) -> str:
        self._events.append((stream_id, message))
        return str(len(self._events) - 1)

    async def replay_events_after(self, last_event_id: str, send_callback: EventCallback) -> str | None:
        last = int(last_event_id)
        stream = self._events[last][0]
        for number, (where, message) in enumerate(self._events[last + 1 :], last + 1):
            if where == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


def build_fixture_server(settings: Settings, *, sessions: bool) -> FixtureServer:
    """What `build_server` builds, turned into a server that has the fixtures too."""
    built = build_server(lambda: open_runs(settings), settings.server)
    built.__class__ = FixtureServerWithSessions if sessions else FixtureServer
    server = cast("FixtureServer", built)
    _add_tools(server)
    for uri, (read, mime_type) in contents.RESOURCES.items():
        server.resource(uri, mime_type=mime_type)(read)
    for prompt in (*contents.PROMPTS, questions.input_required_result_prompt):
        name = f"test_{prompt.__name__}"
        server.add_prompt(RegisteredPrompt.from_function(prompt, name=name, description=name))
    _accept_legacy_requests(server)
    server._lowlevel_server.add_request_handler(
        "subscriptions/listen", SubscriptionsListenRequestParams, ListenHandler(server._subscriptions)
    )  # the fixtures change lists; ours never change, so that `build_server` serves no subscriptions
    return server


def _add_tools(server: FixtureServer) -> None:
    tools: dict[str, Callable[..., Any]] = {
        **{f"test_{tool.__name__}": tool for tool in contents.TOOLS},
        **questions.MODERN_TOOLS,
        **questions.LEGACY_TOOLS,
        "test_logging_tool": contents.tool_with_logging,
        "json_schema_2020_12_tool": contents.nothing,
    }
    for name, tool in tools.items():
        server.add_tool(tool, name=name, description=name, structured_output=False)
    published = server._tool_manager.get_tool("json_schema_2020_12_tool")
    assert published is not None
    published.parameters = contents.JSON_SCHEMA


def _accept_legacy_requests(server: FixtureServer) -> None:
    """Requests of the legacy era that we do not serve, and that the suite only wants accepted."""

    async def accept(*_: Any) -> EmptyResult:  # noqa: ANN401 - any of them
        return EmptyResult()

    for method, parameters in (
        ("logging/setLevel", SetLevelRequestParams),
        ("resources/subscribe", SubscribeRequestParams),
        ("resources/unsubscribe", UnsubscribeRequestParams),
    ):
        server._lowlevel_server.add_request_handler(method, parameters, accept)
