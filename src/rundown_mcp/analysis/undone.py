"""What an object tells of a deed that was not done, or not to all that it was for."""

from __future__ import annotations

import re
from typing import Final

from rundown_mcp.analysis.error_texts import DEEDS, TYPE_OF_A_PROBLEM
from rundown_mcp.analysis.members import Members, message_of
from rundown_mcp.analysis.phrases import DONE_ALREADY, MOST

_REVERSIBLE: Final = "added assigned enrolled invited published registered removed subscribed".split()
"""What is not so, too, where it was undone as it was asked for: only a reason tells that it was not done."""
_REMARKS: Final = ("note", "info", "hint", "explanation")
"""Of a thing these say anything; beside a deed that was not done they say why."""
_DONE_TO: Final = ("accepted", "succeeded", "successful", "successes", "delivered", "sent", "processed")
_REFUSED_BY: Final = ("rejected", "refused", "undelivered", "bounced")
_FAILED_FOR: Final = ("failed", "failures")
_NOT_TO_BE_DONE: Final = re.compile(
    r"(?i)\b(?:no changes?|nothing (?:to|changed)|unchanged|up to date|dry[- ]run|instead|queued|in transit|on its way|"
    r"not (?:yet )?due|tomorrow|later today)\b"
)
"""A text that says that it need not be done, or is under way."""
_EXIT_KEYS: Final = ("exitcode", "exitstatus", "returncode")


def says_it_is_undone(members: Members) -> bool:
    """Whether the answer of a deed says that it failed; of a thing that was looked up, the same says how that is."""
    return any(told(members) for told in (_was_not_done, _was_not_done_to_all, _is_a_problem, _exited_badly))


def _was_not_done(members: Members) -> bool:
    """Whether a deed is said not to be done, and why: `{"transferred": false, "reason": "queue is closed"}`."""
    said = message_of(members, *_REMARKS)
    was_there = said is None or any(said.head(MOST).matches(why) for why in (DONE_ALREADY, _NOT_TO_BE_DONE))
    deeds = (*DEEDS, *_REVERSIBLE) if members.get("reason") else DEEDS
    return not was_there and members.says(deeds, wanted=False) and not members.says(deeds, wanted=True)


def _was_not_done_to_all(members: Members) -> bool:
    """Whether a deed lists those that it failed for, or that refused it, as mail servers do, and no other."""
    if "passed" in members.keys:  # what ran the checks did so, whatever they found
        return False
    done = members.some(_DONE_TO)
    is_none = bool(done) and not any(those.elements() or those.number() for _, those in done)
    missed = (*_FAILED_FOR, *_REFUSED_BY) if is_none else _FAILED_FOR
    return any(those.elements() for _, those in members.some(missed))


def _exited_badly(members: Members) -> bool:
    return any(code.number() not in {None, 0} for _, code in members.some(_EXIT_KEYS))


def _is_a_problem(members: Members) -> bool:
    """Whether an object is the description of a problem: https://www.rfc-editor.org/rfc/rfc9457."""
    kind = members.get("type")
    return kind is not None and kind.matches(TYPE_OF_A_PROBLEM) and {"title", "detail"} <= members.filled
