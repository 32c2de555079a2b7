"""An imitated API on a loopback socket that speaks HTTP/1.1 well, until it is told to speak it badly on purpose."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import anyio
import httpx
from anyio.abc import ByteStream, Listener, SocketAttribute, SocketStream, TaskGroup

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True)
class Request:
    """What came: `target` is path and query, header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Exchange:
    """One request and the connection that waits for its answer; `elsewhere` is the address of another server."""

    request: Request
    stream: ByteStream
    imitation: httpx.AsyncBaseTransport
    elsewhere: str

    async def send(self, *parts: bytes) -> None:
        """Bytes as they are."""
        for part in parts:
            await self.stream.send(part)

    async def answer(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer as HTTP wants it; an underscore in a header's name stands for a hyphen."""
        await self.send(head(status, len(body), **headers), body)

    async def imitated(self) -> httpx.Response:
        """What the provider would have answered."""
        async with httpx.AsyncClient(transport=self.imitation) as client:
            headers = {"authorization": "", **self.request.headers}
            return await client.get(f"http://imitation.invalid{self.request.target}", headers=headers)

    def reset(self) -> None:
        """Let closing send RST, as a peer does that crashed."""
        raw = self.stream.extra(SocketAttribute.raw_socket)  # noqa: S610 - not Django's
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


Behaviour = Callable[[Exchange], Awaitable[None]]
"""What is done with a request."""
Greeting = Callable[[ByteStream], Awaitable[ByteStream]]
"""What is done with a connection before anything is heard; gives the stream on which to go on."""


def head(status: int, length: int | None, **headers: str) -> bytes:
    """Status line and headers, up to the body; one that is empty is left out."""
    lines = {"content-type": "application/json", "connection": "close"}
    if length is not None:
        lines["content-length"] = str(length)
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    told = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status} Whatever\r\n{told}\r\n".encode()


async def well(exchange: Exchange) -> None:
    """The provider's own answer."""
    response = await exchange.imitated()
    await exchange.answer(response.status_code, response.content)


@dataclass
class BadServer:
    """Behaves as told where `when` holds, else as the imitation does; `requests` are those that came.

    `path` is where the imitated API begins, `connections` how often somebody came, whether he asked or not.
    """

    imitation: httpx.AsyncBaseTransport
    path: str = ""
    elsewhere: str = ""
    behave: Behaviour = well
    greet: Greeting | None = None
    when: Callable[[Request], bool] = lambda _: True
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    address: str = ""

    @property
    def base(self) -> str:
        """The base URL of the imitated API."""
        return self.address + self.path

    async def open(self, tasks: TaskGroup) -> None:
        """Listen on a free port until `tasks` are cancelled, with whatever hangs by then."""
        listener = await anyio.create_tcp_listener(local_host="127.0.0.1", backlog=1024)
        port = listener.extra(SocketAttribute.local_port)  # noqa: S610 - not Django's
        self.address = f"http://127.0.0.1:{port}"
        tasks.start_soon(self._listen, listener)

    async def _listen(self, listener: Listener[SocketStream]) -> None:
        async with listener:
            await listener.serve(self._serve)

    async def _serve(self, stream: ByteStream) -> None:
        self.connections += 1
        # A client that gives up on a connection is what most faults are about.
        gone = (anyio.BrokenResourceError, anyio.ClosedResourceError, anyio.EndOfStream, ssl.SSLError)
        with contextlib.suppress(*gone):
            async with stream:
                spoken = stream if self.greet is None else await self.greet(stream)
                heard = b""
                while _HEAD_END not in heard:
                    heard += await spoken.receive()
                request = _parsed(heard)
                self.requests.append(request)
                behave = self.behave if self.when(request) else well
                await behave(Exchange(request, spoken, self.imitation, self.elsewhere))


def _parsed(heard: bytes) -> Request:
    first, *lines = heard.partition(_HEAD_END)[0].decode().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines)
    return Request(method, target, {name.lower(): value for name, value in pairs})
