"""What a failed step says of a fallback: that there is one, which, that there is none, or that the run does without."""

from __future__ import annotations

from enum import Enum, auto

from rundown_mcp.analysis.assess import Assessment
from rundown_mcp.analysis.error_members import says_something
from rundown_mcp.analysis.names import IDENTIFIER, words_of
from rundown_mcp.analysis.phrases import AIM, DECLARED, DENIED, MISSED, MOST, QUOTED, TOLERATED
from rundown_mcp.domain.text import Untrusted


class Declaration(Enum):
    """What is said of a fallback, where no words of it matter."""

    DENIED = auto()
    TOLERATED = auto()
    MISSED = auto()


def declared_by(item: Assessment) -> frozenset[str] | Declaration | None:
    """What a step's text names as its fallback, by words, of which a tool's name is one; empty where it names nothing.

    What a text quotes is somebody else's, and declares nothing. A cache that `MISSED` is always asked before something
    else. None where nothing is said of a fallback.
    """
    said = [text for text in (item.error, item.step.content) if text]
    # In JSON every text is quoted.
    texts = [text.head(MOST).without(QUOTED) if text.is_text else text.head(MOST) for text in said]
    flag = _flag(item)
    if any(text.matches(DENIED) for text in texts):
        return Declaration.DENIED
    stating = [text for text in texts if text.matches(DECLARED)]
    if stating or flag is not None:
        aims = frozenset[str]().union(*(text.words(AIM, MOST) for text in stating))
        named = frozenset(word for aim in aims for word in IDENTIFIER.findall(aim))
        return named | (flag.words(IDENTIFIER, MOST) if flag is not None else frozenset())
    if "cache" in words_of(item.step.label) and any(text.matches(MISSED) for text in texts):
        return Declaration.MISSED
    return Declaration.TOLERATED if any(text.matches(TOLERATED) for text in texts) else None


def _flag(item: Assessment) -> Untrusted | None:
    """The member of a failed step's output that says what takes over."""
    output = item.step.tool.output if item.step.tool else None
    value = output.unpacked() if output is not None else None
    if value is None:
        return None
    for key in ("fallback", "fallback_to", "fallbackTo", "fallback_used", "fallbackUsed"):
        member = value.child(key)
        if member is not None and member.number() is None and says_something(member) and not member.matches(DENIED):
            return member
    return None
