"""HappyRobot's API v1, imitated from its documents alone.

Runs: https://docs.happyrobot.ai/platform-api-reference/runs/get-runs; the rest from the vendor's v1 specification.
"""

from rundown_mcp.providers.happyrobot.sandbox.api import Api
from rundown_mcp.sandbox.app import ImitatedApi
from rundown_mcp.sandbox.world import World

__all__ = ["imitate"]


def imitate(world: World) -> ImitatedApi:
    """The API over a world's telephone runs; it has no rate limit, as none is documented."""
    key = "sk" + "_live_" + world.token("happyrobot key")
    organization_id = world.company.organization_id
    return ImitatedApi(
        name="happyrobot",
        prefix="/happyrobot/api/v1",
        routes=Api(world, key, organization_id).routes(),
        environment={"HAPPYROBOT_API_KEY": key, "HAPPYROBOT_ORGANIZATION_ID": organization_id},
        base_url_variable="HAPPYROBOT_BASE_URL",
    )
