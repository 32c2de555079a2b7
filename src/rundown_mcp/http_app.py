"""The MCP server as an HTTP application: who may in, how often, and liveness."""

from __future__ import annotations

import hmac
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import anyio
from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rundown_mcp.account import is_loopback
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.settings import ServerSettings
from rundown_mcp.trace import callers_trace

_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_HEALTH: Final = "/healthz"
_PORT: Final = re.compile(r":(?:\d+|\*)$")


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests are answered: `at_once` by the process, `per_s` by one address, after a `burst`."""

    at_once: int = 128
    per_s: float = 50.0
    burst: int = 500


def build_http_app(
    server: MCPServer[Any],
    settings: ServerSettings,
    *,
    host: str,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The server at `/mcp`, stateless, and `/healthz`; Host and Origin are checked on every address.

    Raises:
        SettingsError: `host` is not loopback, and there is no token, or nothing says which hosts and origins may ask.
    """
    app: Starlette = server.streamable_http_app(
        stateless_http=True, json_response=True, host=host, transport_security=_may_ask(settings, host)
    )
    app.router.routes.append(Route(_HEALTH, _healthz, methods=["GET"]))
    guarded = _traced(GoneGuard(app))
    if settings.http_token is not None:
        guarded = BearerGuard(guarded, settings.http_token.get_secret_value())
    return RateGuard(guarded, limits or Limits(), clock)


def host_in_url(host: str) -> str:
    """A host as a web address writes it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _may_ask(settings: ServerSettings, host: str) -> TransportSecuritySettings:
    """Which values of Host and Origin are let in."""
    hosts, origins = [*settings.allowed_hosts], [*settings.allowed_origins]
    if is_loopback(host):
        names = {*_LOOPBACK_NAMES, host_in_url(host)}
        hosts += names
        origins += [f"{scheme}://{name}" for scheme in ("http", "https") for name in names]
    else:
        for variable, value in (
            ("RUNDOWN_HTTP_TOKEN", settings.http_token),
            ("RUNDOWN_ALLOWED_HOSTS", hosts),
            ("RUNDOWN_ALLOWED_ORIGINS", origins),
        ):
            if not value:
                raise SettingsError(f"{variable}: required where --host is not loopback; set it, or serve on 127.0.0.1")
    return TransportSecuritySettings(allowed_hosts=_with_any_port(hosts), allowed_origins=_with_any_port(origins))


def _with_any_port(names: Iterable[str]) -> list[str]:
    """Each name, and where it says no port, the name with any."""
    return [form for name in names for form in ((name,) if _PORT.search(name) else (name, f"{name}:*"))]


def _traced(app: ASGIApp) -> ASGIApp:
    """Reads the trace of a request's headers; one in a message's `_meta`, which the SDK reads, goes before it."""

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        with callers_trace(Headers(scope=scope) if scope["type"] == "http" else {}):
            await app(scope, receive, send)

    return traced


async def _healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


class GoneGuard:
    """Cancels a request whose client has gone, and with it what it asks of providers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, and stop as soon as nobody is there to be answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Without a buffer: a body is read no faster than the application takes it.
        ahead, behind = anyio.create_memory_object_stream[Message]()

        async def watch() -> None:
            while (message := await receive())["type"] != "http.disconnect":
                await ahead.send(message)
            tasks.cancel_scope.cancel()

        with ahead, behind:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(watch)
                await self._app(scope, behind.receive, send)
                tasks.cancel_scope.cancel()


class BearerGuard:
    """Lets a request pass only with the token, except to `/healthz`; compares in constant time."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 to a request without the token, and hand every other on."""
        if scope["type"] == "http" and scope["path"] != _HEALTH:
            scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
            right = hmac.compare_digest(token.strip().encode(), self._expected)
            if not right or scheme.lower() != "bearer":
                refusal = JSONResponse(
                    {"error": "missing or wrong bearer token"}, 401, headers={"WWW-Authenticate": "Bearer"}
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


class RateGuard:
    """Answers 429 to more requests than the limits allow; `/healthz` is not counted.

    A request counts as being answered until its answer begins, so that streams which stay open take no place.
    """

    def __init__(self, app: ASGIApp, limits: Limits, clock: Callable[[], float]) -> None:
        self._app = app
        self._limits = limits
        self._answering = 0
        self._allowances = Allowances(limits, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 429, or hand the request on."""
        if scope["type"] != "http" or scope["path"] == _HEALTH:
            await self._app(scope, receive, send)
            return
        wait_s = 1 if self._answering >= self._limits.at_once else self._allowances.take((scope["client"] or ("",))[0])
        if wait_s:
            refusal = JSONResponse({"error": "too many requests"}, 429, headers={"Retry-After": str(wait_s)})
            await refusal(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._answering += 1
        begun = False

        def begin() -> None:
            nonlocal begun
            self._answering -= not begun
            begun = True

        async def watched(message: Message) -> None:
            begin()
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            begin()


_MOST_ADDRESSES: Final = 10_000


@dataclass(slots=True)
class Allowances:
    """What is left to each address: a bucket of `burst` requests, refilled by `per_s`; forgets the idlest."""

    limits: Limits
    clock: Callable[[], float]
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str) -> int:
        """Take one request; 0 where it was there, else the whole seconds after which one will be."""
        now = self.clock()
        left, at = self._left.get(address, (self.limits.burst, now))
        left = min(self.limits.burst, left + (now - at) * self.limits.per_s)
        taken = left >= 1
        self._left[address] = (left - taken, now)
        self._left.move_to_end(address)
        if len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return 0 if taken else math.ceil((1 - left) / self.limits.per_s)
