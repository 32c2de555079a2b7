"""Settings → open connections, over the network or to the sandbox."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx
import truststore
from pydantic import SecretStr

from rundown_mcp import __version__
from rundown_mcp.account import ConnectionSettings, is_loopback
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.settings import Settings
from rundown_mcp.transport.json_api import JsonApi

if TYPE_CHECKING:
    from rundown_mcp.sandbox.world import World

_TIMEOUT: Final = httpx.Timeout(20.0, connect=10.0)
_LIMITS: Final = httpx.Limits(max_connections=16, max_keepalive_connections=8)
_AGENT: Final = f"rundown-mcp/{__version__}"
_SANDBOX_URL: Final = "http://sandbox.invalid"


@asynccontextmanager
async def open_runs(settings: Settings, *, world: World | None = None) -> AsyncIterator[Runs]:
    """Open every connection of the settings; no request is made yet. Closes them at the end.

    `world` is what a sandbox imitates; without it, it is a new one of the default size.
    """
    if settings.server.sandbox:
        wanted, transport = _imitations(world)
    else:
        wanted, transport = settings.connections, None
    certificates = _certificates(settings.server.ca_bundle) if transport is None else None
    async with AsyncExitStack() as stack:
        connections = [
            open_connection(one, await stack.enter_async_context(_client(one, certificates, transport)))
            for one in wanted
        ]
        yield Runs(
            connections,
            secret=_secret(wanted),
            how_to_configure=settings.how_to_configure,
            sandbox=settings.server.sandbox,
            keys=[one.values.api_key for one in wanted],
        )


def _client(
    one: ConnectionSettings, certificates: ssl.SSLContext | None, transport: httpx.AsyncBaseTransport | None
) -> httpx.AsyncClient:
    """A client for one connection's host; proxies of the environment are used, but not on the way to this machine.

    Raises:
        SettingsError: a proxy variable holds what is no proxy.
    """
    try:
        return httpx.AsyncClient(
            transport=transport,
            verify=certificates or True,
            timeout=_TIMEOUT,
            limits=_LIMITS,
            follow_redirects=False,
            headers={"user-agent": _AGENT},
            trust_env=not is_loopback(urlsplit(one.values.base_url).hostname or ""),
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        raise SettingsError(
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY: no usable proxy; give http://host:port, or unset it"
        ) from None


def open_connection(one: ConnectionSettings, client: httpx.AsyncClient) -> Connection:
    """A connection that asks through `client`."""
    api = JsonApi(
        client,
        connection=one.name,
        base_url=one.values.base_url,
        headers=one.spec.headers(one.values),
        key_variable=one.key_variable,
        url_variable=one.url_variable,
        rate_limits=one.spec.rate_limits,
    )
    return Connection(
        name=one.name,
        spec=one.spec,
        provider=one.spec.open(one.name, one.values, api),
        base_url=one.values.base_url,
        key_variable=one.key_variable,
    )


def _imitations(world: World | None) -> tuple[Sequence[ConnectionSettings], httpx.AsyncBaseTransport]:
    """A connection to each provider's imitation, reached in this process through its real client, as fast as it can."""
    from rundown_mcp.sandbox.app import build_app  # noqa: PLC0415 - starlette and the world, 60 ms, only for a sandbox
    from rundown_mcp.sandbox.world import build_world  # noqa: PLC0415 - as above

    world = world or build_world()
    imitated = [(spec, spec.imitate(world)) for spec in PROVIDERS.values()]
    connections = [
        ConnectionSettings(
            spec.name,
            replace(spec, rate_limits=()),
            spec.settings.model_validate(
                {
                    "base_url": _SANDBOX_URL + api.prefix,
                    **{
                        field: api.environment[spec.variable(field)]
                        for field in spec.settings.model_fields
                        if spec.variable(field) in api.environment
                    },
                }
            ),
            spec.variable(),
            spec.variable("base_url"),
        )
        for spec, api in imitated
    ]
    return connections, httpx.ASGITransport(build_app([api for _, api in imitated]))


def _certificates(extra: Path | None) -> ssl.SSLContext:
    """The system's store, and the operator's own certificates on top of it."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if extra is not None:
        context.load_verify_locations(cafile=extra)
    return context


def _secret(connections: Sequence[ConnectionSettings]) -> bytes:
    """The same for every process with the same connections, and known to nobody without their keys."""
    digest = hmac.new(b"rundown-mcp cursors", digestmod=hashlib.sha256)
    for one in sorted(connections, key=lambda connection: connection.name):
        for field, value in sorted(one.values.model_dump().items()):
            text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            digest.update(f"{one.name}\0{one.spec.name}\0{field}\0{text}\0".encode())
    return digest.digest()
