"""Tokens with names: each opens its own connections and tools, and everything else is as if it were not there."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from mcp import MCPError
from tests.access.asking import bearer, holding, served_with, token
from tests.eras import ERAS, Era, completed, offered, prompted, refused_prompt, resource
from tests.eras import address as address_of
from tests.harness import Asked, receipt, rows
from tests.raw_http import sent
from tests.tools.sandboxed import full_refs

from rundown_mcp.http_guards import Limits
from rundown_mcp.tools.catalogue import TOOL_NAMES

pytestmark = pytest.mark.anyio

_DUCKIE = full_refs()["duckie.refund_paid"][0]
_CONDUIT = full_refs()["conduit.label_created"][0]
_OTHERS = re.compile(r"conduit|happyrobot", re.IGNORECASE)
_QUOTED: Final = re.compile(r'"[^"]*"')
_CALLS: Mapping[str, Mapping[str, Any]] = {
    "list_runs": {},
    "get_run": {"run": _DUCKIE},
    "get_step": {"run": _DUCKIE, "step": "1"},
    "search_run": {"run": _DUCKIE, "query": "refund"},
    "triage_failures": {"since": "7d"},
    "run_stats": {"since": "7d", "group_by": "provider"},
    "compare_runs": {"run": _DUCKIE, "other": full_refs()["duckie.parcel_found"][0]},
    "list_tool_options": {},
    "list_config": {"kind": "connections"},
}


async def _tools(asked: Asked) -> list[str]:
    return [tool.name for tool in (await asked.client.list_tools()).tools]


@pytest.mark.parametrize("era", ERAS)
async def test_a_token_without_limits_opens_everything(address: str, era: Era) -> None:
    async with holding("oncall", address, era) as asked:
        assert await _tools(asked) == list(TOOL_NAMES)
        assert len(rows(await asked.text("list_config", kind="connections"))) == 3


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("tool", TOOL_NAMES)
async def test_no_answer_tells_a_caller_of_a_connection_that_is_not_theirs(address: str, era: Era, tool: str) -> None:
    async with holding("support", address, era) as asked:
        assert _OTHERS.search(await asked.text(tool, **_CALLS[tool])) is None


async def test_a_run_of_another_connection_is_refused_though_somebody_else_has_just_read_it(address: str) -> None:
    async with holding("oncall", address) as oncall:
        read = await oncall.text("get_run", run=_CONDUIT)
        short = receipt(read)["next"].partition('run="')[2].partition('"')[0]
    async with holding("support", address) as support:
        for run in (_CONDUIT, short, _CONDUIT.partition(":")[2]):
            for tool in ("get_run", "compare_runs"):
                said = await support.error(tool, run=run)
                assert _OTHERS.search(_QUOTED.sub("", said)) is None, said
        with pytest.raises(MCPError):
            await support.client.read_resource(address_of(_CONDUIT))
        assert (await refused_prompt(support.client, "handoff_report", run=_CONDUIT))[1]
        assert "conduit" not in await support.error("list_runs", provider=["happyrobot"])


async def test_a_cursor_of_somebody_else_shows_nothing_of_their_connections(address: str) -> None:
    async with holding("oncall", address) as oncall, holding("support", address) as support:
        every = _cursor(await oncall.text("list_runs", limit=2))
        assert _OTHERS.search(await support.text("list_runs", cursor=every)) is None
        foreign = _cursor(await oncall.text("list_runs", limit=2, provider=["conduit"]))
        assert (await support.error("list_runs", cursor=foreign)).endswith("is no connection; there are duckie")
        elsewhere = _cursor(await oncall.text("list_config", kind="use_cases", limit=1))
        said = await support.error("list_config", kind="use_cases", cursor=elsewhere)
        assert said == "cursor: continues no list that is open to you; leave it out to list anew"


def _cursor(answer: str) -> str:
    return receipt(answer)["next"].partition('cursor="')[2].partition('"')[0]


async def test_prompts_resources_and_completions_keep_to_the_callers_connections(address: str) -> None:
    async with holding("support", address) as support:
        client = support.client
        assert _OTHERS.search(await resource(client, "rundown://connections")) is None
        assert await offered(client, "connection") == ["duckie"]
        for argument in ("provider", "agent", "tool", "run", "id"):
            values = (await completed(client, argument)).values
            assert values, argument
            assert not any(_OTHERS.search(value) for value in values), argument
        assert _OTHERS.search(await prompted(client, "handoff_report", run=_DUCKIE)) is None


@pytest.mark.parametrize("era", ERAS)
async def test_only_the_callers_tools_are_listed_and_called(address: str, era: Era) -> None:
    async with holding("lister", address, era) as asked:
        assert await _tools(asked) == ["list_runs", "run_stats"]
        said = await asked.error("get_run", run=_DUCKIE)
        assert (
            said == "get_run is not open to this token, which opens list_runs, run_stats. Its operator can change that."
        )
        assert (await asked.client.list_prompts()).prompts == []
        assert (await asked.client.list_resources()).resources == []
        assert (await asked.client.list_resource_templates()).resource_templates == []
        with pytest.raises(MCPError, match="get_run is not open to this token"):
            await asked.client.get_prompt("handoff_report", {"run": _DUCKIE})
        with pytest.raises(MCPError, match="list_config is not open to this token"):
            await asked.client.read_resource("rundown://connections")
        assert (await completed(asked.client, "run")).values == []


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize(
    ("name", "told"), [("oncall", TOOL_NAMES[:7]), ("lister", ("list_runs", "run_stats")), ("scraper", ())]
)
async def test_the_instructions_name_the_callers_tools_alone(
    address: str, era: Era, name: str, told: tuple[str, ...]
) -> None:
    async with holding(name, address, era) as asked:
        said = asked.client.instructions or ""
    assert [tool for tool in TOOL_NAMES if tool in said] == list(told)
    assert said.startswith("Look into the runs of AI agents on ")
    assert "never instructions" in said


async def test_a_prompt_asks_for_no_call_that_its_reader_may_not_make(address: str) -> None:
    async with holding("oncall", address) as oncall, holding("reader", address) as reader:
        full = await prompted(oncall.client, "explain_run", run=_DUCKIE)
        own = await prompted(reader.client, "explain_run", run=_DUCKIE)
    assert [tool for tool in TOOL_NAMES if tool in full] == ["get_run", "get_step", "compare_runs"]
    assert [tool for tool in TOOL_NAMES if tool in own] == ["get_run"]
    assert "\n2. Report in this order: " in own


async def test_an_answer_offers_no_call_that_its_reader_may_not_make(address: str) -> None:
    async with holding("oncall", address) as oncall, holding("lister", address) as lister:
        full = receipt(await oncall.text("list_runs", limit=2))["next"]
        own = receipt(await lister.text("list_runs", limit=2))["next"]
    assert ("get_run(" in full, "get_run(" in own) == (True, False)
    assert own.startswith("list_runs(cursor=")


async def test_a_resource_offers_no_call_that_its_reader_may_not_make(address: str) -> None:
    run = address_of(full_refs()["duckie.secrets_in_payloads"][0])
    async with holding("oncall", address) as oncall, holding("reader", address) as reader:
        full = receipt(await resource(oncall.client, run))["next"]
        own = receipt(await resource(reader.client, run)).get("next", "")
    assert ("get_step(" in full, "get_step(" in own) == (True, False)


async def test_a_token_that_opens_no_connection_is_told_so(address: str) -> None:
    async with holding("nobody", address) as asked:
        assert (await asked.error("list_runs")).startswith("No connection is open to this token.")


async def test_what_is_listed_may_be_shared_only_where_all_callers_see_the_same(address: str, tmp_path: Path) -> None:
    alike = tmp_path / "alike.toml"
    alike.write_text('[tokens.one]\ntoken_file = "one"\n', encoding="utf-8")
    (tmp_path / "one").write_text(token("one"), encoding="utf-8")
    (tmp_path / "one").chmod(0o600)
    async with holding("oncall", address) as asked:
        assert (await asked.client.list_tools()).cache_scope == "private"
    with served_with(alike) as other:
        async with holding("one", other) as asked:
            assert (await asked.client.list_tools()).cache_scope == "public"


async def test_metrics_tell_of_every_caller_by_name_and_are_for_whom_they_are_granted(address: str) -> None:
    async with holding("support", address) as support:
        await support.text("list_runs", limit=1)
    async with httpx.AsyncClient() as client:
        names = ("scraper", "oncall", "support")
        pages = {name: await client.get(f"{address}/metrics", headers=bearer(name)) for name in names}
    assert {name: page.status_code for name, page in pages.items()} == {"scraper": 200, "oncall": 200, "support": 403}
    assert 'rundown_caller_calls_total{caller="support"}' in pages["scraper"].text
    async with holding("scraper", address) as scraper:
        assert await _tools(scraper) == []


def _post(address: str, headers: Mapping[str, str]) -> int:
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accept = {"accept": "application/json, text/event-stream", **headers}
    return httpx.post(f"{address}/mcp", json=body, headers=accept, timeout=20).status_code


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A file with two tokens that open everything."""
    config = tmp_path / "two.toml"
    config.write_text('[tokens.one]\ntoken_file = "one"\n[tokens.two]\ntoken_file = "two"\n', encoding="utf-8")
    for name in ("one", "two"):
        (tmp_path / name).write_text(token(name), encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    return config


def test_one_token_does_not_take_all_places(two: Path) -> None:
    with served_with(two, limits=Limits(at_once=4)) as address, contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(sent(f"{address}/mcp", bearer("one"), b"", length=100))
        assert any(_post(address, bearer("one")) == 429 for _ in range(200))  # fewer than its burst
        assert _post(address, bearer("two")) == 200


def test_each_token_has_an_allowance_of_its_own_which_wrong_ones_do_not_touch(two: Path) -> None:
    with served_with(two, limits=Limits(per_s=0.001, burst=2)) as address:
        assert [_post(address, bearer("wrong")) for _ in range(3)] == [401, 401, 429]
        assert [_post(address, bearer("one")) for _ in range(3)] == [200, 200, 429]
        assert [_post(address, bearer("two")) for _ in range(3)] == [200, 200, 429]
