"""A Conduit made of a few bodies, asked through the real transport."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from tests.providers.serving import stored

from rundown_mcp.providers.conduit import SPEC
from rundown_mcp.providers.conduit.client import ConduitClient
from rundown_mcp.providers.conduit.settings import ConduitSettings
from rundown_mcp.transport.json_api import JsonApi, Labels
from rundown_mcp.transport.wire import Json

Params: TypeAlias = dict[str, str]
Answer: TypeAlias = Callable[[Params], Json]

WORKSPACES = ("j571demo8f8x7c9v0n2q4r6t8y1u3i5o", "j572demo8f8x7c9v0n2q4r6t8y1u3i5o")
AGENT = "ag77c0dy0mgdpzmqz6tesry8w184002s"
OTHER_AGENT = "ag77c0dy0mgdpzmqz6tesry8w1840022s"
RUN = "ar77c0dy0mgdpzmqz6tesry8w184002s"
TRIGGER = "tr77c0dy0mgdpzmqz6tesry8w184002s"


def sample(name: str) -> Json:
    return json.loads((Path(__file__).parent / "samples" / f"{name}.json").read_text(encoding="utf-8"))


def refused(status: int) -> JSONResponse:
    return JSONResponse({"error": "no"}, status_code=status)


class Server:
    """Answers by path; `asked` holds each request as `path?query`, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.authorization: set[str] = set()
        self.answers: dict[str, Answer] = {
            "/workspaces": lambda _: sample("workspaces"),
            "/agents": agents_of_workspace,
            f"/agents/{AGENT}/runs": lambda _: sample("list_runs"),
            f"/agents/{AGENT}/runs/{RUN}": lambda _: stored("document_conduit_get_agent_run"),
        }

    async def __call__(self, request: Request) -> JSONResponse:
        path = request.url.path.removeprefix("/v1")
        self.asked.append(f"{path}?{request.url.query}" if request.url.query else path)
        self.authorization.add(request.headers.get("authorization", ""))
        answer = self.answers.get(path)
        body = refused(404) if answer is None else answer(dict(request.query_params))
        return body if isinstance(body, JSONResponse) else JSONResponse(body)


def agents_of_workspace(params: Params) -> Json:
    bodies = dict(zip(WORKSPACES, ("agents_first", "agents_second"), strict=True))
    workspace = params.get("workspace_id", "")
    return sample(bodies[workspace]) if workspace in bodies else refused(400)


@asynccontextmanager
async def opened_api(server: Server, settings: ConduitSettings) -> AsyncIterator[JsonApi]:
    async def answer(request: Request) -> JSONResponse:
        return await server(request)

    app = Starlette(routes=[Route("/{path:path}", answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield JsonApi(
            client,
            connection="conduit",
            base_url=settings.base_url,
            headers=SPEC.headers(settings),
            labels=Labels("CONDUIT_API_KEY"),
        )


@asynccontextmanager
async def opened(server: Server, workspace_id: str | None = None) -> AsyncIterator[ConduitClient]:
    settings = ConduitSettings.model_validate({"api_key": "a key", "workspace_id": workspace_id})
    async with opened_api(server, settings) as api:
        client = SPEC.open("conduit", settings, api)
        assert isinstance(client, ConduitClient)
        yield client
