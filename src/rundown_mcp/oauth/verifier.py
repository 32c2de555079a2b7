"""Access tokens of an authorisation server, as JSON Web Tokens: whether one is valid here, and what its scopes open."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Final

import jwt
from pydantic import BaseModel, BeforeValidator, ConfigDict, FiniteFloat, ValidationError

from rundown_mcp.access.caller import OF_ISSUER, Caller, Grant, InsufficientScope
from rundown_mcp.oauth.issuer import IssuerKeys
from rundown_mcp.oauth.keys import ALGORITHMS

LEEWAY_S: Final = 30.0
"""How far an issuer's clock may be off."""
_LONGEST_TOKEN: Final = 16_384
_TYPES: Final = {"jwt", "at+jwt"}
_LOG: Final = logging.getLogger(__name__)


def _words(value: object) -> object:
    """`scope` is a text with spaces, and no other white space; some issuers give a list, some call it `scp`."""
    return value.split(" ") if isinstance(value, str) else value


_Scopes = Annotated[list[str], BeforeValidator(_words)]


class _Refused(Exception):
    """A token that opens nothing here; the text says why, and holds nothing of it."""


class _Header(BaseModel):
    """The protected header; without `typ`, a token is taken as a JWT."""

    model_config = ConfigDict(strict=True)

    alg: str
    kid: str | None = None
    typ: str = "JWT"
    crit: object = None


class _Claims(BaseModel):
    """The claims that are used here beside `iss` and `aud`, which are checked as the token is decoded.

    What kind of token it is stands in `typ` at Keycloak and in `token_use` at Cognito; `at_hash` and `c_hash` stand in
    ID tokens only. `cnf` binds a token to a key of its client (DPoP, mutual TLS).
    """

    model_config = ConfigDict(strict=True)

    exp: FiniteFloat
    nbf: FiniteFloat = 0.0
    scope: _Scopes = []
    scp: _Scopes = []
    sub: str | None = None
    client_id: str | None = None
    azp: str | None = None
    typ: str = "Bearer"
    token_use: str | None = None
    at_hash: object = None
    c_hash: object = None
    cnf: object = None


class OAuthVerifier:
    """Takes the tokens of one issuer for one audience; each scope that is named here opens its grant.

    `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        keys: IssuerKeys,
        *,
        audience: str,
        scopes: Mapping[str, Grant],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._keys = keys
        self._audience = audience
        self._scopes = scopes
        self._clock = clock
        self._counting_key = secrets.token_bytes(32)

    async def caller_of(self, token: str) -> Caller | None:
        """Whose token it is; None where it is none that opens this server.

        Raises:
            InsufficientScope: it is valid, but has no scope that is named here.
            Unverifiable: the issuer's keys cannot be read now.
        """
        try:
            claims = await self._claims(token)
            _check_kind(claims)
            _check_time(claims, self._clock())
        except _Refused as why:
            _LOG.debug("a token was refused: %s", why)
            return None
        return self._caller(claims)

    async def _claims(self, token: str) -> _Claims:
        """What the issuer says in a token that it signed for this audience."""
        header = _header(token)
        key = await self._keys.find(header.kid, header.alg)
        if key is None:
            raise _Refused("unknown key")
        try:
            decoded = jwt.decode(
                token,
                key.public,
                [header.alg],  # one that the key signs with, by what the issuer says of it
                # Times are checked by the clock that was given.
                {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "enforce_minimum_key_length": True},
                audience=self._audience,
                issuer=self._keys.issuer,
            )
            return _Claims.model_validate(decoded)
        except (jwt.PyJWTError, ValidationError) as error:
            raise _Refused(type(error).__name__) from None

    def _caller(self, claims: _Claims) -> Caller:
        named = {*claims.scope, *claims.scp}
        grants = tuple(grant for scope, grant in self._scopes.items() if scope in named)
        if not grants:
            raise InsufficientScope(tuple(self._scopes))
        who = json.dumps([self._keys.issuer, claims.client_id or claims.azp, claims.sub])
        digest = hashlib.blake2b(who.encode(), key=self._counting_key, digest_size=16)
        return Caller(OF_ISSUER, f"{OF_ISSUER} {digest.hexdigest()}", grants)


def _header(token: str) -> _Header:
    """The header of what may be a token of the issuer, whatever its keys are."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        raise _Refused("no JWT")
    try:
        header = _Header.model_validate(jwt.get_unverified_header(token))
    except (jwt.PyJWTError, ValidationError):
        raise _Refused("no JWT") from None
    if header.alg not in ALGORITHMS or header.crit is not None:
        raise _Refused("algorithm or critical header that is not taken")
    if header.typ.lower().removeprefix("application/") not in _TYPES:
        raise _Refused("no access token by its typ")
    return header


def _check_kind(claims: _Claims) -> None:
    kind = claims.typ.lower()
    if kind not in {"bearer", *_TYPES} or claims.token_use not in {None, "access"}:
        raise _Refused("no access token by its claims")
    if claims.at_hash is not None or claims.c_hash is not None:
        raise _Refused("an ID token")
    if claims.cnf is not None:  # whether its sender holds that key is not asked here
        raise _Refused("bound to a key of its client")


def _check_time(claims: _Claims, now: float) -> None:
    if now >= claims.exp + LEEWAY_S:
        raise _Refused("expired")
    if now < claims.nbf - LEEWAY_S:
        raise _Refused("not yet valid")
