"""What became of a failed step."""

from __future__ import annotations

from enum import IntEnum


class Fate(IntEnum):
    """From bad to good, so that the best of several is their maximum."""

    STANDING = 0
    UNCERTAIN = 1
    RECOVERED = 2
