"""Two accounts of one vendor: each is asked with its own key only, and named by its own name everywhere."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Receive, Scope, Send
from tests.harness import Asked, asking, receipt, rows, served, settings_from

from rundown_mcp.commands.check import run_check
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.app import build_app
from rundown_mcp.sandbox.world import World, build_world
from rundown_mcp.settings import Settings

pytestmark = pytest.mark.anyio

_KEYS = {"duckie": "dk" + "_us_" + "1" * 12, "duckie-eu": "dk" + "_eu_" + "2" * 12}
_FILE = """
[connections.duckie-eu]
provider = "duckie"
api_key_env = "DUCKIE_EU_API_KEY"
base_url = "{}"
"""


@dataclass
class Account:
    """A vendor's server that takes one key, and keeps every one that it was asked with."""

    key: str
    world: World
    keys: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.api = PROVIDERS["duckie"].imitate(self.world)
        self._app = build_app([self.api])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = Headers(scope=scope)["authorization"].removeprefix("Bearer ")
        self.keys.add(given)
        if given == self.key:
            MutableHeaders(scope=scope)["authorization"] = f"Bearer {self.api.environment['DUCKIE_API_KEY']}"
        await self._app(scope, receive, send)

    @property
    def ids(self) -> set[str]:
        return {run.id for run in self.world.tickets}


@dataclass
class Two:
    """The settings of both accounts, and the accounts."""

    settings: Settings
    us: Account
    eu: Account

    @contextlib.asynccontextmanager
    async def asked(self) -> AsyncIterator[Asked]:
        async with asking(self.settings) as client:
            yield client
        assert (self.us.keys, self.eu.keys) == ({_KEYS["duckie"]}, {_KEYS["duckie-eu"]})


@pytest.fixture(params=[(3, 5)])
def two(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Two]:
    """Accounts over the worlds of two seeds."""
    worlds = [build_world(seed=seed, runs=60) for seed in request.param]
    us, eu = (Account(key, world) for key, world in zip(_KEYS.values(), worlds, strict=True))
    with served(us) as us_address, served(eu) as eu_address:
        config = tmp_path / "rundown.toml"
        config.write_text(_FILE.format(eu_address + eu.api.prefix))
        variables = {
            "DUCKIE_API_KEY": us.key,
            "DUCKIE_BASE_URL": us_address + us.api.prefix,
            "DUCKIE_EU_API_KEY": eu.key,
            "RUNDOWN_CONFIG": str(config),
        }
        yield Two(settings_from(monkeypatch, variables), us, eu)


async def test_a_list_goes_over_both_and_one_cursor_continues_both(two: Two) -> None:
    found: list[str] = []
    async with two.asked() as client:
        answer = await client.text("list_runs", limit=7)
        while True:
            assert receipt(answer)["coverage"] == "duckie ok, duckie-eu ok"
            found += [row["ref"] for row in rows(answer)]
            cursor = receipt(answer).get("next", "").partition('cursor="')[2].partition('"')[0]
            if not cursor:
                break
            answer = await client.text("list_runs", cursor=cursor, limit=40)
    for name, account in (("duckie", two.us), ("duckie-eu", two.eu)):
        starts = {ref.partition(":")[2] for ref in found if ref.partition(":")[0] == name}
        assert len(starts) == len(account.ids)
        assert all(any(one.startswith(start) for one in account.ids) for start in starts)
    assert len(found) == len(set(found)) == len(two.us.ids) + len(two.eu.ids)


async def test_one_account_is_asked_by_its_name_and_its_refs_name_it(two: Two) -> None:
    async with asking(two.settings) as client:
        answer = await client.text("list_runs", provider=["duckie-eu"], limit=3)
        ref = rows(answer)[0]["ref"]
        assert receipt(answer)["coverage"] == "duckie-eu ok"
        card = await client.text("get_run", run=ref)
    assert ref.startswith("duckie-eu:")
    assert receipt(card)["coverage"] == "duckie-eu ok"
    assert f'run="{ref}"' in receipt(card)["next"]
    assert two.us.keys == set()


async def test_a_bare_id_is_found_at_the_account_that_has_it(two: Two) -> None:
    theirs = min(two.eu.ids)
    async with two.asked() as client:
        assert f"run: duckie-eu:{theirs}\n" in await client.text("get_run", run=theirs)


@pytest.mark.parametrize("two", [(3, 3)], indirect=True)
async def test_an_id_that_both_accounts_have_is_ambiguous_until_it_is_named(two: Two) -> None:
    both = min(two.us.ids)
    async with two.asked() as client:
        for text in (both, both[:13]):
            error = await client.error("get_run", run=text)
            assert "names 2 runs" in error
            assert error.split("\n")[1:] == [f"- duckie:{both}", f"- duckie-eu:{both}"]
        for name in _KEYS:
            assert f"run: {name}:{both}\n" in await client.text("get_run", run=f"{name}:{both[:13]}")


async def test_both_are_listed_among_the_connections_and_a_stranger_is_refused_by_their_names(two: Two) -> None:
    async with asking(two.settings) as client:
        connections = await client.text("list_config", kind="connections")
        assert [row["connection"] for row in rows(connections)] == ["duckie", "duckie-eu"]
        assert "duckie, duckie-eu" in await client.error("list_runs", provider=["duckie-us"])
        assert "duckie-eu:<uuid>" in await client.error("get_run", run="duckie-us:3c90c3cc")


async def test_a_cursor_of_both_is_refused_where_one_of_them_is_gone(two: Two) -> None:
    async with asking(two.settings) as client:
        cursor = receipt(await client.text("list_runs", limit=7))["next"].partition('cursor="')[2].partition('"')[0]
    one = Settings(two.settings.server, two.settings.connections[:1])
    async with asking(one) as client:
        assert (await client.error("list_runs", cursor=cursor)).startswith("cursor: ")


def test_check_has_a_line_for_each_and_names_where_the_key_of_each_is(
    two: Two, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_check(sandbox=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": configured, reachable, authorised")[0] for line in lines] == list(_KEYS)
    monkeypatch.setenv("DUCKIE_EU_API_KEY", two.us.key)
    assert run_check(sandbox=False) == 1
    good, bad = capsys.readouterr().out.splitlines()
    assert good.startswith("duckie: configured, reachable, authorised")
    assert bad.startswith("duckie-eu: configured, reachable, NOT authorised")
    assert "Set DUCKIE_EU_API_KEY anew." in bad
