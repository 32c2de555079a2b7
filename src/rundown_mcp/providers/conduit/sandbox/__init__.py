"""Conduit's API, imitated from its documents alone: https://docs.conduit.ai/api-reference/introduction."""

import time

from rundown_mcp.providers.conduit.sandbox.api import Api
from rundown_mcp.sandbox.app import ImitatedApi
from rundown_mcp.sandbox.web import Clock
from rundown_mcp.sandbox.world import World

__all__ = ["imitate"]


def imitate(world: World, *, per_minute: int | None = None, clock: Clock = time.time) -> ImitatedApi:
    """The API over a world's chat runs, in two workspaces that one token opens.

    `per_minute` is the budget of each workspace, 120 as documented at https://docs.conduit.ai/rate-limits; None: no
    limit, as a demo must not stumble over it. `clock` gives Unix seconds.
    """
    key = "ca" + "pi_" + world.token("conduit key", 40)
    return ImitatedApi(
        name="conduit",
        prefix="/conduit/v1",
        routes=Api(world, key, per_minute, clock).routes(),
        environment={"CONDUIT_API_KEY": key},
        base_url_variable="CONDUIT_BASE_URL",
    )
