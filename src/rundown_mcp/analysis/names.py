"""What the names of tools tell: the words in them, whether a tool only reads, hands over, or stands in for another."""

from __future__ import annotations

import re
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from rundown_mcp.domain.run import Step
from rundown_mcp.domain.text import Untrusted

IDENTIFIER: Final = re.compile(r"[^\W_][\w.-]*[^\W_]")
"""A word that may be a tool's name, in case-folded text."""
_WORDS: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_READS: Final = frozenset(
    "cache check describe fetch find get list load look lookup query read retrieve search show track view "
    "verify".split()
)
_NOUNS: Final = frozenset("list load track view".split())
"""Those that are of reading only where they stand first: `book_load` books a freight."""
_SEARCHES: Final = frozenset("find look lookup query retrieve search".split())
_HANDS_OVER: Final = frozenset(
    "alert comment email escalate escalation handoff handover log mail message note notify notification reply report "
    "respond response send sms transfer".split()
)
_OF_TEXTS: Final = frozenset(
    "article comment conversation document doc email faq knowledge mail message note page thread ticket transcript "
    "web".split()
)
_MAKES: Final = frozenset("add create generate insert issue new open place register upsert".split())
_UNDOES: Final = frozenset(
    "archive cancel close deactivate delete disable refund release remove reverse revoke rollback terminate undo "
    "unsubscribe void withdraw".split()
)
_TAKES_BACK: Final = frozenset("abort revert rollback undo".split())
_STANDS_IN: Final = frozenset("alternative backup fallback secondary".split())
_WAYS: Final = _STANDS_IN | frozenset(
    "api archive archived database db legacy live local mirror offline online primary remote replica table".split()
)
"""Where a thing comes from, which makes it no other thing."""
_PREPARES: Final = frozenset(
    "analyse analyze answer ask assess calculate categorise categorize classify compute detect draft estimate explain "
    "extract parse preview quote recommend score simulate suggest summarise summarize track transcribe translate "
    "validate verify".split()
)
_FINDS_FAULTS: Final = frozenset("audit diagnose lint scan test validate verify".split())
_FAULTS: Final = frozenset(
    "alert bug crash defect error exception failure fault incident log problem violation".split()
)
_MAY_BE_ANOTHERS: Final = frozenset("assign book claim hold lock reserve take".split())
_BY: Final = re.compile(r"(?i:[\s_-]by[\s_-])|(?<=[a-z])By(?=[A-Z])")
_VERSION: Final = re.compile(r"v?\d+")
_LONGEST: Final = 200
_SHORT: Final = 3


class Subject(Enum):
    """What the answers of a tool are about, which decides what an error among them is of.

    `DEED`: the call itself. `THING`: what it looked up or worked out, which has a state of its own. `FAULTS`: it looks
    for errors, so that a list of them is what was asked for.
    """

    DEED = auto()
    THING = auto()
    FAULTS = auto()


def name_of(step: Step) -> str | None:
    """The tool's name, folded; None for a step that calls none, or one without a name."""
    name = step.tool.name if step.tool else None
    return name.folded() if name is not None else None


def what_it_does(step: Step) -> object:
    """Equal for steps that call the same tool, or that are no calls and bear the same label; None where unknown."""
    if step.tool is not None:
        return None if step.tool.name is None else ("tool", step.tool.name)
    return None if step.label is None else ("step", step.label)


def words_of(name: Untrusted | None) -> frozenset[str]:
    """The words of a name, in any spelling: `getGuest`, `get_guest` and `Get guest` have the same."""
    return _split(_text(name))


def words_of_text(name: str) -> frozenset[str]:
    """As `words_of`, of a bare key."""
    return _split(name[:_LONGEST])


def _text(name: Untrusted | None) -> str:
    return name.canonical()[:_LONGEST] if name is not None else ""


# A run has few tools and may have many steps: what their names tell is remembered.
@lru_cache(maxsize=4096)
def _split(name: str) -> frozenset[str]:
    words = _WORDS.findall(_CAMEL.sub(" ", name).casefold())
    return frozenset(
        word if len(word) <= _SHORT or word.endswith(("ss", "us")) else word.removesuffix("s") for word in words
    )


def is_distinct(name: Untrusted | None) -> bool:
    """Whether a tool's name is no everyday word: `lookup_order` or `lookupOrder`, not `search`."""
    return name is not None and (len(words_of(name)) > 1 or any(not char.isalpha() for char in name.folded()))


def only_reads(name: Untrusted | None) -> bool:
    """Whether a tool says that it looks something up: what it returns is a thing with a state of its own."""
    return _only_reads(_text(name))


@lru_cache(maxsize=4096)
def _only_reads(name: str) -> bool:
    words = _split(name)
    return _deed(name) in _READS or (bool(_reading(name) or "status" in words) and not words & _HANDS_OVER)


def subject_of(step: Step) -> Subject:
    """What the answers of a step's tool are about, by its name."""
    name = step.tool.name if step.tool else None
    words = words_of(name)
    if words & _FINDS_FAULTS or (_reads_by(name) and words & _FAULTS):
        return Subject.FAULTS
    return Subject.THING if only_reads(name) or prepares(step) else Subject.DEED


def _reads_by(name: Untrusted | None) -> frozenset[str]:
    """The words of a name that are for reading."""
    return _reading(_text(name))


def _reading(name: str) -> frozenset[str]:
    return _split(name) & _READS - (_NOUNS - {_deed(name)})


def reads_texts(name: Untrusted | None) -> bool:
    """Whether a tool returns what people wrote: an article on errors, a customer's message that quotes one."""
    words = words_of(name)
    return bool(words & _OF_TEXTS) and bool(_reads_by(name))


def searches_by(name: Untrusted | None) -> frozenset[str]:
    """The words of a name that are for searching: one who `gets` by the same words may get something else."""
    return words_of(name) & _SEARCHES


def deed_of(name: Untrusted | None) -> str:
    """The first word of a name, which is what its tool does: `cancel` of `cancel_order`; empty where there is none."""
    return _deed(_text(name))


@lru_cache(maxsize=4096)
def _deed(name: str) -> str:
    found = _WORDS.search(_CAMEL.sub(" ", name))
    return found[0].casefold() if found else ""


def stem_of(name: Untrusted | None) -> str:
    """What the participle of a tool's deed begins with: `cancel` of `cancelled`; empty of a word too short to tell."""
    stem = deed_of(name).rstrip("e")
    return stem if len(stem) > _SHORT else ""


def prepares(step: Step) -> bool:
    """Whether a step only works something out, and does nothing."""
    return bool(words_of(step.label) & _PREPARES)


def hands_over(step: Step) -> bool:
    """Whether a step tells somebody something, which makes nothing good."""
    said = words_of(step.kind) | (frozenset() if deed_of(step.label) in _READS else words_of(step.label))
    return bool(said & _HANDS_OVER)


def objects_of(name: Untrusted | None) -> frozenset[str]:
    """What a tool that reads is about: its words without those for reading."""
    return frozenset(word for word in words_of(name) - _reads_by(name) - _WAYS if not _VERSION.fullmatch(word))


def sought_by(step: Step) -> frozenset[str] | None:
    """What a lookup is for, whatever it goes by: `customer` of `find_customer_by_email`; None of any other step."""
    name = step.tool.name if step.tool else None
    if name is None or not only_reads(name):
        return None
    words = words_of_text(_BY.split(name.canonical(), maxsplit=1)[0])
    return words - _reads_by(name) - _WAYS or None


def makes(name: Untrusted | None) -> frozenset[str]:
    """What a tool makes anew: the other words of a name such as `create_customer`; empty where it makes nothing."""
    words = words_of(name)
    return words - _MAKES if words & _MAKES and not words & _HANDS_OVER else frozenset()


def undoes(name: Untrusted | None) -> bool:
    """Whether a tool takes something back: a thing that is in good order shows that it did not."""
    return bool(words_of(name) & _UNDOES)


def takes_back(name: Untrusted | None) -> bool:
    """Whether a tool brings back how things were before a deed, whichever that is: it never does the deed."""
    return bool(words_of(name) & _TAKES_BACK)


def may_be_anothers(name: Untrusted | None) -> bool:
    """Whether a tool takes what others may take as well: a booked room shows only that somebody booked it."""
    return deed_of(name) in _MAY_BE_ANOTHERS


def is_fallback(step: Step) -> bool:
    """Whether a step calls itself a fallback by that very word: a `backup` may be one of data."""
    return "fallback" in words_of(step.tool.name if step.tool else None) | words_of(step.title)


def what_it_is_about(name: Untrusted | None) -> frozenset[str]:
    """The words of a name without those for where its tool has it from."""
    return words_of(name) - _WAYS


def stands_in(step: Step) -> frozenset[str] | None:
    """The other words of a tool or a step that calls itself a fallback; None for any other."""
    words = words_of(step.tool.name if step.tool else None) | words_of(step.title)
    return words - _STANDS_IN if words & _STANDS_IN else None
