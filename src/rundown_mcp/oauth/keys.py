"""A JSON Web Key Set → the keys in it that may have signed an access token, each with its algorithms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from jwt import PyJWK, PyJWTError
from pydantic import BaseModel, ConfigDict, ValidationError

if TYPE_CHECKING:
    from jwt.algorithms import AllowedPublicKeys

_RSA: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
_BY_KIND: Final[Mapping[tuple[str, str | None], frozenset[str]]] = {
    ("RSA", None): _RSA,
    ("EC", "P-256"): frozenset({"ES256"}),
    ("EC", "P-384"): frozenset({"ES384"}),
    ("EC", "P-521"): frozenset({"ES512"}),
    ("OKP", "Ed25519"): frozenset({"EdDSA"}),
    ("OKP", "Ed448"): frozenset({"EdDSA"}),
}
"""What a kind of key can sign with. Nothing symmetric is here: whoever can check such a signature can make one."""
ALGORITHMS: Final = frozenset[str]().union(*_BY_KIND.values())
_SECRET_PARTS: Final = {"d", "k"}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, by its id in the set; `algorithms` are those that it signs tokens with."""

    kid: str | None
    algorithms: frozenset[str]
    public: AllowedPublicKeys = field(repr=False)


class _Jwk(BaseModel):
    """What an RFC 7517 key says of itself, beside its numbers."""

    model_config = ConfigDict(strict=True)

    kty: str
    crv: str | None = None
    kid: str | None = None
    use: str = "sig"
    key_ops: list[str] = ["verify"]
    alg: str | None = None


def signing_keys(key_set: Any) -> tuple[SigningKey, ...] | None:  # noqa: ANN401 - any JSON
    """The keys of a set that can be used here; None where it is no key set."""
    given = key_set.get("keys") if isinstance(key_set, dict) else None
    if not isinstance(given, list):
        return None
    return tuple(key for one in given if (key := _signing_key(one)) is not None)


def _signing_key(given: Any) -> SigningKey | None:  # noqa: ANN401 - any JSON
    try:
        said = _Jwk.model_validate(given)
    except ValidationError:
        return None
    able = _BY_KIND.get((said.kty, said.crv), frozenset())
    algorithms = able if said.alg is None else able & {said.alg}
    if not algorithms or said.use != "sig" or "verify" not in said.key_ops or _SECRET_PARTS & given.keys():
        return None
    try:
        return SigningKey(said.kid, algorithms, PyJWK(given, min(algorithms)).key)
    except PyJWTError:
        return None


def matching_key(keys: Sequence[SigningKey], kid: str | None, algorithm: str) -> SigningKey | None:
    """The key that a token's header names; without an id, the only one that signs with the algorithm."""
    able = [key for key in keys if algorithm in key.algorithms and kid in {None, key.kid}]
    return able[0] if len(able) == 1 or (able and kid is not None) else None
