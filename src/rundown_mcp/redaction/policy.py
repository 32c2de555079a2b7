"""What each policy lets out."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from rundown_mcp.domain.text import Kind

_STRUCTURE: Final = {Kind.ID, Kind.WORD, Kind.NAME}
_PLAUSIBLE: Final = {
    Kind.ID: re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#+@-]{0,127}", re.ASCII),
    Kind.WORD: re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,39}", re.ASCII),
    Kind.NAME: re.compile(r"[^\W_][\w .,:;/&()'’+#@!?|–—·-]{0,79}"),
}


class Policy(StrEnum):
    """`strict` lets only structure out, `balanced` masks what it finds, `off` masks secrets alone."""

    STRICT = "strict"
    BALANCED = "balanced"
    OFF = "off"

    @property
    def masks_persons(self) -> bool:
        """Whether personal data and known identities are masked."""
        return self is not Policy.OFF

    def withholds(self, kind: Kind, text: str) -> bool:
        """Whether a value of this kind may not leave at all.

        Under `strict` an id, an enumerated word or a name leaves only where it looks like one: a sentence in a field
        that should hold a word is free text, and so is a name of more than 80 characters or one in several lines.
        """
        if self is not Policy.STRICT:
            return False
        if kind not in _STRUCTURE:
            return True
        shape = _PLAUSIBLE.get(kind)
        return shape is not None and shape.fullmatch(text) is None
