"""Read the shape of a tool's output and input: whether it says that something failed, whether two calls are alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from rundown_mcp.domain.text import Untrusted

_HTTP_ERRORS: Final = (400, 600)
_HTTP_KEYS: Final = ("status", "status_code", "statusCode", "http_status", "httpStatus", "code")
_ERROR_WORDS: Final = ("error", "failed", "failure")
_NO_ERROR: Final = frozenset({"", "none", "null", "false", "0", "ok", "no error"})
_ERROR_TEXT: Final = re.compile(
    r"\A\s*(?:[A-Za-z]*(?:Error|Exception)\b\s*:|Traceback \(most recent call last\)|ERROR\b)"
)
_FALLBACK: Final = re.compile(r"(?i)\bfall(?:s|ing|en)?[ -]?back\b|\bfallback\b")

_Members: TypeAlias = Mapping[str, str]


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


class Inputs:
    """The inputs of some calls, to be asked whether another call asks for the same thing.

    Two inputs do where they are equal, or have the same keys and at least half of the values equal: a corrected retry
    changes a value or two. An object is found by its values, so that a run of many calls is not compared pair by pair.
    """

    def __init__(self) -> None:
        self._unknown = False
        self._equal: set[object] = set()
        self._having: dict[object, list[_Members]] = {}

    def add(self, given: Untrusted | None) -> None:
        """Take in the input of one call."""
        if given is None or given.redacted:
            self._unknown = True
            return
        members = given.members()
        whole = frozenset(members.items()) if members else given.canonical()
        if whole in self._equal:
            return
        self._equal.add(whole)
        keys = frozenset(members)
        for member in members.items():
            self._having.setdefault((keys, member), []).append(members)

    def hold_like(self, given: Untrusted | None) -> bool | None:
        """Whether one of them is like `given`; None where that cannot be told, because an input is absent or redacted.

        Source of the shortcut: of an object with n values that is alike, any n/2 + 1 of them hold an equal one, so only
        those with the rarest values have to be looked at.
        """
        if given is None or given.redacted:
            return None if self._unknown or self._equal else False
        members = given.members()
        if not members:
            alike = given.canonical() in self._equal
        else:
            keys = frozenset(members)
            having = sorted((self._having.get((keys, member), []) for member in members.items()), key=len)
            alike = any(_are_alike(members, other) for some in having[: len(members) // 2 + 1] for other in some)
        return alike or (None if self._unknown else False)


def _are_alike(mine: _Members, theirs: _Members) -> bool:
    return 2 * sum(mine[key] == theirs[key] for key in mine) >= len(mine)
