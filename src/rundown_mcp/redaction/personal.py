"""Personal data that patterns find in text."""

from __future__ import annotations

import re
from functools import cache

from rundown_mcp.redaction.placeholders import Tagger


@cache
def _email() -> re.Pattern[str]:
    """An address without the quotes, marks and parameter names that often touch it, so that its tag stays the same."""
    label = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
    return re.compile(rf"[^\W_][\w.+'-]{{0,63}}@{label}(?:\.{label}){{1,8}}")


def mask_personal(text: str, tagger: Tagger) -> str:
    """Replace e-mail addresses by their tags."""
    if "@" not in text:
        return text
    return _email().sub(lambda found: tagger.tag("email", found[0]), text)
