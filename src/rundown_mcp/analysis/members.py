"""The members of an object by their keys in any spelling: `statusCode`, `status_code` and `soap:StatusCode` are one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Final

from rundown_mcp.analysis.error_texts import ERRORS_ABROAD
from rundown_mcp.domain.text import Untrusted

_NO_LETTER: Final = re.compile(r"[\W_]+")
_LONGEST_REMEMBERED: Final = 64
_ABROAD: Final = {
    **dict.fromkeys(ERRORS_ABROAD, "error"),
    **dict.fromkeys(("fehlermeldung", "messagederreur", "mensajedeerror"), "errormessage"),
    **dict.fromkeys(("estado", "statut", "stato"), "status"),
    **dict.fromkeys(("nachricht", "meldung", "melding", "mensaje", "messaggio", "mensagem"), "message"),
    **dict.fromkeys(("erfolg", "erfolgreich", "exito", "éxito", "succès", "succes", "sucesso", "successo"), "success"),
}
"""Keys of other languages, by what the analysis calls them."""
SURE_MESSAGES: Final = ("message", "msg", "errormessage", "errormsg", "errmsg", "errordescription", "detail")
_MESSAGE_KEYS: Final = (*SURE_MESSAGES, "reason", "title", "body")


def plain_key(key: str) -> str:
    """A key without its namespace, its case and whatever parts its words."""
    return _remembered_plain(key) if len(key) <= _LONGEST_REMEMBERED else _plain(key)


def _plain(key: str) -> str:
    return _NO_LETTER.sub("", key.rpartition(":")[2]).casefold()


_remembered_plain: Final = lru_cache(maxsize=4096)(_plain)


class Members:
    """The members of one object; of two keys that differ in their spelling only, the first counts."""

    def __init__(self, value: Untrusted) -> None:
        self._members: dict[str, Untrusted] = {}
        for name, member in value.members():
            key = plain_key(name)
            self._members.setdefault(_ABROAD.get(key, key), member)

    def get(self, key: str) -> Untrusted | None:
        """The member of a plain key."""
        return self._members.get(key)

    def some(self, keys: Iterable[str]) -> list[tuple[str, Untrusted]]:
        """Those of these that are there, with their plain keys, in the order of `keys`."""
        members = self._members
        return [(key, members[key]) for key in keys if key in members]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The plain keys."""
        return frozenset(self._members)

    @cached_property
    def filled(self) -> frozenset[str]:
        """The plain keys of those members that hold something."""
        return frozenset(key for key, member in self._members.items() if not member.says_nothing)

    def says(self, keys: Iterable[str], *, wanted: bool) -> bool:
        """Whether one of these is the flag that is wanted, also where it stands as a text."""
        return any(member.equals(str(wanted)) for _, member in self.some(keys))


def message_of(members: Members, *more: str) -> Untrusted | None:
    """What an object says in words, under a key for messages or one of `more`."""
    return next((said for _, said in members.some((*_MESSAGE_KEYS, *more)) if said), None)
