"""Settings → open connections, over the network or to the sandbox."""

from __future__ import annotations

import hashlib
import hmac
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
import truststore
from pydantic import SecretStr

from rundown_mcp import __version__
from rundown_mcp.account import ConnectionSettings
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.events import UNOBSERVED, Events
from rundown_mcp.observe import observed
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.proxy import Proxy, proxy_to
from rundown_mcp.runs.catalog import Runs
from rundown_mcp.runs.connection import Connection
from rundown_mcp.settings import Settings, load_bundle
from rundown_mcp.transport.document import fetch_document
from rundown_mcp.transport.json_api import JsonApi, Labels

if TYPE_CHECKING:
    from rundown_mcp.sandbox.world import World

_TIMEOUT: Final = httpx.Timeout(20.0, connect=10.0)
_LIMITS: Final = httpx.Limits(max_connections=16, max_keepalive_connections=8)
_AGENT: Final = f"rundown-mcp/{__version__}"
_SANDBOX_URL: Final = "http://sandbox.invalid"

Heard = Callable[[str, Mapping[str, str]], None]
"""Told the name of a connection and the headers of each response that came."""


@asynccontextmanager
async def open_runs(
    settings: Settings,
    *,
    events: Events | None = None,
    world: World | None = None,
    heard: Heard = lambda _name, _headers: None,
) -> AsyncIterator[Runs]:
    """Open every connection of the settings; no request is made yet. Closes them at the end.

    `events` are told of every request; without them, the log and the trace are. `world` is what a sandbox imitates;
    without it, it is a new one of the default size. `heard` is told of every response.
    """
    if settings.server.sandbox:
        wanted, transport = _imitations(world)
    else:
        wanted, transport = settings.connections, None
    events = events or observed()
    certificates = _certificates(settings.server.ca_bundle) if transport is None else None
    async with AsyncExitStack() as stack:
        connections = []
        for one in wanted:
            proxy = settings.proxies.get(one.name)
            client = _client(proxy, certificates, transport, [partial(_hear, heard, one.name)])
            connections.append(open_connection(one, await stack.enter_async_context(client), proxy, events))
        yield Runs(
            connections,
            secret=_secret(wanted),
            how_to_configure=settings.how_to_configure,
            sandbox=settings.server.sandbox,
            keys=[one.values.api_key for one in wanted],
        )


async def _hear(heard: Heard, name: str, response: httpx.Response) -> None:
    heard(name, response.headers)


def document_fetcher(ca_bundle: Path | None) -> Callable[[str], Awaitable[JsonValue]]:
    """Fetches public documents, each through a client of its own, because they are few and may be at any host."""
    certificates = _certificates(ca_bundle)

    async def fetch(address: str) -> JsonValue:
        proxy = proxy_to(address)
        async with _client(proxy, certificates) as client:
            return await fetch_document(client, address, None if proxy is None else proxy.setting)

    return fetch


def _client(
    proxy: Proxy | None,
    certificates: ssl.SSLContext | None,
    transport: httpx.AsyncBaseTransport | None = None,
    listeners: Sequence[Callable[[httpx.Response], Awaitable[None]]] = (),
) -> httpx.AsyncClient:
    """A client for one host; `listeners` are told of each response."""
    by_tls = proxy is not None and proxy.url.lower().startswith("https:")
    return httpx.AsyncClient(
        transport=transport,
        proxy=None if proxy is None else httpx.Proxy(proxy.url, ssl_context=certificates if by_tls else None),
        verify=certificates or True,
        timeout=_TIMEOUT,
        limits=_LIMITS,
        follow_redirects=False,
        headers={"user-agent": _AGENT},
        trust_env=False,
        event_hooks={"response": [*listeners]},
    )


def open_connection(
    one: ConnectionSettings, client: httpx.AsyncClient, proxy: Proxy | None = None, events: Events = UNOBSERVED
) -> Connection:
    """A connection that asks through `client`, which may go through a proxy, and tells `events` of its requests."""
    api = JsonApi(
        client,
        connection=one.name,
        base_url=one.values.base_url,
        headers=one.spec.headers(one.values),
        labels=Labels(
            one.key_variable,
            one.url_variable,
            None if proxy is None else proxy.setting,
            one.beside_key,
        ),
        rate_limits=one.spec.rate_limits,
        events=events,
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
        load_bundle(context, extra)
    return context


def _secret(connections: Sequence[ConnectionSettings]) -> bytes:
    """The same for every process with the same connections, and known to nobody without their keys."""
    digest = hmac.new(b"rundown-mcp cursors", digestmod=hashlib.sha256)
    for one in sorted(connections, key=lambda connection: connection.name):
        for field, value in sorted(one.values.model_dump().items()):
            text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            digest.update(f"{one.name}\0{one.spec.name}\0{field}\0{text}\0".encode())
    return digest.digest()
