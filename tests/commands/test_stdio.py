"""MCP over stdio, in a process that an MCP client launches."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from mcp import Client, StdioServerParameters
from tests.commands.conftest import Command
from tests.commands.launching import MODULE, SCRIPT, environment, ran, spoken_to
from tests.harness import Asked

pytestmark = pytest.mark.anyio

_TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
_INITIALIZE = {
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "by-hand", "version": "1"}},
}


def _launch(command: Sequence[str], *arguments: str, **variables: str) -> StdioServerParameters:
    return StdioServerParameters(command=command[0], args=[*command[1:], *arguments], env=environment(**variables))


@pytest.mark.parametrize(
    ("mode", "launch"),
    [("auto", _launch(MODULE, "--sandbox")), ("legacy", _launch(SCRIPT, RUNDOWN_SANDBOX="1"))],
)
async def test_a_client_of_either_era_reads_sandbox_runs(
    mode: Literal["auto", "legacy"], launch: StdioServerParameters
) -> None:
    async with Client(launch, mode=mode) as client:
        assert "sandbox" in (client.instructions or "")
        assert (client.protocol_version == "2026-07-28") is (mode == "auto")
        tools = (await client.list_tools()).tools
        assert "list_runs" in [tool.name for tool in tools]
        answer = await Asked(client).text("list_runs", limit=3)
    assert "coverage: sandbox" in answer


async def test_without_configuration_every_tool_says_what_to_set_and_imitates_nothing() -> None:
    needed: dict[str, dict[str, Any]] = {
        "run": {"run": "duckie:3c90c3cc"},
        "step": {"step": "1"},
        "query": {"query": "x"},
        "kind": {"kind": "agents"},
    }
    async with Client(_launch(MODULE)) as client:
        assert "sandbox" not in (client.instructions or "")
        for tool in (await client.list_tools()).tools:
            arguments: dict[str, Any] = {}
            for name in tool.input_schema.get("required", []):
                arguments |= needed[name]
            error = await Asked(client).error(tool.name, **arguments)
            assert "DUCKIE_API_KEY, HAPPYROBOT_API_KEY, CONDUIT_API_KEY" in error
            assert "--sandbox" in error


@pytest.mark.parametrize("log", ["", "json"])
def test_stdout_holds_nothing_but_messages_and_logs_hold_nothing_of_a_client(log: str) -> None:
    canary = "can" + "ary"
    calls: list[dict[str, Any]] = [
        {"id": 1, **_INITIALIZE},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list"},
        {"id": 3, "method": "tools/call", "params": {"name": "list_runs", "arguments": {"search": canary}}},
        {"id": 4, "method": "tools/call", "params": {"name": "list_runs", "arguments": {"limit": canary}}},
        {"id": 5, "method": "tools/call", "params": {"name": "list_runs", "arguments": [canary]}},
        {"id": 6, "method": "tools/call", "params": {"name": 5, "arguments": {"search": canary}}},
        {"id": 7, "method": "tools/call", "params": {"name": canary}},
        {"id": 8, "method": "tools/list", "params": {"_meta": {"traceparent": _TRACE, "tracestate": f"No {canary}"}}},
    ]
    lines = [json.dumps({"jsonrpc": "2.0", **call}) for call in calls]
    written, stderr = spoken_to(
        [*lines[:2], f"no json {canary}", *lines[2:]],
        answers=8,
        RUNDOWN_SANDBOX="1",
        RUNDOWN_LOG=log,
        PYTHONWARNINGS="default",
    )
    answers = [json.loads(line) for line in written]
    assert all(answer["jsonrpc"] == "2.0" for answer in answers)
    assert sorted(answer["id"] for answer in answers if answer.get("id")) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert canary not in stderr
    assert {json.loads(line)["event"] for line in stderr.splitlines()} == ({"call", "request"} if log else set())


def test_stderr_says_that_nothing_is_configured_and_which_variable_was_not_expanded() -> None:
    said = ran(DUCKIE_API_KEY="${DUCKIE_API_KEY}")
    assert (said.returncode, said.stdout) == (0, "")
    assert said.stderr.startswith("rundown-mcp: No provider is configured. Set one or more of DUCKIE_API_KEY")
    assert "DUCKIE_API_KEY: not set, an unexpanded placeholder" in said.stderr
    assert said.stderr.count("\n") == 1


@contextlib.contextmanager
def _greeted() -> Iterator[subprocess.Popen[str]]:
    """A server that has answered its client's first message."""
    with subprocess.Popen(
        [*MODULE, "--sandbox"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, **_INITIALIZE}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        yield process


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt cannot be sent to one process alone there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_server_that_waits_for_its_client(number: signal.Signals) -> None:
    with _greeted() as process:
        process.send_signal(number)
        assert process.wait(timeout=20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_client_that_goes_away_in_the_middle_is_no_traceback() -> None:
    with _greeted() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}) + "\n")
        process.stdin.close()
        assert process.wait(timeout=20) in {0, 1}
        assert process.stderr.read() == ""


def test_a_certificate_file_that_holds_none_ends_the_server_before_it_speaks(command: Command, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("nothing")
    said = command(RUNDOWN_CA_BUNDLE=str(bundle), DUCKIE_API_KEY="k" * 12)
    assert said == (2, "", "rundown-mcp: RUNDOWN_CA_BUNDLE: holds no certificates; give the path of a PEM file\n")
