"""What a refused client is told of how to be let in, as RFC 6750 and RFC 9728 write it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Challenge:
    """The values of `WWW-Authenticate`.

    `resource_metadata` is the address of RFC 9728 metadata, where an authorisation server gives tokens; `scopes` are
    those to ask it for.
    """

    resource_metadata: str | None = None
    scopes: tuple[str, ...] = ()

    def unauthorized(self, *, sent: bool) -> str:
        """For 401; `sent` says that a token came, which then was none that opens this server."""
        return self._bearer("invalid_token" if sent else None, self.scopes)

    def forbidden(self, scopes: tuple[str, ...]) -> str:
        """For 403: a valid token that lacks these scopes."""
        return self._bearer("insufficient_scope", scopes)

    def _bearer(self, error: str | None, scopes: tuple[str, ...]) -> str:
        said = {"error": error, "scope": " ".join(scopes), "resource_metadata": self.resource_metadata}
        return " ".join(["Bearer", ", ".join(f'{name}="{value}"' for name, value in said.items() if value)]).rstrip()
