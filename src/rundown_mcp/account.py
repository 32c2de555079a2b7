"""One account at one provider: its settings, checked as a whole before anything is asked with its key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from rundown_mcp.domain.errors import SettingsError
from rundown_mcp.provider import ProviderSpec

HEADER_SAFE: Final = re.compile(r"[!-~]{1,4096}", re.ASCII)
_HOST: Final = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.ASCII)
_ADDRESS: Final = re.compile(r"[0-9]+(?:\.[0-9]+){3}|.*:.*", re.ASCII)
_QUOTES: Final = "\"'`"
_OF_ALL: Final = frozenset({"api_key", "base_url"})
_URL_MEND: Final = "give https://host/path, or http:// on a loopback address"


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """One account: `values` is an instance of its vendor's settings model.

    `key_variable` and `url_variable` are what an operator calls the places of its key and its base URL; `beside` gives
    the same for each other field, such as an organisation's id.
    """

    name: str
    spec: ProviderSpec
    values: Any
    key_variable: str
    url_variable: str
    beside: Mapping[str, str] = field(default_factory=dict)

    @property
    def beside_key(self) -> str:
        """What may be wrong beside the key where it is refused, in sentences: an organisation, a workspace."""
        notes = [
            f" Or {place} is not of this key's account."
            if getattr(self.values, key) is not None
            else f" Or {place} is missing: set it."
            for key, place in self.beside.items()
            if getattr(self.values, key) is not None or key in self.spec.beside_key
        ]
        return "".join(notes)


def make_connection(
    name: str, spec: ProviderSpec, given: Mapping[str, str], *, key_variable: str, label: Callable[[str], str]
) -> ConnectionSettings:
    """Check an account's fields; `label` tells what an operator calls a field: its variable, or its key in the file.

    Raises:
        SettingsError: a field cannot be used; the text holds its label and the mend, never its value.
    """
    for key, text in given.items():
        if HEADER_SAFE.fullmatch(text) is None:
            raise SettingsError(f"{label(key)}: takes printable ASCII without spaces; paste it anew")
        if text.strip(_QUOTES) != text:  # Docker's env files keep them, and a provider only says 401
            raise SettingsError(f"{label(key)}: has quotes round it; leave them out")
    if "base_url" in given:
        check_base_url(given["base_url"], label("base_url"))
        given = {**given, "base_url": given["base_url"].rstrip("/")}
    try:
        values = spec.settings.model_validate(given)
    except ValidationError as error:
        key = str(error.errors(include_input=False)[0]["loc"][0])
        raise SettingsError(f"{label(key)}: not of the form that {spec.title} uses; paste it anew") from None
    beside = {key: label(key) for key in spec.settings.model_fields if key not in _OF_ALL}
    return ConnectionSettings(name, spec, values, key_variable, label("base_url"), beside)


def check_base_url(url: str, label: str) -> None:
    """Only https, or http on a loopback address; nothing but scheme, host, port and path.

    Raises:
        SettingsError: it is another.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SettingsError(f"{label}: not a web address; {_URL_MEND}") from None
    if parts.username is not None or set(url) & set("?#"):
        raise SettingsError(f"{label}: must hold no user, password, query or fragment; {_URL_MEND}")
    if parts.scheme not in {"http", "https"} or not is_host(host) or port == 0:
        raise SettingsError(f"{label}: not a web address; {_URL_MEND}")
    if parts.scheme == "http" and not is_loopback(host):
        raise SettingsError(f"{label}: plain http would send the key in clear; {_URL_MEND}")


def is_host(text: str) -> bool:
    """Whether a text may name a host; what looks like an address has to be one, or no client can be made for it."""
    if _HOST.fullmatch(text) is None:
        return False
    try:
        return _ADDRESS.fullmatch(text) is None or bool(ip_address(text))
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own loopback."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
