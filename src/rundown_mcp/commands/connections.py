"""What one client connection may take: how many are open at once, how long a request may come, an answer may wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_BYTES: Final = 16 * 1024
"""The most that incomplete headers may hold; more is answered 400."""
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 20\r\nretry-after: 1\r\nconnection: close\r\n\r\n"
    b"too many connections"
)


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How many connections are `open` at once, and within how many seconds each next request's headers are whole.

    `open` stays well below the 1,024 files that a process may usually have open. `unread_s` is how long what was
    answered may fill every buffer before the client reads on.
    """

    open: int = 512
    header_s: float = 10.0
    unread_s: float = 30.0


class LimitedProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, which alone waits for ever for the headers of a request, within limits.

    An application sees a request only once its headers are whole, so that this cannot be done there.
    """

    limits: ClassVar = ConnectionLimits()
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    @staticmethod
    def on_refusal(status: int, /) -> None:
        """Told the status of each answer that no application gave; for a subclass to count."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Expect a request, or refuse the connection with 503 where too many are open."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.open:
            transport.write(_FULL)
            transport.close()
            self.on_refusal(503)
        else:
            self._expect_headers()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or has too large headers."""
        super().send_400_response(msg)
        self.on_refusal(400)

    def data_received(self, data: bytes) -> None:
        """Read on; where the headers are whole, the application takes over, and the time for the body is its matter."""
        super().data_received(data)
        if self._answering():
            self._expect_nothing()

    def on_response_complete(self) -> None:
        """Expect the next request, unless it is here already."""
        super().on_response_complete()
        if not self._answering():
            self._expect_headers()

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever: its request would keep its place among those answered."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.limits.unread_s, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        super().resume_writing()
        self._stop_waiting_for_reader()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._expect_nothing()
        self._stop_waiting_for_reader()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection once its request is answered, or at once where that is not even whole."""
        if self._answering() and self.cycle.more_body:
            self.transport.close()
        else:
            super().shutdown()

    def _answering(self) -> bool:
        cycle: Any = self.cycle  # typed as always there, and None before the first request
        return cycle is not None and not cycle.response_complete

    def _expect_headers(self) -> None:
        """Also the end of a client that does not fetch its answer: unlike a close, an abort waits for nobody."""
        self._expect_nothing()
        self._deadline = self.loop.call_later(self.limits.header_s, self.transport.abort)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def _stop_waiting_for_reader(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
