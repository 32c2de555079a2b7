"""Where clients learn which authorisation server gives tokens for this server: RFC 9728 metadata."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, request_response

from rundown_mcp.access.challenge import Challenge
from rundown_mcp.account import check_base_url
from rundown_mcp.domain.errors import SettingsError

_WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
_ENDPOINT: Final = "/mcp"
_ASKED_WITH: Final = ["mcp-protocol-version"]
"""The header that clients of MCP send, which a browser asks about first."""


@dataclass(frozen=True, slots=True)
class ProtectedResource:
    """This server as the authorisation server knows it: `resource` is the address that tokens are asked for."""

    resource: str
    issuer: str
    scopes: tuple[str, ...]

    @property
    def metadata_address(self) -> str:
        """The well-known part goes between the host and the path."""
        parts = urlsplit(self.resource)
        return f"{parts.scheme}://{parts.netloc}{_WELL_KNOWN}{'' if parts.path == '/' else parts.path}"

    @property
    def paths(self) -> frozenset[str]:
        """The paths of its metadata: what the resource's path makes of it, and what clients try who were not told."""
        return frozenset({_WELL_KNOWN, _WELL_KNOWN + _ENDPOINT, urlsplit(self.metadata_address).path})

    @property
    def challenge(self) -> Challenge:
        """What a client without a token is told."""
        return Challenge(self.metadata_address, self.scopes)

    def routes(self) -> list[Route]:
        """The metadata at its paths, for pages of any origin too: it holds nothing that is not public."""
        metadata = {
            "resource": self.resource,
            "authorization_servers": [self.issuer],
            "scopes_supported": self.scopes,
            "bearer_methods_supported": ["header"],
            "resource_name": "Rundown",
        }

        async def answer(_: Request) -> Response:
            return JSONResponse(metadata, headers={"Cache-Control": "public, max-age=300"})

        shared = CORSMiddleware(request_response(answer), allow_origins=["*"], allow_headers=_ASKED_WITH)
        return [Route(path, shared, methods=["GET", "OPTIONS"]) for path in sorted(self.paths)]


def resource_address(audience: str, allowed_hosts: Sequence[str]) -> str:
    """The audience where it is a web address, else `/mcp` at the first host that clients may ask.

    Raises:
        SettingsError: there is no such host.
    """
    try:
        check_base_url(audience, "")
    except SettingsError:
        if not allowed_hosts:
            raise SettingsError(
                "RUNDOWN_ALLOWED_HOSTS: required where RUNDOWN_OAUTH_AUDIENCE is no web address; "
                "give the host that clients ask, such as mcp.example.com"
            ) from None
        return f"https://{allowed_hosts[0].removesuffix(':*')}{_ENDPOINT}"
    return audience
