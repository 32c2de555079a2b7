"""The tables `[connections.NAME]` → more connections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rundown_mcp.account import ConnectionSettings, make_connection
from rundown_mcp.config.file import ConfigFile, Table
from rundown_mcp.config.secret import read_secret, refuse_bare
from rundown_mcp.domain.errors import SettingsError, quoted
from rundown_mcp.provider import ProviderSpec

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
_TAKES: Final = "a name takes up to 32 of a-z, 0-9, - and _, e.g. duckie-eu"


def read_connections(
    file: ConfigFile, environ: Mapping[str, str], providers: Mapping[str, ProviderSpec]
) -> list[ConnectionSettings]:
    """The connections of a file, in its order; `environ` holds the variables that its `api_key_env` may name.

    Raises:
        SettingsError: the text names the table, the key and the mend, never a secret or a path.
    """
    return [_connection(table, environ, providers) for table in file.tables("connections", NAME, _TAKES)]


def _connection(table: Table, environ: Mapping[str, str], providers: Mapping[str, ProviderSpec]) -> ConnectionSettings:
    where, content = table.where, table.content
    refuse_bare(table, "api_key")
    if wrong := next((key for key, value in content.items() if not isinstance(value, str)), None):
        raise SettingsError(f"{where}: {quoted(wrong)} takes a text in quotes")
    spec = providers.get(content.get("provider", ""))
    if spec is None:
        raise SettingsError(f"{where}: provider is one of {', '.join(providers)}")
    if table.name in providers and table.name != spec.name:
        raise SettingsError(f"{where}: the name of a vendor goes to a connection of that vendor; choose another name")
    fields = {*spec.settings.model_fields} - {"api_key"}
    table.refuse_unknown({*fields, "provider", "api_key_env", "api_key_file"})
    secret = read_secret(table, "api_key", environ)
    given = {field: content[field].strip() for field in spec.settings.model_fields if content.get(field, "").strip()}
    return make_connection(
        table.name,
        spec,
        {**given, "api_key": secret.text},
        key_variable=secret.place,
        label=lambda field: f"{where} {secret.told_by if field == 'api_key' else field}",
    )
