"""Personal data that patterns find in text."""

from __future__ import annotations

import re
from functools import cache

from rundown_mcp.redaction.placeholders import Tagger


@cache
def _email() -> re.Pattern[str]:
    return re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


def mask_personal(text: str, tagger: Tagger) -> str:
    """Replace e-mail addresses by their tags."""
    if "@" not in text:
        return text
    return _email().sub(lambda found: tagger.tag("email", found[0]), text)
