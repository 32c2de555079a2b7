"""How the issuer's keys are found, kept and read anew, and what happens while they cannot be read."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import anyio
import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response
from tests.oauth.issuing import JWKS, METADATA, OPENID, START, Clock, Issuer
from tests.virtual_time import BACKEND

from rundown_mcp.access.caller import Unverifiable
from rundown_mcp.domain.text import JsonValue
from rundown_mcp.oauth.issuer import AGAIN_S, KEPT_S, READING_S, USABLE_S, IssuerKeys, metadata_addresses
from rundown_mcp.transport.document import NotFetched

pytestmark = pytest.mark.anyio

_AT_ONCE = 20
_READ = [METADATA, JWKS]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    issuer.add("one")
    with issuer.served():
        yield issuer


async def test_keys_are_read_when_the_first_token_comes_and_then_kept(issuer: Issuer, clock: Clock) -> None:
    verifier = issuer.verifier(clock)
    assert issuer.asked == []
    for _ in range(3):
        assert await verifier.caller_of(issuer.token()) is not None
        clock.now += KEPT_S / 3
    assert issuer.asked == _READ
    assert await verifier.caller_of(issuer.token()) is not None
    assert issuer.asked == _READ * 2


async def test_a_new_key_is_taken_at_once_and_a_withdrawn_one_no_longer_than_keys_are_kept(
    issuer: Issuer, clock: Clock
) -> None:
    verifier = issuer.verifier(clock)
    assert await verifier.caller_of(issuer.token()) is not None
    clock.now += AGAIN_S
    issuer.add("two")
    issuer.published = issuer.published[1:]
    assert await verifier.caller_of(issuer.token("two")) is not None
    assert await verifier.caller_of(issuer.token("one")) is None
    clock.now += KEPT_S
    issuer.published = []
    assert await verifier.caller_of(issuer.token("two")) is None


async def test_a_withdrawn_key_stops_to_work_without_a_new_one(issuer: Issuer, clock: Clock) -> None:
    verifier = issuer.verifier(clock)
    assert await verifier.caller_of(issuer.token()) is not None
    issuer.published.clear()
    clock.now += KEPT_S - 1
    assert await verifier.caller_of(issuer.token()) is not None
    clock.now += 1
    assert await verifier.caller_of(issuer.token()) is None


async def test_a_flood_of_unknown_keys_is_no_flood_of_requests(issuer: Issuer, clock: Clock) -> None:
    verifier = issuer.verifier(clock)
    issuer.keys.update({f"forged {number}": issuer.keys["one"] for number in range(_AT_ONCE)})

    async def ask(kid: str) -> None:
        assert await verifier.caller_of(issuer.token(kid)) is None

    for round_ in range(1, 4):
        async with anyio.create_task_group() as tasks:
            for number in range(_AT_ONCE):
                tasks.start_soon(ask, f"forged {number}")
        assert issuer.asked == _READ * round_
        clock.now += AGAIN_S


async def test_an_issuer_that_is_down_leaves_everything_open_until_it_is_up(
    issuer: Issuer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    verifier = issuer.verifier(clock)
    issuer.answers[METADATA] = Response("body-canary", 503)
    for _ in range(3):
        with pytest.raises(Unverifiable):
            await verifier.caller_of(issuer.token())
    assert issuer.asked == [METADATA, OPENID]
    assert caplog.messages == ["RUNDOWN_OAUTH_ISSUER: its signing keys cannot be read: 503; 404"]
    issuer.answers.clear()
    clock.now += AGAIN_S
    assert await verifier.caller_of(issuer.token()) is not None


async def test_keys_are_used_for_an_hour_while_they_cannot_be_read_anew(issuer: Issuer, clock: Clock) -> None:
    verifier = issuer.verifier(clock)
    assert await verifier.caller_of(issuer.token()) is not None
    issuer.answers[JWKS] = Response("<html>", 200, media_type="text/html")
    tokens = [issuer.token(exp=START + 2 * USABLE_S), issuer.token("one", aud="another")]
    clock.now = START + USABLE_S - 1
    assert [await verifier.caller_of(token) is not None for token in tokens] == [True, False]
    clock.now = START + USABLE_S
    with pytest.raises(Unverifiable):
        await verifier.caller_of(tokens[0])
    issuer.answers.clear()
    clock.now += AGAIN_S
    assert await verifier.caller_of(tokens[0]) is not None


_BAD: dict[str, tuple[str, Callable[[Issuer], Response], str]] = {
    "metadata that is HTML": (
        METADATA,
        lambda _: Response("<p>log in", media_type="text/html"),
        "HTML instead of JSON",
    ),
    "metadata of another issuer": (
        METADATA,
        lambda issuer: JSONResponse({"issuer": f"{issuer.name}/", "jwks_uri": issuer.name + JWKS}),
        "metadata of another issuer",
    ),
    "metadata without an issuer": (
        METADATA,
        lambda issuer: JSONResponse({"jwks_uri": issuer.name + JWKS}),
        "metadata without issuer or jwks_uri",
    ),
    "metadata that redirects": (METADATA, lambda _: RedirectResponse("/elsewhere"), "307, a redirect"),
    "metadata that is a list": (METADATA, lambda _: JSONResponse([]), "metadata without issuer or jwks_uri"),
    "keys that redirect": (JWKS, lambda issuer: RedirectResponse("/elsewhere"), "307, a redirect"),
    "keys that are HTML": (JWKS, lambda _: Response("<p>", media_type="text/html"), "HTML instead of JSON"),
    "keys that are a list": (JWKS, lambda _: JSONResponse([]), "no key set at its jwks_uri"),
    "keys that are none": (JWKS, lambda _: JSONResponse({"keys": {}}), "no key set at its jwks_uri"),
    "keys of 40 MB": (JWKS, lambda _: Response(b'{"keys": [' + b" " * 40_000_000 + b"]}"), "body over 1 MB"),
}


@pytest.mark.parametrize("name", _BAD)
async def test_an_issuer_that_answers_otherwise_cannot_be_used(
    issuer: Issuer, clock: Clock, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    path, answer, reason = _BAD[name]
    issuer.answers[path] = answer(issuer)
    issuer.answers["/elsewhere"] = JSONResponse({"keys": issuer.published})
    with pytest.raises(Unverifiable):
        await issuer.verifier(clock).caller_of(issuer.token())
    assert [message.partition(": its signing keys cannot be read: ")[2] for message in caplog.messages] == [
        reason if path == JWKS else f"{reason}; 404"
    ]
    assert "/elsewhere" not in issuer.asked


@pytest.mark.parametrize(
    "address",
    [
        "http://keys.example/",
        "http://127.0.0.1.keys.example/",
        "file:///etc/keys",
        "//keys.example",
        "https://",
        "https:///keys",
        "https://[::1/",
        "https://keys.example:99999/",
        "https://keys.example:0/",
        "https://keys.example:x/",
    ],
)
async def test_keys_are_read_over_https_alone(issuer: Issuer, clock: Clock, address: str) -> None:
    issuer.metadata["jwks_uri"] = address
    with pytest.raises(Unverifiable):
        await issuer.verifier(clock).caller_of(issuer.token())
    assert issuer.asked == [METADATA, OPENID]


async def test_keys_of_a_public_issuer_are_not_read_on_this_machine(issuer: Issuer, clock: Clock) -> None:
    asked: list[str] = []

    async def fetch(address: str) -> JsonValue:
        asked.append(address)
        return {"issuer": "https://id.example.com", "jwks_uri": issuer.address + JWKS}

    with pytest.raises(Unverifiable):
        await IssuerKeys("https://id.example.com", fetch, clock).find("one", "ES256")
    assert asked == [*metadata_addresses("https://id.example.com")]


async def test_what_the_first_address_does_not_say_the_next_one_may(issuer: Issuer, clock: Clock) -> None:
    issuer.answers[METADATA] = JSONResponse({"issuer": issuer.name, "jwks_uri": 7})
    issuer.answers[OPENID] = JSONResponse({"issuer": issuer.name, "jwks_uri": issuer.name + JWKS})
    assert await issuer.verifier(clock).caller_of(issuer.token()) is not None
    assert issuer.asked == [METADATA, OPENID, JWKS]


@pytest.mark.parametrize(
    ("issuer", "addresses"),
    [
        (
            "https://id.example.com",
            (
                "https://id.example.com/.well-known/oauth-authorization-server",
                "https://id.example.com/.well-known/openid-configuration",
            ),
        ),
        (
            "https://id.example.com/",
            (
                "https://id.example.com/.well-known/oauth-authorization-server",
                "https://id.example.com/.well-known/openid-configuration",
            ),
        ),
        (
            "https://id.example.com:8443/realms/one",
            (
                "https://id.example.com:8443/.well-known/oauth-authorization-server/realms/one",
                "https://id.example.com:8443/.well-known/openid-configuration/realms/one",
                "https://id.example.com:8443/realms/one/.well-known/openid-configuration",
            ),
        ),
    ],
)
def test_metadata_is_where_the_specification_says(issuer: str, addresses: tuple[str, ...]) -> None:
    assert metadata_addresses(issuer) == addresses


async def test_an_issuer_with_a_path_is_found(clock: Clock) -> None:
    issuer = Issuer(path="/realms/one")
    issuer.add("one")
    with issuer.served():
        assert await issuer.verifier(clock).caller_of(issuer.token()) is not None
        openid = f"/realms/one{OPENID}"
        issuer.answers[METADATA + issuer.path] = Response("", 404)
        issuer.answers[openid] = JSONResponse({"issuer": issuer.name, "jwks_uri": issuer.address + JWKS})
        issuer.asked.clear()
        assert await issuer.verifier(clock).caller_of(issuer.token()) is not None
        assert issuer.asked == [METADATA + issuer.path, OPENID + issuer.path, openid, JWKS]


class Gate:
    """An issuer whose next document comes when the test lets it."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer
        self.waits, self.open, self.asked = anyio.Event(), anyio.Event(), 0
        self.fails = False

    async def fetch(self, address: str) -> JsonValue:
        self.asked += 1
        self.waits.set()
        await self.open.wait()
        if self.fails:
            raise NotFetched("timed out")
        published: list[Any] = self.issuer.published
        if address.endswith(JWKS):
            return {"keys": published}
        return {"issuer": self.issuer.name, "jwks_uri": self.issuer.address + JWKS}


async def test_a_request_that_is_cancelled_takes_the_keys_from_nobody(issuer: Issuer, clock: Clock) -> None:
    gate = Gate(issuer)
    keys = IssuerKeys(issuer.name, gate.fetch, clock)
    found: dict[str, object] = {}

    async def ask(who: str) -> None:
        found[who] = await keys.find("one", "ES256")

    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as first:
            async with anyio.create_task_group() as others:
                others.start_soon(ask, "cancelled")
                await gate.waits.wait()
                tasks.start_soon(ask, "waits")
                await anyio.wait_all_tasks_blocked()
                first.cancel()
                gate.open.set()
    assert found["waits"] is not None
    assert gate.asked == 2


async def test_kept_keys_are_used_while_one_request_reads_them_anew(issuer: Issuer, clock: Clock) -> None:
    gate = Gate(issuer)
    keys = IssuerKeys(issuer.name, gate.fetch, clock)
    gate.open.set()
    assert await keys.find("one", "ES256") is not None
    clock.now += KEPT_S
    gate.waits, gate.open = anyio.Event(), anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_found, keys.find)
        await gate.waits.wait()
        assert await keys.find("one", "ES256") is not None
        gate.open.set()
    assert gate.asked == 4


async def test_an_issuer_that_hangs_is_left_alone_after_it_gave_up_too(issuer: Issuer, clock: Clock) -> None:
    gate = Gate(issuer)
    gate.fails = True
    keys = IssuerKeys(issuer.name, gate.fetch, clock)

    async def ask() -> None:
        with pytest.raises(Unverifiable):
            await keys.find("one", "ES256")

    async with anyio.create_task_group() as tasks:
        for _ in range(_AT_ONCE):
            tasks.start_soon(ask)
        await gate.waits.wait()
        clock.now += AGAIN_S * 3
        gate.open.set()
    assert gate.asked == 2


async def _found(find: Callable[[str, str], Awaitable[object]]) -> None:
    assert await find("one", "ES256") is not None


class TestInVirtualTime:
    """What takes seconds."""

    @pytest.fixture
    def anyio_backend(self) -> object:
        return BACKEND

    async def test_a_reading_that_takes_too_long_is_given_up(self, caplog: pytest.LogCaptureFixture) -> None:
        addresses: list[str] = []

        async def slow(address: str) -> JsonValue:
            addresses.append(address)
            await anyio.sleep(0.6 * READING_S)
            return None

        began = anyio.current_time()
        with pytest.raises(Unverifiable):
            await IssuerKeys("https://id.example.com", slow, Clock()).find("one", "ES256")
        assert anyio.current_time() - began == pytest.approx(READING_S, abs=0.1)
        assert len(addresses) == 2
        assert caplog.messages == ["RUNDOWN_OAUTH_ISSUER: its signing keys cannot be read: timed out"]
