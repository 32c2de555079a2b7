"""The file that `RUNDOWN_CONFIG` names for clients that pass no variables on: each key in a file beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rundown_mcp.clients.entry import Needed, is_set
from rundown_mcp.providers import PROVIDERS

_HEAD = """\
# Connections of rundown-mcp for clients that pass no variables on to it.
# Each key stands alone in its api_key_file, beside this file, which only you may read (chmod 600).
"""
_NONE_SET = "# Take out the # before the connections that you have.\n"


def key_files(settings: Needed, file: Path) -> dict[str, Path]:
    """The file of each vendor's key, by the variable of the key."""
    return {PROVIDERS[name].variable(): file.with_name(f"{name}.key") for name in settings.vendors}


def any_key_set(settings: Needed, environ: Mapping[str, str]) -> bool:
    """Whether the environment says which vendors' connections are wanted."""
    return any(is_set(PROVIDERS[name].variable(), environ) for name in settings.vendors)


def content(settings: Needed, environ: Mapping[str, str]) -> str:
    """The file's text, with what is set in the environment, keys excepted; as comments where no key is set."""
    tables = "".join(_table(name, settings, environ) for name in settings.vendors)
    if any_key_set(settings, environ):
        return _HEAD + tables
    return _HEAD + _NONE_SET + "".join(f"# {line}".rstrip() + "\n" for line in tables.splitlines())


def _table(name: str, settings: Needed, environ: Mapping[str, str]) -> str:
    spec = PROVIDERS[name]
    lines = ["", f"[connections.{name}]", f'provider = "{name}"', f'api_key_file = "{name}.key"']
    for field in spec.settings.model_fields:
        variable = spec.variable(field)
        if variable in settings.vendors[name] and field != "api_key":
            value = environ[variable].strip() if is_set(variable, environ) else ""
            lines.append(f"{field} = {json.dumps(value)}")  # a string of JSON is one of TOML
    return "\n".join(lines) + "\n"
