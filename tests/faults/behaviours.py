"""What a server may do with a request instead of answering it: the parts that faults are made of."""

from __future__ import annotations

import datetime as dt
import gzip
import secrets
import ssl
import zlib
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import anyio
from anyio.abc import ByteStream
from anyio.streams.tls import TLSStream
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.faults.bad_server import Behaviour, Exchange, Greeting

CANARY: Final = f"canary{secrets.token_hex(6)}"
"""Stands in whatever a faulty answer says, and must stand in nothing that we say."""
BODY: Final = f'{{"message": "{CANARY}", "data": [{{"id": "{CANARY}"}}]}}'.encode()
MB: Final = 1 << 20


def answers(status: int, body: bytes = BODY, **headers: str) -> Behaviour:
    """A whole answer, always the same; a header, too, holds the canary."""

    async def behave(exchange: Exchange) -> None:
        await exchange.answer(status, body, **{"x_request_id": CANARY, **headers})

    return behave


def says(*parts: bytes) -> Behaviour:
    """Bytes that need be no HTTP, then the end of the connection."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(*parts)

    return behave


def says_then_resets(*parts: bytes) -> Behaviour:
    """Bytes, and then RST instead of an end."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(*parts)
        exchange.reset()

    return behave


def says_then_hangs(*parts: bytes) -> Behaviour:
    """Bytes, and then nothing for ever."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(*parts)
        await anyio.sleep_forever()

    return behave


def drips(start: bytes, part: bytes, *, every_s: float) -> Behaviour:
    """A start, and then the same few bytes for ever."""

    async def behave(exchange: Exchange) -> None:
        await exchange.send(start)
        while True:
            await exchange.send(part)
            await anyio.sleep(every_s)

    return behave


def redirects(status: int) -> Behaviour:
    """To another host, by an address that a careless client would follow with the key."""

    async def behave(exchange: Exchange) -> None:
        await exchange.answer(status, BODY, location=f"{exchange.elsewhere}/{CANARY}")

    return behave


async def is_limited_until_a_date(exchange: Exchange) -> None:
    """A 429 whose `Retry-After` is a date."""
    at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=77)
    await answers(429, retry_after=format_datetime(at, usegmt=True))(exchange)


async def sends_a_bomb(exchange: Exchange) -> None:
    """A megabyte that unpacks to a gigabyte: behind a full flush, the same bytes mean the same again."""
    await exchange.answer(200, _bomb(), content_encoding="gzip")


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = b"0" * MB
    first = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * 1023 + packer.flush()


def packed(body: bytes = BODY * 500, *, damaged: bool = False) -> bytes:
    """A body as gzip; a damaged one has bytes in its middle turned round."""
    whole = gzip.compress(body, mtime=0)
    at = len(whole) // 2
    return whole[:at] + bytes(255 - byte for byte in whole[at : at + 20]) + whole[at + 20 :] if damaged else whole


async def speaks_tls(stream: ByteStream) -> ByteStream:
    """TLS with a certificate that nobody vouches for."""
    return await TLSStream.wrap(stream, server_side=True, ssl_context=_self_signed())


@cache
def _self_signed() -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, CANARY)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder, "server.pem")
        file.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(file)
    return context


def greets_with(*parts: bytes) -> Greeting:
    """Bytes before anything was heard, then the end of the connection."""

    async def greet(stream: ByteStream) -> ByteStream:
        for part in parts:
            await stream.send(part)
        await stream.aclose()
        return stream

    return greet


async def hangs(stream: ByteStream) -> ByteStream:
    """Accepts a connection, and nothing more."""
    await anyio.sleep_forever()
    return stream
