"""A Duckie that answers with given bodies and remembers what it was asked."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from rundown_mcp.providers.duckie.client import DuckieClient
from rundown_mcp.transport.json_api import JsonApi
from rundown_mcp.transport.wire import Json

Answer: TypeAlias = Json
"""A body, a status (for a refusal), or what makes a body from the query parameters."""


def sample(name: str) -> Json:
    """A stored body by the name of its file."""
    return json.loads((Path(__file__).parent / "samples" / f"{name}.json").read_text(encoding="utf-8"))


@dataclass
class Asked:
    """The requests that were made: path below the base URL, and query parameters in order."""

    requests: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    @property
    def params(self) -> list[tuple[str, str]]:
        return self.requests[-1][1]


@asynccontextmanager
async def duckie(answers: dict[str, Answer]) -> AsyncIterator[tuple[DuckieClient, Asked]]:
    asked = Asked()

    async def answer(request: Request) -> JSONResponse:
        path = request.url.path.removeprefix("/api/v1")
        asked.requests.append((path, request.query_params.multi_items()))
        body = answers.get(path, 404)
        if callable(body):
            body = body(dict(request.query_params))
        if isinstance(body, int):
            return JSONResponse({"error": {"code": "x", "message": "x", "request_id": "x"}}, body)
        return JSONResponse(body)

    app = Starlette(routes=[Route("/api/v1/{rest:path}", answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        api = JsonApi(
            http,
            connection="duckie",
            base_url="http://duckie.test/api/v1",
            headers={"Authorization": "Bearer key"},
            key_variable="DUCKIE_API_KEY",
        )
        yield DuckieClient("duckie", api), asked
