"""The yardstick: a generic proxy, one tool an operation, whole bodies, made by FastMCP from an OpenAPI document.

It runs over the same imitated APIs. The documents are made from the imitation's routes and the parameters below, with
no schemas of answers: a real document makes the proxy's catalogue larger and leaves its answers as they are.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2
from fastmcp import Client, FastMCP
from mcp_types import TextContent
from starlette.routing import Route

from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import ImitatedApi, build_app
from rundown_mcp.sandbox.world import World

_HOST: Final = "http://sandbox.invalid"
_WINDOW: Final = ("created_after", "created_before")
_WORDS: Final = ("status", "ticket_id", "agent_id", "source", "resolution_type", "tool_name", "search")
_DURATIONS: Final = tuple(f"duration[{word}]" for word in ("eq", "gt", "gte", "lt", "lte"))
_PAGE: Final = ("limit", "cursor")
PARAMETERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "duckie": {
        "/runs": (*_WINDOW, *_WORDS, *_DURATIONS, *_PAGE),
        "/tools": ("type", "is_write_action", "requires_approval", "integration_id", "mcp_server_id", "search", *_PAGE),
        "/agents": _PAGE,
        "/guidelines": _PAGE,
        "/guardrails": ("type", *_PAGE),
        "/runbooks": _PAGE,
    },
    "happyrobot": {
        "/runs": (
            "use_case_id",
            "status",
            "start",
            "end",
            "completed_start",
            "completed_end",
            "sort",
            "limit",
            "offset",
        ),
        "/issues": ("use_case_id", "run_id"),
        "/runs/{id}/recordings": ("session_id", "url_expires_in_days"),
    },
    "conduit": {
        "/workspaces": _PAGE,
        "/agents": ("workspace_id", *_PAGE),
        "/agents/{id}/runs": ("workspace_id", "status", *_PAGE),
        "/escalations": ("workspace_id", "status", *_PAGE),
        "/conversations/{id}/messages": ("workspace_id", "order", *_PAGE),
    },
}
"""The query parameters of each operation, by the vendors' documents."""


def document(api: ImitatedApi) -> dict[str, Any]:
    """An OpenAPI document of an imitated API: every route that it has, every parameter a text."""
    paths: dict[str, Any] = {}
    for route in api.routes:
        if not isinstance(route, Route) or route.path == "/{path:path}":
            continue
        path = route.path.replace(":path}", "}")
        taken = [{"name": name, "in": "path", "required": True} for name in route.param_convertors]
        taken += [{"name": name, "in": "query"} for name in PARAMETERS[api.name].get(path, ())]
        paths[path] = {
            "get": {
                "operationId": operation(api.name, path),
                "parameters": [{**one, "schema": {"type": "string"}} for one in taken],
                "responses": {"200": {"description": "OK"}},
            }
        }
    return {"openapi": "3.1.0", "info": {"title": api.name, "version": "1"}, "paths": paths}


def operation(api: str, path: str) -> str:
    """The name of a proxy's tool: `duckie_runs`, `conduit_agents_id_runs`."""
    return "_".join([api, *(part.strip("{}").replace("-", "_") for part in path.split("/") if part)])


@dataclass
class Proxy:
    """Clients of the three proxies; `read` holds every answer as a model reads it."""

    clients: Mapping[str, Client[Any]]
    read: list[str] = field(default_factory=list)

    async def get(self, api: str, path: str, **arguments: str) -> Any:  # noqa: ANN401 - any body
        """What an operation answers; fails where it is an error."""
        result = await self.clients[api].call_tool(operation(api, path), arguments)
        (block,) = result.content
        assert isinstance(block, TextContent)
        self.read.append(block.text)
        return json.loads(block.text)

    async def catalogue(self) -> str:
        """What a model reads of the tools before it asks anything: name, description, parameters."""
        tools = [tool for client in self.clients.values() for tool in await client.list_tools()]
        return json.dumps([tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools])


@asynccontextmanager
async def proxies(world: World) -> AsyncIterator[Proxy]:
    """A proxy of each imitated API, each with its key."""
    apis = [spec.imitate(world) for spec in PROVIDERS.values()]
    app = build_app(apis)
    async with AsyncExitStack() as stack:
        clients = {}
        for api in apis:
            web = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app), base_url=_HOST + api.prefix, headers=_headers(api)
            )
            server = FastMCP.from_openapi(document(api), await stack.enter_async_context(web), name=api.name)
            clients[api.name] = await stack.enter_async_context(Client(server))
        yield Proxy(clients)


def _headers(api: ImitatedApi) -> dict[str, str]:
    spec = PROVIDERS[api.name]
    given = {
        name: api.environment[spec.variable(name)]
        for name in spec.settings.model_fields
        if spec.variable(name) in api.environment
    }
    return dict(spec.headers(spec.settings.model_validate({"base_url": _HOST, **given})))
