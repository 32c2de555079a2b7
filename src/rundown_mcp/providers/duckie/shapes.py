"""What Duckie's ids look like, in full, in short and inside a web address."""

from __future__ import annotations

import re
from typing import Final

_HEX: Final = "[0-9a-fA-F]"
_UUID: Final = f"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
_UUID_START: Final = (
    f"{_HEX}{{8}}(?:-{_HEX}{{0,4}}|-{_HEX}{{4}}-{_HEX}{{0,4}}"
    f"|(?:-{_HEX}{{4}}){{2}}-{_HEX}{{0,4}}|(?:-{_HEX}{{4}}){{3}}-{_HEX}{{0,12}})?"
)

UUID: Final = re.compile(_UUID)
"""The whole id of a run, of an agent or of an MCP server."""
UUID_START: Final = re.compile(_UUID_START)
"""The first 8 to 36 characters of a UUID."""
URL_ID: Final = re.compile(rf"^(?:.*/runs?/|.*/)(?P<id>{_UUID})(?:[/?#].*)?$")
"""A run's id in a path: behind `runs/` where that stands there, else the last segment that is a UUID."""


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID and nothing else."""
    return UUID.fullmatch(text) is not None


def canonical_id(text: str) -> str:
    """An id as it stands in a `Ref`: a UUID in lower case, anything else as it came."""
    return text.lower() if is_uuid(text) else text
