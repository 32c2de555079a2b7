"""Read the shape of a tool's output and input: whether it says that something failed, whether two calls are alike."""

from __future__ import annotations

import json
import re
from typing import Final

from rundown_mcp.domain.text import Untrusted

_HTTP_ERRORS: Final = (400, 600)
_HTTP_KEYS: Final = ("status", "status_code", "statusCode", "http_status", "httpStatus", "code")
_ERROR_WORDS: Final = ("error", "failed", "failure")
_NO_ERROR: Final = frozenset({"", "none", "null", "false", "0", "ok", "no error"})
_ERROR_TEXT: Final = re.compile(
    r"\A\s*(?:[A-Za-z]*(?:Error|Exception)\b\s*:|Traceback \(most recent call last\)|ERROR\b)"
)
_FALLBACK: Final = re.compile(r"(?i)\bfall(?:s|ing|en)?[ -]?back\b|\bfallback\b")


def error_in(output: Untrusted) -> Untrusted | None:
    """What an error-shaped output says went wrong; None for any other, also one that merely mentions errors."""
    if output.is_text:
        return output if output.matches(_ERROR_TEXT) else None
    for key in ("error", "errors"):
        error = output.child(key)
        if error and error.folded() not in _NO_ERROR:
            return error
    refused = any((flag := output.child(key)) is not None and flag.flag() is False for key in ("ok", "success"))
    flagged = any((flag := output.child(key)) is not None and flag.flag() is True for key in ("isError", "is_error"))
    if refused or flagged or _states_failure(output):
        return _message(output) or output
    return None


def _states_failure(output: Untrusted) -> bool:
    for key in _HTTP_KEYS:
        value = output.child(key)
        if value is None:
            continue
        number = value.number()
        if number is not None and _HTTP_ERRORS[0] <= number < _HTTP_ERRORS[1]:
            return True
        if key == "status" and any(value.equals(word) for word in _ERROR_WORDS):
            return True
    return False


def _message(output: Untrusted) -> Untrusted | None:
    for key in ("message", "error_message", "detail", "reason"):
        value = output.child(key)
        if value:
            return value
    return None


def declares_fallback(error: Untrusted) -> bool:
    """Whether an error says that something else takes over."""
    return error.matches(_FALLBACK)


def are_alike(one: Untrusted | None, other: Untrusted | None) -> bool | None:
    """Whether two inputs ask for the same thing: equal, or the same keys and at least half of the values equal.

    A corrected retry changes a value or two. None where that cannot be told: an input is absent or redacted.
    """
    if one is None or other is None or one.redacted or other.redacted:
        return None
    if one == other:
        return True
    mine, others = _members(one), _members(other)
    if not mine or mine.keys() != others.keys():
        return False
    return 2 * sum(mine[key] == others[key] for key in mine) >= len(mine)


def _members(value: Untrusted) -> dict[str, object]:
    """The members of an object, for comparison only; nothing for any other value."""
    bare = json.loads(value.canonical()[1:]) if not value.is_text else None
    return bare if isinstance(bare, dict) else {}
