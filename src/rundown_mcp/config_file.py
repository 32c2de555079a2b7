"""The TOML file that `RUNDOWN_CONFIG` names → more connections."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rundown_mcp.account import ConnectionSettings, make_connection
from rundown_mcp.domain.errors import SettingsError, quoted
from rundown_mcp.provider import ProviderSpec

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
_OTHERS_MAY_USE: Final = stat.S_IRWXG | stat.S_IRWXO
_LONGEST_KEY_FILE: Final = 16_384


def read_connections(
    path: Path, environ: Mapping[str, str], providers: Mapping[str, ProviderSpec]
) -> list[ConnectionSettings]:
    """The connections of a file, in its order; `environ` holds the variables that its `api_key_env` may name.

    Raises:
        SettingsError: the text names the table and the mend, never a key or a path.
    """
    try:
        # Editors on Windows begin a text with a byte order mark.
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line \d+", str(error))
        raise SettingsError(f"RUNDOWN_CONFIG: no valid TOML{f', {line[0]}' if line else ''}; mend the file") from None
    except RecursionError:
        raise SettingsError("RUNDOWN_CONFIG: nests too deep; mend the file") from None
    except (OSError, ValueError):
        raise SettingsError("RUNDOWN_CONFIG: the file cannot be read; give the path of a TOML file") from None
    tables = content.get("connections", {})
    if set(content) - {"connections"} or not isinstance(tables, dict):
        raise SettingsError("RUNDOWN_CONFIG: takes tables [connections.NAME] and nothing else")
    return [_connection(name, table, path.parent, environ, providers) for name, table in tables.items()]


def _connection(
    name: str, table: object, folder: Path, environ: Mapping[str, str], providers: Mapping[str, ProviderSpec]
) -> ConnectionSettings:
    if _NAME.fullmatch(name) is None:
        raise SettingsError(
            f"RUNDOWN_CONFIG: connection {quoted(name)}: a name takes up to 32 of a-z, 0-9, - and _, e.g. duckie-eu"
        )
    where = f"RUNDOWN_CONFIG: [connections.{name}]"
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise SettingsError(f"{where}: takes keys with text values: provider, api_key_env or api_key_file, base_url")
    spec = providers.get(table.get("provider", ""))
    if spec is None:
        raise SettingsError(f"{where}: provider is one of {', '.join(providers)}")
    takes = {*spec.settings.model_fields, "provider", "api_key_env", "api_key_file"} - {"api_key"}
    if "api_key" in table:
        raise SettingsError(f"{where}: takes no key itself; name its variable in api_key_env, or its api_key_file")
    if unknown := sorted(set(table) - takes):
        raise SettingsError(f"{where}: unknown key {quoted(unknown[0])}; takes {', '.join(sorted(takes))}")
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
        # The name is not repeated: it may be a key that was put in the wrong place.
        raise SettingsError(f"{where}: the variable that api_key_env names is not set; set it, or name another")
    return "api_key_env", environ[variable].strip(), variable


def _file(name: str, where: str, folder: Path) -> str:
    """The text of a key file, whose path may be relative to the TOML file's folder; nobody else may have access."""
    try:
        with (folder / expanded(name)).open(encoding="utf-8-sig") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & _OTHERS_MAY_USE:
                raise SettingsError(f"{where}: api_key_file may be read by others; chmod 600 it")
            return file.read(_LONGEST_KEY_FILE).strip()
    except (OSError, ValueError):
        raise SettingsError(
            f"{where}: api_key_file cannot be read; give the path of a file that holds the key"
        ) from None


def expanded(path: str) -> Path:
    """A path, with a leading `~` as the home directory: no shell does that for a variable or a file's line."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser fails where a user is unknown
