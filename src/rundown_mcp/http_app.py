"""The MCP server as an HTTP application: who may in, and liveness."""

from __future__ import annotations

import hmac
from typing import Any, Final

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.settings import ServerSettings, is_loopback

_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")


def build_http_app(server: MCPServer[Any], settings: ServerSettings, *, host: str) -> ASGIApp:
    """The server at `/mcp`, stateless, and `/healthz`; Host and Origin are checked on every address.

    Raises:
        SettingsError: `host` is not loopback, and there is no token, or nothing says which hosts and origins may ask.
    """
    local = is_loopback(host)
    if not local:
        for variable, value in (
            ("RUNDOWN_HTTP_TOKEN", settings.http_token),
            ("RUNDOWN_ALLOWED_HOSTS", settings.allowed_hosts),
            ("RUNDOWN_ALLOWED_ORIGINS", settings.allowed_origins),
        ):
            if not value:
                raise SettingsError(f"{variable}: required where --host is not loopback; set it, or serve on 127.0.0.1")
    names = [*settings.allowed_hosts, *(_LOOPBACK_NAMES if local else ())]
    hosts = [form for name in names for form in ((name, f"{name}:*") if ":" not in name.strip("[]") else (name,))]
    hosts += [f"{name}:*" for name in _LOOPBACK_NAMES if local and name.startswith("[")]
    origins = [*settings.allowed_origins]
    if local:
        origins += [
            f"{scheme}://{name}{port}"
            for scheme in ("http", "https")
            for name in _LOOPBACK_NAMES
            for port in ("", ":*")
        ]

    app: Starlette = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        host=host,
        transport_security=TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins),
    )
    app.router.routes.append(Route("/healthz", _healthz, methods=["GET"]))
    if settings.http_token is not None:
        return BearerGuard(app, settings.http_token.get_secret_value())
    return app


async def _healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


class BearerGuard:
    """Lets a request to `/mcp` pass only with the token; compares in constant time."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 to a request without the token, and hand every other on."""
        if scope["type"] == "http" and scope["path"] != "/healthz":
            given = Headers(scope=scope).get("authorization", "").encode("utf-8", "replace")
            if not hmac.compare_digest(given, self._expected):
                refusal = JSONResponse(
                    {"error": "missing or wrong bearer token"}, 401, headers={"WWW-Authenticate": "Bearer"}
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
