"""What only Duckie's imitated API can show: filters of what is set up, scopes, and steps in every state."""

import pytest
from tests.providers.opening import WORLD, opened, text

from rundown_mcp.domain.errors import Forbidden
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Status, StepState
from rundown_mcp.provider import ConfigQuery, ListsConfig
from rundown_mcp.providers.duckie import SPEC
from rundown_mcp.providers.duckie.sandbox import imitate

pytestmark = pytest.mark.anyio


async def test_steps_are_seen_to_succeed_to_fail_and_to_wait_and_no_status_is_unknown() -> None:
    states: set[StepState] = set()
    async with opened(SPEC) as duckie:
        for row in await duckie.all(RunQuery()):
            detail = await duckie.provider.get_run(row.ref.id)
            assert row.status.word is not Status.UNKNOWN
            assert {person.folded() for person in row.identities} <= {one.folded() for one in detail.run.identities}
            states |= {step.state for step in detail.steps}
    assert {StepState.OK, StepState.FAILED, StepState.WAITING} <= states


async def test_tools_and_guardrails_are_filtered_by_the_api() -> None:
    async with opened(SPEC) as duckie:
        assert isinstance(duckie.provider, ListsConfig)
        for query in (
            ConfigQuery(kind="tools", types=("custom_tool", "app_tool")),
            ConfigQuery(kind="tools", is_write_action=True),
            ConfigQuery(kind="guardrails", types=("restriction",)),
        ):
            page = await duckie.provider.list_config(query, token=None, size=200)
            assert page.items, query
            for item in page.items:
                facts = dict(item.facts)
                assert not query.types or text(facts["type"]) in query.types
                assert not query.is_write_action or facts["is_write_action"].flag() is True


async def test_a_key_without_a_scope_reads_what_its_other_scopes_allow() -> None:
    async with opened(SPEC, api=imitate(WORLD, scopes={"api:runs:read"})) as duckie:
        assert await duckie.provider.probe() == "runs can be read"
        with pytest.raises(Forbidden):
            await duckie.provider.agents()
