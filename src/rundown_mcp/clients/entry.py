"""What is put into a client's file: how the server is launched, and where its settings come from, never a key."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rundown_mcp.clients.catalog import Client, Keys
from rundown_mcp.clients.json_form import INPUT_PREFIX
from rundown_mcp.config.file import expanded
from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.settings import ServerSettings, counts_as_unset

CONFIG: Final = "RUNDOWN_CONFIG"
_PATHS: Final = (CONFIG, "RUNDOWN_CA_BUNDLE")
_NOT_OVER_STDIO: Final = {
    "sandbox",
    "http_token",
    "allowed_hosts",
    "allowed_origins",
    "metrics",
    "oauth_issuer",
    "oauth_audience",
}
_OURS: Final = re.compile(r"(?:.*[\\/])?rundown[-_]mcp(?:\.exe|\.git.*|[@=~<>].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Needed:
    """The settings that the server is to have in a client.

    `vendors` holds the variables of each vendor, its key first; `others` are `RUNDOWN_*` variables that are set.
    """

    vendors: Mapping[str, tuple[str, ...]]
    others: Mapping[str, str]

    @property
    def variables(self) -> list[str]:
        """All of them, by their names."""
        return [name for names in self.vendors.values() for name in names] + list(self.others)


def is_set(name: str, environ: Mapping[str, str]) -> bool:
    """Whether a variable says something."""
    return not counts_as_unset(environ.get(name, ""))


def needed(environ: Mapping[str, str]) -> Needed:
    """The variables of the vendors whose key is set in this environment, of all where none is; and what is set of ours.

    A vendor's are its key, what most accounts need besides, and what is set. With `RUNDOWN_CONFIG` set, no key need be.
    """
    fields = [field for field in ServerSettings.model_fields if field not in _NOT_OVER_STDIO]
    names = [f"RUNDOWN_{field.upper()}" for field in fields]
    others = {name: _absolute(name, environ[name]) for name in names if is_set(name, environ)}
    chosen = [spec for spec in PROVIDERS.values() if is_set(spec.variable(), environ)]
    if not chosen and CONFIG not in others:
        chosen = list(PROVIDERS.values())
    return Needed({spec.name: _variables(spec, environ) for spec in chosen}, others)


def _variables(spec: ProviderSpec, environ: Mapping[str, str]) -> tuple[str, ...]:
    always = [spec.variable(), *map(spec.variable, spec.beside_key)]
    fields = map(spec.variable, spec.settings.model_fields)
    return (*always, *(name for name in fields if name not in always and is_set(name, environ)))


def _absolute(name: str, value: str) -> str:
    """A client starts the server in a folder of its own."""
    return str(expanded(value.strip()).absolute()) if name in _PATHS else value.strip()


def launch() -> list[str]:
    """What starts this very installation: its script, else its interpreter.

    Never `uvx` or a bare name: they start what an index or the client's PATH has, which may be nothing.
    """
    script = Path(sysconfig.get_path("scripts")) / f"rundown-mcp{'.exe' if os.name == 'nt' else ''}"
    # -P: else modules in the folder that the client starts it in would be imported instead of ours.
    return [str(script)] if script.is_file() else [sys.executable, "-P", "-m", "rundown_mcp"]


def build(client: Client, command: Sequence[str], settings: Needed | None, connections: Path) -> dict[str, Any]:
    """The entry; `settings` None is the sandbox, which needs none. `connections` is read where a client passes none."""
    program, *arguments = command
    entry: dict[str, Any] = {"type": "stdio"} if client.typed else {}
    entry |= {"command": program, "args": arguments}
    if settings is None:
        return {**entry, "args": [*arguments, "--sandbox"]}
    if client.keys is Keys.NAME:
        return {**entry, "env_vars": settings.variables}
    if client.keys is Keys.FILE:
        return {**entry, "env": {CONFIG: str(connections), **settings.others}}
    prompted = _prompted(client, settings)
    env = {
        name: f"${{input:{_id(name)}}}" if name in prompted else client.reference % name for name in settings.variables
    }
    return {**entry, "env": env}


def inputs(client: Client, settings: Needed | None) -> list[dict[str, Any]]:
    """What a client that asks for keys is to ask for."""
    prompted = [] if settings is None else _prompted(client, settings)
    keys = [spec.variable() for spec in PROVIDERS.values()]
    return [
        {
            "type": "promptString",
            "id": _id(name),
            "description": f"{name} (leave it empty if you have none)",
            "password": name in keys,
        }
        for name in prompted
    ]


def _prompted(client: Client, settings: Needed) -> list[str]:
    """Each key, and what most accounts need besides it, where the client asks for such things."""
    if client.keys is not Keys.PROMPT:
        return []
    return [
        name for vendor, names in settings.vendors.items() for name in names[: 1 + len(PROVIDERS[vendor].beside_key)]
    ]


def _id(variable: str) -> str:
    return INPUT_PREFIX + variable.lower().replace("_", "-")


def is_ours(entry: object) -> bool:
    """Whether an entry launches this server, in whatever way."""
    if not isinstance(entry, Mapping):
        return False
    arguments = entry.get("args")
    words = [entry.get("command"), *(arguments if isinstance(arguments, list) else [])]
    return any(isinstance(word, str) and _OURS.fullmatch(word) is not None for word in words)
