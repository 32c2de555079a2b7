"""A vendor that answers with given bodies and remembers what it was asked."""

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

from rundown_mcp.transport.json_api import JsonApi, Labels
from rundown_mcp.transport.wire import Json

Answer: TypeAlias = Json
"""A body, a status (for a refusal), or what makes either from the query parameters."""


def sample_beside(module: str, name: str) -> Json:
    """A stored body by the name of its file, in the folder `samples` beside a module."""
    return json.loads((Path(module).parent / "samples" / f"{name}.json").read_text(encoding="utf-8"))


def stored(name: str) -> Json:
    """A body of `tests/samples`: one that a vendor's document shows, or one made in its shape."""
    return sample_beside(str(Path(__file__).parent), name)


@dataclass
class Clock:
    """A time that moves when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Asked:
    """The requests that were made: path below the base URL, and query parameters in order."""

    requests: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def params_of(self, path: str) -> list[tuple[str, str]]:
        """The parameters of the last request for a path."""
        return [params for asked, params in self.requests if asked == path][-1]

    @property
    def params(self) -> list[tuple[str, str]]:
        """The parameters of the last request."""
        return self.requests[-1][1]


@asynccontextmanager
async def answering(name: str, answers: dict[str, Answer], refusal: Json) -> AsyncIterator[tuple[JsonApi, Asked]]:
    """A vendor of that name; `refusal` is the body of every error."""
    asked = Asked()

    async def answer(request: Request) -> JSONResponse:
        path = request.url.path.removeprefix("/api/v1")
        asked.requests.append((path, request.query_params.multi_items()))
        body = answers.get(path, 404)
        if callable(body):
            body = body(dict(request.query_params))
        return JSONResponse(refusal, body) if isinstance(body, int) else JSONResponse(body)

    app = Starlette(routes=[Route("/api/v1/{rest:path}", answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        api = JsonApi(
            http,
            connection=name,
            base_url=f"http://{name}.test/api/v1",
            headers={"authorization": "Bearer key"},
            labels=Labels(f"{name.upper()}_API_KEY"),
        )
        yield api, asked
