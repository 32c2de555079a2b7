"""What the README and the example configuration say is true."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from tests.commands.launching import ran
from tests.harness import asking, settings_from

from rundown_mcp.prompts import PROMPTS
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.resources import CONNECTIONS, RUN
from rundown_mcp.sandbox.world import build_world
from rundown_mcp.settings import ServerSettings
from rundown_mcp.tools.catalogue import TOOLS

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN_AT = datetime(2026, 11, 21, 6, tzinfo=UTC)


def test_the_readme_stays_below_two_hundred_lines() -> None:
    assert len(README.splitlines()) < 200


def test_the_quick_start_holds_exactly_two_commands_of_one_line_each() -> None:
    quick_start = README.split("## Quick start")[1].split("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", quick_start, re.DOTALL)
    assert [len(command.strip().splitlines()) for command in commands] == [1, 1]
    assert commands[0].strip().endswith("rundown-mcp demo")
    assert "pytest" in commands[1]


def test_every_setting_stands_in_the_readme() -> None:
    server = {f"RUNDOWN_{field.upper()}" for field in ServerSettings.model_fields}
    vendors = {f"{spec.name}_{field}".upper() for spec in PROVIDERS.values() for field in spec.settings.model_fields}
    assert {name for name in server | vendors if f"`{name}`" not in README} == set()


def test_every_tool_stands_in_the_readme() -> None:
    assert [tool.__name__ for tool in TOOLS if f"`{tool.__name__}`" not in README] == []


def test_every_prompt_and_resource_stands_in_the_readme() -> None:
    assert [name for name in (*PROMPTS, RUN.uri, CONNECTIONS.uri) if f"`{name}`" not in README] == []


async def test_the_answer_that_the_readme_shows_is_the_one_that_the_sandbox_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call, shown = re.findall(r"<!-- shown: (.*?) -->\n```text\n(.*?)```", README, re.DOTALL)[0]
    tool, _, rest = call.partition(" ")
    arguments = dict(pair.split("=", 1) for pair in shlex.split(rest))
    settings = settings_from(monkeypatch, {"RUNDOWN_SANDBOX": "1"})
    async with asking(settings, world=build_world(now=SHOWN_AT)) as ask:
        answer = await ask.text(tool, **arguments)
    assert _without_nonce(answer) == _without_nonce(shown.strip())


def test_what_it_says_for_a_shell_works_on_the_sandbox() -> None:
    commands = re.findall(r"`rundown-mcp (call [^`]*--sandbox)`", README)
    assert commands
    for command in commands:
        said = ran(*shlex.split(command))
        assert (said.returncode, said.stderr) == (0, ""), said.stdout


def _without_nonce(answer: str) -> str:
    return re.sub(r"data [a-z2-7]{8}⟧", "data …⟧", answer)


def test_the_example_configuration_holds_no_key() -> None:
    servers = json.loads((ROOT / "mcp.json.example").read_text(encoding="utf-8"))["mcpServers"]
    values = [value for server in servers.values() for value in server.get("env", {}).values()]
    assert values
    assert all(re.fullmatch(r"\$\{[A-Z_]+\}", value) for value in values)
    assert servers["rundown-http"]["headers"] == {"Authorization": "Bearer ${RUNDOWN_HTTP_TOKEN}"}


async def test_the_sandbox_entry_of_the_example_works_at_once() -> None:
    servers = json.loads((ROOT / "mcp.json.example").read_text(encoding="utf-8"))["mcpServers"]
    entry = servers["rundown-sandbox"]
    command = shutil.which(entry["command"], path=str(Path(sys.executable).parent)) or entry["command"]
    async with Client(StdioServerParameters(command=command, args=entry["args"])) as client:
        tools = await client.list_tools()
    assert [tool.name for tool in tools.tools] == [tool.__name__ for tool in TOOLS]
