"""The proxy on the way to a host, as the environment or the system has it: which setting names it, and where it is."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from rundown_mcp.account import HEADER_SAFE, is_host, is_loopback
from rundown_mcp.domain.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Proxy:
    """`setting` is what an operator calls the place that names it; `url` may hold a password and is never shown."""

    setting: str
    url: str = field(repr=False)


def proxy_to(base_url: str) -> Proxy | None:
    """The proxy for an address; None on the way to this machine, to what NO_PROXY names, and where none is set.

    Raises:
        SettingsError: what is set is no proxy that can be used.
    """
    address = urlsplit(base_url)
    host = address.hostname or ""
    # NO_PROXY may name a host with a port, which is compared with the whole.
    if is_loopback(host) or proxy_bypass(host) or (address.port and proxy_bypass(f"{host}:{address.port}")):
        return None
    known = getproxies()
    for name in (f"{address.scheme.lower()}_proxy", "all_proxy"):
        if url := known.get(name.removesuffix("_proxy")):
            proxy = Proxy(_setting(name), url if "://" in url else f"http://{url}")
            _check(proxy)
            return proxy
    return None


def _check(proxy: Proxy) -> None:
    try:
        parts = urlsplit(proxy.url)
        usable = parts.scheme in {"http", "https"} and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        usable = False
    if not usable or HEADER_SAFE.fullmatch(proxy.url) is None:
        raise SettingsError(f"{proxy.setting}: no usable proxy; give http://host:port, or unset it")


def _setting(name: str) -> str:
    """Python takes the variable in small letters before the one in capitals."""
    return next((one for one in (name, name.upper()) if os.environ.get(one)), "the system's proxy settings")
