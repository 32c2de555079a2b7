"""What HappyRobot's ids look like, in full, in short and inside a web address."""

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
"""The whole id of a run or of a use case."""
UUID_START: Final = re.compile(_UUID_START)
"""The first 8 to 36 characters of a UUID."""
URL_ID: Final = re.compile(rf"^.*(?:/runs?/|[?&#](?:run_id|run)=)(?P<id>{_UUID})(?![0-9A-Za-z-]).*$")
"""A run's id in an address: behind `/runs/` in the path, or as the value of `run_id` or `run` in the query."""


def is_uuid(text: str) -> bool:
    """Whether `text` is a UUID and nothing else."""
    return UUID.fullmatch(text) is not None


def canonical_id(text: str) -> str:
    """An id as it stands in a `Ref`: a UUID in lower case, anything else as it came."""
    return text.lower() if is_uuid(text) else text
