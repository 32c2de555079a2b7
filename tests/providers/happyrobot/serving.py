"""A HappyRobot that answers with given bodies and remembers what it was asked."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from rundown_mcp.providers.happyrobot.client import HappyRobotClient
from rundown_mcp.transport.json_api import JsonApi

Answer = Any
"""A body, a status (for a refusal), or what makes either from the query parameters."""


def sample(name: str) -> Any:  # noqa: ANN401 - any JSON
    """A stored body by the name of its file."""
    return json.loads((Path(__file__).parent / "samples" / f"{name}.json").read_text(encoding="utf-8"))


def uuid(number: int) -> str:
    return f"{number:08d}-0000-4000-8000-000000000000"


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
    clock: Clock = field(default_factory=Clock)

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    @property
    def params(self) -> list[tuple[str, str]]:
        """The parameters of the last listing of runs."""
        return [params for path, params in self.requests if path == "/runs"][-1]


@asynccontextmanager
async def happyrobot(answers: dict[str, Answer]) -> AsyncIterator[tuple[HappyRobotClient, Asked]]:
    asked = Asked()

    async def answer(request: Request) -> JSONResponse:
        path = request.url.path.removeprefix("/api/v1")
        asked.requests.append((path, request.query_params.multi_items()))
        body = answers.get(path, 404)
        if isinstance(body, Callable):  # type: ignore[arg-type]
            body = body(dict(request.query_params))
        if isinstance(body, int):
            return JSONResponse({"message": "x"}, body)
        return JSONResponse(body)

    app = Starlette(routes=[Route("/api/v1/{rest:path}", answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http:
        api = JsonApi(
            http,
            connection="happyrobot",
            base_url="http://happyrobot.test/api/v1",
            headers={"authorization": "Bearer key"},
            key_variable="HAPPYROBOT_API_KEY",
        )
        yield HappyRobotClient("happyrobot", api, clock=asked.clock), asked
