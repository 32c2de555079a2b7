"""What an entry holds: the launch, and names of variables, never what is in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.commands.launching import environment

from rundown_mcp.clients.catalog import CLIENTS
from rundown_mcp.clients.connections import content
from rundown_mcp.clients.entry import build, inputs, is_ours, launch, needed
from rundown_mcp.config.connections import read_connections
from rundown_mcp.config.file import ConfigFile
from rundown_mcp.providers import PROVIDERS

_CANARY = "never-to-be-written"
_FILE = Path("/c/connections.toml")
_ALL = ["DUCKIE_API_KEY", "HAPPYROBOT_API_KEY", "HAPPYROBOT_ORGANIZATION_ID", "CONDUIT_API_KEY"]


def _built(client: str, **variables: str) -> dict[str, Any]:
    return build(CLIENTS[client], ["/bin/rundown-mcp"], needed(variables), _FILE)


@pytest.mark.parametrize(
    ("client", "rest"),
    [
        ("claude-desktop", {"env": {"RUNDOWN_CONFIG": str(_FILE)}}),
        ("claude-code", {"type": "stdio", "env": {"DUCKIE_API_KEY": "${DUCKIE_API_KEY:-}"}}),
        ("cursor", {"type": "stdio", "env": {"DUCKIE_API_KEY": "${env:DUCKIE_API_KEY}"}}),
        ("vscode", {"type": "stdio", "env": {"DUCKIE_API_KEY": "${input:rundown-duckie-api-key}"}}),
        ("windsurf", {"env": {"DUCKIE_API_KEY": "${env:DUCKIE_API_KEY}"}}),
        ("devin", {"env": {"RUNDOWN_CONFIG": str(_FILE)}}),
        ("codex", {"env_vars": ["DUCKIE_API_KEY"]}),
    ],
)
def test_each_client_gets_its_form(client: str, rest: dict[str, Any]) -> None:
    assert _built(client, DUCKIE_API_KEY=_CANARY) == {"command": "/bin/rundown-mcp", "args": [], **rest}


def test_the_vendors_whose_key_is_set_are_named_and_all_where_none_is() -> None:
    assert _built("codex")["env_vars"] == _ALL
    assert _built("codex", DUCKIE_API_KEY=" ", HAPPYROBOT_API_KEY="${HAPPYROBOT_API_KEY}")["env_vars"] == _ALL
    assert _built("codex", CONDUIT_API_KEY="x", HAPPYROBOT_API_KEY="x")["env_vars"] == _ALL[1:]


def test_what_else_is_set_is_named_too_but_not_what_only_a_server_over_http_reads() -> None:
    entry = _built(
        "cursor",
        CONDUIT_API_KEY=_CANARY,
        CONDUIT_WORKSPACE_ID="w",
        RUNDOWN_REDACTION="strict",
        RUNDOWN_HTTP_TOKEN=_CANARY,
        RUNDOWN_ALLOWED_HOSTS="a",
        RUNDOWN_SANDBOX="1",
    )
    names = ["CONDUIT_API_KEY", "CONDUIT_WORKSPACE_ID", "RUNDOWN_REDACTION"]
    assert entry["env"] == {name: f"${{env:{name}}}" for name in names}


def test_with_a_file_of_connections_no_key_is_needed_and_a_client_that_passes_nothing_on_gets_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _built("codex", RUNDOWN_CONFIG="mine.toml")["env_vars"] == ["RUNDOWN_CONFIG"]
    env = _built("claude-desktop", RUNDOWN_CONFIG="mine.toml", RUNDOWN_REDACTION="strict")["env"]
    assert env == {"RUNDOWN_CONFIG": str(tmp_path / "mine.toml"), "RUNDOWN_REDACTION": "strict"}


def test_vs_code_asks_for_keys_hidden_and_takes_the_rest_from_its_environment() -> None:
    settings = needed({"HAPPYROBOT_API_KEY": "x", "HAPPYROBOT_BASE_URL": "https://x", "RUNDOWN_LOG": "info"})
    env = build(CLIENTS["vscode"], ["x"], settings, _FILE)["env"]
    assert [(one["id"], one["password"]) for one in inputs(CLIENTS["vscode"], settings)] == [
        ("rundown-happyrobot-api-key", True),
        ("rundown-happyrobot-organization-id", False),
    ]
    assert env["HAPPYROBOT_BASE_URL"] == "${env:HAPPYROBOT_BASE_URL}"
    assert env["RUNDOWN_LOG"] == "${env:RUNDOWN_LOG}"
    assert inputs(CLIENTS["cursor"], settings) == []
    assert inputs(CLIENTS["vscode"], None) == []


@pytest.mark.parametrize("client", CLIENTS)
def test_the_sandbox_needs_no_variable(client: str) -> None:
    entry = build(CLIENTS[client], ["/bin/python", "-m", "rundown_mcp"], None, _FILE)
    assert entry["args"] == ["-m", "rundown_mcp", "--sandbox"]
    assert not {"env", "env_vars"} & set(entry)


def test_the_script_of_this_installation_is_launched_and_else_its_interpreter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = launch()
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    (tmp_path / "mcp.py").write_text("raise SystemExit('the wrong mcp')")
    module = launch()
    assert (len(script), module[0]) == (1, sys.executable)
    for command in (script, module):
        said = subprocess.run(
            [*command, "call", "list_tool_options", "--sandbox"],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert (said.returncode, said.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("entry", "ours"),
    [
        ({"command": "rundown-mcp"}, True),
        ({"command": "/x/.venv/bin/rundown-mcp", "args": ["--sandbox"]}, True),
        ({"command": r"C:\x\Scripts\rundown-mcp.exe"}, True),
        ({"command": "python", "args": ["-m", "rundown_mcp"]}, True),
        ({"command": "uvx", "args": ["rundown-mcp@1.2"]}, True),
        ({"command": "uvx", "args": ["--from", "git+https://example.com/x/rundown-mcp.git@main", "x"]}, True),
        ({"command": "node", "args": ["server.js"]}, False),
        ({"command": "rundown-mcp-other"}, False),
        ({"url": "http://127.0.0.1:8000/mcp"}, False),
        ({"command": ["rundown-mcp"], "args": "rundown-mcp"}, False),
        ("rundown-mcp", False),
    ],
)
def test_an_entry_of_ours_is_known_by_what_it_launches(entry: object, ours: bool) -> None:  # noqa: FBT001 - a case
    assert is_ours(entry) is ours


def test_the_file_of_connections_can_be_read_once_the_keys_are_beside_it(tmp_path: Path) -> None:
    environ = {
        "DUCKIE_API_KEY": _CANARY,
        "HAPPYROBOT_API_KEY": _CANARY,
        "HAPPYROBOT_ORGANIZATION_ID": 'o"1',
        "HAPPYROBOT_BASE_URL": "https://eu.example.com/v1",
    }
    file = tmp_path / "connections.toml"
    file.write_text(content(needed(environ), environ))
    assert _CANARY not in file.read_text()
    for name in ("duckie", "happyrobot"):
        (tmp_path / f"{name}.key").write_text(f"key-of-{name}\n")
        (tmp_path / f"{name}.key").chmod(0o600)
    duckie, happyrobot = read_connections(ConfigFile(file), {}, PROVIDERS)
    assert [duckie.name, happyrobot.name] == ["duckie", "happyrobot"]
    assert happyrobot.values.model_dump()["organization_id"] == 'o"1'
    assert happyrobot.values.base_url == "https://eu.example.com/v1"


def test_where_no_key_is_set_the_file_of_connections_proposes_all_in_comments(tmp_path: Path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text(content(needed({}), {}))
    assert read_connections(ConfigFile(file), {}, PROVIDERS) == []
    assert all(f"# [connections.{name}]" in file.read_text() for name in PROVIDERS)
