"""The TOML file that `RUNDOWN_CONFIG` names → more connections."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from rundown_mcp.account import ConnectionSettings, make_connection
from rundown_mcp.domain.errors import SettingsError, quoted
from rundown_mcp.provider import ProviderSpec

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
_LIKE_A_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{1,12}\d?", re.ASCII)
"""Capitals with an underscore, or few of them: no vendor gives out keys as short as that."""
_OTHERS_MAY_USE: Final = stat.S_IRWXG | stat.S_IRWXO
_LONGEST_FILE: Final = 1_000_000
_LONGEST_KEY_FILE: Final = 16_384
_FILE: Final = "RUNDOWN_CONFIG"


def read_connections(
    path: Path, environ: Mapping[str, str], providers: Mapping[str, ProviderSpec]
) -> list[ConnectionSettings]:
    """The connections of a file, in its order; `environ` holds the variables that its `api_key_env` may name.

    Raises:
        SettingsError: the text names the table, the key and the mend, never a secret or a path.
    """
    content = _parsed(path)
    tables = content.get("connections", {})
    if foreign := [name for name in content if name != "connections"]:
        raise SettingsError(
            f"{_FILE}: unknown key {quoted(foreign[0])}; takes tables [connections.NAME] and nothing else"
        )
    if not isinstance(tables, dict):
        raise SettingsError(f"{_FILE}: connections takes tables [connections.NAME] and nothing else")
    return [_connection(name, table, path.parent, environ, providers) for name, table in tables.items()]


def _parsed(path: Path) -> dict[str, Any]:
    try:
        # Editors on Windows begin a text with a byte order mark.
        with path.open(encoding="utf-8-sig") as file:
            return tomllib.loads(file.read(_LONGEST_FILE))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line \d+|end of document", str(error))
        raise SettingsError(f"{_FILE}: no valid TOML{f', {place[0]}' if place else ''}; mend the file") from None
    except RecursionError:
        raise SettingsError(f"{_FILE}: nests too deep; mend the file") from None
    except FileNotFoundError:
        raise SettingsError(f"{_FILE}: there is no such file; give the path of a TOML file") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{_FILE}: the file is not UTF-8; save it as UTF-8") from None
    except (OSError, ValueError):
        raise SettingsError(f"{_FILE}: the file cannot be read; give the path of a TOML file") from None


def _connection(
    name: str, table: object, folder: Path, environ: Mapping[str, str], providers: Mapping[str, ProviderSpec]
) -> ConnectionSettings:
    if _NAME.fullmatch(name) is None:
        raise SettingsError(
            f"{_FILE}: connection {quoted(name)}: a name takes up to 32 of a-z, 0-9, - and _, e.g. duckie-eu"
        )
    where = f"{_FILE}: [connections.{name}]"
    if not isinstance(table, dict):
        raise SettingsError(f"{where}: takes a table with provider, and api_key_env or api_key_file")
    if "api_key" in table:
        raise SettingsError(
            f"{where}: api_key: takes no key itself; name its variable in api_key_env, or its api_key_file"
        )
    if wrong := next((key for key, value in table.items() if not isinstance(value, str)), None):
        raise SettingsError(f"{where}: {quoted(wrong)} takes a text in quotes")
    spec = providers.get(table.get("provider", ""))
    if spec is None:
        raise SettingsError(f"{where}: provider is one of {', '.join(providers)}")
    if name in providers and name != spec.name:
        raise SettingsError(f"{where}: the name of a vendor goes to a connection of that vendor; choose another name")
    takes = {*spec.settings.model_fields, "provider", "api_key_env", "api_key_file"} - {"api_key"}
    if unknown := next((key for key in table if key not in takes), None):
        raise SettingsError(f"{where}: unknown key {quoted(unknown)}; takes {', '.join(sorted(takes))}")
    source, key, key_variable = _key(table, where, folder, environ)
    given = {field: table[field].strip() for field in spec.settings.model_fields if table.get(field, "").strip()}
    return make_connection(
        name,
        spec,
        {**given, "api_key": key},
        key_variable=key_variable,
        label=lambda field: f"{where} {source if field == 'api_key' else field}",
    )


def _key(table: Mapping[str, str], where: str, folder: Path, environ: Mapping[str, str]) -> tuple[str, str, str]:
    """Which field told of the key, the key, and what an operator calls the place that it came from."""
    if ("api_key_env" in table) == ("api_key_file" in table):
        raise SettingsError(f"{where}: give either api_key_env or api_key_file")
    if "api_key_file" in table:
        key = _file(table["api_key_file"], where, folder)
        return "api_key_file", key, f"the api_key_file of {where.partition(' ')[2]}"
    variable = table["api_key_env"]
    if variable not in environ:
        # What does not look like a variable's name is not repeated: it may be a key that was put in the wrong place.
        named = f"{variable}, which api_key_env names," if _LIKE_A_VARIABLE.fullmatch(variable) else "its variable"
        raise SettingsError(f"{where}: api_key_env: {named} is not set; set it, or name another")
    return "api_key_env", environ[variable].strip(), variable


def _file(name: str, where: str, folder: Path) -> str:
    """The text of a key file, whose path may be relative to the TOML file's folder; nobody else may have access."""
    try:
        with (folder / expanded(name)).open(encoding="utf-8-sig") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OTHERS_MAY_USE:
                raise SettingsError(f"{where}: api_key_file may be read by others; chmod 600 it")
            key = file.read(_LONGEST_KEY_FILE).strip()
    except FileNotFoundError:
        raise SettingsError(
            f"{where}: api_key_file: there is no such file; give the path of one with the key"
        ) from None
    except (OSError, ValueError):
        raise SettingsError(
            f"{where}: api_key_file cannot be read; give the path of a file that holds the key"
        ) from None
    if not key:
        raise SettingsError(f"{where}: api_key_file is empty; put the key there")
    return key


def expanded(path: str) -> Path:
    """A path, with a leading `~` as the home directory: no shell does that for a variable or a file's line."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser fails where a user is unknown
