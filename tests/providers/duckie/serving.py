"""A Duckie that answers with given bodies and remembers what it was asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.providers.serving import Answer, Asked, answering, sample_beside

from rundown_mcp.providers.duckie.client import DuckieClient
from rundown_mcp.transport.wire import Json

__all__ = ["Answer", "Asked", "duckie", "sample"]


def sample(name: str) -> Json:
    return sample_beside(__file__, name)


@asynccontextmanager
async def duckie(answers: dict[str, Answer]) -> AsyncIterator[tuple[DuckieClient, Asked]]:
    refusal = {"error": {"code": "x", "message": "x", "request_id": "x"}}
    async with answering("duckie", answers, refusal) as (api, asked):
        yield DuckieClient("duckie", api), asked
