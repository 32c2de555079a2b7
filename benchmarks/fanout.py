"""Slow providers asked at once: how much longer all three take than the slowest alone, over real sockets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from statistics import median
from typing import Final

import anyio
from mcp import Client
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.harness import Asked, receipt, served

from benchmarks.report import Options, Report, Row
from rundown_mcp.account import ConnectionSettings
from rundown_mcp.connect import open_runs
from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import ImitatedApi, build_app
from rundown_mcp.sandbox.world import World, build_world
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings

ANSWERS_AFTER_S: Final[Mapping[str, float]] = {"duckie": 0.6, "happyrobot": 0.5, "conduit": 0.4}
"""Each request's delay; Conduit is the slowest all the same, because it has to be asked for its agents first."""
ROUNDS: Final = 5
GOAL: Final = 1.15


def run(options: Options) -> Report:
    """The table."""
    return anyio.run(_measured, options)


async def _measured(options: Options) -> Report:
    world = build_world(seed=options.seed, runs=200)
    alone: dict[str, list[float]] = {name: [] for name in PROVIDERS}
    together: list[float] = []
    for _ in range(ROUNDS):
        for name, times in alone.items():
            times.append(await _time_of_list(world, [name]))
        together.append(await _time_of_list(world, list(PROVIDERS)))
    medians = {name: median(times) for name, times in alone.items()}
    ratio = median(together) / max(medians.values())
    rows = [Row((f"{PROVIDERS[name].title} alone", f"{time_s:.2f} s", "–"), None) for name, time_s in medians.items()]
    return Report(
        "fanout",
        ("list_runs of", "takes", "goal"),
        (
            *rows,
            Row(("all three at once", f"{median(together):.2f} s", "–"), None),
            Row(("all three to the slowest", f"{ratio:.2f} ×", f"≤ {GOAL:g} ×"), ratio <= GOAL),
        ),
        (f"a request is answered after {', '.join(map(_delay, ANSWERS_AFTER_S))}; median of {ROUNDS} rounds",),
    )


def _delay(name: str) -> str:
    return f"{ANSWERS_AFTER_S[name]:g} s ({PROVIDERS[name].title})"


async def _time_of_list(world: World, names: list[str]) -> float:
    """Seconds for one list by a server that has asked for nothing yet, in a client's eyes."""
    async with AsyncExitStack() as stack:
        connections = []
        for name in names:
            spec = PROVIDERS[name]
            api = spec.imitate(world)
            address = stack.enter_context(served(_slow(build_app([api]), ANSWERS_AFTER_S[name])))
            connections.append(_connection(spec, api, address))
        settings = Settings(ServerSettings(), tuple(connections))
        server = build_server(partial(open_runs, settings), settings.server)
        asked = Asked(await stack.enter_async_context(Client(server)))
        began = time.perf_counter()
        answer = await asked.text("list_runs", limit=25)
        took_s = time.perf_counter() - began
        assert receipt(answer)["coverage"].count(" ok") == len(names), receipt(answer)
        return took_s


def _slow(app: ASGIApp, delay_s: float) -> ASGIApp:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await anyio.sleep(delay_s)
        await app(scope, receive, send)

    return slow


def _connection(spec: ProviderSpec, api: ImitatedApi, address: str) -> ConnectionSettings:
    given = {
        field: api.environment[spec.variable(field)]
        for field in spec.settings.model_fields
        if spec.variable(field) in api.environment
    }
    values = spec.settings.model_validate({**given, "base_url": address + api.prefix})
    return ConnectionSettings(spec.name, spec, values, spec.variable(), spec.variable("base_url"))
