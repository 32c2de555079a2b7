"""Serve the imitated provider APIs over HTTP on this machine."""

from __future__ import annotations

import socket

import uvicorn

from rundown_mcp.domain.errors import RundownError
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import build_world

_HOST = "127.0.0.1"


def run_sandbox(*, port: int, seed: int, runs: int) -> int:
    """Serve until interrupted; prints the settings that point a server at it, ready for a shell."""
    world = build_world(seed=seed, runs=runs)
    apis = [spec.imitate(world) for spec in PROVIDERS.values()]
    with listen(_HOST, port) as listener:
        address = f"http://{_HOST}:{listener.getsockname()[1]}"
        for api in apis:
            for name, value in api.environment.items():
                print(f"export {name}={value}")
            print(f"export {api.base_url_variable}={address}{api.prefix}", flush=True)
        config = uvicorn.Config(build_app(apis), log_level="warning", access_log=False, lifespan="off", ws="none")
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        RundownError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError:
        raise RundownError(f"cannot listen on {host} port {port}: in use, or not an address of this machine") from None
