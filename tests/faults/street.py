"""The three providers, each on a loopback socket of its own, and a real client of a real server that asks them."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

import anyio
import httpx
import pytest
from tests.faults.bad_server import BadServer, well
from tests.faults.faults import Fault
from tests.harness import Asked, asking, settings_from

from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import ImitatedApi, build_app
from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World

PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass(frozen=True)
class Street:
    """The servers by their connection's name, and one more that must never be asked anything."""

    world: World
    servers: Mapping[str, BadServer]
    elsewhere: BadServer
    apis: Mapping[str, ImitatedApi]

    @property
    def keys(self) -> list[str]:
        """What must never be said: the keys that the servers accept."""
        return [value for api in self.apis.values() for name, value in api.environment.items() if "KEY" in name]

    def variables(self, name: str, *, base: str | None = None) -> dict[str, str]:
        """The settings of a connection; `base` is its base URL where it is another than its server's."""
        api = self.apis[name]
        return {**api.environment, api.base_url_variable: base or self.servers[name].base}

    def forget(self) -> None:
        """Let the requests that came so far count no more."""
        for server in self.servers.values():
            server.requests.clear()

    def ref(self, name: str) -> str:
        """The full ref of a failed run at a connection."""
        world = self.world
        lists: dict[str, Sequence[Run]] = {"duckie": world.tickets, "happyrobot": world.calls, "conduit": world.chats}
        run = next(run for run in reversed(lists[name]) if run.status == "failed")
        return f"conduit:{run.agent.id}/{run.id}" if name == "conduit" else f"{name}:{run.id}"


@contextlib.asynccontextmanager
async def opened(world: World) -> AsyncIterator[Street]:
    """Every server, listening; whatever still hangs at the end is cancelled."""
    apis = {name: spec.imitate(world) for name, spec in PROVIDERS.items()}
    imitation = httpx.ASGITransport(build_app(list(apis.values())))
    elsewhere = BadServer(imitation)
    servers = {name: BadServer(imitation, path=api.prefix) for name, api in apis.items()}
    async with anyio.create_task_group() as tasks:
        await elsewhere.open(tasks)
        for server in servers.values():
            server.elsewhere = elsewhere.address
            await server.open(tasks)
        yield Street(world, servers, elsewhere, apis)
        tasks.cancel_scope.cancel()
    assert elsewhere.connections == 0


@contextlib.contextmanager
def faulty(server: BadServer, fault: Fault) -> Iterator[None]:
    """While this lasts, a server does everything wrong that the fault says."""
    server.behave, server.greet = fault.behave, fault.greet
    try:
        yield
    finally:
        server.behave, server.greet = well, None


@contextlib.asynccontextmanager
async def asking_street(
    street: Street,
    monkeypatch: pytest.MonkeyPatch,
    *names: str,
    fault: Fault,
    broken: str,
    silence_s: int = 4,
) -> AsyncIterator[Asked]:
    """A client of a server with these connections, of which `broken` stands where its fault says.

    A call may take a minute, that a busy machine fails no test; `silence_s` where nothing else ends a fault.
    """
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server = street.servers[broken]
    variables = {"RUNDOWN_TIMEOUT_S": str(silence_s if fault.hangs else 60)}
    for name in names:
        base = fault.base if name == broken else None
        variables |= street.variables(name, base=base and base(server))
    if fault.proxied:
        monkeypatch.setenv("HTTPS_PROXY", server.address)
    settings = settings_from(monkeypatch, variables)
    async with asking(settings) as asked:
        yield asked
