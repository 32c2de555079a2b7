"""Who may ask `serve`, and for what: the variables and the TOML file → `AccessRules`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rundown_mcp.access.rules import AccessRules, TrustedIssuer
from rundown_mcp.access.tokens import NamedToken
from rundown_mcp.config.access import read_scopes, read_tokens
from rundown_mcp.config.file import ConfigFile
from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.providers import PROVIDERS
from rundown_mcp.proxy import proxy_to
from rundown_mcp.settings import ServerSettings, Settings, environment

_WHO_MAY_ASK: Final = ("RUNDOWN_HTTP_TOKEN", "RUNDOWN_OAUTH_ISSUER", "RUNDOWN_OAUTH_AUDIENCE")
_LEAST_TOKEN: Final = 16
_OF_THE_VARIABLE: Final = "default"
"""What the token of `RUNDOWN_HTTP_TOKEN` is called where tokens have names."""


def load_access(settings: Settings, tools: Sequence[str]) -> AccessRules:
    """Who may use what over HTTP: `RUNDOWN_HTTP_TOKEN`, and the tables of the file that `RUNDOWN_CONFIG` names.

    `tools` are the names that can be granted.
    Apart from `load_settings`, because nothing but `serve` is given the variables that hold tokens.

    Raises:
        SettingsError: something cannot be used; the text names the variable or table and the mend, never a value.
    """
    if unset := next((name for name in _WHO_MAY_ASK if name in settings.unexpanded), None):
        raise SettingsError(f"{unset}: an unexpanded placeholder, which would let everybody in; put the value there")
    server = settings.server
    tokens = [] if server.http_token is None else [NamedToken(_OF_THE_VARIABLE, server.http_token)]
    trusted = _trusted_issuer(server)
    if server.config is None:
        return AccessRules(tuple(tokens), trusted=trusted)
    file = ConfigFile(server.config)
    connections = list(PROVIDERS) if server.sandbox else [connection.name for connection in settings.connections]
    tokens += read_tokens(file, environment(), connections, tools)
    _refuse_same_tokens(tokens)
    scopes = read_scopes(file, connections, tools)
    if scopes and trusted is None:  # on loopback it would start open to everybody
        raise SettingsError("RUNDOWN_CONFIG: [scopes] need RUNDOWN_OAUTH_ISSUER and RUNDOWN_OAUTH_AUDIENCE; set both")
    return AccessRules(tuple(tokens), scopes, trusted)


def guessable(server: ServerSettings, access: AccessRules) -> list[str]:
    """Where the tokens stand that are short enough to be guessed, however seldom one may try."""
    return [
        "RUNDOWN_HTTP_TOKEN" if one.token is server.http_token else f"[tokens.{one.name}]"
        for one in access.tokens
        if len(one.token.get_secret_value()) < _LEAST_TOKEN
    ]


def _trusted_issuer(server: ServerSettings) -> TrustedIssuer | None:
    match server.oauth_issuer, server.oauth_audience:
        case None, None:
            return None
        case str(issuer), str(audience):
            proxy_to(issuer)  # as for connections: what is wrong with it is said now
            return TrustedIssuer(issuer, audience)
        case None, _:
            raise SettingsError("RUNDOWN_OAUTH_ISSUER: required with RUNDOWN_OAUTH_AUDIENCE; set it, or neither")
    raise SettingsError("RUNDOWN_OAUTH_AUDIENCE: required with RUNDOWN_OAUTH_ISSUER; set it, or neither")


def _refuse_same_tokens(tokens: list[NamedToken]) -> None:
    """What one token opens has to be sure, and which one it is, for logs."""
    for index, one in enumerate(tokens):
        for other in tokens[:index]:
            if one.name == other.name:
                raise SettingsError(
                    f"RUNDOWN_CONFIG: [tokens.{one.name}] is the name of RUNDOWN_HTTP_TOKEN's; choose another"
                )
            if one.token == other.token:
                raise SettingsError(
                    f"RUNDOWN_CONFIG: [tokens.{one.name}] holds the same token as {other.name}; give it one of its own"
                )
