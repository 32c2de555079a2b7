"""`install` and `uninstall`: a client's file gets our entry and loses nothing."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from tests.commands.conftest import Command, Said
from tests.commands.launching import environment
from tests.harness import Asked

from rundown_mcp.clients.catalog import CLIENTS
from rundown_mcp.tools.catalogue import TOOLS

pytestmark = pytest.mark.anyio

_CANARY = "never-to-be-written"
_FILES = {
    "claude-desktop": ".config/Claude/claude_desktop_config.json",
    "claude-code": ".claude.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".config/Code/User/mcp.json",
    "windsurf": ".codeium/windsurf/mcp_config.json",
    "devin": ".config/devin/mcp_config.json",
    "codex": ".codex/config.toml",
}
_PROJECT_FILES = {
    "claude-code": ".mcp.json",
    "cursor": ".cursor/mcp.json",
    "vscode": ".vscode/mcp.json",
    "codex": ".codex/config.toml",
}

Install = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home on Linux, and an empty project's folder beside it to be in."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("home", "project"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "home"


@pytest.fixture
def run(command: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """The command of somebody who lives there."""
    for name in ("XDG_CONFIG_HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME"):
        monkeypatch.delenv(name, raising=False)

    def in_home(*arguments: str, **variables: str) -> Said:
        return command(*arguments, HOME=str(home), **variables)

    return in_home


def _servers(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    servers: dict[str, Any] = data.get("mcpServers") or data.get("servers") or data.get("mcp_servers") or {}
    return servers


def _files(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("client", CLIENTS)
def test_an_entry_is_added_once_and_taken_out_again(client: str, run: Install, home: Path) -> None:
    path = home / _FILES[client]
    said = run("install", client, DUCKIE_API_KEY=_CANARY)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f'{CLIENTS[client].title}: "rundown" is in {path}\n')
    assert said.out.endswith("then ask: what failed last night?\n")
    assert len(said.out.splitlines()) <= 4
    assert list(_servers(path)) == ["rundown"]
    before = _files(home)
    assert "already; nothing was changed" in run("install", client, DUCKIE_API_KEY=_CANARY).out
    assert _files(home) == before

    said = run("uninstall", client)
    assert (said.code, said.err) == (0, "")
    gone = f"{path}, which held nothing else and is gone (as it was before: {path}.before-rundown)"
    assert f'"rundown" is no longer in {gone}' in said.out
    assert not path.exists()
    again = run("uninstall", client)
    assert (again.code, again.out) == (1, "")
    assert again.err == f"rundown-mcp: {path}: there is no such file, and so no entry in it.\n"
    run("install", client, "--name", "other", "--sandbox")
    again = run("uninstall", client)
    assert again.err == f'rundown-mcp: {path}: there is no entry "rundown". It was not changed.\n'


@pytest.mark.parametrize("client", CLIENTS)
def test_a_file_that_only_install_wrote_into_goes_with_its_entry_each_time(
    client: str, run: Install, home: Path
) -> None:
    path = home / _FILES[client]
    for _ in range(2):
        run("install", client, "--sandbox")
        run("install", client, DUCKIE_API_KEY=_CANARY)
        run("uninstall", client)
        assert not path.exists()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_file_that_was_there_before_stays_though_nothing_was_in_it(client: str, run: Install, home: Path) -> None:
    path = home / _FILES[client]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "" if path.suffix == ".toml" else "{}\n"
    path.write_text(text)
    run("install", client, "--sandbox")
    said = run("uninstall", client)
    assert (said.code, path.read_text()) == (0, text)


def test_what_somebody_wrote_beside_the_entry_keeps_the_file(run: Install, home: Path) -> None:
    path = home / _FILES["vscode"]
    run("install", "vscode", "--sandbox")
    path.write_text(f"// mine\n{path.read_text()}")
    run("uninstall", "vscode")
    assert path.read_text().split() == ["//", "mine", "{}"]


def test_a_copy_that_says_nothing_of_how_the_file_began_keeps_it(run: Install, home: Path) -> None:
    path = home / _FILES["cursor"]
    run("install", "cursor", "--sandbox")
    Path(f"{path}.before-rundown").write_text("{")
    run("uninstall", "cursor")
    assert json.loads(path.read_text()) == {}


@pytest.mark.parametrize("client", CLIENTS)
def test_no_key_is_written_or_printed(client: str, run: Install, home: Path) -> None:
    keys = {name: f"{_CANARY}-{name}" for name in ("DUCKIE_API_KEY", "HAPPYROBOT_API_KEY", "CONDUIT_API_KEY")}
    more = {"RUNDOWN_HTTP_TOKEN": _CANARY, "HAPPYROBOT_ORGANIZATION_ID": "org"}
    said = [run("install", client, *option, **keys, **more) for option in ([], ["--print"], ["--sandbox"])]
    said.append(run("uninstall", client, **keys, **more))
    assert [one.code for one in said] == [0, 0, 0, 0]
    assert not [one for one in said if _CANARY in one.out + one.err]
    assert not [name for name, content in _files(home).items() if _CANARY.encode() in content]


@pytest.mark.parametrize("client", CLIENTS)
def test_print_shows_what_install_writes_and_touches_nothing(client: str, run: Install, home: Path) -> None:
    said = run("install", client, "--print", CONDUIT_API_KEY=_CANARY)
    assert said.code == 0
    assert said.err.startswith(f"rundown-mcp: this belongs in {home / _FILES[client]}")
    assert _files(home) == {}
    run("install", client, CONDUIT_API_KEY=_CANARY)
    assert (home / _FILES[client]).read_text() == said.out


@pytest.mark.parametrize("client", CLIENTS)
def test_a_project_has_a_file_of_its_own_where_the_client_has_one(client: str, run: Install, home: Path) -> None:
    said = run("install", client, "--project", "--sandbox")
    if client in _PROJECT_FILES:
        path = home.parent / "project" / _PROJECT_FILES[client]
        assert (said.code, list(_servers(path))) == (0, ["rundown"])
        assert run("uninstall", client, "--project").code == 0
    else:
        assert (said.code, said.out) == (2, "")
        assert "--project" in said.err
    assert _files(home) == {}


def test_other_servers_settings_comments_and_layout_stay(run: Install, home: Path) -> None:
    path = home / _FILES["vscode"]
    path.parent.mkdir(parents=True)
    text = '// mine\n{\n\t"servers": {\n\t\t"other": {"command": "x"}, // keep\n\t},\n\t"more": [1, 2,],\n}\n'
    path.write_text(text)
    run("install", "vscode", "--sandbox")
    put = path.read_text()
    assert put != text
    assert [line for line in put.splitlines() if line in text.splitlines()] == text.splitlines()
    assert Path(f"{path}.before-rundown").read_text() == text
    run("uninstall", "vscode")
    assert path.read_text() == text


def test_an_entry_of_ours_that_differs_is_updated_and_what_it_was_is_kept(run: Install, home: Path) -> None:
    path = home / _FILES["cursor"]
    path.parent.mkdir()
    old = {"command": "uvx", "args": ["rundown-mcp"], "env": {"RUNDOWN_MAX_TOKENS": "900"}, "disabled": False}
    path.write_text(json.dumps({"mcpServers": {"rundown": old}}))
    said = run("install", "cursor", DUCKIE_API_KEY=_CANARY)
    assert f"(as it was before: {path}.before-rundown)" in said.out
    entry = _servers(path)["rundown"]
    assert entry["command"] != "uvx"
    assert entry["env"] == {"RUNDOWN_MAX_TOKENS": "900", "DUCKIE_API_KEY": "${env:DUCKIE_API_KEY}"}
    assert entry["disabled"] is False


@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_an_entry_of_another_server_is_left_alone(verb: str, run: Install, home: Path) -> None:
    path = home / _FILES["claude-code"]
    path.write_text('{"mcpServers": {"rundown": {"command": "node"}}}')
    before = _files(home)
    said = run(verb, "claude-code")
    assert said.code == 1
    assert said.err.endswith('"rundown" is the entry of another server; choose another --name. It was not changed.\n')
    assert _files(home) == before
    if verb == "install":
        assert run(verb, "claude-code", "--name", "mine").code == 0
        assert list(_servers(path)) == ["rundown", "mine"]


@pytest.mark.parametrize("client", ["claude-desktop", "codex"])
@pytest.mark.parametrize("verb", ["install", "uninstall"])
def test_a_broken_file_is_refused_untouched_in_one_line(client: str, verb: str, run: Install, home: Path) -> None:
    path = home / _FILES[client]
    path.parent.mkdir(parents=True)
    path.write_text('{\n"mcpServers": {},\n}\n')
    before = _files(home)
    said = run(verb, client)
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert re.search(r"no valid (JSON|TOML).*, line \d; mend it there", said.err)
    assert str(path) in said.err
    assert _files(home) == before


def test_a_read_only_file_and_a_place_that_is_taken_are_refused(run: Install, home: Path) -> None:
    path = home / _FILES["claude-code"]
    path.write_text("{}")
    path.chmod(0o400)
    said = run("install", "claude-code")
    assert (said.code, said.err) == (
        1,
        f"rundown-mcp: {path}: is read-only; make it writable (chmod u+w). It was not changed.\n",
    )
    (home / ".cursor").touch()
    said = run("install", "cursor")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert sorted(_files(home)) == [".claude.json", ".cursor"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["install"], "the following arguments are required: CLIENT"),
        (["install", "emacs"], f"CLIENT: takes one of {', '.join(CLIENTS)};"),
        (["uninstall", "emacs"], "CLIENT: takes one of"),
        (["install", "cursor", "--name", "a b"], "--name: takes up to 64"),
        (["uninstall", "cursor", "--name", ""], "--name: takes up to 64"),
        (["uninstall", "cursor", "--print"], "no option --print"),
    ],
)
def test_wrong_usage_is_told_and_writes_nothing(arguments: list[str], said: str, run: Install, home: Path) -> None:
    done = run(*arguments)
    assert (done.code, done.out, _files(home)) == (2, "", {})
    assert said in done.err


def test_help_names_every_client(run: Install) -> None:
    said = " ".join(run("install", "--help").out.split())
    assert f"CLIENT {' or '.join(', '.join(CLIENTS).rsplit(', ', 1))} " in said


def test_the_connections_of_a_client_that_passes_nothing_on_are_made_once(run: Install, home: Path) -> None:
    config = home / ".config" / "rundown-mcp" / "connections.toml"
    first = run("install", "claude-desktop", DUCKIE_API_KEY=_CANARY)
    assert f"Made {config}: the connections stand there.\n" in first.out
    assert f"DUCKIE_API_KEY would hold goes into {config.with_name('duckie.key')}" in first.out
    assert config.stat().st_mode & 0o777 == 0o600
    config.write_text("# mine\n")
    config.with_name("duckie.key").touch()
    second = run("install", "devin", DUCKIE_API_KEY=_CANARY)
    assert f"Kept {config}" in second.out
    assert "duckie.key" not in second.out
    assert config.read_text() == "# mine\n"
    assert f"{config} and the keys beside it stay" in run("uninstall", "devin").out


def test_connections_of_no_key_stand_as_comments_and_that_is_told(run: Install, home: Path) -> None:
    assert "the connections stand there; take out the # before those that you have." in run("install", "devin").out
    config = home / ".config" / "rundown-mcp" / "connections.toml"
    assert all(line.startswith("#") for line in config.read_text().splitlines())
    assert "take out" not in run("install", "claude-desktop").out, "it is the user's by then"


def test_where_no_key_is_set_those_that_somebody_has_are_enough(run: Install) -> None:
    assert "start Codex with those that you have of DUCKIE_API_KEY, " in run("install", "codex").out
    assert "start Cursor with DUCKIE_API_KEY in its" in run("install", "cursor", DUCKIE_API_KEY=_CANARY).out


def test_connections_that_cannot_be_made_are_told(run: Install, home: Path) -> None:
    (home / ".config").mkdir()
    (home / ".config" / "rundown-mcp").touch()
    said = run("install", "claude-desktop")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "connections.toml: cannot be read: Not a directory" in said.err


def test_connections_that_are_set_up_already_are_used(run: Install, home: Path) -> None:
    said = run("install", "claude-desktop", RUNDOWN_CONFIG="/etc/mine.toml")
    assert "the server has the connections of /etc/mine.toml" in said.out
    assert list(_files(home)) == [_FILES["claude-desktop"]]


def test_an_installation_that_uv_may_delete_says_so(run: Install, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "uv's cache" not in run("install", "cursor").out
    monkeypatch.setattr(sys, "prefix", "/home/ada/.cache/uv/archive-v0/x")
    assert "uv's cache" in run("install", "cursor").out


_REFERENCES = {
    "claude-code": re.compile(r"\$\{(?P<name>[A-Z_]+):-\}"),
    "cursor": re.compile(r"\$\{env:(?P<name>[A-Z_]+)\}"),
}


def _launch(client: str, home: Path, shell: Mapping[str, str]) -> StdioServerParameters:
    """How a client starts what its file says, its references to variables put in as that client does."""
    entry = _servers(home / _FILES[client])["rundown"]
    env = {
        name: _REFERENCES[client].sub(lambda found: shell.get(found["name"], ""), value)
        if client in _REFERENCES
        else value
        for name, value in entry.get("env", {}).items()
    }
    return StdioServerParameters(command=entry["command"], args=entry["args"], env=environment(**env), cwd=home)


@pytest.mark.parametrize("client", ["claude-code", "cursor"])
async def test_the_entry_of_the_sandbox_starts_it(client: str, run: Install, home: Path) -> None:
    run("install", client, "--sandbox")
    async with Client(_launch(client, home, {})) as session:
        assert [tool.name for tool in (await session.list_tools()).tools] == [tool.__name__ for tool in TOOLS]
        assert "coverage: sandbox" in await Asked(session).text("list_runs", limit=1)


@pytest.mark.parametrize("client", ["claude-code", "windsurf"])
async def test_without_a_key_the_server_starts_and_says_what_to_set(client: str, run: Install, home: Path) -> None:
    """Claude Code makes variables that are not set empty; here Windsurf stands for a client that leaves them."""
    run("install", client)
    async with Client(_launch(client, home, {})) as session:
        assert "Set one or more of DUCKIE_API_KEY" in await Asked(session).error("list_runs")


@pytest.mark.parametrize("client", ["claude-code", "cursor", "claude-desktop"])
async def test_a_key_of_the_clients_environment_or_in_its_file_reaches_the_server(
    client: str, run: Install, home: Path, vendors: Mapping[str, str]
) -> None:
    run("install", client, **vendors)
    if client == "claude-desktop":
        for name in ("duckie", "happyrobot", "conduit"):
            key = home / ".config" / "rundown-mcp" / f"{name}.key"
            key.write_text(vendors[f"{name.upper()}_API_KEY"])
            key.chmod(0o600)
    async with Client(_launch(client, home, vendors)) as session:
        answer = await Asked(session).text("list_runs", limit=1)
    assert all(f"{name} ok" in answer for name in ("duckie", "happyrobot", "conduit"))
