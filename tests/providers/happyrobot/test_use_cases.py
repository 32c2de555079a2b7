"""Use cases: read once and kept, done without where that is possible, shown as agents and as configuration."""

from typing import Any

import pytest
from tests.providers.comparing import an_id, name, plain, same
from tests.providers.happyrobot.serving import happyrobot, sample, uuid

from rundown_mcp.domain.errors import Unauthorized, Unavailable
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.run import Named, Run
from rundown_mcp.provider import ConfigItem, ConfigQuery, ListsConfig, ListsTools, Page, RunStream
from rundown_mcp.providers.happyrobot.client import HappyRobotClient

pytestmark = pytest.mark.anyio

ROW = {"id": uuid(1), "use_case_id": uuid(4)}


async def first_page(client: HappyRobotClient) -> Page[Run]:
    return await client.list_page(RunStream("all"), RunQuery(), token=None, size=3)


async def test_use_cases_are_asked_for_once_and_kept() -> None:
    async with happyrobot({"/runs": [ROW], "/use-cases": sample("use_cases")}) as (client, asked):
        for _ in range(3):
            page = await first_page(client)
            assert plain(page.items[0].agent) == plain(Named(an_id(uuid(4)), name("Inbound carrier sales")))
        await client.agents()
        assert asked.paths.count("/use-cases") == 1


async def test_rows_without_a_use_case_need_no_names() -> None:
    async with happyrobot({"/runs": [{"id": uuid(1)}]}) as (client, asked):
        await first_page(client)
    assert asked.paths == ["/runs"]


@pytest.mark.parametrize("failure", [403, {"message": "x"}])
async def test_a_list_and_a_run_do_without_names_that_cannot_be_read(failure: Any) -> None:  # noqa: ANN401 - status or body
    answers = {"/runs": [ROW], f"/runs/{uuid(1)}": ROW, "/use-cases": failure}
    async with happyrobot(answers) as (client, asked):
        page = await first_page(client)
        detail = await client.get_run(uuid(1))
        assert plain(page.items[0].agent) == plain(detail.run.agent) == plain(Named(an_id(uuid(4))))
        assert asked.paths.count("/use-cases") == 1


async def test_agents_are_the_use_cases_and_a_failure_to_read_them_is_told_each_time() -> None:
    answers: dict[str, Any] = {"/use-cases": 401}
    async with happyrobot(answers) as (client, _):
        for _attempt in range(2):
            with pytest.raises(Unauthorized):
                await client.agents()
        answers["/use-cases"] = [*sample("use_cases"), {"id": "u3"}, {"id": None}]
        same(
            await client.agents(),
            [
                Named(an_id(uuid(4)), name("Inbound carrier sales")),
                Named(an_id(uuid(14)), name("Check calls")),
                Named(an_id("u3")),
            ],
        )


async def test_a_probe_asks_anew_and_says_what_it_saw() -> None:
    answers: dict[str, Any] = {"/use-cases": sample("use_cases")}
    async with happyrobot(answers) as (client, asked):
        assert await client.probe() == "2 use cases"
        answers["/use-cases"] = sample("use_cases")[:1]
        assert await client.probe() == "1 use case"
        answers["/use-cases"] = 500
        with pytest.raises(Unavailable):
            await client.probe()
    assert len(asked.paths) >= 3


@pytest.mark.parametrize("kind", ["use_cases", "agents"])
async def test_use_cases_are_configuration_under_both_words(kind: str) -> None:
    async with happyrobot({"/use-cases": sample("use_cases")}) as (client, _):
        page = await client.list_config(ConfigQuery(kind=kind), token=None, size=1)
    same(
        page,
        Page(
            items=(
                ConfigItem(
                    id=an_id(uuid(4)),
                    name=name("Inbound carrier sales"),
                    facts=(
                        ("live_version", name("Version 47")),
                        ("metadata_keys", name("caller_intent")),
                        ("data_retention_days", name(90)),
                    ),
                ),
                ConfigItem(id=an_id(uuid(14)), name=name("Check calls")),
            )
        ),
    )


async def test_an_odd_use_case_shows_what_fits() -> None:
    case: dict[str, Any] = {
        "id": "u1",
        "slug": None,
        "versions": [5, {"is_live": True}],
        "run_columns": [*({"variable_id": name} for name in ("load", 5, "rate", "load")), "x"],
        "data_retention_days": 7.5,
    }
    other = {"id": "u2", "name": "Check calls", "slug": "calls-2", "versions": [{"is_live": False}], "run_columns": {}}
    async with happyrobot({"/use-cases": [case, other]}) as (client, _):
        page = await client.list_config(ConfigQuery(kind="agents"), token=None, size=50)
    same(
        page.items,
        (
            ConfigItem(
                id=an_id("u1"), facts=(("metadata_keys", name("load, rate")), ("data_retention_days", name(7.5)))
            ),
            ConfigItem(id=an_id("u2"), name=name("Check calls"), facts=(("slug", name("calls-2")),)),
        ),
    )


async def test_the_client_lists_configuration_and_no_tools() -> None:
    async with happyrobot({}) as (client, _):
        assert isinstance(client, ListsConfig)
        assert not isinstance(client, ListsTools)


async def test_use_cases_without_a_usable_id_are_counted() -> None:
    async with happyrobot({"/use-cases": [{"id": "u1"}, {"name": "No id"}, "odd"]}) as (client, _):
        page = await client.list_config(ConfigQuery(kind="use_cases"), token=None, size=50)
    assert (len(page.items), page.unusable) == (1, 2)
