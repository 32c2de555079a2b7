"""Listen on an address of this machine and serve an ASGI app there."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from rundown_mcp.commands.connections import HEADER_BYTES, LimitedProtocol
from rundown_mcp.commands.start import begin_collecting
from rundown_mcp.domain.errors import RundownError

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        RundownError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except (OSError, UnicodeError):
        raise RundownError(
            f"cannot listen on {host} port {port}: in use, or not an address of this machine; choose another --port"
        ) from None
    # Connections inherit it. asyncio does not set it where a socket is made so, and answers waited 40 ms for their end.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def serve_until_interrupted(
    app: ASGIApp,
    listener: socket.socket,
    *,
    lifespan: bool,
    grace_s: float,
    announce: Callable[[], None],
    refused: Callable[[int], None] | None = None,
) -> None:
    """Serve; calls `announce` when requests are answered, `refused` with the status of what `app` never sees.

    At an interrupt or SIGTERM no connection is taken any more, and requests that are whole get `grace_s` to be
    answered; a second one ends them too. Either way ends as Ctrl-C does.

    Raises:
        KeyboardInterrupt: it was told to end, and has.
        RundownError: the app could not start.
    """

    class Protocol(LimitedProtocol):
        on_refusal = staticmethod(refused or LimitedProtocol.on_refusal)

    config = uvicorn.Config(
        app,
        http=Protocol,
        h11_max_incomplete_event_size=HEADER_BYTES,
        log_config=None,
        access_log=False,
        lifespan="on" if lifespan else "off",
        server_header=False,
        timeout_graceful_shutdown=grace_s,  # type: ignore[arg-type] # parts of a second work too
        ws="none",
    )
    # uvicorn repeats the signal when it is done. A process that ended well would seem to have been killed by SIGTERM.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _Server(config, announce).run(sockets=[listener])
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    """Announces itself once it is up, which is also when an interrupt is taken care of."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then announce."""
        with contextlib.suppress(SystemExit):
            await super().startup(sockets)
        if not self.started:
            raise RundownError("the server could not start; the lines above say why")
        begin_collecting()
        self._announce()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, the second time without waiting; uvicorn alone takes a second SIGTERM for the first."""
        if self.should_exit:
            self.force_exit = True
            asyncio.get_running_loop().call_soon_threadsafe(self._drop_connections)
        super().handle_exit(sig, frame)

    def _drop_connections(self) -> None:
        for connection in list(self.server_state.connections):
            connection.transport.abort()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; a request that is cut off is no error to log."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
