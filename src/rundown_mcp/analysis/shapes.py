"""Read the shape of a tool's output: whether it says that something failed, was stopped, or went well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from rundown_mcp.analysis.error_members import (
    error_of,
    is_bare_error,
    says_it_failed,
    says_something,
    telling,
)
from rundown_mcp.analysis.error_texts import CUT_ERROR, FINE_TEXT, error_text, marked_up_error, not_done
from rundown_mcp.analysis.members import Members, message_of
from rundown_mcp.analysis.names import Subject
from rundown_mcp.domain.text import Untrusted

_WELL_KEYS: Final = ("ok", "success", "succeeded", "successful")
_NOUGHTS: Final = ("ok", "success")
_BAD_KEYS: Final = ("iserror", "failed", "haserror")
_WELL_WORDS: Final = frozenset("ok success succeeded".split())
_WRAPPERS: Final = ("result", "response", "output", "body", "envelope", "responsemetadata")
_LOOSE_WRAPPERS: Final = ("data", "content", "payload")
_BESIDE_A_WRAPPER: Final = frozenset(
    "id type name status statuscode headers meta metadata requestid traceid timestamp took duration durationms iserror "
    "error errors version".split()
)
_STOPPED_WORDS: Final = ("blocked", "rejected", "denied", "declined")
_STOPPED_BY: Final = ("guardrail", "policy", "approval", "approver")
_LISTS: Final = ("results", "responses", "outcomes", "items")
_MOST_ITEMS: Final = 50
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


def shape_of(output: Untrusted, subject: Subject = Subject.DEED, depth: int = 0) -> Shape:
    """What an output says of the call, also as JSON in a text, or inside a `result`, `body` and the like.

    `subject` is what it is about: `status: failed` may be the state of a thing that was looked up. Only the shape
    counts, never the mere word: an error member that says something, `ok: false`, an HTTP status of 400 or more (a bare
    `code` is the business's own), a text that opens with an error.
    """
    value = output.unpacked()
    if depth > _DEEPEST:
        return _UNCLEAR
    if value.is_text:
        return _of_text(value, subject)
    if value.member_names():
        return _of_object(value, subject, depth)
    if value.elements():
        return _of_list(value, subject, depth)
    is_answer = value.number() is not None or value.flag() is True or value.equals("[]")
    return _FINE if is_answer else _UNCLEAR


def _of_text(text: Untrusted, subject: Subject) -> Shape:
    says_so = any(text.matches(pattern) for pattern in (error_text(), CUT_ERROR, marked_up_error()))
    if says_so or (subject is Subject.DEED and text.matches(not_done())):
        return Shape(Says.FAILED, text)
    return _FINE if text.matches(FINE_TEXT) else _UNCLEAR


def _of_list(value: Untrusted, subject: Subject, depth: int) -> Shape:
    """A list is an answer, whatever its items say, unless it is one of errors with their codes.

    The one text in which tools of MCP answer counts for itself.
    """
    first = value.elements()[0]
    if all(is_bare_error(Members(item)) for item in value.elements()):
        return Shape(Says.FAILED, value)
    text = first.child("text") if len(value.elements()) == 1 else None
    kind = first.child("type")
    if text is not None and kind is not None and kind.equals("text"):
        return shape_of(text, subject, depth + 1)
    return _FINE


def _of_object(value: Untrusted, subject: Subject, depth: int) -> Shape:
    members = Members(value)
    if subject is Subject.FAULTS and _is_a_fault(members):
        return _FINE
    error, status = error_of(members, subject), members.get("status")
    says_well = members.says(_WELL_KEYS, wanted=True) or members.says(_BAD_KEYS, wanted=False)
    says_well = says_well or (status is not None and status.folded() in _WELL_WORDS)
    says_badly = members.says(_WELL_KEYS, wanted=False) or members.says(_BAD_KEYS, wanted=True)
    says_badly = says_badly or _is_nought(members)
    if _is_stop(members):
        return Shape(Says.STOPPED, error or message_of(members))
    if says_badly or says_it_failed(members, subject):
        return Shape(Says.FAILED, telling(error) or message_of(members) or value)
    if error is not None:
        return _UNCLEAR if says_well else Shape(Says.FAILED, telling(error) or message_of(members) or error)
    return _FINE if says_well else _of_inner(members, subject, depth)


def _is_a_fault(members: Members) -> bool:
    """Whether an object is a fault that was looked up, with an id and a state of its own, whatever its error says."""
    return "id" in members.filled and not members.filled.isdisjoint(("status", "state"))


def _is_nought(members: Members) -> bool:
    """Whether a count or a flag of success is 0, and nothing but a code stands beside it, or a message says why."""
    is_zero = any(flag.number() == 0 for _, flag in members.some(_NOUGHTS))
    return is_zero and (message_of(members) is not None or members.keys <= {*_NOUGHTS, "code"})


def _of_inner(members: Members, subject: Subject, depth: int) -> Shape:
    """What is wrapped in an object that says nothing itself; a text counts only where there is nothing beside it."""
    is_only = members.keys <= {*_WRAPPERS, *_LOOSE_WRAPPERS, *_BESIDE_A_WRAPPER}
    for _, inner in members.some((*_WRAPPERS, *(_LOOSE_WRAPPERS if is_only else ()))):
        if inner.unpacked().is_text and not is_only:
            continue
        shape = shape_of(inner, subject, depth + 1)
        if shape.says in {Says.FAILED, Says.STOPPED}:
            return shape
        refused = _refused_by_a_mutation(inner)
        if refused is not None:
            return Shape(Says.FAILED, refused)
    return _of_items(members, depth) if subject is Subject.DEED else _FINE


def _of_items(members: Members, depth: int) -> Shape:
    """What a deed done to several things says of each: one that failed is enough."""
    lists = (items.elements()[:_MOST_ITEMS] for _, items in members.some(_LISTS))
    shapes = (shape_of(item, depth=depth + 1) for items in lists for item in items if item.member_names())
    return next((shape for shape in shapes if shape.says is Says.FAILED), _FINE)


def _refused_by_a_mutation(data: Untrusted) -> Untrusted | None:
    """The `userErrors` of a GraphQL mutation, which stand one level below its `data`."""
    inner = (data.child(name) for name in data.member_names())
    found = (Members(item).get("usererrors") for item in inner if item is not None)
    return next((errors for errors in found if errors is not None and says_something(errors)), None)


def _is_stop(members: Members) -> bool:
    named = any(key.startswith(_STOPPED_BY) for key in members.keys)
    status = members.get("status")
    stopped = status is not None and status.folded() in _STOPPED_WORDS
    return named and (stopped or members.says(_STOPPED_WORDS, wanted=True))
