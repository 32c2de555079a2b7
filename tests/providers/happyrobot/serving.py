"""A HappyRobot that answers with given bodies and remembers what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.providers.serving import Answer, Asked, answering, sample_beside

from rundown_mcp.providers.happyrobot.client import HappyRobotClient
from rundown_mcp.transport.wire import Json

__all__ = ["Answer", "Asked", "happyrobot", "sample", "uuid"]


def sample(name: str) -> Json:
    return sample_beside(__file__, name)


def uuid(number: int) -> str:
    return f"{number:08d}-0000-4000-8000-000000000000"


@asynccontextmanager
async def happyrobot(answers: dict[str, Answer]) -> AsyncIterator[tuple[HappyRobotClient, Asked]]:
    async with answering("happyrobot", answers, {"message": "x"}) as (api, asked):
        yield HappyRobotClient("happyrobot", api), asked
