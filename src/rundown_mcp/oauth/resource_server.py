"""What `serve` needs to take the tokens of an authorisation server: the verifier, and the metadata that leads there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.access.caller import EVERYTHING, Grant
from rundown_mcp.access.rules import TrustedIssuer
from rundown_mcp.oauth.issuer import Fetch, IssuerKeys
from rundown_mcp.oauth.protected_resource import ProtectedResource, resource_address
from rundown_mcp.oauth.verifier import OAuthVerifier

BUILT_IN_SCOPES: Final[Mapping[str, Grant]] = {"runs:read": EVERYTHING}
"""What scopes there are where the operator names none."""


@dataclass(frozen=True, slots=True)
class ResourceServer:
    """This server as an OAuth 2.1 resource server."""

    resource: ProtectedResource
    verifier: OAuthVerifier


def open_resource_server(
    trusted: TrustedIssuer, scopes: Mapping[str, Grant], allowed_hosts: Sequence[str], fetch: Fetch
) -> ResourceServer:
    """Nothing is asked yet: `fetch` is used when the first token comes.

    Raises:
        SettingsError: nothing says at which address this server is.
    """
    scopes = scopes or BUILT_IN_SCOPES
    return ResourceServer(
        ProtectedResource(resource_address(trusted.audience, allowed_hosts), trusted.issuer, tuple(scopes)),
        OAuthVerifier(IssuerKeys(trusted.issuer, fetch), audience=trusted.audience, scopes=scopes),
    )
