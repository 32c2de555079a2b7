"""Environment and TOML file → `Settings`; nothing is read at import, nothing is global."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.redaction.policy import Policy

_PREFIX: Final = "RUNDOWN_"
_CONNECTION_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"\$\{[^}]*\}|\$[A-Z_]+")
_HEADER_SAFE: Final = re.compile(r"[!-~]{1,4096}", re.ASCII)
_OTHERS_MAY_READ: Final = stat.S_IRWXG | stat.S_IRWXO


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class ServerSettings(BaseSettings):
    """The `RUNDOWN_*` variables; times in seconds, `max_tokens` in tokens of the o200k_base encoding."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    redaction: Policy = Policy.BALANCED
    max_tokens: int = Field(default=8000, ge=200, le=200_000)
    structured: bool = False
    http_token: SecretStr | None = None
    allowed_hosts: Names = ()
    allowed_origins: Names = ()
    timeout_s: float = Field(default=45.0, ge=1, le=600)
    ca_bundle: Path | None = None
    config: Path | None = None
    sandbox: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the interface names it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the interface names it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and what the command line set over it; no `.env` file is looked for."""
        del settings_cls
        return init_settings, env_settings


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """One account: `values` is an instance of its vendor's settings model, `key_variable` the place of its key."""

    name: str
    spec: ProviderSpec
    values: Any
    key_variable: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a server is started with.

    `unexpanded` are variables that hold a placeholder such as `${DUCKIE_API_KEY}` that nobody replaced; they count as
    not set.
    """

    server: ServerSettings
    connections: tuple[ConnectionSettings, ...]
    unexpanded: tuple[str, ...] = ()

    @property
    def how_to_configure(self) -> str:
        """What to tell a user where there is no connection."""
        variables = ", ".join(f"{name.upper()}_API_KEY" for name in PROVIDERS)
        hint = f" ({', '.join(self.unexpanded)} hold an unexpanded placeholder.)" if self.unexpanded else ""
        return (
            f"No provider is configured. Set one or more of {variables} in the server's environment "
            f"(HappyRobot: HAPPYROBOT_ORGANIZATION_ID too), or start rundown-mcp with --sandbox to try it on imitated "
            f"data.{hint}"
        )


def load_settings(*, sandbox: bool = False) -> Settings:
    """Read the environment, and the TOML file that `RUNDOWN_CONFIG` names.

    Raises:
        SettingsError: something cannot be used; the text names the variable or table and the mend, never a value.
    """
    try:
        server = ServerSettings(sandbox=True) if sandbox else ServerSettings()
    except ValidationError as error:
        raise SettingsError(_server_problem(error)) from None
    if server.ca_bundle is not None and not server.ca_bundle.is_file():
        raise SettingsError("RUNDOWN_CA_BUNDLE: no such file; give the path of a PEM file")
    if server.sandbox:
        return Settings(server, ())
    environ = {name: value for name, value in os.environ.items() if value.strip()}
    unexpanded = tuple(
        sorted(
            name
            for spec in PROVIDERS.values()
            for name in _variables(spec)
            if _PLACEHOLDER.fullmatch(environ.get(name, ""))
        )
    )
    for name in unexpanded:
        del environ[name]
    from_environment = [found for spec in PROVIDERS.values() if (found := _from_environment(spec, environ))]
    from_file = _from_file(server.config, environ) if server.config is not None else []
    _refuse_doubles([*from_environment, *from_file])
    return Settings(server, (*from_environment, *from_file), unexpanded)


def _variables(spec: ProviderSpec) -> dict[str, str]:
    """The variables of a vendor, each with its field: `DUCKIE_API_KEY` → `api_key`."""
    return {f"{spec.name.upper()}_{field.upper()}": field for field in spec.settings.model_fields}


def _from_environment(spec: ProviderSpec, environ: Mapping[str, str]) -> ConnectionSettings | None:
    given = {field: environ[name].strip() for name, field in _variables(spec).items() if name in environ}
    if "api_key" not in given:
        return None
    return _connection(
        spec.name, spec, given, f"{spec.name.upper()}_API_KEY", lambda field: f"{spec.name}_{field}".upper()
    )


def _connection(
    name: str, spec: ProviderSpec, given: dict[str, str], key_variable: str, label: Callable[[str], str]
) -> ConnectionSettings:
    """`label` tells what an operator calls a field: its variable, or its key in the file."""
    try:
        values = spec.settings.model_validate(given)
    except ValidationError as error:
        fields = sorted({str(item["loc"][0]) for item in error.errors(include_input=False) if item["loc"]})
        raise SettingsError(
            f"{', '.join(label(field) for field in fields)}: not usable; takes "
            f"{', '.join(sorted(spec.settings.model_fields))} as printable text without spaces"
        ) from None
    _check_base_url(getattr(values, "base_url", ""), label("base_url"))
    for field, value in values.model_dump().items():
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(text, str) and _HEADER_SAFE.fullmatch(text) is None:
            raise SettingsError(
                f"{label(field)}: holds characters that a header cannot carry; paste it anew, without spaces"
            )
    return ConnectionSettings(name, spec, values, key_variable)


def _check_base_url(url: str, label: str) -> None:
    """Only https, or http on a loopback address; nothing but scheme, host, port and path."""
    mend = "give https://host/path, or http:// on a loopback address"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise SettingsError(f"{label}: not a web address; {mend}") from None
    if not host or parts.scheme not in {"http", "https"}:
        raise SettingsError(f"{label}: not a web address; {mend}")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise SettingsError(f"{label}: must hold no user, password, query or fragment; {mend}")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(f"{label}: plain http would send the key in clear; {mend}")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own loopback."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _from_file(path: Path, environ: Mapping[str, str]) -> list[ConnectionSettings]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SettingsError("RUNDOWN_CONFIG: the file cannot be read; give the path of a TOML file") from None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line \d+", str(error))
        raise SettingsError(f"RUNDOWN_CONFIG: no valid TOML{f', {line[0]}' if line else ''}") from None
    tables = content.get("connections", {})
    unknown = sorted(set(content) - {"connections"})
    if unknown or not isinstance(tables, dict):
        raise SettingsError("RUNDOWN_CONFIG: takes tables [connections.NAME] and nothing else")
    return [_from_table(name, table, path.parent, environ) for name, table in tables.items()]


def _from_table(name: str, table: object, folder: Path, environ: Mapping[str, str]) -> ConnectionSettings:
    where = f"RUNDOWN_CONFIG: [connections.{name}]"
    if _CONNECTION_NAME.fullmatch(name) is None:
        raise SettingsError("RUNDOWN_CONFIG: a connection's name takes up to 32 of a-z, 0-9, - and _, e.g. duckie-eu")
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise SettingsError(f"{where}: takes keys with text values: provider, api_key_env or api_key_file, base_url")
    spec = PROVIDERS.get(table.get("provider", ""))
    if spec is None:
        raise SettingsError(f"{where}: provider is one of {', '.join(PROVIDERS)}")
    allowed = {*spec.settings.model_fields, "provider", "api_key_env", "api_key_file"} - {"api_key"}
    if unknown := sorted(set(table) - allowed):
        raise SettingsError(f"{where}: unknown key {unknown[0]}; takes {', '.join(sorted(allowed))}")
    key, key_variable = _key(table, where, folder, environ)
    given = {field: table[field].strip() for field in spec.settings.model_fields if field in table}
    return _connection(name, spec, {**given, "api_key": key}, key_variable, lambda field: f"{where} {field}")


def _key(table: Mapping[str, str], where: str, folder: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    """The key of a table's connection, and what an operator calls the place that it came from."""
    if ("api_key_env" in table) == ("api_key_file" in table):
        raise SettingsError(f"{where}: give either api_key_env or api_key_file")
    if variable := table.get("api_key_env"):
        if variable not in environ:
            raise SettingsError(f"{where}: the variable {variable} that api_key_env names is not set")
        return environ[variable].strip(), variable
    path = folder / Path(table["api_key_file"]).expanduser()
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS_MAY_READ:
            raise SettingsError(f"{where}: api_key_file may be read by others; chmod 600 it")
        return path.read_text(encoding="utf-8").strip(), f"the api_key_file of {where.partition(' ')[2]}"
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{where}: api_key_file cannot be read") from None


def _refuse_doubles(connections: list[ConnectionSettings]) -> None:
    names = [connection.name for connection in connections]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(
                f"RUNDOWN_CONFIG: [connections.{name}] is already the connection made from {name.upper()}_API_KEY; "
                "choose another name"
            )


def _server_problem(error: ValidationError) -> str:
    """The first variable that does not fit, and what it takes."""
    takes = {
        "redaction": ", ".join(policy.value for policy in Policy),
        "max_tokens": "a whole number from 200 to 200000",
        "timeout_s": "a number of seconds from 1 to 600",
        "structured": "1 or 0",
        "sandbox": "1 or 0",
    }
    field = str(error.errors(include_input=False)[0]["loc"][0]).removeprefix(_PREFIX.lower())
    return f"{_PREFIX}{field.upper()}: takes {takes.get(field, 'another kind of value')}"
