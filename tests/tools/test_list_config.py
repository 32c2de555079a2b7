"""`list_config`: every kind, its filters, and pages over several connections without loss or repetition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.harness import Asked, receipt, rows
from tests.tools.handmade import Handmade, asking_handmade, text, unauthorized
from tests.tools.reading import next_calls, tokens
from tests.tools.sandboxed import assert_snapshot, in_sandbox

from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import ConfigItem, ConfigQuery, Page

pytestmark = pytest.mark.anyio

KINDS = ("agents", "tools", "guardrails", "guidelines", "runbooks", "use_cases", "connections")


@pytest.mark.parametrize("kind", KINDS)
async def test_the_answer_has_the_shape_that_was_kept(kind: str) -> None:
    async with in_sandbox() as asked:
        assert_snapshot(f"list_config.{kind}", await asked.text("list_config", kind=kind))


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_fits_into_200_tokens_with_what_its_rows_are_called(kind: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_config", kind=kind, max_tokens=200)
        assert tokens(answer) <= 200
        assert all(row["connection"] for row in rows(answer))
        assert all(row.get("id", "x") for row in rows(answer))


async def walked(asked: Asked, **arguments: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any argument
    """Every row, page by page, by the calls that the receipts name."""
    answer = await asked.text("list_config", **arguments)
    found = rows(answer)
    while calls := next_calls(answer):
        ((tool, following),) = calls
        assert receipt(answer)["shown"].endswith("more exist")
        answer = await asked.text(tool, **following)
        assert rows(answer), "a page without a row"
        found += rows(answer)
    assert receipt(answer)["shown"].endswith("all that match")
    return found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "connections"])
@pytest.mark.parametrize("sizes", [{"limit": 1}, {"limit": 5, "max_tokens": 260}])
async def test_a_walk_by_cursor_gives_every_item_once(kind: str, sizes: dict[str, int]) -> None:
    async with in_sandbox() as asked:
        whole = [(row["connection"], row.get("id"), row.get("name"), row.get("agent id")) for row in rows(
            await asked.text("list_config", kind=kind, limit=200, max_tokens=8000)
        )]  # fmt: skip
        pages = await walked(asked, kind=kind, **sizes)
    assert [row["connection"] for row in pages] == [item[0] for item in whole]
    assert [row.get("id") for row in pages] == [item[1] for item in whole]


def numbered(connection: str, count: int, *, page: int = 3, **fields: Any) -> Handmade:  # noqa: ANN401 - its fields
    items = [
        ConfigItem(id=text(f"{connection}-{number}", Kind.ID), name=text(f"tool {number}", Kind.NAME))
        for number in range(count)
    ]
    return Handmade(connection, items={"tools": items}, page=page, **fields)


@pytest.mark.parametrize("counts", [(0, 7), (3, 3), (7, 1), (6, 0), (4, 5, 6)])
@pytest.mark.parametrize("limit", [1, 2, 3, 50])
async def test_a_walk_crosses_pages_and_connections_wherever_they_end(counts: tuple[int, ...], limit: int) -> None:
    providers = [numbered(f"c{index}", count) for index, count in enumerate(counts)]
    async with asking_handmade(*providers) as asked:
        found = await walked(asked, kind="tools", limit=limit)
    assert [row["id"] for row in found] == [
        f"c{index}-{number}" for index, count in enumerate(counts) for number in range(count)
    ]


@pytest.mark.parametrize("first", [1, 2, 5, 8])
async def test_the_limit_may_change_on_the_way(first: int) -> None:
    async with asking_handmade(numbered("c0", 9), numbered("c1", 4)) as asked:
        answer = await asked.text("list_config", kind="tools", limit=first)
        cursor = next_calls(answer)[0][1]["cursor"]
        rest = rows(await asked.text("list_config", kind="tools", cursor=cursor, limit=200))
    assert len(rows(answer)) + len(rest) == 13
    assert not {row["id"] for row in rows(answer)} & {row["id"] for row in rest}


async def test_search_is_done_here_where_the_api_cannot_and_the_walk_keeps_it() -> None:
    async with asking_handmade(numbered("c0", 25), numbered("c1", 25)) as asked:
        found = await walked(asked, kind="tools", search="TOOL 1", limit=4)
    assert [row["id"] for row in found] == [f"c{index}-{number}" for index in (0, 1) for number in (1, *range(10, 20))]


async def test_a_kind_that_some_lack_is_answered_by_the_others_and_said() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_config", kind="runbooks")
    assert receipt(answer)["coverage"] == (
        "sandbox (imitated data); duckie ok, happyrobot left out (has no runbooks), conduit left out (has no runbooks)"
    )
    assert receipt(answer)["shown"] == "2, all that match"
    assert "next" not in receipt(answer)


async def test_a_connection_that_failed_is_asked_again_by_the_cursor() -> None:
    flaky = numbered("c1", 2, failure=unauthorized("c1"))
    async with asking_handmade(numbered("c0", 2), flaky) as asked:
        answer = await asked.text("list_config", kind="tools")
        assert receipt(answer)["coverage"] == "c0 ok, c1 left out (401)"
        assert receipt(answer)["shown"] == "2, all that could be found; next: asks again for the rest"
        flaky.failure = None
        ((tool, arguments),) = next_calls(answer)
        assert [row["id"] for row in rows(await asked.text(tool, **arguments))] == ["c1-0", "c1-1"]


async def test_where_one_failed_and_the_other_has_none_neither_is_said_of_both() -> None:
    flaky = numbered("c1", 2, failure=unauthorized("c1"))
    async with asking_handmade(numbered("c0", 0), flaky) as asked:
        answer = await asked.text("list_config", kind="tools")
        assert answer.startswith("No item found in what was looked into.\n")
        assert receipt(answer)["coverage"] == "c0 ok, c1 left out (401)"
        assert receipt(answer)["shown"] == "0, all that could be found; next: asks again for the rest"
        flaky.failure = None
        ((tool, arguments),) = next_calls(answer)
        assert len(rows(await asked.text(tool, **arguments))) == 2


async def test_connections_that_do_not_fit_are_gone_on_with() -> None:
    names = [f"account-{number}" for number in range(60)]
    async with asking_handmade(*map(Handmade, names)) as asked:
        for sizes in ({"limit": 7}, {"max_tokens": 700}, {"limit": 40, "max_tokens": 900, "search": "account"}):
            found = await walked(asked, kind="connections", **sizes)
            assert [row["connection"] for row in found] == names
        chosen = await walked(asked, kind="connections", provider=names[3:9], limit=2)
    assert [row["connection"] for row in chosen] == names[3:9]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({"type": ["mcp_tool"]}, "mcp:"),
        ({"type": "app_tool"}, "app:"),
        ({"type": ["duckie_tool"]}, "duckie:"),
        ({"integration_id": "beacon-crm"}, "app:beacon-crm."),
        ({"requires_approval": True}, "custom:"),
        ({"is_write_action": True, "type": ["mcp_tool"]}, "mcp:34b3ff60"),
    ],
)
async def test_the_filters_of_tools_filter(arguments: dict[str, Any], ids: str) -> None:
    async with in_sandbox() as asked:
        found = await walked(asked, kind="tools", limit=2, **arguments)
    assert found
    assert all(row["id"].startswith(ids) for row in found)


async def test_guardrails_are_filtered_by_type_where_the_api_can() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("list_config", kind="guardrails", type=["escalation"])
        assert {row["type"] for row in rows(answer)} == {"escalation"}
        assert "conduit left out (has no type)" in receipt(answer)["coverage"]


async def test_connections_are_listed_without_asking_a_provider() -> None:
    providers = [Handmade("one"), Handmade("two")]
    async with asking_handmade(*providers) as asked:
        answer = await asked.text("list_config", kind="connections")
        assert rows(answer) == [
            {"connection": name, "provider": "Duckie", "host": f"{name}.example"} for name in ("one", "two")
        ]
        assert [
            row["connection"] for row in rows(await asked.text("list_config", kind="connections", search="TW"))
        ] == ["two"]
        assert receipt(await asked.text("list_config", kind="connections", limit=1))["shown"] == "1, more exist"
    assert [provider.asked for provider in providers] == [[], []]


async def test_long_texts_are_marked_and_ids_are_kept_whole() -> None:
    items = [ConfigItem(id=text("i" * 60, Kind.ID), name=text("n", Kind.NAME), text=text("d" * 400))] * 8
    async with asking_handmade(Handmade(items={"tools": items}, page=10)) as asked:
        answer = await asked.text("list_config", kind="tools")
        assert receipt(answer)["cut"] == "8 long texts, marked …"
        assert rows(answer)[0]["description"] == "d" * 159 + "…"
        answer = await asked.text("list_config", kind="tools", max_tokens=200)
        assert rows(answer)[0]["id"] == "i" * 60


async def test_a_provider_that_lists_no_configuration_is_left_out() -> None:
    async with asking_handmade(Handmade("bare"), numbered("c0", 1)) as asked:
        answer = await asked.text("list_config", kind="tools")
        assert receipt(answer)["coverage"] == "bare left out (has no tools), c0 ok"
        assert "lists nothing" in await asked.error("list_config", kind="tools", provider="bare")


class Circling(Handmade):
    """Its last page leads back to its second."""

    async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:
        page = await super().list_config(query, token=token, size=size)
        return replace(page, next_token=page.next_token or str(self.page))


async def test_a_list_that_goes_in_a_circle_is_a_fault_and_no_endless_walk() -> None:
    items = {"tools": [ConfigItem(name=text(f"tool {number}", Kind.NAME)) for number in range(7)]}
    circling = Circling("round", items=items)
    async with asking_handmade(circling, numbered("c0", 1)) as asked:
        answer = await asked.text("list_config", kind="tools")
        assert receipt(answer)["coverage"] == "round left out (a list without end), c0 ok"
        assert circling.asked == ["list_config"] * 3
        error = await asked.error("list_config", kind="tools", provider="round")
        assert "round: the list of tools has no end: its pages go in a circle." in error
        assert len(rows(await asked.text("list_config", kind="tools", provider="round", limit=4))) == 4


async def test_a_kind_or_filter_that_a_connection_lacks_is_refused_with_what_it_has() -> None:
    one = numbered("one", 1)
    async with asking_handmade(one) as asked:
        assert "one has no runbooks; it lists tools" in await asked.error("list_config", kind="runbooks")
        lacking = {"type": ["app_tool"], "integration_id": "i"}
        error = await asked.error("list_config", kind="tools", **lacking)
        assert "one cannot filter tools by type, integration_id; leave it out" in error
    assert one.asked == []


async def test_rows_without_a_usable_id_are_counted_in_the_receipt() -> None:
    async with asking_handmade(numbered("c0", 4, unusable=2)) as asked:
        answer = await asked.text("list_config", kind="tools")
    assert receipt(answer)["coverage"] == "c0 ok (4 without a usable id left out)"
    assert receipt(answer)["shown"] == "4, all that could be found"


async def test_what_a_page_lacks_is_said_once_though_every_page_says_it() -> None:
    class Partial(Handmade):
        async def list_config(self, query: ConfigQuery, *, token: str | None, size: int) -> Page[ConfigItem]:
            page = await super().list_config(query, token=token, size=size)
            return replace(page, notes=("1 of 2 workspaces could not be listed",))

    items = {"tools": [ConfigItem(name=text(f"tool {number}", Kind.NAME)) for number in range(7)]}
    async with asking_handmade(Partial("c0", items=items)) as asked:
        answer = await asked.text("list_config", kind="tools")
        assert receipt(answer)["coverage"] == "c0 ok (1 of 2 workspaces could not be listed)"
        assert receipt(answer)["shown"] == "7, all that could be found"
        assert "could not be listed" in await asked.text("list_config", kind="tools", limit=1)
