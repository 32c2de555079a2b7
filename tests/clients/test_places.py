"""Where each client keeps its servers, on three platforms."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from rundown_mcp.clients.catalog import CLIENTS
from rundown_mcp.clients.places import found, user_files

_MAC = "/Users/ada/Library/Application Support"
_ROAMING = r"C:\Users\ada\AppData\Roaming"
_LOCAL = r"C:\Users\ada\AppData\Local"
_PLACES = {
    "claude-desktop": (
        "/home/ada/.config/Claude/claude_desktop_config.json",
        f"{_MAC}/Claude/claude_desktop_config.json",
        rf"{_ROAMING}\Claude\claude_desktop_config.json",
    ),
    "claude-code": ("/home/ada/.claude.json", "/Users/ada/.claude.json", r"C:\Users\ada\.claude.json"),
    "cursor": ("/home/ada/.cursor/mcp.json", "/Users/ada/.cursor/mcp.json", r"C:\Users\ada\.cursor\mcp.json"),
    "vscode": (
        "/home/ada/.config/Code/User/mcp.json",
        f"{_MAC}/Code/User/mcp.json",
        rf"{_ROAMING}\Code\User\mcp.json",
    ),
    "windsurf": (
        "/home/ada/.codeium/windsurf/mcp_config.json",
        "/Users/ada/.codeium/windsurf/mcp_config.json",
        r"C:\Users\ada\.codeium\windsurf\mcp_config.json",
    ),
    "devin": (
        "/home/ada/.config/devin/mcp_config.json",
        "/Users/ada/.config/devin/mcp_config.json",
        rf"{_ROAMING}\devin\mcp_config.json",
    ),
    "codex": ("/home/ada/.codex/config.toml", "/Users/ada/.codex/config.toml", r"C:\Users\ada\.codex\config.toml"),
}
_HOMES = {"linux": "/home/ada", "darwin": "/Users/ada", "win32": r"C:\Users\ada"}


def test_every_client_has_a_place() -> None:
    assert list(_PLACES) == list(CLIENTS)


@pytest.mark.parametrize("client", _PLACES)
@pytest.mark.parametrize("platform", _HOMES)
def test_each_client_has_its_usual_place_on_each_platform(client: str, platform: str) -> None:
    expected = _PLACES[client][list(_HOMES).index(platform)]
    kind = PureWindowsPath if platform == "win32" else PurePosixPath
    assert user_files(client, platform, {}, _HOMES[platform])[-1] == kind(expected)


@pytest.mark.parametrize(
    ("client", "platform", "environ", "expected"),
    [
        ("vscode", "linux", {"XDG_CONFIG_HOME": "/x"}, "/x/Code/User/mcp.json"),
        ("vscode", "linux", {"XDG_CONFIG_HOME": "x"}, "/home/ada/.config/Code/User/mcp.json"),
        ("vscode", "darwin", {"XDG_CONFIG_HOME": "/x"}, f"{_MAC}/Code/User/mcp.json"),
        ("vscode", "win32", {"APPDATA": r"D:\roaming"}, r"D:\roaming\Code\User\mcp.json"),
        ("claude-code", "linux", {"CLAUDE_CONFIG_DIR": "/c"}, "/c/.claude.json"),
        ("claude-code", "linux", {"CLAUDE_CONFIG_DIR": ""}, "/home/ada/.claude.json"),
        ("codex", "win32", {"CODEX_HOME": r"D:\codex"}, r"D:\codex\config.toml"),
    ],
)
def test_variables_that_move_a_client_are_followed(
    client: str, platform: str, environ: dict[str, str], expected: str
) -> None:
    assert str(user_files(client, platform, environ, _HOMES[platform])[-1]) == expected


def test_claude_desktop_as_a_package_of_windows_is_looked_for_where_it_reads() -> None:
    candidates = user_files("claude-desktop", "win32", {"LOCALAPPDATA": r"D:\local"}, r"C:\Users\ada")
    assert [str(path) for path in candidates[:-1]] == [
        r"D:\local\Claude-Data\claude_*\claude_desktop_config.json",
        r"D:\local\Packages\Claude_*\LocalCache\Roaming\Claude\claude_desktop_config.json",
    ]
    assert str(user_files("claude-desktop", "win32", {}, r"C:\Users\ada")[0]).startswith(_LOCAL)


def test_a_client_that_there_is_not_has_no_place() -> None:
    with pytest.raises(KeyError):
        user_files("emacs", "linux", {}, "/home/ada")


def test_a_file_that_is_there_is_taken_else_a_folder_else_the_usual_place(tmp_path: Path) -> None:
    packaged, usual = tmp_path / "Packages" / "Claude_*" / "Roaming" / "c.json", tmp_path / "usual" / "c.json"
    candidates: list[PurePath] = [packaged, usual]
    assert found(candidates) == usual
    in_package = tmp_path / "Packages" / "Claude_pz" / "Roaming"
    in_package.mkdir(parents=True)
    (tmp_path / "Packages" / "Other_pz" / "Roaming").mkdir(parents=True)
    assert found(candidates) == in_package / "c.json"
    usual.parent.mkdir()
    usual.touch()
    assert found(candidates) == usual
    (in_package / "c.json").touch()
    assert found(candidates) == in_package / "c.json"
