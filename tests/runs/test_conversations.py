"""Conversations that take requests of their own: one that does not come costs nothing but the time that is left."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest
from tests.runs.fakes import FakeProvider, at, runs_of

from rundown_mcp.domain.run import Message, RunDetail

pytestmark = pytest.mark.anyio
RUN = "3c90c3cc-0d44-4b50-8888-8dd25736052a"


class Talking(FakeProvider):
    """Its runs lead to a conversation of one message."""

    async def get_run(self, run_id: str) -> RunDetail:
        return replace(await super().get_run(run_id), thread=(("conversation", run_id),))

    async def read_conversation(self, detail: RunDetail) -> RunDetail:
        await self._answer("conversation")
        return replace(detail, messages=(Message(number=1),), thread=())


def one_run(**fields: set[str]) -> Talking:
    return Talking(lists={"all": [(RUN, at(0))]}, **fields)  # type: ignore[arg-type] # what is slow


async def test_a_conversation_is_read_only_where_it_is_asked_for() -> None:
    runs = runs_of(one_run())
    _, alone = await runs.read(f"fake:{RUN}", time_s=30)
    _, whole = await runs.read(f"fake:{RUN}", time_s=30, conversation=True)
    assert (alone.messages, len(whole.messages), whole.thread) == ((), 1, ())


async def test_one_that_never_comes_leaves_the_run_and_says_how_long_was_waited() -> None:
    runs = runs_of(one_run(slow={"conversation"}))
    with anyio.fail_after(20):
        _, detail = await runs.read(f"fake:{RUN}", time_s=0.5, conversation=True)
    (missing,) = detail.missing
    assert missing.startswith("conversation not read: no answer within 0.")
    assert detail.thread


async def test_a_provider_without_conversations_gives_its_runs_as_they_are() -> None:
    runs = runs_of(FakeProvider(lists={"all": [(RUN, at(0))]}))
    _, detail = await runs.read(f"fake:{RUN}", time_s=30, conversation=True)
    assert detail.missing == ()
