"""Read what a call asks for: its parts, and which of them say what thing is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final, TypeAlias

from rundown_mcp.domain.run import Step
from rundown_mcp.domain.text import Untrusted

Leaf: TypeAlias = tuple[tuple[str, ...], str]

_MOST_LEAVES: Final = 400
_LONG_TEXT: Final = 500
_LONGEST_KEY: Final = 200
"""So much of a key is looked at, and remembered."""
_EMPTY: Final = frozenset({"\0{}", "\0[]"})
_WORDS: Final = re.compile(r"[a-z]+|\d+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OF_AN_ATTEMPT: Final = frozenset(
    "attempt attempts timestamp ts nonce idempotency timeout retry retries requestid traceid spanid correlationid "
    "callid requestedat sentat calledat startedat".split()
)
_ID_WORDS: Final = frozenset(
    "account address booking card city code contact country cursor customer date destination email end from guest guid "
    "iban id ids invoice key load location name no number offset order origin page path person phone product ref "
    "reference reservation room skip sku start store ticket to tracking url user uuid".split()
)
_MEANS: Final = frozenset(
    "backend endpoint engine gateway host method model provider region replica server temperature".split()
)
"""What a thing is asked by; another of them may give the same."""
_ID_VALUE: Final = re.compile(r"(?=[^\s]*\d)(?![\d.,]+\Z)[^\s\x00]{2,}|[^\s@]+@[^\s@]+|https?://\S+")
_PIECES: Final = re.compile(r"[^\W\d_]+|\d+")
_OF_A_DATE: Final = 3
_DIGITS_OF_A_YEAR: Final = 4
_CUT: Final = re.compile(r"(?:…|\.\.\.|\[?\(?truncated\)?\]?)\s*\Z")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one call asks for. `ids` are the leaves that say which thing is meant; `hidden`: not all of it is seen.

    `known` is False where there is no input at all.
    """

    leaves: frozenset[Leaf]
    ids: frozenset[Leaf]
    keys: frozenset[tuple[str, ...]]
    hidden: bool
    known: bool = True

    @property
    def id_values(self) -> frozenset[str]:
        """The values of the ids, under whatever key they stand."""
        return frozenset(value for _, value in self.ids)

    def spelled(self) -> dict[tuple[str, ...], set[str]]:
        """The ids without what the way of writing them adds, those of a list together."""
        found: dict[tuple[str, ...], set[str]] = {}
        for path, value in self.ids:
            found.setdefault(list_of(path), set()).add(_spelled(value))
        return found


_NOTHING: Final = Asked(frozenset(), frozenset(), frozenset(), hidden=True, known=False)


def asked_by(given: Untrusted | None) -> Asked:
    """Read an input, without what any two attempts differ in: times, attempt numbers, time-outs, ids of requests.

    One with too many parts to look at each is compared as a whole besides.
    """
    if given is None or (given.redacted and not given.size):
        return _NOTHING
    value = given.unpacked()
    leaves = [leaf for leaf in islice(value.leaves(), _MOST_LEAVES) if leaf[1] not in _EMPTY]
    kept = [leaf for leaf in leaves if not _is_of_an_attempt(_key_of(leaf[0]))]
    if len(leaves) >= _MOST_LEAVES:
        kept.append((("",), value.canonical()))
    hidden = bool(given.redacted) or (bool(given.truncated) and any(map(_may_be_cut, kept)))
    ids = frozenset(filter(_is_id, kept))
    return Asked(frozenset(kept), ids, frozenset(path for path, _ in kept), hidden)


def asked_of(step: Step) -> Asked:
    """What the call of a step asks for."""
    return asked_by(step.tool.input if step.tool else None)


class AskedOnce:
    """What the calls of one run ask for, each read once: several look at every step of it."""

    def __init__(self) -> None:
        self._read: dict[int, Asked] = {}

    def of(self, step: Step) -> Asked:
        """What the call of a step asks for."""
        asked = self._read.get(step.number)
        if asked is None:
            asked = self._read[step.number] = asked_of(step)
        return asked


def list_of(path: tuple[str, ...]) -> tuple[str, ...]:
    """The keys that lead to a value, or to the list that it is an item of."""
    return path[:-1] if path[-1:] and path[-1].isdigit() else path


def _key_of(path: tuple[str, ...]) -> str:
    return "".join(list_of(path)[-1:])[:_LONGEST_KEY]


@lru_cache(maxsize=4096)
def _words(key: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(_CAMEL.sub(" ", key).casefold()))


@lru_cache(maxsize=4096)
def _is_of_an_attempt(key: str) -> bool:
    words = _words(key)
    pairs = {"".join(pair) for pair in pairwise(words)}
    return bool(_OF_AN_ATTEMPT & {*words, *pairs})


def _is_id(leaf: Leaf) -> bool:
    path, value = leaf
    if not value or (value[0] == "\0" and not value[1:].lstrip("-").replace(".", "").isdigit()):
        return False
    words = set(_words(_key_of(path)))
    if words & _ID_WORDS:
        return True
    return not words & _MEANS and _ID_VALUE.fullmatch(value) is not None


def _spelled(value: str) -> str:
    """An id as any way of writing it gives it: `L-77 120` as `l77120`, `03.05.2027` and `2027-5-3` alike."""
    pieces = _PIECES.findall(value.casefold())
    if len(pieces) == _OF_A_DATE and "".join(pieces).isdigit() and max(map(len, pieces)) == _DIGITS_OF_A_YEAR:
        return "-".join(sorted(piece.lstrip("0") for piece in pieces))
    return "".join(pieces)


def _may_be_cut(leaf: Leaf) -> bool:
    return len(leaf[1]) >= _LONG_TEXT or _CUT.search(leaf[1]) is not None
