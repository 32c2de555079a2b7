"""`call`: one tool, exactly what an assistant would read."""

from __future__ import annotations

import json
import re
import shlex

import anyio
import pytest
from mcp import Client
from tests.commands.conftest import Command
from tests.harness import Asked, receipt, rows, settings_from

from rundown_mcp.commands.tool_help import tools
from rundown_mcp.connect import open_runs
from rundown_mcp.server import build_server
from rundown_mcp.tools.catalogue import TOOL_NAMES

_VARIES = re.compile(r"(?<=data )\w+")


def test_it_prints_the_text_of_the_answer_and_nothing_else(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_from(monkeypatch, {"RUNDOWN_SANDBOX": "1"})

    async def asked() -> str:
        async with Client(build_server(lambda: open_runs(settings), settings.server)) as client:
            return await Asked(client).text("list_config", kind="guardrails")

    printed = command("call", "list_config", "kind=guardrails", "--sandbox")
    assert (printed.code, printed.err) == (0, "")
    assert _VARIES.sub("…", printed.out) == _VARIES.sub("…", anyio.run(asked) + "\n")


def test_a_value_is_json_where_it_parses_and_else_text(command: Command) -> None:
    said = command("call", "list_runs", 'status=["failed","completed"]', "limit=3", "provider=duckie", "--sandbox")
    found = rows(said.out)
    assert said.code == 0
    assert len(found) == 3
    assert {row["ref"].partition(":")[0] for row in found} == {"duckie"}
    assert {row["status"] for row in found} <= {"failed", "completed"}


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "7d,", '"', "[" * 5000, "9" * 5000])
def test_what_is_no_json_reaches_the_tool_as_text(command: Command, value: str) -> None:
    said = command("call", "list_runs", f"since={value}", "--sandbox")
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith("since: takes ")


def test_pairs_stand_anywhere_and_win_over_args(command: Command) -> None:
    args = json.dumps({"limit": 9, "provider": ["conduit"]})
    for arguments in (
        ["--sandbox", "call", "list_runs", "limit=2", "--args", args],
        ["call", "list_runs", "--args", args, "limit=2", "--sandbox"],
        ["call", "--sandbox", "list_runs", "limit=5", "--args", args, "limit=2"],
    ):
        said = command(*arguments)
        assert said.code == 0, said
        assert len(rows(said.out)) == 2
        assert receipt(said.out)["coverage"].endswith("; conduit ok")


def test_a_value_may_hold_equals_signs_and_begin_with_a_dash(command: Command) -> None:
    said = command("call", "list_runs", "duration=>=60", "search=-a=b", "--sandbox")
    assert (said.code, said.err) == (0, "")


def test_a_tool_error_is_printed_and_fails(command: Command) -> None:
    said = command("call", "list_runs", "limit=0", "--sandbox")
    assert said == (1, "limit: takes a whole number from 1 to 100\n", "")


def test_without_configuration_it_prints_the_error_that_an_assistant_would_read(command: Command) -> None:
    said = command("call", "list_runs")
    assert said.code == 1
    assert said.out.startswith("No provider is configured.")
    assert "--sandbox" in said.out


def test_the_server_is_reached_over_http_with_what_the_sandbox_printed(
    command: Command, vendors: dict[str, str]
) -> None:
    said = command("call", "list_runs", "limit=100", **vendors)
    assert (said.code, said.err) == (0, "")
    assert receipt(said.out)["coverage"] == "duckie ok, happyrobot ok, conduit ok"
    assert {row["ref"].partition(":")[0] for row in rows(said.out)} == {"duckie", "happyrobot", "conduit"}


def test_its_help_shows_how_a_list_is_given(command: Command) -> None:
    said = command("call", "--help")
    shown = " ".join(said.out.split()).partition("rundown-mcp call list_runs ")[2]
    answered = command("call", "list_runs", *shlex.split(shown))
    assert said.code == answered.code == 0
    assert {row["status"].partition(" ")[0] for row in rows(answered.out)} == {"failed", "cancelled"}


@pytest.mark.parametrize("tool", TOOL_NAMES)
def test_the_help_of_a_tool_tells_what_the_client_is_told_of_its_parameters(command: Command, tool: str) -> None:
    said = command("call", tool, "--help", COLUMNS="400")
    assert (said.code, said.err) == (0, "")
    shown = dict(line.strip().split("= ", 1) for line in said.out.partition("parameters:\n")[2].splitlines())
    schema = tools()[tool].parameters
    assert list(shown) == list(schema["properties"])
    for name, one in schema["properties"].items():
        assert str(one.get("description", "")) in shown[name]
        assert (f"default {one.get('default')}" in shown[name]) == ("default" in one) or "default" in one["description"]
        assert ("required" in shown[name]) == (name in schema.get("required", []))
        assert all(value in shown[name] for value in one.get("enum", ()))


def test_a_wrong_name_of_a_tool_gets_the_likely_one(command: Command) -> None:
    for more in ([], ["--help"]):
        said = command("call", "list_rums", "--sandbox", *more)
        assert said.code == 2
        assert '"list_rums" is no tool; did you mean list_runs? There are list_runs, get_run, ' in said.err
    assert '"triage" is no tool; did you mean triage_failures? There' in command("call", "triage").err
    assert '"x" is no tool; there are list_runs, ' in command("call", "x").err
