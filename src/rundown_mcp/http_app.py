"""The MCP server as an HTTP application: which hosts and origins may ask, behind the guards, and liveness."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from mcp.server import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types.version import LATEST_MODERN_VERSION
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from rundown_mcp.access.allowances import Allowances
from rundown_mcp.access.caller import Verifier
from rundown_mcp.access.challenge import Challenge
from rundown_mcp.access.door import Door
from rundown_mcp.access.rules import AccessRules
from rundown_mcp.access.tokens import NamedTokens
from rundown_mcp.account import is_loopback
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.http_guards import HEALTH, AddressGuard, AtOnceGuard, BodyGuard, HeadGuard, Limits
from rundown_mcp.http_metrics import counting_refusals, metrics_page
from rundown_mcp.settings import ServerSettings
from rundown_mcp.trace import callers_trace

if TYPE_CHECKING:
    from rundown_mcp.oauth.resource_server import ResourceServer
    from rundown_mcp.observe.metrics import Metrics

_LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost", "[::1]")
_PORT: Final = re.compile(r":(?:\d+|\*)$")


def build_http_app(
    server: MCPServer[Any],
    settings: ServerSettings,
    access: AccessRules,
    *,
    host: str,
    oauth: ResourceServer | None = None,
    metrics: Metrics | None = None,
    limits: Limits | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """The server at `/mcp`, stateless, `/healthz`, and `/metrics` where there are any.

    With `oauth` it takes the tokens of an authorisation server too, and says where clients get them.

    Raises:
        SettingsError: `host` is not loopback, and there is no token, or nothing says which hosts and origins may ask.
    """
    limits = limits or Limits()
    AppStatus.enable_automatic_graceful_drain = False  # an interrupt leaves open calls their time, as in the modern era
    may_ask = _may_ask(settings, access, host)
    app: Starlette = server.streamable_http_app(stateless_http=True, host=host, transport_security=may_ask)
    app.router.redirect_slashes = False  # before Host is checked, and to whatever it says, over http behind a proxy
    app.router.routes.append(Route(HEALTH, _healthz, methods=["GET"]))
    if metrics is not None:
        app.router.routes.append(metrics_page(metrics))
    verifiers: list[Verifier] = [NamedTokens(access.tokens)] if access.tokens else []
    challenge, open_to_all = Challenge(), frozenset({HEALTH})
    if oauth is not None:
        verifiers.append(oauth.verifier)
        challenge, open_to_all = oauth.resource.challenge, open_to_all | oauth.resource.paths
        app.router.routes += oauth.resource.routes()
    door = Door(  # before the places, of which strangers take none: to know a token may take the issuer's keys
        AddressGuard(
            AtOnceGuard(BodyGuard(_traced(_without_streams(app)), limits.body_s), limits.at_once),
            may_ask,
            open_to_all=open_to_all,
        ),
        verifiers,
        Allowances(limits.per_s, limits.burst, clock),
        challenge=challenge,
        open_to_all=open_to_all,
    )
    guarded = HeadGuard(door)
    return guarded if metrics is None else counting_refusals(guarded, metrics)


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
            ("RUNDOWN_HTTP_TOKEN, [tokens.NAME] or RUNDOWN_OAUTH_ISSUER", access.tokens or access.trusted),
            ("RUNDOWN_ALLOWED_HOSTS", hosts),
            ("RUNDOWN_ALLOWED_ORIGINS", origins),
        ):
            if not value:
                raise SettingsError(f"{variable}: required where --host is not loopback; set it, or serve on 127.0.0.1")
    return TransportSecuritySettings(allowed_hosts=_with_any_port(hosts), allowed_origins=_with_any_port(origins))


def _with_any_port(names: Iterable[str]) -> list[str]:
    """Each name, and where it says no port, the name with any."""
    return [form for name in names for form in ((name,) if _PORT.search(name) else (name, f"{name}:*"))]


def _without_streams(app: ASGIApp) -> ASGIApp:
    """Answers GET at `/mcp` as the modern era does, with 405: a stream of what is never sent would only stay open.

    The SDK has no setting for it; what it is told here is the era.
    """
    modern = (b"mcp-protocol-version", LATEST_MODERN_VERSION.encode())

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "GET":
            scope = {**scope, "headers": [*(one for one in scope["headers"] if one[0] != modern[0]), modern]}
        await app(scope, receive, send)

    return answered


def _traced(app: ASGIApp) -> ASGIApp:
    """Reads the trace of a request's headers; one in a message's `_meta`, which the SDK reads, goes before it."""

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        with callers_trace(Headers(scope=scope) if scope["type"] == "http" else {}):
            await app(scope, receive, send)

    return traced


async def _healthz(_: Request) -> Response:
    return JSONResponse({"status": "ok"})
