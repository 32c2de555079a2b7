"""Ids that are UUIDs: how they look in full and in short, and the one way in which they are written here."""

from __future__ import annotations

import re
from typing import Final

_HEX: Final = "[0-9a-f]"

UUID_FORM: Final = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
"""The pattern of a UUID in lower case, to be part of others; compile them to take any case."""
UUID: Final = re.compile(UUID_FORM, re.IGNORECASE | re.ASCII)
"""A whole UUID, in any case."""
UUID_START: Final = re.compile(
    f"{_HEX}{{8}}(?:-{_HEX}{{0,4}}|-{_HEX}{{4}}-{_HEX}{{0,4}}"
    f"|(?:-{_HEX}{{4}}){{2}}-{_HEX}{{0,4}}|(?:-{_HEX}{{4}}){{3}}-{_HEX}{{0,12}})?",
    re.IGNORECASE | re.ASCII,
)
"""The first 8 to 36 characters of a UUID, in any case."""


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID and nothing else."""
    return UUID.fullmatch(text) is not None


def canonical_id(text: str) -> str:
    """An id as it stands in a `Ref`: a UUID in lower case, anything else as it came."""
    return text.lower() if is_uuid(text) else text
