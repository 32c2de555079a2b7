"""Put the server into an MCP client's file, and take it out again."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from rundown_mcp.clients import Unusable, connections, files, places
from rundown_mcp.clients.catalog import CLIENTS, Client, Keys
from rundown_mcp.clients.entry import CONFIG, Needed, build, inputs, is_ours, launch, needed
from rundown_mcp.domain.errors import RundownError, SettingsError

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)
_NOTHING: Final = ("", "{}")
"""What a file holds that `install` made, without its entry."""
_CACHES_OF_UV: Final = {"archive-v0", "environments-v2"}


def run_install(client_name: str, *, name: str, sandbox: bool, project: bool, only_print: bool) -> int:
    """Add or update the entry and say what remains to do; with `only_print` print it and touch nothing."""
    client, path = _chosen(client_name, name, project=project)
    settings = None if sandbox else needed(os.environ)
    config = _connections_file()
    entry = build(client, launch(), settings, config)
    asked = inputs(client, settings)
    if only_print:
        print(client.form.put("", name, entry, asked), end="")
        makes = f"; it needs {config}, which is made without --print" if _needs_connections(client, settings) else ""
        print(f"rundown-mcp: this belongs in {path}{makes}", file=sys.stderr)
        return 0
    said = _changed(client, path, name, lambda text: client.form.put(text, name, entry, asked))
    print(f'{client.title}: "{name}" {f"is in {said}" if said else f"is in {path} already; nothing was changed"}')
    if settings is not None:
        _say_what_remains(client, settings, config)
    if _CACHES_OF_UV & set(Path(sys.prefix).parts):
        print(
            "This installation is in uv's cache, which uv may empty: better use `uv tool install`, then install again."
        )
    print(f"{client.restart}, then ask: what failed last night?")
    return 0


def run_uninstall(client_name: str, *, name: str, project: bool) -> int:
    """Take the entry out.

    Raises:
        RundownError: there is none, or it is not ours.
    """
    client, path = _chosen(client_name, name, project=project)

    def drop(text: str) -> str:
        if not path.exists():
            raise RundownError(f"{path}: there is no such file, and so no entry in it.")
        if client.form.entry(text, name) is None:
            raise Unusable(f'there is no entry "{name}"')
        return client.form.drop(text, name)

    said = _changed(client, path, name, drop)
    print(f'{client.title}: "{name}" is no longer in {said}')
    config = _connections_file()
    if client.keys is Keys.FILE and config.exists():
        print(f"{config} and the keys beside it stay; remove them if nothing else uses them.")
    return 0


def _chosen(client_name: str, name: str, *, project: bool) -> tuple[Client, Path]:
    """The client and its file on this machine."""
    client = CLIENTS[client_name]
    if _NAME.fullmatch(name) is None:
        raise SettingsError("--name: takes up to 64 of A-Z, a-z, 0-9, - and _, and begins with a letter or a number")
    if not project:
        return client, places.found(places.user_files(client_name, sys.platform, os.environ, str(Path.home())))
    if client.project is None:
        raise SettingsError(f"--project: {client.title} has no file in a project's folder; leave --project out")
    return client, Path.cwd() / client.project


def _connections_file() -> Path:
    folder = places.applications(sys.platform, os.environ, str(Path.home()))
    return Path(folder) / "rundown-mcp" / "connections.toml"


def _changed(client: Client, path: Path, name: str, change: Callable[[str], str]) -> str:
    """Change a client's file; gives its name and that of the copy of what it was, nothing where there is no change.

    Raises:
        RundownError: the file or the entry cannot be changed, and was not.
    """
    with _refusing(path):
        text = files.read(path)
        existing = client.form.entry(text, name)
        if existing is not None and not is_ours(existing):
            raise Unusable(f'"{name}" is the entry of another server; choose another --name')
        changed = change(text)
        if changed == text:
            return ""
        is_left_over = changed.strip() in _NOTHING and _made_here(client, path, name)
        copy = files.replace(path, None if is_left_over else changed, was=text)
    gone = ", which held nothing else and is gone" if is_left_over else ""
    return f"{path}{gone}{f' (as it was before: {copy})' if copy else ''}"


def _made_here(client: Client, path: Path, name: str) -> bool:
    """Whether `install` made a file: of one that was there before it has left a copy without the entry."""
    try:
        return not path.is_symlink() and all(
            is_ours(client.form.entry(files.read(copy), name)) for copy in files.copies(path)
        )
    except Unusable:  # a copy that was changed since
        return False


@contextlib.contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say of which file it is that it cannot be used."""
    try:
        yield
    except Unusable as problem:
        raise RundownError(f"{path}: {problem}. It was not changed.") from None


def _needs_connections(client: Client, settings: Needed | None) -> bool:
    """Whether the keys are to stand in files of ours."""
    return client.keys is Keys.FILE and settings is not None and CONFIG not in settings.others


def _say_what_remains(client: Client, settings: Needed, config: Path) -> None:
    """Say where the keys are to be put, and make the file of connections where the client needs one."""
    match client.keys:
        case Keys.PROMPT:
            print(f"{client.title} asks for the keys when the server first starts, and keeps them.")
        case Keys.FILE if _needs_connections(client, settings):
            _make_connections(settings, config)
        case Keys.FILE:
            print(
                f"{client.title} passes no variables on: the server has the connections of {settings.others[CONFIG]}."
            )
        case _:
            names = ", ".join(settings.variables)
            which = names if connections.any_key_set(settings, os.environ) else f"those that you have of {names}"
            print(f"The file names variables, no keys: start {client.title} with {which} in its environment.")


def _make_connections(settings: Needed, config: Path) -> None:
    is_new = not config.exists()
    if is_new:
        with _refusing(config):
            files.replace(config, connections.content(settings, os.environ), was="")
    as_comments = is_new and not connections.any_key_set(settings, os.environ)
    to_do = "; take out the # before those that you have" if as_comments else ""
    print(f"{'Made' if is_new else 'Kept'} {config}: the connections stand there{to_do}.")
    for variable, file in connections.key_files(settings, config).items():
        if not file.exists():
            print(f"The key that {variable} would hold goes into {file}, which only you may read (chmod 600).")
