"""What looks odd and is no fault: answers that a proxy or a lax server sends in another form are read all the same."""

from __future__ import annotations

import gzip

import pytest
from tests.faults.bad_server import Behaviour, Exchange, head
from tests.faults.behaviours import CANARY
from tests.faults.calls import EVERY, answers_of
from tests.faults.faults import Fault
from tests.faults.street import asking_street, faulty, opened

from rundown_mcp.providers import PROVIDERS
from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio


def _with(**headers: str) -> Behaviour:
    """The provider's answer under other headers."""

    async def behave(exchange: Exchange) -> None:
        body = (await exchange.imitated()).content
        await exchange.send(head(200, len(body), **headers), body)

    return behave


def _encoded(encoding: str) -> Behaviour:
    """The provider's answer in another encoding of Unicode."""

    async def behave(exchange: Exchange) -> None:
        await exchange.answer(200, (await exchange.imitated()).content.decode().encode(encoding))

    return behave


async def _packed(exchange: Exchange) -> None:
    await exchange.answer(200, gzip.compress((await exchange.imitated()).content), content_encoding="gzip")


async def _in_chunks(exchange: Exchange) -> None:
    body = (await exchange.imitated()).content
    chunks = [body[at : at + 700] for at in range(0, len(body), 700)]
    framed = b"".join(f"{len(chunk):x};{CANARY}\r\n".encode() + chunk + b"\r\n" for chunk in chunks)
    await exchange.send(head(200, None, transfer_encoding="chunked"), framed, b"0\r\nx-trailer: 1\r\n\r\n")


async def _to_its_end(exchange: Exchange) -> None:
    await exchange.send(head(200, None), (await exchange.imitated()).content)


async def _by_http_1_0(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.0 200 OK\r\n\r\n", (await exchange.imitated()).content)


async def _behind_interim_answers(exchange: Exchange) -> None:
    body = (await exchange.imitated()).content
    await exchange.send(b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" * 3, head(200, len(body)), body)


ODDITIES = {
    "no content type": _with(content_type=""),
    "a content type of text": _with(content_type="text/plain"),
    "a content type of HTML": _with(content_type="text/html; charset=utf-8"),
    "a byte order mark": _encoded("utf-8-sig"),
    "UTF-16": _encoded("utf-16"),
    "gzip": _packed,
    "chunks with extensions and a trailer": _in_chunks,
    "no length": _to_its_end,
    "HTTP/1.0": _by_http_1_0,
    "interim answers": _behind_interim_answers,
}


@pytest.mark.parametrize("behave", ODDITIES.values(), ids=ODDITIES)
async def test_every_call_is_answered(world: World, behave: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Fault(behave=behave, kind="", mend="")
    async with (
        opened(world) as street,
        asking_street(street, monkeypatch, *PROVIDERS, fault=odd, broken="conduit") as asked,
    ):
        with faulty(street.servers["conduit"], odd):
            answers = await answers_of(asked.client, EVERY, street.ref("conduit"))
    failed = {call: answer for call, answer in answers.items() if answer.failed or "left out" in answer.text}
    assert failed == {}
