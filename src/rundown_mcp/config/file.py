"""Reads the TOML file that `RUNDOWN_CONFIG` names, and gives its tables."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rundown_mcp.domain.errors import SettingsError, quoted

VARIABLE: Final = "RUNDOWN_CONFIG"
_FORMS: Final[Mapping[str, str]] = {
    "connections": "[connections.NAME]",
    "tokens": "[tokens.NAME]",
    "scopes": '[scopes."NAME"]',
}
_HOLDS: Final[Mapping[str, str]] = {
    "connections": "provider, and api_key_env or api_key_file",
    "tokens": "token_env or token_file, and if need be connections, tools and metrics",
    "scopes": "connections, tools and metrics, or none of them",
}
_LONGEST_FILE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file; `where` is how an error calls it, `folder` what a path in it may be relative to."""

    name: str
    where: str
    folder: Path
    content: Mapping[str, Any]

    def refuse_unknown(self, takes: set[str]) -> None:
        """Keep to the keys that are known.

        Raises:
            SettingsError: there is another key.
        """
        if unknown := next((key for key in self.content if key not in takes), None):
            raise SettingsError(f"{self.where}: unknown key {quoted(unknown)}; takes {', '.join(sorted(takes))}")


class ConfigFile:
    """The file's tables, by their kind."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            SettingsError: it cannot be read, or holds something else than tables of the known kinds.
        """
        self._folder = path.parent
        self._content = _parsed(path)
        if foreign := [name for name in self._content if name not in _FORMS]:
            known = ", ".join(_FORMS.values())
            raise SettingsError(f"{VARIABLE}: unknown key {quoted(foreign[0])}; takes tables {known} and nothing else")

    def tables(self, kind: str, name: re.Pattern[str], takes: str) -> Iterator[Table]:
        """The tables of a kind, in their order; `takes` says what a name may be.

        Raises:
            SettingsError: one is no table, its name does not fit, or the kind is named and there are none.
        """
        tables = self._content.get(kind, {})
        if not isinstance(tables, dict):
            raise SettingsError(f"{VARIABLE}: {kind} takes tables {_FORMS[kind]} and nothing else")
        if kind in self._content and not tables:  # as if nothing stood there, it would open more than somebody wrote
            raise SettingsError(f"{VARIABLE}: {kind} holds no table {_FORMS[kind]}; add one, or take {kind} away")
        for given, content in tables.items():
            if name.fullmatch(given) is None:
                raise SettingsError(f"{VARIABLE}: {kind.removesuffix('s')} {quoted(given)}: {takes}")
            where = f"{VARIABLE}: [{kind}.{given if _BARE.fullmatch(given) else quoted(given)}]"
            if not isinstance(content, dict):
                raise SettingsError(f"{where}: takes a table with {_HOLDS[kind]}")
            yield Table(given, where, self._folder, content)


_BARE: Final = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        # Editors on Windows begin a text with a byte order mark.
        with path.open(encoding="utf-8-sig") as file:
            return tomllib.loads(file.read(_LONGEST_FILE))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line \d+|end of document", str(error))
        raise SettingsError(f"{VARIABLE}: no valid TOML{f', {place[0]}' if place else ''}; mend the file") from None
    except RecursionError:
        raise SettingsError(f"{VARIABLE}: nests too deep; mend the file") from None
    except FileNotFoundError:
        raise SettingsError(f"{VARIABLE}: there is no such file; give the path of a TOML file") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{VARIABLE}: the file is not UTF-8; save it as UTF-8") from None
    except (OSError, ValueError):
        raise SettingsError(f"{VARIABLE}: the file cannot be read; give the path of a TOML file") from None


def expanded(path: str) -> Path:
    """A path, with a leading `~` as the home directory: no shell does that for a variable or a file's line."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path.expanduser fails where a user is unknown
