"""What is too large or too deep to be checked, and is withheld for that."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 2_000_000
"""Characters of one value, its texts taken together: two seconds of one core, of the most hostile shapes ten."""

DEEPEST: Final = 500
"""Levels of lists and objects; the transport refuses deeper bodies already."""


class NotCheckedError(ValueError):
    """A value is too large or too deep to be checked."""
