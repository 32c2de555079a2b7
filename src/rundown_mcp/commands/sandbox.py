"""Serve the imitated provider APIs over HTTP on this machine."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from rundown_mcp.commands.listening import listen, serve_until_interrupted
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import ImitatedApi, build_app
from rundown_mcp.sandbox.world import build_world

_HOST = "127.0.0.1"


def run_sandbox(*, port: int, seed: int, runs: int) -> int:
    """Serve until interrupted; prints the settings that point a server at it, ready for a shell."""
    with listen(_HOST, port) as listener:
        world = build_world(seed=seed, runs=runs)
        apis = [spec.imitate(world) for spec in PROVIDERS.values()]
        address = f"http://{_HOST}:{listener.getsockname()[1]}"
        serve_until_interrupted(
            build_app(apis),
            listener,
            lifespan=False,
            grace_s=3,
            announce=lambda: _print_settings(apis, address),
        )
    return 0


def _print_settings(apis: Sequence[ImitatedApi], address: str) -> None:
    for api in apis:
        for name, value in api.environment.items():
            print(f"export {name}={shlex.quote(value)}")
        print(f"export {api.base_url_variable}={address}{api.prefix}", flush=True)
