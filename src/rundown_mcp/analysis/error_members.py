"""Which members of an object tell of an error, and what they say went wrong."""

from __future__ import annotations

from typing import Final

from rundown_mcp.analysis.error_texts import (
    CODE_OF_ERROR,
    CODE_WITH_A_MESSAGE,
    ERRORS_ABROAD,
    FAILED_ABROAD,
    HTTP_ERROR,
    NAME_OF_AN_EXCEPTION,
    NO_ERROR,
    REASON_PHRASES,
    SAYS_NO,
    TYPE_OF_AN_ERROR,
    error_text,
)
from rundown_mcp.analysis.kinds import FailureKind, kind_of_error
from rundown_mcp.analysis.members import SURE_MESSAGES, Members, message_of
from rundown_mcp.analysis.names import Subject
from rundown_mcp.analysis.phrases import MOST
from rundown_mcp.analysis.undone import says_it_is_undone
from rundown_mcp.domain.text import Untrusted

_HTTP_ERRORS: Final = (400, 600)
_HTTP_KEYS: Final = ("statuscode", "httpstatus", "httpstatuscode", "httpcode", "responsecode")
_ERROR_KEYS: Final = (
    "error",
    "errors",
    "err",
    "errormessage",
    "errormsg",
    "errmsg",
    "usererrors",
    "validationerrors",
)
_LOOSE_ERROR_KEYS: Final = ("exception", "fault")
"""What a calendar and an insurance have as well, in texts and objects of their own."""
_OF_AN_EXCEPTION: Final = frozenset(
    "class type name code message detail details cause faultcode faultstring stack stacktrace trace".split()
)
_CODE_KEYS: Final = ("errorcode", "errcode")
_ERROR_WORDS: Final = frozenset(("error", "errored", "exception", *ERRORS_ABROAD))
_FAILED_WORDS: Final = {
    "status": frozenset(
        ("fail", "failed", "failure", "ko", "nok", "timeout", "timed_out", "unauthorized", "forbidden", *FAILED_ABROAD)
    ),
    "result": frozenset(("failed", "failure")),
}
"""Words by the key that they stand under; `unavailable` or an `outcome` that failed may be of the business."""
_OF_AN_ERROR: Final = frozenset(
    "id type name status statuscode statustext headers meta metadata requestid traceid timestamp took duration "
    "durationms iserror error errors version code errorcode errcode message msg errormessage errormsg errmsg "
    "errordescription detail details reason title retryable retryafter body url method path instance".split()
)
_WHEN_TO_RETRY: Final = ("retryafter", "retryafterms", "retryafterseconds", "retryin")
_OF_A_CALL: Final = frozenset("data result results response state status".split())
_GRPC_CODES: Final = range(1, 17)
_CODES_OF_NO_ERROR: Final = frozenset((*range(400), 20000))
"""Those of success, and counts and the like; hardly a system numbers its own errors below those of HTTP."""
_DEEPEST: Final = 4


def error_of(members: Members, subject: Subject) -> Untrusted | None:
    """The member that holds an error of the call which says something, not of the thing that it is about."""
    if subject is not Subject.DEED and _is_a_thing(members):
        return None
    for key, error in members.some(_ERROR_KEYS):
        # `errors: 3` counts, as a report does, and so may `error: 3` beside other figures; neither is of the call.
        is_count = error.number() is not None and (key == "errors" or not members.filled <= _OF_AN_ERROR)
        is_report = is_count or (key == "errors" and subject is Subject.FAULTS)
        if says_something(error) and not is_report:
            return error.unpacked()
    for _, error in members.some(_LOOSE_ERROR_KEYS):
        if says_something(error) and _is_an_exception(error.unpacked(), members):
            return error.unpacked()
    return None


def _is_a_thing(members: Members) -> bool:
    """Whether an object is of a thing: it has a state, which is not that of a call, and more than an error has."""
    state = members.get("status") or members.get("state")
    if state is None or not state.is_text or state.matches(HTTP_ERROR) or state.folded() in _ERROR_WORDS:
        return False
    return bool(members.filled - _OF_AN_ERROR - _OF_A_CALL)


def is_bare_error(members: Members) -> bool:
    """Whether an object is nothing but an error with its code and its message."""
    has_code = bool(members.some((*_CODE_KEYS, "code")))
    return has_code and bool(members.some(SURE_MESSAGES)) and members.filled <= _OF_AN_ERROR | {"fields", "field"}


def _is_an_exception(error: Untrusted, beside: Members) -> bool:
    """Whether what stands under `exception` is one of a program: by its name, its parts, or a message beside it."""
    if error.is_text and (error.matches(NAME_OF_AN_EXCEPTION) or error.matches(error_text())):
        return True
    first = next(iter(error.elements()), error)
    return bool(Members(first).keys & _OF_AN_EXCEPTION) or bool(beside.some((*SURE_MESSAGES, "stacktrace", "trace")))


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


def telling(error: Untrusted | None) -> Untrusted | None:
    """An error that says what went wrong: a bare `true` or number only says that something did."""
    return None if error is None or error.flag() is not None or error.number() is not None else error


def says_it_failed(members: Members, subject: Subject) -> bool:
    """Whether a status, a code, a state or a deed that was not done says so; `subject` as `shape_of` has it."""
    return (
        _has_http_error(members)
        or _has_error_code(members)
        or _has_error_word(members, subject)
        or _is_held_back(members)
        or (subject is Subject.DEED and says_it_is_undone(members))
    )


def _has_http_error(members: Members) -> bool:
    if any(_is_http_error(status) for _, status in members.some(_HTTP_KEYS)):
        return True
    status = members.get("status")
    if status is None or not _is_http_error(status):
        return False
    # `{"status": 500, "items": 3}` counts things; an error has little beside its status, or says what it is.
    is_phrase = status.is_text and not status.folded().isdigit()
    return is_phrase or message_of(members) is not None or members.filled <= _OF_AN_ERROR


def _is_http_error(status: Untrusted) -> bool:
    number = status.number()
    if number is not None:
        return _HTTP_ERRORS[0] <= number < _HTTP_ERRORS[1]
    return status.is_text and status.matches(HTTP_ERROR)


def _has_error_code(members: Members) -> bool:
    """Whether a `code` is one of an error: the system's own, one of gRPC, or an HTTP status beside its phrase.

    Where nothing but a code and its `msg` came back, any code but one of success is the system's own.
    """
    code, said = members.get("code"), message_of(members)
    if said is not None and any(says_something(own) for _, own in members.some(_CODE_KEYS)):
        return True
    if code is None:
        return False
    if code.is_text and (code.matches(CODE_OF_ERROR) or (said is not None and code.matches(CODE_WITH_A_MESSAGE))):
        return True
    told = members.get("msg")
    is_no = told is not None and told.head(MOST).matches(SAYS_NO) and members.filled <= {"code", "msg"}
    if is_no and code.number() not in {None, *_CODES_OF_NO_ERROR}:
        return True
    if members.keys == {"code", "message", "details"} and code.number() in _GRPC_CODES:
        return True
    phrase = REASON_PHRASES.get(code.folded())
    return phrase is not None and said is not None and (said.equals(phrase) or said.matches(error_text()))


def _has_error_word(members: Members, subject: Subject) -> bool:
    """Whether a state says `error` or `failed`; the latter of a lookup only where all else is a message.

    So may a machine that was looked up be in a state of `error`, if other things are told of it and no message.

    A `type`, or the `result` of a judgement, may be that of a thing: it takes a message to tell of an error.
    """
    said = {key: word.folded() for key, word in members.some(("status", "result", "type")) if word.is_text}
    has_message, is_bare = message_of(members) is not None, members.filled <= _OF_AN_ERROR
    is_of_a_thing = subject is not Subject.DEED and not has_message and _is_described(members)
    if (said.get("status") in _ERROR_WORDS and not is_of_a_thing) or (
        said.get("result") in _ERROR_WORDS and (has_message or is_bare)
    ):
        return True
    kind = members.get("type")
    if kind is not None and kind.is_text and (said["type"] in _ERROR_WORDS or kind.matches(TYPE_OF_AN_ERROR)):
        is_said = bool(members.some(SURE_MESSAGES)) or (has_message and subject is Subject.DEED)
        if is_said:
            return True
    has_failed = any(word in _FAILED_WORDS.get(key, ()) for key, word in said.items())
    return has_failed and (subject is Subject.DEED or (is_bare and has_message))


def _is_described(members: Members) -> bool:
    """Whether an object tells of a thing more than an error has, and more than which thing it is."""
    return any(not key.endswith("id") for key in members.filled - _OF_AN_ERROR - _OF_A_CALL)


def _is_held_back(members: Members) -> bool:
    """Whether a rate limit is spoken of, and when to try again; a job to be asked for later says the second alone."""
    said = message_of(members)
    return bool(members.some(_WHEN_TO_RETRY)) and said is not None and kind_of_error(said) is FailureKind.RATE
