"""Build the MCP server: its instructions, tools, prompts, resources and completions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, NoReturn

import anyio
from mcp import MCPError
from mcp.server import MCPServer
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel.helper_types import ReadResourceContents
from mcp.server.mcpserver import Context
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    GetPromptResult,
    Prompt,
    PromptArgument,
    PromptMessage,
    PromptReference,
    Resource,
    ResourceTemplate,
    TextContent,
    Tool,
)
from pydantic import AnyUrl

from rundown_mcp import __version__
from rundown_mcp.access.caller import present_caller
from rundown_mcp.access.rules import NO_RULES, AccessRules
from rundown_mcp.completions import Completer
from rundown_mcp.domain.errors import InvalidArgument, NotPermitted, RundownError, RunNotFound, SettingsError, quoted
from rundown_mcp.events import Events
from rundown_mcp.instructions import Instructions
from rundown_mcp.message_spans import record_messages
from rundown_mcp.observe import observed
from rundown_mcp.prompts import PROMPTS
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.resources import CONNECTIONS, MIME_TYPE, RUN, read_resource
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.settings import ServerSettings
from rundown_mcp.state import OpenState, State, opened_when_needed, tool_context
from rundown_mcp.tools.adapter import as_tool, failure_text, note_answer, too_late
from rundown_mcp.tools.catalogue import TOOL_NAMES, TOOLS

OpenRuns = Callable[[], AbstractAsyncContextManager[Runs]]

_LISTS_KEPT_MS: Final = 300_000


def build_server(
    open_runs: OpenRuns,
    settings: ServerSettings,
    access: AccessRules = NO_RULES,
    *,
    events: Events | None = None,
    eager: bool = False,
) -> MCPServer[OpenState]:
    """A server that asks whatever `open_runs` opens; connections are closed when it ends.

    They are opened when a call first needs them; `eager`: when it starts, so that no caller of many waits for it.
    `events` are told of every call; without them, the log and the trace are.
    """
    events = events or observed()
    listed = CacheHint(ttl_ms=_LISTS_KEPT_MS, scope="private" if access.tell_callers_apart else "public")

    @asynccontextmanager
    async def open_state() -> AsyncIterator[State]:
        async with open_runs() as runs:
            context = tool_context(runs, settings, access)
            yield State(context, Completer(context))

    @asynccontextmanager
    async def lifespan(_: MCPServer[Any]) -> AsyncIterator[OpenState]:
        async with opened_when_needed(open_state) as opened:
            if eager:
                await opened()

            async def asked() -> State:
                try:
                    return await opened()
                except SettingsError as error:  # a file that was fine when the server started
                    raise MCPError(INTERNAL_ERROR, error.message) from None

            yield asked

    server = RundownServer(
        "rundown-mcp",
        title="Rundown",
        version=__version__,
        tools=[
            as_tool(function, events=events, timeout_s=settings.timeout_s, structured=settings.structured)
            for function in TOOLS
        ],
        lifespan=lifespan,
        log_level="WARNING",
        cache_hints={
            "tools/list": listed,
            "prompts/list": listed,
            "resources/list": listed,
            "resources/templates/list": listed,
        },
        subscriptions=False,  # nothing that is listed ever changes: there is nothing to subscribe to
        events=events,
        timeout_s=settings.timeout_s,
    )
    server.middleware.append(Instructions(sandbox=settings.sandbox))
    return server


class RundownServer(MCPServer[OpenState]):
    """The SDK's server with our prompts, resources and completions.

    They are answered here and not registered, because the SDK decodes an address before anybody can look at it, gives
    a completion no lifespan state, and meets an unknown prompt with a stack trace that repeats the client's text.
    """

    def __init__(self, *args: Any, events: Events, timeout_s: float, **options: Any) -> None:  # noqa: ANN401 - the SDK's own
        super().__init__(*args, **options)
        self._events = events
        self._timeout_s = timeout_s
        record_messages(self, {"tools/call": TOOL_NAMES, "prompts/get": PROMPTS})
        self._lowlevel_server.add_request_handler("completion/complete", CompleteRequestParams, _complete)

    async def list_tools(self) -> list[Tool]:
        """The tools that the present caller may call."""
        caller = present_caller()
        return [tool for tool in await super().list_tools() if caller.may_call(tool.name)]

    async def list_prompts(self) -> list[Prompt]:
        """The prompts for a client's menu."""
        caller = present_caller()
        return [
            Prompt(
                name=one.name,
                title=one.title,
                description=one.description,
                arguments=[
                    PromptArgument(name=item.name, description=item.description, required=item.required)
                    for item in one.arguments
                ],
            )
            for one in PROMPTS.values()
            if caller.may_call(one.tool)
        ]

    async def get_prompt(
        self, name: str, arguments: Mapping[str, str] | None = None, context: Context[OpenState, Any] | None = None
    ) -> GetPromptResult:
        """The one message that a prompt becomes."""
        state = await _state(context)
        prompt = PROMPTS.get(name)
        if prompt is None:
            known = InvalidArgument("name", f"{quoted(name)} is no prompt; there are {', '.join(PROMPTS)}")
            _refuse(known, state.gate)

        async def render() -> str:
            return await prompt.render(state.context(prompt.tool), prompt.given(arguments))

        text = await self._in_time(f"prompts/{name}", state.gate, render)
        return GetPromptResult(
            description=prompt.description,
            messages=[PromptMessage(role="user", content=TextContent(type="text", text=text))],
        )

    async def list_resources(self) -> list[Resource]:
        """The one resource that is always there."""
        if not present_caller().may_call(CONNECTIONS.tool):
            return []
        return [
            Resource(
                uri=CONNECTIONS.uri,
                name=CONNECTIONS.name,
                title=CONNECTIONS.title,
                description=CONNECTIONS.description,
                mime_type=MIME_TYPE,
            )
        ]

    async def list_resource_templates(self) -> list[ResourceTemplate]:
        """The form of a run's address."""
        if not present_caller().may_call(RUN.tool):
            return []
        return [
            ResourceTemplate(
                uri_template=RUN.uri, name=RUN.name, title=RUN.title, description=RUN.description, mime_type=MIME_TYPE
            )
        ]

    async def read_resource(
        self, uri: AnyUrl | str, context: Context[OpenState, Any] | None = None
    ) -> Iterable[ReadResourceContents]:
        """The answer of the tool that says the same."""
        state = await _state(context)

        async def read() -> str:
            answer = await read_resource(state.context, str(uri))
            return answer.offering(present_caller().may_call).text()

        text = await self._in_time("resources/read", state.gate, read, {"uri": str(uri)})
        return [ReadResourceContents(content=text, mime_type=MIME_TYPE)]

    async def _in_time(self, what: str, gate: Gate, answer: Callable[[], Awaitable[str]], data: object = None) -> str:
        try:
            with self._events.call(what) as event, anyio.fail_after(self._timeout_s):
                text = await answer()
                note_answer(event, text)
                return text
        except RundownError as error:
            _refuse(error, gate, data)
        except TimeoutError:
            _refuse(too_late(what, self._timeout_s), gate, data)


async def _state(context: Context[OpenState, Any] | None) -> State:
    """What the server works with, of the request that is being answered."""
    if context is None:
        raise MCPError(INTERNAL_ERROR, "only a request can be answered")
    return await context.request_context.lifespan_context()


def _refuse(error: RundownError, gate: Gate, data: object = None) -> NoReturn:
    """An error in the form that the protocol has where there is no tool: a code and the text for the assistant."""
    code = INVALID_PARAMS if isinstance(error, InvalidArgument | RunNotFound | NotPermitted) else INTERNAL_ERROR
    raise MCPError(code, failure_text(error, gate), data) from None


async def _complete(ctx: ServerRequestContext[OpenState, Any], params: CompleteRequestParams) -> CompleteResult:
    """Values for an argument of a prompt or a resource, from what the present caller may ask with its tool."""
    given = (params.context.arguments if params.context else None) or {}
    prompt = PROMPTS.get(params.ref.name) if isinstance(params.ref, PromptReference) else None
    state = await ctx.lifespan_context()
    try:
        runs = state.context((prompt or RUN).tool).runs
    except NotPermitted:
        return CompleteResult(completion=Completion(values=[]))
    offer = await state.completer.complete(params.argument.name, params.argument.value, given, runs)
    return CompleteResult(completion=Completion(values=list(offer.values), total=offer.total, has_more=offer.has_more))
