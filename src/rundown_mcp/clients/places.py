"""Where each client keeps its servers on Linux, macOS and Windows, told from platform, environment and home alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import takewhile
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

_CLAUDE_DESKTOP = "claude_desktop_config.json"


def user_files(client: str, platform: str, environ: Mapping[str, str], home: str) -> tuple[PurePath, ...]:
    """Where a client may keep the file for all projects, likeliest first, its usual place last.

    `platform` is `sys.platform`; a `*` in a folder's name stands for any text.
    """
    windows = platform == "win32"
    base = PureWindowsPath(home) if windows else PurePosixPath(home)
    apps = applications(platform, environ, home)
    match client:
        case "claude-desktop":
            usual = apps / "Claude" / _CLAUDE_DESKTOP
            return (*_packaged(environ, base), usual) if windows else (usual,)
        case "claude-code":
            return (
                (base / environ["CLAUDE_CONFIG_DIR"] if environ.get("CLAUDE_CONFIG_DIR") else base) / ".claude.json",
            )
        case "cursor":
            return (base / ".cursor" / "mcp.json",)
        case "vscode":
            return (apps / "Code" / "User" / "mcp.json",)
        case "windsurf":
            return (base / ".codeium" / "windsurf" / "mcp_config.json",)
        case "devin":
            return ((apps if windows else base / ".config") / "devin" / "mcp_config.json",)
        case "codex":
            return (base / (environ.get("CODEX_HOME") or ".codex") / "config.toml",)
        case _:
            raise KeyError(client)


def applications(platform: str, environ: Mapping[str, str], home: str) -> PurePath:
    """The folder in which applications keep their settings."""
    if platform == "win32":
        base = PureWindowsPath(home)
        return base / (environ.get("APPDATA") or base / "AppData" / "Roaming")
    posix = PurePosixPath(home)
    if platform == "darwin":
        return posix / "Library" / "Application Support"
    given = PurePosixPath(environ.get("XDG_CONFIG_HOME", ""))
    return given if given.is_absolute() else posix / ".config"


def _packaged(environ: Mapping[str, str], home: PurePath) -> Iterable[PurePath]:
    """Where Claude Desktop as a package reads; Windows hides `%APPDATA%` from it.

    https://github.com/anthropics/claude-code/issues/26073
    """
    local = home / (environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    yield local / "Claude-Data" / "claude_*" / _CLAUDE_DESKTOP
    yield local / "Packages" / "Claude_*" / "LocalCache" / "Roaming" / "Claude" / _CLAUDE_DESKTOP


def found(candidates: Iterable[PurePath]) -> Path:
    """The first that is there, else the first whose folder is there, else the last."""
    paths = [path for candidate in candidates for path in _matching(candidate)]
    if there := [path for path in paths if path.exists()]:
        return there[0]
    return next((path for path in paths if path.parent.is_dir()), paths[-1])


def _matching(candidate: PurePath) -> list[Path]:
    """The file itself, or where it is or would be in each folder that a `*` stands for."""
    fixed = list(takewhile(lambda part: "*" not in part, candidate.parts))
    varying = candidate.parts[len(fixed) : -1]
    if not varying:
        return [Path(candidate)]
    return [folder / candidate.name for folder in sorted(Path(*fixed).glob("/".join(varying)))]
