"""A client that costs next to nothing: calls built beforehand, connections kept, answers only measured."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import quantiles
from typing import Any, Final, Literal
from urllib.parse import urlsplit

Era = Literal["modern", "legacy"]
ERAS: Final[tuple[Era, ...]] = ("modern", "legacy")

_META: Final = "io.modelcontextprotocol/"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
_PATIENCE_S: Final = 60


def request(address: str, era: Era, tool: str, arguments: Mapping[str, Any]) -> bytes:
    """A call of a tool as it goes over the wire."""
    params: dict[str, Any] = {"name": tool, "arguments": arguments}
    headers = {
        "host": urlsplit(address).netloc,
        "accept": "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-protocol-version": "2025-11-25",
    }
    if era == "modern":
        headers |= {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": tool}
        params["_meta"] = {f"{_META}protocolVersion": "2026-07-28", f"{_META}clientCapabilities": {}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()
    lines = [f"POST {urlsplit(address).path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body


@dataclass(slots=True)
class Tally:
    """What came of many calls: how long each answer took, in seconds, and what was wrong with those that were none."""

    took_s: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lasted_s: float = 0.0
    busy_s: float = 0.0

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return len(self.took_s) / self.lasted_s

    @property
    def p99_s(self) -> float:
        """What 99 of 100 answers took at most."""
        return quantiles(self.took_s, n=100)[98]


async def drive(address: str, each: Sequence[Sequence[bytes]], *, for_s: float) -> Tally:
    """One connection for each sequence of calls, which it makes one after the other, over and over."""
    loop, where = asyncio.get_running_loop(), urlsplit(address)
    tally = Tally()
    began, busy = time.perf_counter(), time.process_time()
    clients = [_Client(cycle(calls), began + for_s, tally, loop.create_future()) for calls in each]
    for client in clients:
        await loop.create_connection(lambda client=client: client, where.hostname or "", where.port or 0)  # type: ignore[misc]
    async with asyncio.timeout(for_s + _PATIENCE_S):
        await asyncio.gather(*(client.ended for client in clients))
    tally.lasted_s = time.perf_counter() - began
    tally.busy_s = time.process_time() - busy
    return tally


class _Client(asyncio.Protocol):
    """Sends the next call as soon as the answer to the last one is whole."""

    def __init__(self, calls: Iterator[bytes], until: float, tally: Tally, ended: asyncio.Future[None]) -> None:
        self._calls, self._until, self._tally, self.ended = calls, until, tally, ended
        self._got = bytearray()
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._got.clear()
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._calls))

    def data_received(self, data: bytes) -> None:
        self._got += data
        if not _is_whole(self._got):
            return
        now = time.perf_counter()
        if self._got.startswith(b"HTTP/1.1 200 ") and b'"isError":true' not in self._got:
            self._tally.took_s.append(now - self._sent_at)
        else:
            self._tally.errors.append(self._got.decode(errors="replace"))
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if time.perf_counter() < self._until:
            self._tally.errors.append(f"connection lost: {exc}")
        self.ended.set_result(None)


def _is_whole(answer: bytearray) -> bool:
    head = answer.find(b"\r\n\r\n")
    if head < 0:
        return False
    length = _LENGTH.search(answer, 0, head + 2)
    return len(answer) == head + 4 + int(length[1]) if length else answer.endswith(_LAST_CHUNK)
