"""Mask a text: every reading of it, every finder, one replacement a find."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from rundown_mcp.redaction.assigned import bare_secrets, named_secrets
from rundown_mcp.redaction.disguises import undisguised
from rundown_mcp.redaction.encoded import DEEPEST, encoded
from rundown_mcp.redaction.identities import NOBODY, Identities
from rundown_mcp.redaction.personal import personal_data
from rundown_mcp.redaction.placeholders import CLOSE, FORMS, OPEN, Tagger, secret
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.secrets import vendor_keys
from rundown_mcp.redaction.shapes import shaped_secrets
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import SECRET, Found, applied, united, without

_FINDERS: Final[tuple[Callable[[Sight], Iterable[Found]], ...]] = (vendor_keys, shaped_secrets, named_secrets, bare_secrets)
_ATOM: Final = "\x02"


def mask_text(text: str, *, policy: Policy, tagger: Tagger, people: Identities = NOBODY) -> str:
    """The text with a placeholder for everything that the policy masks; placeholders stand in private brackets.

    What is a placeholder already is left as it is, so that masking twice changes nothing. The text is not sanitised.
    """
    finds = find(text, policy=policy, people=people)
    return applied(text, ((hit.start, hit.end, placeholder(hit, tagger)) for hit in finds)) if finds else text


def placeholder(hit: Found, tagger: Tagger) -> str:
    """What stands for a find, in private brackets."""
    return secret(hit.value) if hit.kind == SECRET else tagger.tag(hit.kind, hit.value)


def find(text: str, *, policy: Policy, people: Identities = NOBODY) -> list[Found]:
    """Everything that the policy masks in a text: in order, disjoint, in the text's own offsets."""
    atoms: list[tuple[int, int]] = []
    if OPEN in text or "[" in text:
        text, atoms = _blanked(text)
    finds = united(_found(text, policy, people, 0))
    return without(finds, atoms) if atoms else finds


def _blanked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its placeholders, private or finished, and where they stand."""
    atoms: list[tuple[int, int]] = []

    def blank(found: re.Match[str]) -> str:
        atoms.append(found.span())
        return _ATOM * len(found[0])

    return FORMS.sub(blank, text.replace(OPEN, "[").replace(CLOSE, "]")), atoms


def _found(text: str, policy: Policy, people: Identities, depth: int) -> Iterator[Found]:
    raw = Sight(text)
    plain = undisguised(raw)
    for sight in (raw,) if plain is raw else (raw, plain):
        for finder in _FINDERS:
            yield from _home(sight, finder(sight))
        if policy.masks_persons:
            yield from _home(sight, personal_data(sight))
    if policy.masks_persons:
        yield from _home(plain, people.find(plain))
    if depth < DEEPEST:
        yield from _home(plain, encoded(plain, depth, lambda inner, level: _found(inner, policy, people, level)))


def _home(sight: Sight, finds: Iterable[Found]) -> Iterator[Found]:
    """The finds of a reading, in the offsets of the text that it reads."""
    for hit in finds:
        start, end = sight.origin(hit.start, hit.end)
        yield hit._replace(start=start, end=end)
