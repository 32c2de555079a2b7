"""Name a failure below HTTP: time-out, DNS, TLS, refused, broken off, a proxy that refuses."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Final

import anyio
import httpx


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of failure in a few words, and what to look at."""

    short: str
    mend: str


_TIMEOUT: Final = Fault("timed out", "The provider or the network is slow; try again.")
_DNS: Final = Fault("host name not found (DNS)", "Check the base URL and this machine's DNS.")
_CERTIFICATE: Final = Fault(
    "TLS certificate not trusted",
    "Where a company proxy inspects TLS, point RUNDOWN_CA_BUNDLE at its certificate.",
)
_TLS: Final = Fault("TLS failed", "Check that the base URL speaks https and no proxy breaks it.")
_REFUSED: Final = Fault("connection refused", "Check the base URL, its port, and a firewall or proxy between.")
_BROKEN: Final = Fault(
    "connection broke off", "Try again; a proxy between may cut answers, or the base URL leads to what speaks no HTTP."
)
_PROXY: Final = Fault(
    "proxy refused",
    "Check HTTPS_PROXY, and the user and password in it; a host that NO_PROXY names is reached without it.",
)
_ENCODING: Final = Fault("body could not be decompressed", "A proxy between may damage answers.")


def describe(error: httpx.HTTPError) -> Fault:
    """The kind of an httpx error, by its class and its causes, never by its text."""
    causes = list(_chain(error))
    if isinstance(error, httpx.TimeoutException) or any(isinstance(cause, TimeoutError) for cause in causes):
        return _TIMEOUT
    if isinstance(error, httpx.ProxyError):
        return _PROXY
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _DNS
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return _CERTIFICATE
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return _TLS
    if isinstance(error, httpx.ConnectError):
        # A stream that ends while httpx still connects was open already: what it ends in is the TLS handshake.
        is_open = any(isinstance(cause, anyio.EndOfStream | anyio.BrokenResourceError) for cause in causes)
        return _TLS if is_open else _REFUSED
    if isinstance(error, httpx.DecodingError):
        return _ENCODING
    return _BROKEN


def _chain(error: BaseException) -> list[BaseException]:
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        if isinstance(current, BaseExceptionGroup):
            seen.extend(current.exceptions)
        current = current.__cause__ or current.__context__
    return seen
