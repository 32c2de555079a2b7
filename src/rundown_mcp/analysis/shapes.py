"""Read the shape of a tool's output: whether it says that something failed, was stopped, or went well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from rundown_mcp.analysis.error_texts import (
    CODE_OF_ERROR,
    CUT_ERROR,
    ERROR_TEXT,
    FINE_TEXT,
    HTTP_ERROR,
    MARKED_UP_ERROR,
    NO_ERROR,
    REASON_PHRASES,
)
from rundown_mcp.domain.text import Untrusted

_HTTP_ERRORS: Final = (400, 600)
_HTTP_KEYS: Final = (
    *("status", "status_code", "statusCode", "http_status", "httpStatus", "http_status_code", "httpStatusCode"),
    *("http_code", "response_code", "responseCode"),
)
_ERROR_KEYS: Final = ("error", "errors", "err", "exception", "fault", "error_message", "errorMessage")
_CODE_KEYS: Final = ("error_code", "errorCode")
_STATE_KEYS: Final = ("status", "result", "type")
_ERROR_WORDS: Final = frozenset(("error", "errored", "exception"))
_FAILED_WORDS: Final = {
    "status": frozenset("failed failure timeout timed_out unauthorized forbidden".split()),
    "result": frozenset(("failed", "failure")),
}
"""Words by the key that they stand under; `unavailable` or an `outcome` that failed may be of the business."""
_WELL_KEYS: Final = ("ok", "success", "succeeded")
_BAD_KEYS: Final = ("isError", "is_error", "failed", "hasError", "has_error")
_MESSAGE_KEYS: Final = ("message", "error_message", "errorMessage", "detail", "reason", "title", "body")
_WRAPPERS: Final = ("result", "response", "output", "body")
_LOOSE_WRAPPERS: Final = ("data", "content", "payload")
_BESIDE_A_WRAPPER: Final = frozenset(
    "id type name status statusCode status_code headers meta metadata request_id requestId trace_id timestamp took "
    "duration duration_ms isError is_error error errors version".split()
)
_OF_AN_ERROR: Final = _BESIDE_A_WRAPPER | frozenset(
    "code error_code errorCode message error_message errorMessage detail details reason title retryable".split()
)
_WELL_WORDS: Final = frozenset("ok success succeeded".split())
_STOPPED_WORDS: Final = frozenset("blocked rejected denied declined".split())
_STOPPED_BY: Final = frozenset("guardrail guardrails policy approval approver".split())
_DEEPEST: Final = 4


class Says(Enum):
    """What an output says of its call. `UNCLEAR` is an output that proves nothing, as most plain texts."""

    FAILED = auto()
    STOPPED = auto()
    FINE = auto()
    UNCLEAR = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """What an output says; `error` is the part of a failed one that says what went wrong."""

    says: Says
    error: Untrusted | None = None


_FINE: Final = Shape(Says.FINE)
_UNCLEAR: Final = Shape(Says.UNCLEAR)


def shape_of(output: Untrusted, *, of_a_read: bool = False, depth: int = 0) -> Shape:
    """What an output says, also as JSON in a text, or inside a `result`, `body` and the like.

    `of_a_read`: the tool looked something up, so that `status: failed` may be the state of what it found. Only the
    shape counts, never the mere word: an error member that says something, `ok: false`, an HTTP status of 400 or more
    (a bare `code` is the business's own), a text that opens with an error.
    """
    value = output.unpacked()
    if depth > _DEEPEST:
        return _UNCLEAR
    if value.is_text:
        return _of_text(value)
    if value.member_names():
        return _of_object(value, of_a_read=of_a_read, depth=depth)
    if value.elements():
        return _of_list(value, of_a_read=of_a_read, depth=depth)
    is_answer = value.number() is not None or value.flag() is True or value.equals("[]")
    return _FINE if is_answer else _UNCLEAR


def _of_text(text: Untrusted) -> Shape:
    if any(text.matches(pattern) for pattern in (ERROR_TEXT, CUT_ERROR, MARKED_UP_ERROR)):
        return Shape(Says.FAILED, text)
    return _FINE if text.matches(FINE_TEXT) else _UNCLEAR


def _of_list(value: Untrusted, *, of_a_read: bool, depth: int) -> Shape:
    """A list is an answer, whatever its items say; the one text in which tools of MCP answer counts for itself."""
    first = value.elements()[0]
    text = first.child("text") if len(value.elements()) == 1 else None
    kind = first.child("type")
    if text is not None and kind is not None and kind.equals("text"):
        return shape_of(text, of_a_read=of_a_read, depth=depth + 1)
    return _FINE


def _of_object(value: Untrusted, *, of_a_read: bool, depth: int) -> Shape:
    error = _error_member(value)
    status = value.child("status")
    says_well = _flagged(value, _WELL_KEYS, wanted=True) or _flagged(value, _BAD_KEYS, wanted=False)
    says_well = says_well or (status is not None and status.folded() in _WELL_WORDS)
    says_badly = _flagged(value, _WELL_KEYS, wanted=False) or _flagged(value, _BAD_KEYS, wanted=True)
    if _is_stop(value):
        return Shape(Says.STOPPED, error or _message(value))
    if says_badly or _has_http_error(value) or _has_error_code(value) or _has_error_word(value, of_a_read=of_a_read):
        return Shape(Says.FAILED, _telling(error) or _message(value) or value)
    if error is not None:
        return _UNCLEAR if says_well else Shape(Says.FAILED, _telling(error) or _message(value) or error)
    return _FINE if says_well else _of_inner(value, of_a_read=of_a_read, depth=depth)


def _of_inner(value: Untrusted, *, of_a_read: bool, depth: int) -> Shape:
    """What is wrapped in an object that says nothing itself; a text counts only where there is nothing beside it."""
    is_only = set(value.member_names()) <= {*_WRAPPERS, *_LOOSE_WRAPPERS, *_BESIDE_A_WRAPPER}
    for key in (*_WRAPPERS, *(_LOOSE_WRAPPERS if is_only else ())):
        inner = value.child(key)
        if inner is None or (inner.unpacked().is_text and not is_only):
            continue
        shape = shape_of(inner, of_a_read=of_a_read, depth=depth + 1)
        if shape.says in {Says.FAILED, Says.STOPPED}:
            return shape
    return _FINE


def _flagged(value: Untrusted, keys: Iterable[str], *, wanted: bool) -> bool:
    return any((flag := value.child(key)) is not None and flag.folded() == str(wanted).casefold() for key in keys)


def _error_member(value: Untrusted) -> Untrusted | None:
    for key in _ERROR_KEYS:
        error = value.child(key)
        # `errors: 3` counts, as a report does; it is no error of the call that reports.
        if error is not None and says_something(error) and not (key == "errors" and error.number() is not None):
            return error.unpacked()
    return None


def says_something(error: Untrusted, depth: int = 0) -> bool:
    """Whether what stands in the place of an error tells of one: null, 0, `none`, and what holds only those do not.

    Nor does a fraction, which measures how far something is off.
    """
    value = error.unpacked()
    if (number := value.number()) is not None and not number.is_integer():
        return False
    if depth > _DEEPEST:
        return bool(value)
    if value.member_names():
        return any(
            says_something(child, depth + 1) for key in value.member_names() if (child := value.child(key)) is not None
        )
    if value.elements():
        return any(says_something(item, depth + 1) for item in value.elements())
    return bool(value) and not value.matches(NO_ERROR)


def _telling(error: Untrusted | None) -> Untrusted | None:
    """An error that says what went wrong: a bare `true` or number only says that something did."""
    return None if error is None or error.flag() is not None or error.number() is not None else error


def _has_http_error(value: Untrusted) -> bool:
    for key in _HTTP_KEYS:
        status = value.child(key)
        if status is None:
            continue
        number = status.number()
        if number is not None and _HTTP_ERRORS[0] <= number < _HTTP_ERRORS[1]:
            return True
        if status.is_text and status.matches(HTTP_ERROR):
            return True
    return False


def _has_error_code(value: Untrusted) -> bool:
    """Whether a `code` is one of an error: the system's own, or an HTTP status beside its standard phrase."""
    code, said = value.child("code"), _message(value)
    own = [own for key in _CODE_KEYS if (own := value.child(key)) is not None]
    if said is not None and any(says_something(item) for item in own):
        return True
    if code is None:
        return False
    if code.is_text and code.matches(CODE_OF_ERROR):
        return True
    phrase = REASON_PHRASES.get(code.folded())
    return phrase is not None and said is not None and (said.equals(phrase) or said.matches(ERROR_TEXT))


def _has_error_word(value: Untrusted, *, of_a_read: bool) -> bool:
    """Whether a state says `error` or `failed`; the latter of a lookup only where all else is a message."""
    said = {key: word.folded() for key in _STATE_KEYS if (word := value.child(key)) is not None and word.is_text}
    if not _ERROR_WORDS.isdisjoint(said.values()):
        return True
    has_failed = any(word in _FAILED_WORDS.get(key, ()) for key, word in said.items())
    tells_of_itself = set(value.member_names()) <= _OF_AN_ERROR and _message(value) is not None
    return has_failed and (not of_a_read or tells_of_itself)


def _is_stop(value: Untrusted) -> bool:
    status, keys = value.child("status"), {key.casefold() for key in value.member_names()}
    named = bool(keys & _STOPPED_BY) or any(key.partition("_")[0] in _STOPPED_BY for key in keys)
    stopped = status is not None and status.folded() in _STOPPED_WORDS
    return named and (stopped or _flagged(value, _STOPPED_WORDS, wanted=True))


def _message(value: Untrusted) -> Untrusted | None:
    for key in _MESSAGE_KEYS:
        said = value.child(key)
        if said:
            return said
    return None
