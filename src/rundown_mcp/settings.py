"""Environment and TOML file → `Settings`; nothing is read at import, nothing is global."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)

from rundown_mcp.account import HEADER_SAFE, ConnectionSettings, check_base_url, make_connection
from rundown_mcp.config.connections import read_connections
from rundown_mcp.config.file import ConfigFile, expanded
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.logs import Detail
from rundown_mcp.provider import ProviderSpec
from rundown_mcp.providers import PROVIDERS, key_variables, variables_beside_keys
from rundown_mcp.proxy import Proxy, proxy_to
from rundown_mcp.redaction.policy import Policy

_PREFIX: Final = "RUNDOWN_"
_PLACEHOLDER: Final = re.compile(r"\s*(?:\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*)\s*", re.ASCII)
_HOST: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?:\d{1,5}|\*))?", re.ASCII)
_ORIGIN: Final = re.compile(rf"[a-z][a-z0-9+.-]*://{_HOST.pattern}", re.ASCII)
_TAKES: Final[Mapping[str, str]] = {
    "redaction": ", ".join(policy.value for policy in Policy),
    "max_tokens": "a whole number from 200 to 200000",
    "timeout_s": "a number of seconds from 1 to 600",
    "structured": "1 or 0",
    "sandbox": "1 or 0",
    "log": ", ".join(Detail),
    "metrics": "1 or 0",
    "http_token": "printable ASCII without spaces",
    "allowed_hosts": "host names such as mcp.example.com or mcp.example.com:8443, separated by commas",
    "allowed_origins": "origins such as https://app.example.com, separated by commas",
    "oauth_issuer": "the issuer of an authorisation server, such as https://id.example.com (http only on loopback)",
    "oauth_audience": "the aud of its access tokens, such as https://mcp.example.com/mcp; no spaces and quotes",
}


def _listed(value: object) -> object:
    """Names separated by commas; hosts and origins are the same whatever their case."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip().lower() for part in value.split(",") if part.strip())


def _each(shape: re.Pattern[str]) -> AfterValidator:
    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        if not all(shape.fullmatch(name) for name in names):
            raise ValueError
        return names

    return AfterValidator(check)


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _header_safe(value: SecretStr) -> SecretStr:
    if HEADER_SAFE.fullmatch(value.get_secret_value()) is None:
        raise ValueError
    return value


def _web_address(value: str) -> str:
    try:
        check_base_url(value, "")
    except SettingsError:
        raise ValueError from None
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Text = BeforeValidator(_stripped)
FilePath = Annotated[Path, Text, AfterValidator(lambda path: expanded(str(path)))]


class ServerSettings(BaseModel):
    """The `RUNDOWN_*` variables; times in seconds, `max_tokens` in tokens of the o200k_base encoding."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    redaction: Annotated[Policy, Text] = Policy.BALANCED
    max_tokens: int = Field(default=8000, ge=200, le=200_000)
    structured: Annotated[bool, Text] = False
    http_token: Annotated[SecretStr, Text, AfterValidator(_header_safe)] | None = None
    allowed_hosts: Annotated[Names, _each(_HOST)] = ()
    allowed_origins: Annotated[Names, _each(_ORIGIN)] = ()
    oauth_issuer: Annotated[str, Text, AfterValidator(_web_address)] | None = None
    oauth_audience: Annotated[str, Text, StringConstraints(pattern=r"^[!#-\[\]-~]{1,512}$")] | None = None
    timeout_s: float = Field(default=45.0, ge=1, le=600)
    ca_bundle: FilePath | None = None
    config: FilePath | None = None
    sandbox: Annotated[bool, Text] = False
    log: Annotated[Detail, Text] | None = None
    metrics: Annotated[bool, Text] = False


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a server is started with.

    `unexpanded` are variables that hold a placeholder such as `${DUCKIE_API_KEY}` that nobody replaced; they count as
    not set. `proxies` are those on the way to connections, by the connections' names.
    """

    server: ServerSettings
    connections: tuple[ConnectionSettings, ...]
    unexpanded: tuple[str, ...] = ()
    proxies: Mapping[str, Proxy] = field(default_factory=dict)

    @property
    def placeholders(self) -> str:
        """What to tell an operator about `unexpanded`; empty where there is none."""
        if not self.unexpanded:
            return ""
        return (
            f"{', '.join(self.unexpanded)}: not set, an unexpanded placeholder such as ${{NAME}}; put the value there."
        )

    @property
    def how_to_configure(self) -> str:
        """What to tell a user where there is no connection."""
        return (
            f"No provider is configured. Set one or more of {key_variables()} in the server's environment "
            f"({variables_beside_keys()}), or start rundown-mcp with --sandbox to try it on imitated data. "
            f"{self.placeholders}"
        ).rstrip()


def load_settings(*, sandbox: bool = False) -> Settings:
    """Read the environment, and the TOML file that `RUNDOWN_CONFIG` names; `sandbox` goes over the environment.

    Raises:
        SettingsError: something cannot be used; the text names the variable or table and the mend, never a value.
    """
    environ = environment()
    ours = {_PREFIX + field.upper(): field for field in ServerSettings.model_fields}
    given = {field: environ[name] for name, field in ours.items() if name in environ}
    try:
        server = ServerSettings.model_validate(given | {"sandbox": True} if sandbox else given)
    except ValidationError as error:
        raise SettingsError(_server_problem(error)) from None
    if server.ca_bundle is not None:
        # They are loaded again when connections open; what is wrong with their file is said before.
        load_bundle(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), server.ca_bundle)
    if server.sandbox:
        return Settings(server, (), _unexpanded(ours))
    theirs = [name for spec in PROVIDERS.values() for name in _variables(spec)]
    connections = [found for spec in PROVIDERS.values() if (found := _from_environment(spec, environ))]
    if server.config is not None:
        connections += read_connections(ConfigFile(server.config), environ, PROVIDERS)
    _refuse_doubles(connections)
    proxies = {one.name: proxy for one in connections if (proxy := proxy_to(one.values.base_url)) is not None}
    return Settings(server, tuple(connections), _unexpanded([*ours, *theirs]), proxies)


def misspelt() -> dict[str, str]:
    """Variables that begin as ours do and say nothing to us, each with the one that was likely meant.

    Those that resemble none of ours are somebody else's: Kubernetes sets some for a service of our name.
    """
    ours = [field.upper() for field in ServerSettings.model_fields]
    others = sorted({name.removeprefix(_PREFIX) for name in environment() if name.startswith(_PREFIX)} - {*ours})
    if not others:
        return {}
    from difflib import get_close_matches  # noqa: PLC0415 - hardly ever needed

    found = {name: get_close_matches(name, ours, n=1, cutoff=0.8) for name in others}
    return {_PREFIX + name: _PREFIX + meant[0] for name, meant in found.items() if meant}


def environment() -> dict[str, str]:
    """The variables that say something."""
    return {name: value for name, value in os.environ.items() if not counts_as_unset(value)}


def counts_as_unset(value: str) -> bool:
    """Whether a variable's value says nothing: blank, or a placeholder that nobody replaced."""
    return not value.strip() or _PLACEHOLDER.fullmatch(value) is not None


def _unexpanded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if _PLACEHOLDER.fullmatch(os.environ.get(name, ""))))


def _variables(spec: ProviderSpec) -> dict[str, str]:
    """The variables of a vendor, each with its field: `DUCKIE_API_KEY` → `api_key`."""
    return {spec.variable(field): field for field in spec.settings.model_fields}


def _from_environment(spec: ProviderSpec, environ: Mapping[str, str]) -> ConnectionSettings | None:
    given = {field: environ[name].strip() for name, field in _variables(spec).items() if name in environ}
    if "api_key" not in given:
        return None
    return make_connection(spec.name, spec, given, key_variable=spec.variable(), label=spec.variable)


def load_bundle(context: ssl.SSLContext, path: Path) -> None:
    """Trust the operator's own certificates too.

    Raises:
        SettingsError: they cannot be read.
    """
    try:
        context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise SettingsError("RUNDOWN_CA_BUNDLE: holds no certificates; give the path of a PEM file") from None
    except (OSError, ValueError):
        raise SettingsError("RUNDOWN_CA_BUNDLE: cannot be read; give the path of a PEM file") from None


def _refuse_doubles(connections: list[ConnectionSettings]) -> None:
    names = [connection.name for connection in connections]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(
                f"RUNDOWN_CONFIG: [connections.{name}] is already the connection made from "
                f"{PROVIDERS[name].variable()}; choose another name"
            )


def _server_problem(error: ValidationError) -> str:
    """The first variable that does not fit, and what it takes."""
    field = str(error.errors(include_input=False, include_context=False)[0]["loc"][0])
    return f"{_PREFIX}{field.upper()}: takes {_TAKES[field]}"
