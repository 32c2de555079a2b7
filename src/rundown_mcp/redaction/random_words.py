"""Which words are taken for secrets with nothing near that says so: long, random, and of no form that ids have."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Final

from rundown_mcp.redaction import tokens
from rundown_mcp.redaction.engine import Pattern, compiled

LEAST: Final = 23
_MOST: Final = 400
_LEAST_ONE_CASE: Final = 28
_LEAST_ODD: Final = 20
_SHORTEST_PART: Final = 4
_IDS_OF_BOTH_CASES: Final = frozenset((27, 28))
"""Lengths of ids that mix cases too: KSUIDs, place ids, and the user ids of Firebase and WeChat."""
_PARTS: Final = re.compile(rb"[-_]")


@cache
def _one_case_id() -> Pattern:
    """Ids of one case: hex behind a word, the base 32s of ULIDs and of content hashes, and the ids of Conduit.

    Conduit's have 32 characters: two letters for the sort, or a 7 in the third place as Convex gives them.
    """
    return compiled(
        r"[a-z]{0,8}[0-9a-f]{16,}|[A-Z]{0,8}[0-9A-F]{16,}|[0-9a-hjkmnp-tv-z]+|[0-9A-HJKMNP-TV-Z]+|[a-z2-7]+|[A-Z2-7]+"
        r"|(?:ag|ar|co|cv|tr|te|ks)[a-z0-9]{30}|[a-z][a-z0-9]7[a-z0-9]{28,29}"
    )


@cache
def _content_hash() -> Pattern:
    return compiled(r"Qm[1-9A-HJ-NP-Za-km-z]{44}")


def is_bare_secret(token: bytes) -> bool:
    """Whether a token is taken for a secret wherever it stands.

    Only long ones with the spread of random letters are, in both cases with digits, or in one case where no id has
    that form: shorter or simpler ones are ids too often. Hex and UUIDs never are.
    """
    if not LEAST < len(token) <= _MOST:
        return False
    core = token.strip(b"=-_.~")
    if core in (core.lower(), core.upper()):
        return _is_random_of_one_case(core)
    if len(core) - len(core.translate(None, b"0123456789")) < 2 or tokens.entropy(core) < 3.9:
        return False
    if core.isalnum() and len(core) < 30 and not _is_short_but_random(core):
        return False
    marks = sum(core.count(mark) for mark in (b"/", b".", b":", b"-", b"_", b"~", b"%", b"@"))
    if marks * 8 > len(core) or _content_hash().fullmatch(core) is not None:
        return False
    return not tokens.is_id(core) and not tokens.is_wordy(core)


def _is_short_but_random(core: bytes) -> bool:
    """Whether a word of letters and digits changes between their sorts as often as chance would, not as names do."""
    if len(core) < LEAST or len(core) in _IDS_OF_BOTH_CASES:
        return False
    changes = sum(_sort(first) != _sort(second) for first, second in pairwise(core))
    return changes * 20 >= (len(core) - 1) * 9


def _sort(character: int) -> int:
    return 0 if character < 65 else 1 if character < 97 else 2


def _is_random_of_one_case(core: bytes) -> bool:
    """Whether a word of one case, or its parts that are no words, numbers or hex, is long and mixed enough."""
    if core.isalnum():
        odd, least = core, _LEAST_ONE_CASE
    else:
        parts = _PARTS.split(core)
        if sum(map(len, parts)) < _LEAST_ONE_CASE or (len(parts) == 2 and tokens.is_prefixed(core)):
            return False
        if not all(part.isalnum() or not part for part in parts):
            return False
        odd, least = b"".join(part for part in parts if _is_odd(part)), _LEAST_ODD
    if len(odd) < least or len(odd) * 2 < len(core) or _one_case_id().fullmatch(odd) is not None:
        return False
    letters = len(odd.translate(None, b"0123456789"))
    return letters >= 6 and len(odd) - letters >= 3 and tokens.entropy(odd) >= 3.3


def _is_odd(part: bytes) -> bool:
    """Whether a part is neither a word nor a number nor hex."""
    return (
        len(part) >= _SHORTEST_PART
        and not part.isalpha()
        and not part.isdigit()
        and part.translate(None, b"0123456789abcdefABCDEF") != b""
    )
