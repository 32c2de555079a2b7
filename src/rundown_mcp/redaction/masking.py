"""Mask a text: every reading of it, every finder, one replacement a find."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.redaction.assigned import named_secrets
from rundown_mcp.redaction.bare import bare_secrets
from rundown_mcp.redaction.codes import told_codes
from rundown_mcp.redaction.commands import command_secrets
from rundown_mcp.redaction.disguises import undisguised
from rundown_mcp.redaction.encoded import DEEPEST, encoded, runs_that_may_be_encoded
from rundown_mcp.redaction.framed import framed_secrets
from rundown_mcp.redaction.identities import NOBODY, Identities
from rundown_mcp.redaction.own import NOTHING, OwnSecrets
from rundown_mcp.redaction.personal import personal_data
from rundown_mcp.redaction.placeholders import CLOSE, FORMS, OPEN, Tagger, secret
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.repeats import repeated
from rundown_mcp.redaction.secrets import vendor_keys
from rundown_mcp.redaction.shapes import shaped_secrets
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import SECRET, Found, applied, united, without

_FINDERS: Final[tuple[Callable[[Sight], Iterable[Found]], ...]] = (
    vendor_keys,
    shaped_secrets,
    named_secrets,
    command_secrets,
    told_codes,
    framed_secrets,
    bare_secrets,
)
APART: Final = "\x00"
"""Stands between texts that are searched together; no find reaches across it."""

_ROUNDS: Final = 2
_REACH: Final = 384
"""Characters around a find that are searched again; no rule looks further for a telling word."""

_ENDS: Final = ("\n", APART, "")
_CONTROL: Final = "\x01"
_ATOM: Final = "\x02"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: what the policy masks, the people of a run, this server's own keys, what the run told."""

    policy: Policy
    people: Identities = NOBODY
    own: OwnSecrets = NOTHING
    told: tuple[str, ...] = ()


def mask_text(
    text: str, *, policy: Policy, tagger: Tagger, people: Identities = NOBODY, own: OwnSecrets = NOTHING
) -> str:
    """The text with a placeholder for everything that the policy masks; placeholders stand in private brackets.

    What is a placeholder already is left as it is, so that masking twice changes nothing. The text is not sanitised.
    """
    return replaced(text, find(text.replace(APART, _CONTROL), Search(policy, people, own)), tagger)


def replaced(text: str, finds: Sequence[Found], tagger: Tagger) -> str:
    """The text with a placeholder, in private brackets, for each find (ascending, disjoint)."""
    return applied(text, ((hit.start, hit.end, placeholder(hit, tagger)) for hit in finds)) if finds else text


def placeholder(hit: Found, tagger: Tagger) -> str:
    """What stands for a find, in private brackets."""
    return secret(hit.value) if hit.kind == SECRET else tagger.tag(hit.kind, hit.value)


def find(text: str, search: Search, hidden: Sequence[str] = ()) -> list[Found]:
    """Everything that is to be masked in a text: in order, disjoint, in the text's own offsets.

    What was found to be a secret is masked wherever it stands, and so are the `hidden` ones, which are known already.
    """
    atoms: list[tuple[int, int]] = []
    if OPEN in text or "[" in text:
        text, atoms = _blanked(text)
    raw = Sight(text)
    plain = undisguised(raw)
    finds = united(_found(raw, plain, search, 0))
    finds = new = united([*finds, *repeated(raw, plain, finds, (*hidden, *search.told))])
    for _ in range(_ROUNDS):
        if not new:
            break
        known = finds
        excerpts = [
            (low, "".join(_unseen(text, low, high, known)))
            for low, high in _lines(text, [(hit.start, hit.end) for hit in new])
        ]
        new = united(_read_apart(excerpts, lambda lines: _read(lines, search, 0)))
        new = united([*new, *repeated(raw, plain, new)])
        finds = united([*finds, *new])
    return without(finds, atoms) if atoms else finds


def other_readings(text: str) -> Iterator[tuple[int, int]]:
    """Where a text may say something else than it reads: its disguises, and what may be encoded; in no order."""
    sight = Sight(text)
    yield from undisguised(sight).rewrites()
    yield from runs_that_may_be_encoded(sight)


def _read_apart(excerpts: list[tuple[int, str]], read: Callable[[str], Iterable[Found]]) -> Iterator[Found]:
    """What is found in excerpts of a text, each given with its place, in the offsets of that text."""
    starts: list[int] = []
    size = last = 0
    for _, piece in excerpts:
        starts.append(size)
        size += len(piece) + 1
    for hit in sorted(read(APART.join(piece for _, piece in excerpts))):
        while last + 1 < len(starts) and starts[last + 1] <= hit.start:
            last += 1
        shift = excerpts[last][0] - starts[last]
        yield hit.moved(hit.start + shift, hit.end + shift)


def _unseen(text: str, low: int, high: int, finds: list[Found]) -> Iterator[str]:
    """A stretch of a text with what was found in it blanked, character for character."""
    position = low
    for index in range(bisect_left(finds, (low,)), len(finds)):
        hit = finds[index]
        if hit.start >= high:
            break
        yield text[position : hit.start]
        yield _ATOM * (hit.end - hit.start)
        position = hit.end
    yield text[position:high]


def _lines(text: str, places: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines that places (ascending) stand in, or of long lines the parts near them, joined where they overlap."""
    low = high = -1
    for first, last in places:
        if last <= high and text[high : high + 1] in _ENDS:
            continue
        start, end = _line_start(text, first), _line_end(text, last)
        if start <= high:
            high = max(high, end)
            continue
        if high >= 0:
            yield low, high
        low, high = start, end
    if high >= 0:
        yield low, high


def _line_start(text: str, place: int) -> int:
    least = max(0, place - _REACH)
    found = max(text.rfind("\n", least, place), text.rfind(APART, least, place))
    return (found if found >= 0 else max(text.rfind(" ", least, max(0, place - _REACH // 2)), least - 1)) + 1


def _line_end(text: str, place: int) -> int:
    most = min(len(text), place + _REACH)
    ends = [end for end in (text.find("\n", place, most), text.find(APART, place, most)) if end >= 0]
    if ends:
        return min(ends)
    found = text.find(" ", place + _REACH // 2, most)
    return found if found >= 0 else most


def _blanked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its placeholders, private or finished, and where they stand."""
    atoms: list[tuple[int, int]] = []

    def blank(found: re.Match[str]) -> str:
        atoms.append(found.span())
        return _ATOM * len(found[0])

    return FORMS.sub(blank, text.replace(OPEN, "[").replace(CLOSE, "]")), atoms


def _read(text: str, search: Search, depth: int) -> Iterator[Found]:
    raw = Sight(text)
    return _found(raw, undisguised(raw), search, depth)


def _found(raw: Sight, plain: Sight, search: Search, depth: int) -> Iterator[Found]:
    """The finds of every reading of a text, unordered; as it stands it is read only where a disguise came off."""
    yield from _home(plain, _patterns(plain, search))
    if plain is not raw:
        excerpts = [(low, raw.text[low:high]) for low, high in _lines(raw.text, plain.rewrites())]
        yield from _read_apart(excerpts, lambda lines: _patterns(Sight(lines), search))
    if search.policy.masks_persons:
        yield from _home(plain, search.people.find(plain))
    if depth < DEEPEST:
        yield from _home(plain, encoded(plain, depth, lambda inner, level: _read(inner, search, level)))


def _patterns(sight: Sight, search: Search) -> Iterator[Found]:
    yield from search.own.find(sight)
    for finder in _FINDERS:
        yield from finder(sight)
    if search.policy.masks_persons:
        yield from personal_data(sight)


def _home(sight: Sight, finds: Iterable[Found]) -> Iterator[Found]:
    """The finds of a reading, in the offsets of the text that it reads."""
    if sight.is_original:
        yield from finds
        return
    for hit in finds:
        yield hit.moved(*sight.origin(hit.start, hit.end))
