"""The members of an object by their keys in any spelling: `statusCode`, `status_code` and `soap:StatusCode` are one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rundown_mcp.domain.text import Untrusted

_NO_LETTER: Final = re.compile(r"[\W_]+")
_ABROAD: Final = {
    **dict.fromkeys(("fehler", "erreur", "errore", "erro", "fout"), "error"),
    **dict.fromkeys(("fehlermeldung", "messagederreur", "mensajedeerror"), "errormessage"),
    **dict.fromkeys(("estado", "statut", "stato"), "status"),
    **dict.fromkeys(("nachricht", "meldung", "melding", "mensaje", "messaggio", "mensagem"), "message"),
    **dict.fromkeys(("erfolg", "erfolgreich", "exito", "éxito", "succès", "succes", "sucesso", "successo"), "success"),
}
"""Keys of other languages, by what the analysis calls them."""
_EMPTY: Final = frozenset({"", "null", "[]", "{}"})


@lru_cache(maxsize=4096)
def plain_key(key: str) -> str:
    """A key without its namespace, its case and whatever parts its words."""
    return _NO_LETTER.sub("", key.rpartition(":")[2]).casefold()


class Members:
    """The members of one object; of two keys that differ in their spelling only, the first counts."""

    def __init__(self, value: Untrusted) -> None:
        self._value = value
        self._names: dict[str, str] = {}
        for name in value.member_names():
            key = plain_key(name)
            self._names.setdefault(_ABROAD.get(key, key), name)

    def get(self, key: str) -> Untrusted | None:
        """The member of a plain key."""
        name = self._names.get(key)
        return None if name is None else self._value.child(name)

    def some(self, keys: Iterable[str]) -> list[tuple[str, Untrusted]]:
        """Those of these that are there, with their plain keys, in the order of `keys`."""
        return [(key, member) for key in keys if (member := self.get(key)) is not None]

    @property
    def keys(self) -> frozenset[str]:
        """The plain keys."""
        return frozenset(self._names)

    def filled(self) -> frozenset[str]:
        """The plain keys of those members that hold something."""
        return frozenset(key for key, member in self.some(self._names) if member.folded() not in _EMPTY)

    def says(self, keys: Iterable[str], *, wanted: bool) -> bool:
        """Whether one of these is the flag that is wanted, also where it stands as a text."""
        return any(member.folded() == str(wanted).casefold() for _, member in self.some(keys))
