"""Listen on an address of this machine and serve an ASGI app there."""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import uvicorn

from rundown_mcp.commands.connections import HEADER_BYTES, LimitedProtocol
from rundown_mcp.domain.errors import RundownError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_GRACE_S: Final = 3


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        RundownError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError):
        raise RundownError(
            f"cannot listen on {host} port {port}: in use, or not an address of this machine; choose another --port"
        ) from None


def serve_until_interrupted(
    app: ASGIApp, listener: socket.socket, *, lifespan: bool, announce: Callable[[], None]
) -> None:
    """Serve; calls `announce` when requests are answered. Requests open at an interrupt get 3 seconds.

    Raises:
        RundownError: the app could not start.
    """
    config = uvicorn.Config(
        app,
        http=LimitedProtocol,
        h11_max_incomplete_event_size=HEADER_BYTES,
        log_config=None,
        access_log=False,
        lifespan="on" if lifespan else "off",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        ws="none",
    )
    _Server(config, announce).run(sockets=[listener])


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
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; a request that is cut off by an interrupt is no error to log."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
