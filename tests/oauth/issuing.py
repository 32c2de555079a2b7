"""An authorisation server on loopback whose keys and answers a test changes, and a verifier that asks it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
import jwt.utils
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.harness import served

from rundown_mcp.access.caller import Grant
from rundown_mcp.connect import document_fetcher
from rundown_mcp.oauth.issuer import IssuerKeys
from rundown_mcp.oauth.resource_server import BUILT_IN_SCOPES
from rundown_mcp.oauth.verifier import OAuthVerifier

AUDIENCE: Final = "https://mcp.example.com/mcp"
START: Final = 1_800_000_000.0
METADATA: Final = "/.well-known/oauth-authorization-server"
OPENID: Final = "/.well-known/openid-configuration"
JWKS: Final = "/keys"


class Clock:
    """A clock that the test moves; it serves for what is measured and for the time of day."""

    now = START

    def __call__(self) -> float:
        return self.now


def private_key(algorithm: str) -> Any:  # noqa: ANN401 - of three families
    """A new key that signs with the algorithm."""
    match algorithm:
        case "ES256":
            return ec.generate_private_key(ec.SECP256R1())
        case "ES384":
            return ec.generate_private_key(ec.SECP384R1())
        case "ES512":
            return ec.generate_private_key(ec.SECP521R1())
        case "EdDSA":
            return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


def jwk(key: Any, algorithm: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The public half as a JSON Web Key."""
    public: dict[str, Any] = get_default_algorithms()[algorithm].to_jwk(key.public_key(), as_dict=True)
    return {**public, **members}


@dataclass
class Issuer:
    """`keys` sign by their ids, `published` is its key set; `answers` go before what it would say at a path."""

    address: str = ""
    path: str = ""
    keys: dict[str, Any] = field(default_factory=dict)
    published: list[Any] = field(default_factory=list)
    answers: dict[str, Response] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.address + self.path

    def add(self, kid: str, algorithm: str = "ES256", **members: Any) -> None:  # noqa: ANN401 - any JSON
        """A new key, published under its id."""
        self.keys[kid] = private_key(algorithm)
        self.published.append(jwk(self.keys[kid], algorithm, **{"kid": kid, "use": "sig", **members}))

    def token(self, kid: str = "one", algorithm: str = "ES256", /, **claims: Any) -> str:  # noqa: ANN401 - any JSON
        """A token that opens the server, with these claims; one that is None is left out."""
        return self.signed(kid, {"alg": algorithm, "kid": kid, "typ": "at+jwt"}, self.claims(**claims))

    def claims(self, **claims: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        usual = {
            "iss": self.name,
            "aud": AUDIENCE,
            "exp": START + 600,
            "iat": START,
            "sub": "subject-canary-31",
            "client_id": "client-canary-77",
            "scope": "runs:read",
        }
        return {name: value for name, value in {**usual, **claims}.items() if value is not None}

    def signed(self, kid: str, header: Mapping[str, Any], claims: Any) -> str:  # noqa: ANN401 - any JSON
        """Any claims under any header, really signed by a key."""
        payload = json.dumps(claims).encode()
        return jwt.PyJWS().encode(payload, self.keys[kid], headers={"typ": None, **header})

    def signed_by_hand(self, kid: str, header: Mapping[str, Any], claims: Any) -> str:  # noqa: ANN401 - any JSON
        """As above, with ES256 whatever the header says."""
        parts = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
        return f"{parts}.{_encoded(get_default_algorithms()['ES256'].sign(parts.encode(), self.keys[kid]))}"

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == JWKS:
            return JSONResponse({"keys": self.published})
        if path == METADATA + self.path:
            return JSONResponse({"issuer": self.name, "jwks_uri": self.address + JWKS, **self.metadata})
        return Response("nothing here", 404)

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        with served(Starlette(routes=[Route("/{path:path}", self.answer)])) as self.address:
            yield

    def verifier(self, clock: Clock, scopes: Mapping[str, Grant] = BUILT_IN_SCOPES) -> OAuthVerifier:
        keys = IssuerKeys(self.name, document_fetcher(None), clock)
        return OAuthVerifier(keys, audience=AUDIENCE, scopes=scopes, clock=clock)


def _encoded(part: bytes) -> str:
    return jwt.utils.base64url_encode(part).decode()
