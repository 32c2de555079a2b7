"""A real client of a real loopback server: a small app, or a thread that speaks bytes."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from tests.harness import served

from rundown_mcp.transport.json_api import JsonApi, Labels
from rundown_mcp.transport.retry import Waits

if TYPE_CHECKING:
    from starlette.types import ASGIApp

KEY = "key-canary-417"
AT_ONCE = Waits(first=0.0, longest=0.0, jitter=0.0, room=0.0)
SHORT = httpx.Timeout(5.0)


@contextlib.asynccontextmanager
async def api_at(
    base_url: str,
    *,
    timeouts: httpx.Timeout = SHORT,
    waits: Waits = AT_ONCE,
    key: str = KEY,
    verify: ssl.SSLContext | bool = True,
) -> AsyncIterator[JsonApi]:
    async with httpx.AsyncClient(timeout=timeouts, verify=verify, trust_env=False) as client:
        yield JsonApi(
            client,
            connection="duckie",
            base_url=base_url,
            headers={"Authorization": f"Bearer {key}"},
            labels=Labels("DUCKIE_API_KEY", "DUCKIE_BASE_URL"),
            waits=waits,
        )


class Answering:
    """An app that gives each of its answers in turn, the last one for ever, and keeps the requests."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    async def answer(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def app(self) -> ASGIApp:
        return Starlette(routes=[Route("/{rest:path}", self.answer)])


class Street:
    """One real server for all tests, because starting one takes longer than most of them: each app in its own house."""

    def __init__(self) -> None:
        self.houses: list[Answering] = []
        self.address = ""

    async def answer(self, request: Request) -> Response:
        house: int = request.path_params["house"]
        return await self.houses[house].answer(request)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        with served(Starlette(routes=[Route("/{house:int}/{rest:path}", self.answer)])) as self.address:
            yield

    def house(self, answering: Answering) -> str:
        self.houses.append(answering)
        return f"{self.address}/{len(self.houses) - 1}"


STREET = Street()


@contextlib.asynccontextmanager
async def api_of(answering: Answering, *, waits: Waits = AT_ONCE) -> AsyncIterator[JsonApi]:
    async with api_at(STREET.house(answering), waits=waits) as api:
        yield api


@contextlib.contextmanager
def speaking(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve connections one by one with `talk`, which sees the socket after a whole request came."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer, contextlib.suppress(OSError):
                while b"\r\n\r\n" not in (heard := peer.recv(65536)):
                    if not heard:
                        break
                talk(peer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=10)
