"""The client reads pages of runs and single runs."""

from typing import Any

import pytest
from tests.providers.comparing import an_id, name, same
from tests.providers.happyrobot.serving import happyrobot, sample, uuid

from rundown_mcp.domain.errors import NotFound, UnexpectedBody
from rundown_mcp.domain.query import RunQuery, parse_duration
from rundown_mcp.domain.run import Named, Run, Status
from rundown_mcp.provider import Page, RunStream
from rundown_mcp.providers.happyrobot.client import HappyRobotClient

pytestmark = pytest.mark.anyio

ALL = RunStream("all")


def rows(count: int, *, first: int = 0) -> list[dict[str, Any]]:
    return [{"id": uuid(number), "use_case_id": uuid(4)} for number in range(first, first + count)]


def ids(page: Page[Run]) -> list[str]:
    return [run.ref.id for run in page.items]


async def read(
    client: HappyRobotClient, token: str | None = None, size: int = 3, query: RunQuery | None = None
) -> Page[Run]:
    return await client.list_page(ALL, query or RunQuery(), token=token, size=size)


async def test_pages_follow_each_other_until_one_is_not_full() -> None:
    everything = rows(7)

    def slice_of(params: dict[str, str]) -> list[dict[str, Any]]:
        start = int(params["offset"])
        return everything[start : start + int(params["limit"])]

    async with happyrobot({"/runs": slice_of}) as (client, _):
        pages = [await read(client)]
        while pages[-1].next_token is not None:
            pages.append(await read(client, pages[-1].next_token))
    assert [page.next_token for page in pages] == ["3", "6", None]
    assert [run_id for page in pages for run_id in ids(page)] == [row["id"] for row in everything]


async def test_a_full_last_page_is_followed_by_an_empty_one() -> None:
    async with happyrobot({"/runs": lambda params: rows(3) if params["offset"] == "0" else []}) as (client, _):
        first = await read(client)
        last = await read(client, first.next_token)
    assert (first.next_token, last.items, last.next_token) == ("3", (), None)


async def test_rows_without_a_usable_id_are_counted_and_do_not_end_the_list() -> None:
    body = [{"id": uuid(1)}, {"id": None}, {}, {"id": "a b"}, "text"]
    async with happyrobot({"/runs": body}) as (client, _):
        page = await read(client, size=5)
    assert ids(page) == [uuid(1)]
    assert (page.unusable, page.next_token) == (4, "5")


async def test_what_rows_cannot_be_filtered_by_at_the_api_is_filtered_by_the_plan() -> None:
    body = [
        {"id": uuid(1), "status": "failed", "annotation": "Critical", "data": {"n.intent": "Book"}, "timestamp":
         "2026-11-20T10:00:00Z", "completed_at": "2026-11-20T10:02:00Z", "use_case_id": uuid(4)},
        {"id": uuid(2), "status": "failed", "annotation": None, "timestamp": "2026-11-20T10:00:00Z"},
    ]  # fmt: skip
    queries = [
        RunQuery(annotations=("critical",)),
        RunQuery(metadata=(("intent", "book"),)),
        RunQuery(durations=(parse_duration(">=2m"),)),
        RunQuery(search="carrier"),
    ]
    async with happyrobot({"/runs": body, "/use-cases": sample("use_cases")}) as (client, _):
        for query in queries:
            plan = await client.plan(query)
            page = await client.list_page(plan.streams[0], query, token=None, size=10)
            assert [run.ref.id for run in page.items if query.admits(run, plan.here)] == [uuid(1)]


async def test_runs_of_unknown_status_are_found_among_all() -> None:
    body = [{"id": uuid(1), "status": "skipped"}, {"id": uuid(2), "status": "failed"}]
    query = RunQuery(statuses=(Status.UNKNOWN,))
    async with happyrobot({"/runs": body}) as (client, asked):
        plan = await client.plan(query)
        page = await client.list_page(plan.streams[0], query, token=None, size=10)
    assert [run.ref.id for run in page.items if query.admits(run, plan.here)] == [uuid(1)]
    assert "status" not in dict(asked.params_of("/runs"))


@pytest.mark.parametrize("body", [{"data": []}, None, "text"])
async def test_a_list_that_is_no_list_is_an_undocumented_answer(body: Any) -> None:  # noqa: ANN401 - any JSON
    async with happyrobot({"/runs": body}) as (client, _):
        with pytest.raises(UnexpectedBody):
            await read(client)


async def test_a_run_is_read_by_its_id_with_the_name_of_its_use_case() -> None:
    answers = {f"/runs/{uuid(101)}": sample("voice_run"), "/use-cases": sample("use_cases")}
    async with happyrobot(answers) as (client, asked):
        detail = await client.get_run(uuid(101))
    same(detail.run.agent, Named(an_id(uuid(4)), name("Inbound carrier sales")))
    assert asked.paths == [f"/runs/{uuid(101)}", "/use-cases"]


async def test_a_run_keeps_the_id_that_it_was_asked_for_by() -> None:
    async with happyrobot({f"/runs/{uuid(1)}": {"id": "not an id"}, "/runs/ABC": {"id": 5}}) as (client, asked):
        assert (await client.get_run(uuid(1))).run.ref.id == uuid(1)
        assert (await client.get_run("ABC")).run.ref.id == "ABC"
    assert asked.paths == [f"/runs/{uuid(1)}", "/runs/ABC"]


async def test_a_body_that_is_no_run_is_an_undocumented_answer() -> None:
    async with happyrobot({"/runs/x": {"message": "hello"}, "/runs/y": []}) as (client, _):
        for run_id in ("x", "y"):
            with pytest.raises(UnexpectedBody) as failure:
                await client.get_run(run_id)
            assert "hello" not in failure.value.message


async def test_a_run_that_is_not_there_is_not_found() -> None:
    async with happyrobot({}) as (client, _):
        with pytest.raises(NotFound):
            await client.get_run(uuid(1))
