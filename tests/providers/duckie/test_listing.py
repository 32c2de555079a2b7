"""Pages of the list of runs, single runs, the probe and the recorded tools."""

import pytest
from tests.providers.comparing import same
from tests.providers.duckie.serving import duckie, sample
from tests.providers.serving import stored

from rundown_mcp.domain.errors import Forbidden, NotFound, Unauthorized, UnexpectedBody
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.provider import NO_WAY_ON, ListsConfig, ListsTools, Page, RunStream, ToolOption
from rundown_mcp.transport.wire import Json

pytestmark = pytest.mark.anyio

RUNS = RunStream("runs")
IDS = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(1, 6)]


def body(rows: Json, **pagination: Json) -> dict[str, Json]:
    return {"data": rows, "pagination": pagination}


async def page(answer: Json, token: str | None = None) -> Page[Json]:
    async with duckie({"/runs": answer}) as (client, _):
        return await client.list_page(RUNS, RunQuery(), token=token, size=50)


async def test_every_page_is_read_once_in_order() -> None:
    def answer(params: dict[str, str]) -> Json:
        start = int(params.get("cursor", "0"))
        more = start + 2 < len(IDS)
        rows = [{"id": run_id} for run_id in IDS[start : start + 2]]
        return body(rows, limit=2, next_cursor=str(start + 2) if more else None, has_more=more)

    found: list[str] = []
    token: str | None = None
    query = RunQuery(search="x")
    async with duckie({"/runs": answer}) as (client, asked):
        while True:
            got = await client.list_page(RUNS, query, token=token, size=2)
            found += [run.ref.id for run in got.items]
            token = got.next_token
            if token is None:
                break
    assert found == IDS
    assert [params for _, params in asked.requests] == [
        [("limit", "2"), ("search", "x")],
        [("limit", "2"), ("cursor", "2"), ("search", "x")],
        [("limit", "2"), ("cursor", "4"), ("search", "x")],
    ]


async def test_rows_without_a_usable_id_are_counted_and_left_out() -> None:
    rows = [{"id": IDS[0]}, {"id": None}, {}, None, "text", {"id": "a b"}, {"id": ["x"]}, {"id": 7}]
    got = await page(body(rows, has_more=False))
    assert [run.ref.id for run in got.items] == [IDS[0], "7"]
    assert got.unusable == 6


@pytest.mark.parametrize(
    ("pagination", "following", "notes"),
    [
        ({"next_cursor": "abc", "has_more": True}, "abc", ()),
        ({"next_cursor": "abc", "has_more": False}, None, ()),
        ({"next_cursor": "abc"}, "abc", ()),
        ({"next_cursor": None, "has_more": True}, None, (NO_WAY_ON,)),
        ({"next_cursor": "", "has_more": True}, None, (NO_WAY_ON,)),
        ({}, None, ()),
    ],
)
async def test_where_the_list_goes_on(
    pagination: dict[str, Json], following: str | None, notes: tuple[str, ...]
) -> None:
    got = await page(body([], **pagination), token="here")  # noqa: S106 - a cursor
    assert (got.next_token, got.notes) == (following, notes)


async def test_a_list_may_lack_its_pagination() -> None:
    assert (await page({"data": [{"id": IDS[0]}]})).next_token is None


@pytest.mark.parametrize("answer", [[], "text", {}, {"data": None}, {"data": {"id": IDS[0]}}, {"runs": []}])
async def test_another_body_than_a_list_is_an_undocumented_answer(answer: Json) -> None:
    with pytest.raises(UnexpectedBody):
        await page(answer)


async def test_one_run_is_asked_for_by_its_id_in_lower_case() -> None:
    run_id = "5b1f0c2e-7a64-4f0b-9c11-2d3e4f5a6b7c"
    async with duckie({f"/runs/{run_id}": sample("paused_run")}) as (client, asked):
        detail = await client.get_run(run_id.upper())
    assert detail.run.ref.id == run_id
    assert asked.requests == [(f"/runs/{run_id}", [])]


@pytest.mark.parametrize("odd", ["a b", "", 7, IDS[1]])
async def test_an_odd_id_in_the_body_does_not_change_the_ref(odd: Json) -> None:
    answer = {"data": {"id": odd or "?", "status": "failed"}}
    async with duckie({f"/runs/{IDS[0]}": answer}) as (client, _):
        assert (await client.get_run(IDS[0])).run.ref.id == IDS[0]


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": []}, [], {"id": IDS[0]}, {"data": {"status": "x"}}])
async def test_another_body_than_a_run_is_an_undocumented_answer(answer: Json) -> None:
    async with duckie({f"/runs/{IDS[0]}": answer}) as (client, _):
        with pytest.raises(UnexpectedBody):
            await client.get_run(IDS[0])


@pytest.mark.parametrize("text", ["tool-options", "", "..", f"{IDS[0]}/x", IDS[0][:8]])
async def test_what_is_no_run_id_is_never_sent(text: str) -> None:
    async with duckie({"/runs/tool-options": stored("document_duckie_tool_options")}) as (client, asked):
        with pytest.raises(NotFound):
            await client.get_run(text)
    assert asked.requests == []


async def test_a_run_that_is_not_there_is_not_found() -> None:
    async with duckie({}) as (client, _):
        with pytest.raises(NotFound):
            await client.get_run(IDS[0])


async def test_a_missing_scope_is_named() -> None:
    async with duckie({"/runs": 403, "/agents": 403}) as (client, _):
        with pytest.raises(Forbidden, match="api:runs:read"):
            await client.list_page(RUNS, RunQuery(), token=None, size=1)
        with pytest.raises(Forbidden, match="api:agents:read"):
            await client.plan(RunQuery(agents=("Returns Desk",)))


@pytest.mark.parametrize(("rows", "seen"), [([], "no runs yet"), ([{"id": IDS[0]}], "runs can be read")])
async def test_the_probe_reads_one_row(rows: list[Json], seen: str) -> None:
    async with duckie({"/runs": body(rows)}) as (client, asked):
        assert await client.probe() == seen
    assert asked.requests == [("/runs", [("limit", "1")])]


async def test_the_probe_fails_where_the_key_is_refused() -> None:
    async with duckie({"/runs": 401}) as (client, _):
        with pytest.raises(Unauthorized):
            await client.probe()


async def test_recorded_tools_are_those_of_the_document() -> None:
    async with duckie({"/runs/tool-options": stored("document_duckie_tool_options")}) as (client, asked):
        assert isinstance(client, ListsTools)
        assert isinstance(client, ListsConfig)
        options = (await client.tool_options()).items
    wanted = ToolOption(
        name=Untrusted("knowledge_search", Kind.NAME), display_name=Untrusted("Knowledge Search", Kind.NAME), runs=42
    )
    same(options, (wanted,))
    assert asked.requests == [("/runs/tool-options", [])]


async def test_a_recorded_tool_needs_only_its_name() -> None:
    answer = {
        "data": [{"tool_name": "a"}, {"tool_name": None}, {"display_name": "b"}, {"tool_name": "c", "run_count": "x"}]
    }
    async with duckie({"/runs/tool-options": answer}) as (client, _):
        page = await client.tool_options()
    same(page.items, [ToolOption(name=Untrusted(name, Kind.NAME)) for name in ("a", "c")])
    assert page.unusable == 2
