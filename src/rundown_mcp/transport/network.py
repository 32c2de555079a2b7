"""Name a failure below HTTP: time-out, DNS, TLS, proxy, refused, broken off."""

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
_CLOCK: Final = "Compare this machine's clock first; else the provider's certificate, or that of a proxy, is the fault."
_OTHER_HOST: Final = Fault(
    "TLS certificate of another host",
    "Check the host of the base URL; a proxy or a login page may answer in its place.",
)
_BY_VERIFY_CODE: Final = {
    9: Fault("TLS certificate not valid yet", _CLOCK),
    10: Fault("TLS certificate expired", _CLOCK),
    62: _OTHER_HOST,
    64: _OTHER_HOST,
}
"""OpenSSL's reasons, X509_V_ERR_…; every other one is a matter of trust."""
_TLS: Final = Fault("TLS failed", "Check that the base URL speaks https and no proxy breaks it.")
_STORE: Final = Fault(
    "this machine's certificates cannot be read", "Check what SSL_CERT_FILE and SSL_CERT_DIR name, and its rights."
)
_REFUSED: Final = Fault("connection refused", "Check the base URL, its port, and a firewall or proxy between.")
_BROKEN: Final = Fault(
    "connection broke off", "Try again; a proxy between may cut answers, or the base URL leads to what speaks no HTTP."
)
_ENCODING: Final = Fault("body could not be decompressed", "A proxy between may damage answers.")


def describe(error: httpx.HTTPError | OSError, proxy_setting: str | None = None) -> Fault:
    """The kind of an error, by its class and its causes, never by its text; httpx lets an OSError of TLS through.

    `proxy_setting` names the setting of the proxy that the request went through, if it did.
    """
    causes = list(_chain(error))
    if proxy_setting is not None and (fault := _of_proxy(error, causes, proxy_setting)):
        return fault
    if isinstance(error, httpx.TimeoutException) or any(isinstance(cause, TimeoutError) for cause in causes):
        return _TIMEOUT
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return _DNS
    untrusted = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if untrusted is not None:
        return _BY_VERIFY_CODE.get(getattr(untrusted, "verify_code", 0), _CERTIFICATE)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return _TLS
    if isinstance(error, httpx.ConnectError):
        # A stream that ends while httpx still connects was open already: what it ends in is the TLS handshake.
        is_open = any(isinstance(cause, anyio.EndOfStream | anyio.BrokenResourceError) for cause in causes)
        return _TLS if is_open else _REFUSED
    if isinstance(error, OSError):
        return _STORE
    if isinstance(error, httpx.DecodingError):
        return _ENCODING
    return _BROKEN


def _of_proxy(error: Exception, causes: list[BaseException], setting: str) -> Fault | None:
    """The proxy's own failure, if it is one: it is all that a connection goes to until it has let one through."""
    if isinstance(error, httpx.ProxyError):
        if str(error).startswith("407"):  # httpcore puts the proxy's status before whatever the proxy says
            return Fault(
                "password asked for by the proxy (407)", f"Give it in {setting}: http://user:password@host:port."
            )
        return Fault(
            "refused by the proxy", f"Have the proxy of {setting} let the host through, or put it in NO_PROXY."
        )
    reached = any(isinstance(cause, ssl.SSLError) for cause in causes)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and not reached:
        return Fault("proxy not reachable", f"Check {setting}; put the host in NO_PROXY where no proxy is needed.")
    return None


def _chain(error: BaseException) -> list[BaseException]:
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        if isinstance(current, BaseExceptionGroup):
            seen.extend(current.exceptions)
        current = current.__cause__ or current.__context__
    return seen
