"""Duckie's API, imitated from its documents alone: https://docs.duckie.ai/api/overview."""

import time
from collections.abc import Collection

from rundown_mcp.providers.duckie.sandbox.api import SCOPES, Api
from rundown_mcp.providers.duckie.sandbox.gate import Gate, Limits
from rundown_mcp.sandbox.app import ImitatedApi
from rundown_mcp.sandbox.web import Clock
from rundown_mcp.sandbox.world import World

__all__ = ["SCOPES", "Limits", "imitate"]


def imitate(
    world: World, *, limits: Limits | None = None, scopes: Collection[str] = SCOPES, clock: Clock = time.time
) -> ImitatedApi:
    """The API over a world's helpdesk runs.

    `limits` are kept only where they are given: a demo must not stumble over them. Without, the headers name the
    documented figures, with all of them left. `scopes` are those of the one key that is accepted; `clock` gives
    Unix seconds.
    """
    key = "dk" + "_live_" + world.token("duckie key")
    gate = Gate(key, frozenset(scopes), limits, clock)
    return ImitatedApi(
        name="duckie",
        prefix="/duckie/api/v1",
        routes=Api(world, gate).routes(),
        environment={"DUCKIE_API_KEY": key},
        base_url_variable="DUCKIE_BASE_URL",
    )
