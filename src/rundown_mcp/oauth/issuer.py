"""The signing keys of an authorisation server: found through its metadata, kept for minutes, read for a new key."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import anyio
from pydantic import BaseModel, ValidationError

from rundown_mcp.access.caller import Unverifiable
from rundown_mcp.account import is_loopback
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.oauth.keys import SigningKey, matching_key, signing_keys
from rundown_mcp.transport.document import NotFetched

Fetch = Callable[[str], Awaitable[JsonValue]]
"""Gives the JSON document at an address, or raises NotFetched."""

KEPT_S: Final = 300.0
"""How long keys are taken as read: a key that is withdrawn opens nothing after that."""
AGAIN_S: Final = 10.0
"""The least time between two readings, whatever tokens come."""
READING_S: Final = 10.0
"""The longest that a reading may take, of metadata and keys together."""
USABLE_S: Final = 3600.0
"""How long keys are used after they were read, where they cannot be read anew."""
_UNREAD: Final = "RUNDOWN_OAUTH_ISSUER: its signing keys cannot be read: %s"
_LOG: Final = logging.getLogger(__name__)


class _Metadata(BaseModel):
    """The two members of RFC 8414 metadata that are used here."""

    issuer: str
    jwks_uri: str


class IssuerKeys:
    """The keys of one issuer; safe to use concurrently. `clock` gives seconds that only ever grow."""

    def __init__(self, issuer: str, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self.issuer = issuer
        self._fetch = fetch
        self._clock = clock
        self._reading = anyio.Lock()
        self._keys: tuple[SigningKey, ...] = ()
        self._read_at = self._tried_at = -math.inf

    async def find(self, kid: str | None, algorithm: str) -> SigningKey | None:
        """The key that a token's header names; None where the issuer has none such.

        Raises:
            Unverifiable: the keys cannot be read, and none are kept from before.
        """
        # While one request reads kept keys anew, the others go on with them.
        if self._older_than(KEPT_S) and (self._older_than(USABLE_S) or not self._reading.locked()):
            await self._read()
        if self._older_than(USABLE_S):
            raise Unverifiable
        key = matching_key(self._keys, kid, algorithm)
        if key is None:
            await self._read()
            key = matching_key(self._keys, kid, algorithm)
        return key

    def _older_than(self, age_s: float) -> bool:
        return self._clock() - self._read_at >= age_s

    async def _read(self) -> None:
        """Read the keys, unless that was tried a moment ago; keeps those that are there where it fails."""
        async with self._reading:
            if self._clock() - self._tried_at < AGAIN_S:
                return
            try:
                # Shielded, because a client that goes away would take the keys from those who wait.
                with anyio.fail_after(READING_S, shield=True):
                    self._keys = await self._fetched()
                self._read_at = self._clock()
            except TimeoutError:
                _LOG.warning(_UNREAD, "timed out")
            except NotFetched as failure:
                _LOG.warning(_UNREAD, failure.reason)
            finally:
                self._tried_at = self._clock()

    async def _fetched(self) -> tuple[SigningKey, ...]:
        keys = signing_keys(await self._fetch(await self._keys_address()))
        if keys is None:
            raise NotFetched("no key set at its jwks_uri")
        return keys

    async def _keys_address(self) -> str:
        reasons: list[str] = []
        for address in metadata_addresses(self.issuer):
            try:
                metadata = _Metadata.model_validate(await self._fetch(address))
            except NotFetched as failure:
                reasons.append(failure.reason)
            except ValidationError:
                reasons.append("metadata without issuer or jwks_uri")
            else:
                if metadata.issuer != self.issuer:
                    reasons.append("metadata of another issuer")
                elif not self._may_hold_keys(metadata.jwks_uri):
                    reasons.append("a jwks_uri that is no https address")
                else:
                    return metadata.jwks_uri
        raise NotFetched("; ".join(dict.fromkeys(reasons)))

    def _may_hold_keys(self, address: str) -> bool:
        """Whether nobody between could change the keys: https, or loopback for an issuer that is there itself."""
        try:
            parts = urlsplit(address)
            host, port = parts.hostname, parts.port
        except ValueError:
            return False
        if not host or port == 0:
            return False
        here = is_loopback(host) and self.issuer.startswith("http:")
        return parts.scheme == "https" or (parts.scheme == "http" and here)


def metadata_addresses(issuer: str) -> tuple[str, ...]:
    """Where an issuer's metadata may be, in the order of MCP's specification: RFC 8414, then OpenID Connect."""
    parts = urlsplit(issuer)
    origin, path = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    inserted = (
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}/.well-known/openid-configuration{path}",
    )
    return (*inserted, f"{origin}{path}/.well-known/openid-configuration") if path else inserted
