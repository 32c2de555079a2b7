"""The tables `[tokens.NAME]` and `[scopes."NAME"]` → who may use what over HTTP."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from pydantic import SecretStr

from rundown_mcp.access.caller import OF_ISSUER, Grant
from rundown_mcp.access.tokens import NamedToken
from rundown_mcp.account import HEADER_SAFE
from rundown_mcp.config.connections import NAME
from rundown_mcp.config.file import ConfigFile, Table
from rundown_mcp.config.secret import read_secret, refuse_bare
from rundown_mcp.domain.errors import SettingsError, quoted

_SCOPE: Final = re.compile(r"[!#-\[\]-~]{1,128}", re.ASCII)
"""As RFC 6749 has it."""
_GRANTS: Final = {"connections", "tools", "metrics"}


def read_tokens(
    file: ConfigFile, environ: Mapping[str, str], connections: Collection[str], tools: Collection[str]
) -> list[NamedToken]:
    """The tokens of a file; `connections` and `tools` are the names that there are to be granted.

    Raises:
        SettingsError: the text names the table, the key and the mend, never a token or a path.
    """
    found = []
    for table in file.tables("tokens", NAME, "a name takes up to 32 of a-z, 0-9, - and _, e.g. oncall-2026-12"):
        if table.name == OF_ISSUER:
            raise SettingsError(f"{table.where}: names whom an authorisation server gave a token; choose another")
        refuse_bare(table, "token")
        grant = _grant(table, connections, tools)
        table.refuse_unknown({*_GRANTS, "token_env", "token_file"})
        secret = read_secret(table, "token", environ)
        if HEADER_SAFE.fullmatch(secret.text) is None:
            raise SettingsError(f"{table.where}: {secret.told_by}: takes printable ASCII without spaces; paste it anew")
        found.append(NamedToken(table.name, SecretStr(secret.text), grant))
    return found


def read_scopes(file: ConfigFile, connections: Collection[str], tools: Collection[str]) -> dict[str, Grant]:
    """What each scope of an authorisation server opens; empty where the file names none.

    Raises:
        SettingsError: the text names the table, the key and the mend.
    """
    found = {}
    for table in file.tables("scopes", _SCOPE, "a scope takes printable ASCII without spaces and quotes"):
        found[table.name] = _grant(table, connections, tools)
        table.refuse_unknown(_GRANTS)
    return found


def _grant(table: Table, connections: Collection[str], tools: Collection[str]) -> Grant:
    """What a table opens. Metrics tell of every connection, and where something is limited have to be named."""
    granted = _names(table, "connections", connections), _names(table, "tools", tools)
    metrics = table.content.get("metrics", granted == (None, None))
    if not isinstance(metrics, bool):
        raise SettingsError(f"{table.where}: metrics takes true or false")
    return Grant(*granted, metrics=metrics)


def _names(table: Table, key: str, there_are: Collection[str]) -> frozenset[str] | None:
    """The names under a key; None where the key is left out. An empty list is a list: it grants none."""
    names = table.content.get(key)
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise SettingsError(f'{table.where}: {key} takes a list of names in quotes: {key} = ["…"]')
    if unknown := next((name for name in names if name not in there_are), None):
        raise SettingsError(f"{table.where}: {key}: there is no {quoted(unknown)}; there are {', '.join(there_are)}")
    return frozenset(names)
