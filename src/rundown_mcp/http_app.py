"""The MCP server as an HTTP application: which hosts and origins may ask, behind the guards, and liveness."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rundown_mcp.access.allowances import Allowances
from rundown_mcp.access.challenge import Challenge
from rundown_mcp.access.door import Door
from rundown_mcp.access.rules import AccessRules
from rundown_mcp.access.tokens import NamedTokens
from rundown_mcp.account import is_loopback
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.http_guards import HEALTH, AtOnceGuard, BodyGuard, HeadGuard, Limits
from rundown_mcp.settings import ServerSettings
from rundown_mcp.trace import callers_trace

_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_PORT: Final = re.compile(r":(?:\d+|\*)$")


def build_http_app(
    server: MCPServer[Any],
    settings: ServerSettings,
    access: AccessRules,
    *,
    host: str,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The server at `/mcp`, stateless, and `/healthz`; Host and Origin are checked on every address.

    Raises:
        SettingsError: `host` is not loopback, and there is no token, or nothing says which hosts and origins may ask.
    """
    limits = limits or Limits()
    AppStatus.enable_automatic_graceful_drain = False  # an interrupt leaves open calls their time, as in the modern era
    app: Starlette = server.streamable_http_app(
        stateless_http=True, host=host, transport_security=_may_ask(settings, access, host)
    )
    app.router.redirect_slashes = False  # before Host is checked, and to whatever it says, over http behind a proxy
    app.router.routes.append(Route(HEALTH, _healthz, methods=["GET"]))
    door = Door(
        BodyGuard(_traced(app), limits.body_s),
        [NamedTokens(access.tokens)] if access.tokens else [],
        Allowances(limits.per_s, limits.burst, clock),
        challenge=Challenge(),
        open_to_all=frozenset({HEALTH}),
    )
    return HeadGuard(AtOnceGuard(door, limits.at_once))


def host_in_url(host: str) -> str:
    """A host as a web address writes it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _may_ask(settings: ServerSettings, access: AccessRules, host: str) -> TransportSecuritySettings:
    """Which values of Host and Origin are let in."""
    hosts, origins = [*settings.allowed_hosts], [*settings.allowed_origins]
    if is_loopback(host):
        names = {*_LOOPBACK_NAMES, host_in_url(host)}
        hosts += names
        origins += [f"{scheme}://{name}" for scheme in ("http", "https") for name in names]
    else:
        for variable, value in (
            ("RUNDOWN_HTTP_TOKEN", access.tokens),
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
