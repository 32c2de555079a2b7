"""Which access tokens open the server, and what their scopes open."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import jwt.utils
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oauth.issuing import START, Clock, Issuer, jwk, private_key

from rundown_mcp.access.caller import EVERYTHING, Caller, Grant, InsufficientScope
from rundown_mcp.oauth.keys import signing_keys
from rundown_mcp.oauth.verifier import OAuthVerifier

pytestmark = pytest.mark.anyio

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """One issuer with a key for each algorithm, and some that must not be used."""
    issuer = Issuer()
    for algorithm in _ALGORITHMS:
        issuer.add({"ES256": "one"}.get(algorithm, algorithm), algorithm)
    issuer.add("rs only", "RS256", alg="RS256")
    issuer.add("for encryption", use="enc")
    issuer.add("to encrypt", key_ops=["encrypt"])
    issuer.add("foreign curve", crv="secp256k1")
    issuer.add("no numbers", x=None)
    issuer.published += [None, "key", {"kty": 3}, {"kty": "oct", "k": "c2VjcmV0" * 8, "kid": "shared"}]
    with issuer.served():
        yield issuer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(issuer: Issuer, clock: Clock) -> OAuthVerifier:
    return issuer.verifier(clock)


@pytest.mark.parametrize("algorithm", _ALGORITHMS)
async def test_every_asymmetric_algorithm_is_taken(issuer: Issuer, verifier: OAuthVerifier, algorithm: str) -> None:
    caller = await verifier.caller_of(issuer.token({"ES256": "one"}.get(algorithm, algorithm), algorithm))
    assert caller is not None
    assert (caller.name, caller.grants) == ("oauth", (EVERYTHING,))


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["https://other.example", "https://mcp.example.com/mcp"]},
        {"scope": ["other", "runs:read"]},
        {"scope": "openid  runs:read"},
        {"scope": None, "scp": "runs:read"},
        {"scope": "openid", "scp": ["runs:read"]},
        {"exp": START - 29},
        {"exp": START + 0.5},
        {"nbf": START + 30},
        {"sub": None, "client_id": None},
        {"typ": "Bearer"},
        {"typ": "at+jwt", "token_use": "access"},
        {"iat": None},
    ],
    ids=str,
)
async def test_what_issuers_write_differently_is_taken(
    issuer: Issuer, verifier: OAuthVerifier, claims: dict[str, Any]
) -> None:
    assert await verifier.caller_of(issuer.token(**claims)) is not None


@pytest.mark.parametrize("typ", [{}, {"typ": "JWT"}, {"typ": "AT+JWT"}, {"typ": "application/at+jwt"}], ids=str)
async def test_a_token_says_what_it_is_or_nothing(issuer: Issuer, verifier: OAuthVerifier, typ: dict[str, str]) -> None:
    token = issuer.signed("one", {"alg": "ES256", "kid": "one", **typ}, issuer.claims())
    assert await verifier.caller_of(token) is not None


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": START - 30},
        {"exp": None},
        {"exp": "1900000000"},
        {"exp": True},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": 10**400},
        {"nbf": START + 31},
        {"nbf": "soon"},
        {"aud": None},
        {"aud": []},
        {"aud": "https://mcp.example.com/mcp/"},
        {"aud": "https://mcp.example.com"},
        {"aud": ["https://other.example"]},
        {"aud": {"https://mcp.example.com/mcp": 1}},
        {"iss": None},
        {"iss": "https://login.example.com"},
        {"iss": ["http://127.0.0.1"]},
        {"at_hash": "a"},
        {"c_hash": "a"},
        {"cnf": {"jkt": "a"}},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"token_use": "id"},
        {"scope": {"runs:read": 1}},
        {"scp": [1]},
        {"sub": 7},
    ],
    ids=str,
)
async def test_wrong_claims_open_nothing(issuer: Issuer, verifier: OAuthVerifier, claims: dict[str, Any]) -> None:
    assert await verifier.caller_of(issuer.token(**claims)) is None


async def test_an_issuer_has_to_be_named_to_the_letter(issuer: Issuer, verifier: OAuthVerifier) -> None:
    for iss in (f"{issuer.name}/", issuer.name.upper(), issuer.name.replace("127.0.0.1", "localhost")):
        assert await verifier.caller_of(issuer.token(iss=iss)) is None


def _hmac(issuer: Issuer, secret: bytes, kid: str) -> str:
    header = {"alg": "HS256", "kid": kid}
    parts = ".".join(
        jwt.utils.base64url_encode(json.dumps(part).encode()).decode() for part in (header, issuer.claims())
    )
    signature = hmac.new(secret, parts.encode(), hashlib.sha256).digest()
    return f"{parts}.{jwt.utils.base64url_encode(signature).decode()}"


def _pem(issuer: Issuer, kid: str) -> bytes:
    pem: bytes = issuer.keys[kid].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem


_FORGED: dict[str, Callable[[Issuer], str]] = {
    "no signature": lambda issuer: jwt.encode(issuer.claims(), "", "none", headers={"kid": "one"}),
    "no signature, spelt otherwise": lambda issuer: issuer.signed_by_hand(
        "one", {"alg": "NONE", "kid": "one"}, issuer.claims()
    ),
    "public key as secret": lambda issuer: _hmac(issuer, _pem(issuer, "RS256"), "RS256"),
    "symmetric key of the set": lambda issuer: _hmac(issuer, b"secret" * 8, "shared"),
    "signed by a stranger": lambda issuer: jwt.encode(
        issuer.claims(), private_key("ES256"), "ES256", headers={"kid": "one"}
    ),
    "another key's id": lambda issuer: issuer.signed("one", {"alg": "ES256", "kid": "RS256"}, issuer.claims()),
    "unknown id": lambda issuer: issuer.signed("one", {"alg": "ES256", "kid": "two"}, issuer.claims()),
    "another algorithm than the key's": lambda issuer: issuer.token("rs only", "PS256"),
    "another algorithm than the signature's": lambda issuer: issuer.signed_by_hand(
        "one", {"alg": "RS256", "kid": "one"}, issuer.claims()
    ),
    "unknown algorithm": lambda issuer: issuer.signed_by_hand("one", {"alg": "ES999", "kid": "one"}, issuer.claims()),
    "no algorithm": lambda issuer: issuer.signed_by_hand("one", {"kid": "one"}, issuer.claims()),
    "no id where several keys fit": lambda issuer: issuer.signed("RS256", {"alg": "RS256"}, issuer.claims()),
    "key in the header": lambda issuer: issuer.signed_by_hand(
        "for encryption",
        {"alg": "ES256", "jwk": jwk(issuer.keys["for encryption"], "ES256"), "kid": "one"},
        issuer.claims(),
    ),
    "key for encryption": lambda issuer: issuer.token("for encryption"),
    "key to encrypt": lambda issuer: issuer.token("to encrypt"),
    "key of another curve": lambda issuer: issuer.token("foreign curve"),
    "key without numbers": lambda issuer: issuer.token("no numbers"),
    "critical header": lambda issuer: issuer.signed_by_hand(
        "one", {"alg": "ES256", "kid": "one", "crit": ["exp"], "exp": 1}, issuer.claims()
    ),
    "critical header that the library knows": lambda issuer: issuer.signed_by_hand(
        "one", {"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": True}, issuer.claims()
    ),
    "logout token": lambda issuer: issuer.signed(
        "one", {"alg": "ES256", "kid": "one", "typ": "logout+jwt"}, issuer.claims()
    ),
    "proof of possession": lambda issuer: issuer.signed(
        "one", {"alg": "ES256", "kid": "one", "typ": "dpop+jwt"}, issuer.claims()
    ),
    "id that is no text": lambda issuer: issuer.signed_by_hand("one", {"alg": "ES256", "kid": 1}, issuer.claims()),
    "claims that are no object": lambda issuer: issuer.signed_by_hand("one", {"alg": "ES256", "kid": "one"}, [1]),
    "changed claims": lambda issuer: ".".join(
        (
            issuer.token().split(".")[0],
            issuer.token(scope="all").split(".")[1],
            issuer.token().split(".")[2],
        )
    ),
    "encrypted token": lambda issuer: f"{issuer.token()}.e30.e30",
    "too long": lambda issuer: issuer.token(padding="x" * 13_000),
}


@pytest.mark.parametrize("name", _FORGED)
async def test_a_forged_token_opens_nothing(issuer: Issuer, verifier: OAuthVerifier, name: str) -> None:
    assert await verifier.caller_of(_FORGED[name](issuer)) is None


async def test_a_weak_key_opens_nothing() -> None:
    issuer, clock = Issuer(), Clock()
    issuer.keys["weak"] = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that it is weak is the point
    issuer.published.append(jwk(issuer.keys["weak"], "RS256", kid="weak"))
    with issuer.served(), pytest.warns(match="below"):
        assert await issuer.verifier(clock).caller_of(issuer.token("weak", "RS256")) is None


async def test_without_an_id_the_only_key_that_fits_counts(issuer: Issuer, verifier: OAuthVerifier) -> None:
    assert await verifier.caller_of(issuer.signed("EdDSA", {"alg": "EdDSA"}, issuer.claims())) is not None


async def test_what_is_no_jwt_is_told_without_asking_the_issuer(issuer: Issuer, verifier: OAuthVerifier) -> None:
    before = len(issuer.asked)
    for text in ("", ".", "..", "a.b.c", "é.é.é", "t0k" + "en" * 9, "e30.e30.", "bnVsbA.e30.", "x" * 100_000):
        assert await verifier.caller_of(text) is None
    assert len(issuer.asked) == before


async def test_each_scope_opens_its_grant_and_none_of_them_nothing(issuer: Issuer, clock: Clock) -> None:
    east, stats = Grant(connections=frozenset({"east"})), Grant(tools=frozenset({"run_stats"}))
    verifier = issuer.verifier(clock, {"runs:east": east, "runs:stats": stats})

    async def grants(scope: str) -> tuple[Grant, ...]:
        caller = await verifier.caller_of(issuer.token(scope=scope))
        assert caller is not None
        return caller.grants

    assert await grants("runs:east openid") == (east,)
    assert await grants("runs:stats runs:east runs:stats") == (east, stats)
    for scope in ("runs:read", "RUNS:EAST", "runs:east,runs:stats", "openid\u00a0runs:east", "a\truns:east", "", None):
        with pytest.raises(InsufficientScope) as raised:
            await verifier.caller_of(issuer.token(scope=scope))
        assert raised.value.scopes == ("runs:east", "runs:stats")


async def test_callers_are_told_apart_by_what_tells_nothing_of_them(issuer: Issuer, verifier: OAuthVerifier) -> None:
    async def counted(**claims: Any) -> str:  # noqa: ANN401 - any JSON
        caller = await verifier.caller_of(issuer.token(**claims))
        assert isinstance(caller, Caller)
        return caller.counted_as

    assert await counted() == await counted(exp=START + 1, scope="runs:read other")
    assert await counted(client_id=None, azp="a") == await counted(client_id="a")
    others = [await counted(), await counted(sub="b"), await counted(client_id="b"), await counted(sub=None)]
    assert len(set(others)) == 4
    assert not [one for one in others if "canary" in one]
    again = await issuer.verifier(Clock()).caller_of(issuer.token())
    assert again is not None
    assert again.counted_as not in others


async def test_no_log_holds_anything_of_a_token(
    issuer: Issuer, verifier: OAuthVerifier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rundown_mcp")
    for token in (issuer.token(aud="aud-canary"), issuer.token(exp=1), _FORGED["unknown id"](issuer)):
        assert await verifier.caller_of(token) is None
    said = [record.getMessage() for record in caplog.records if record.name.startswith("rundown_mcp")]
    assert said == [f"a token was refused: {why}" for why in ("InvalidAudienceError", "expired", "unknown key")]


_BASE64: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(data=st.data())
@settings(deadline=None, max_examples=150)
async def test_no_character_of_a_token_can_be_another(issuer: Issuer, data: st.DataObject) -> None:
    token = issuer.token()
    verifier = await _warm(issuer)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(_BASE64).filter(lambda mark: mark != token[place]))
    assert await verifier.caller_of(token[:place] + other + token[place + 1 :]) is None


@given(text=st.text() | st.lists(st.text(_BASE64), min_size=3, max_size=3).map(".".join))
@settings(deadline=None)
async def test_no_text_makes_it_fail(issuer: Issuer, text: str) -> None:
    assert await (await _warm(issuer)).caller_of(text) is None


_WARM: dict[str, OAuthVerifier] = {}


async def _warm(issuer: Issuer) -> OAuthVerifier:
    return _WARM.setdefault(issuer.name, issuer.verifier(Clock()))


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
_MEMBER = st.sampled_from(["AQAB", "", "!", "AA", "AA" * 43, "é", "P-256", "Ed25519", "RS256", "sig"]) | _JSON
_KEY = st.fixed_dictionaries(
    {"kty": st.sampled_from(["RSA", "EC", "OKP", "oct", ""])},
    optional=dict.fromkeys(("n", "e", "x", "y", "d", "k", "crv", "alg", "use", "key_ops", "kid"), _MEMBER),
)


@given(key_set=_JSON | st.fixed_dictionaries({"keys": _JSON | st.lists(_KEY | _JSON, max_size=4)}))
@settings(deadline=None, max_examples=200)
def test_no_key_set_makes_it_fail(key_set: Any) -> None:  # noqa: ANN401 - any JSON
    keys = signing_keys(key_set)
    assert keys is None or isinstance(keys, tuple)
