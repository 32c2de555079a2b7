"""What a refused client is told of how to get in (RFC 6750, RFC 9728): values of `WWW-Authenticate`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Challenge:
    """Where a client learns of the authorisation server, and which scopes to ask it for; empty without one."""

    resource_metadata: str | None = None
    scopes: tuple[str, ...] = ()

    def unauthorized(self, *, sent: bool) -> str:
        """For 401; `sent`: there was a token, and it is none that opens anything."""
        return self._with({"error": "invalid_token"} if sent and self.resource_metadata else {}, self.scopes)

    def forbidden(self, scopes: tuple[str, ...]) -> str:
        """For 403: the scopes that the token lacks."""
        return self._with({"error": "insufficient_scope"}, scopes)

    def _with(self, said: dict[str, str], scopes: tuple[str, ...]) -> str:
        if scopes:
            said["scope"] = " ".join(scopes)
        if self.resource_metadata:
            said["resource_metadata"] = self.resource_metadata
        return " ".join(["Bearer", ", ".join(f'{name}="{value}"' for name, value in said.items())]).rstrip()
