"""`demo`: the tour through a real client and a real server process."""

from __future__ import annotations

import anyio
import pytest
from mcp import Client
from tests.commands.conftest import Command

from rundown_mcp.commands.demo import _ask, _proposed
from rundown_mcp.connect import open_runs
from rundown_mcp.domain.errors import RundownError
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings


def test_it_asks_about_a_failed_run_and_shows_the_answers_whatever_is_configured(command: Command) -> None:
    said = command("demo", RUNDOWN_MAX_TOKENS="wrong", DUCKIE_API_KEY="wrong key")
    assert (said.code, said.err) == (0, "")
    questions = [line for line in said.out.splitlines() if line.startswith("» ")]
    assert len(questions) >= 4
    for call in ("list_runs(", "triage_failures(", "get_run(", "get_step("):
        assert f"\n  {call}" in said.out
    assert said.out.count("coverage: sandbox") == len(questions)
    assert "status: failed" in said.out
    assert said.out.splitlines()[-1].startswith("Next: rundown-mcp install CLIENT ")


def test_a_call_that_fails_ends_the_tour() -> None:
    settings = Settings(ServerSettings(), ())

    async def ask() -> None:
        async with Client(build_server(lambda: open_runs(settings), settings.server)) as client:
            with pytest.raises(RundownError, match=r"the demo's call of list_runs failed: No provider is configured"):
                await _ask(client, "Which?", "list_runs", {})

    anyio.run(ask)


def test_a_call_is_read_from_the_line_that_proposes_it() -> None:
    answer = 'head\nnext: list_runs(cursor="a(b") | get_run(run="duckie:3c90c3cc", max_tokens=500)'
    assert _proposed(answer, "get_run") == ("get_run", {"run": "duckie:3c90c3cc", "max_tokens": 500})


def test_an_answer_that_proposes_no_such_call_is_an_error() -> None:
    with pytest.raises(RundownError, match="proposes no call of get_step"):
        _proposed("get_step(run=1)\nnext: get_run(run=1)", "get_step")
