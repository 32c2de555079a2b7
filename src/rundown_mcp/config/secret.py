"""A secret that the file does not hold itself: in a variable that it names, or in a file of its own."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rundown_mcp.config.file import Table, expanded
from rundown_mcp.domain.errors import SettingsError

_LIKE_A_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{1,12}\d?", re.ASCII)
"""Capitals with an underscore, or few of them: no vendor gives out keys as short as that."""
_LONGEST: Final = 16_384


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret; `told_by` is the key that told of it, `place` what an operator calls where it came from."""

    text: str
    told_by: str
    place: str


def refuse_bare(table: Table, stem: str) -> None:
    """Take no secret that stands in the file itself.

    Raises:
        SettingsError: there is one.
    """
    if stem in table.content:
        word = stem.rpartition("_")[2]
        raise SettingsError(
            f"{table.where}: {stem}: takes no {word} itself; name its variable in {stem}_env, or its {stem}_file"
        )


def read_secret(table: Table, stem: str, environ: Mapping[str, str]) -> Secret:
    """What `api_key_env` or `api_key_file` tells, for the stem `api_key`; `environ` holds what may be named.

    Raises:
        SettingsError: the text names the table, the key and the mend, never the secret or a path.
    """
    where, variable_key, file_key = table.where, f"{stem}_env", f"{stem}_file"
    word = stem.rpartition("_")[2]
    for key in (variable_key, file_key):
        if not isinstance(table.content.get(key, ""), str):
            raise SettingsError(f'{where}: "{key}" takes a text in quotes')
    if (variable_key in table.content) == (file_key in table.content):
        raise SettingsError(f"{where}: give either {variable_key} or {file_key}")
    if file_key in table.content:
        return Secret(
            _from_file(table, file_key, word, environ), file_key, f"the {file_key} of {where.partition(' ')[2]}"
        )
    variable: str = table.content[variable_key]
    if variable not in environ:
        # What does not look like a variable's name is not repeated: it may be a key that was put in the wrong place.
        like_one = _LIKE_A_VARIABLE.fullmatch(variable)
        named = f"{variable}, which {variable_key} names," if like_one else "its variable"
        raise SettingsError(f"{where}: {variable_key}: {named} is not set; set it, or name another")
    return Secret(environ[variable].strip(), variable_key, variable)


def _from_file(table: Table, key: str, word: str, environ: Mapping[str, str]) -> str:
    """The text of a file, whose path may be relative to the TOML file's folder; nobody else may have access."""
    where, path = table.where, table.folder / expanded(table.content[key])
    # systemd lets a service read its credentials by an ACL, whose mask shows as rights of the group.
    is_credential = str(path.parent) == environ.get("CREDENTIALS_DIRECTORY")
    refused = stat.S_IRWXO if is_credential else stat.S_IRWXG | stat.S_IRWXO
    try:
        with path.open(encoding="utf-8-sig") as file:
            if os.name == "posix" and os.fstat(file.fileno()).st_mode & refused:
                raise SettingsError(f"{where}: {key} may be read by others; chmod 600 it")
            text = file.read(_LONGEST).strip()
    except FileNotFoundError:
        raise SettingsError(f"{where}: {key}: there is no such file; give the path of one with the {word}") from None
    except (OSError, ValueError):
        raise SettingsError(f"{where}: {key} cannot be read; give the path of a file that holds the {word}") from None
    if not text:
        raise SettingsError(f"{where}: {key} is empty; put the {word} there")
    return text
