"""Mask a payload by its structure: what secret names hold, JSON inside texts, every text and number in its context."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.redaction.masking import Search, find, placeholder
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.plans import Gathering, List, Nested, Object, Plan
from rundown_mcp.redaction.spans import Found, applied


def masked(value: JsonValue, search: Search, tagger: Tagger) -> JsonValue:
    """The same value with placeholders, in private brackets, for what the search finds; the value is not touched.

    Keys are masked too. A number that is masked becomes a text. A text that holds JSON stays JSON.

    Raises:
        NotCheckedError: it is too large or too deep to be checked.
    """
    gathering = Gathering()
    plan = gathering.plan(value)
    finds = find("".join(gathering.pieces), search, gathering.secrets)
    return _Outcome(gathering, finds, tagger).rebuilt(plan)


class _Outcome:
    """Puts the finds of all texts back into the texts that they stand in; what holds none stays as it was."""

    def __init__(self, gathering: Gathering, finds: list[Found], tagger: Tagger) -> None:
        self._originals = gathering.originals
        self._texts = dict[int, JsonValue]((index, gathering.originals[index]) for index in gathering.hidden)
        for index, changes in _changes(gathering.places, finds, tagger).items():
            read = gathering.readings.get(index)
            self._texts[index] = applied(as_text(gathering.originals[index]) if read is None else read, changes)
        self._changed = sorted(self._texts)
        self._all = any(key.text in self._texts for key in gathering.keys.values())
        """Whether a key changed, which any object may have."""

    def rebuilt(self, plan: Plan) -> JsonValue:
        """The value that a plan was made for, masked."""
        if isinstance(plan, int):
            return self._texts.get(plan, self._originals[plan])
        if isinstance(plan, Nested):
            inner = self.rebuilt(plan.inner)
            return as_text(inner) if self._changes(plan.inner) else plan.original
        if not (self._all or self._changes(plan)):
            return plan.original
        items = [self.rebuilt(item) for item in plan.items]
        if isinstance(plan, List):
            return items
        return _named_apart(zip((str(self.rebuilt(key.text)) for key in plan.keys), items, strict=True))

    def _changes(self, plan: Plan) -> bool:
        """Whether anything in a value was masked."""
        if isinstance(plan, int):
            return plan in self._texts
        if isinstance(plan, Nested):
            return self._changes(plan.inner)
        if self._all and (
            (isinstance(plan, Object) and any(key.text in self._texts for key in plan.keys))
            or any(self._changes(item) for item in plan.items)
        ):
            return True
        return bisect_left(self._changed, plan.first) < bisect_left(self._changed, plan.last)


def _changes(
    places: list[tuple[int, int]], finds: list[Found], tagger: Tagger
) -> dict[int, list[tuple[int, int, str]]]:
    """What to replace in each text that something was found in, by the text's number."""
    result: dict[int, list[tuple[int, int, str]]] = {}
    index = 0
    for hit in finds:
        index = max(index, bisect_left(places, (hit.start + 1,)) - 1)
        for place in range(index, len(places)):
            start, end = places[place]
            if start >= hit.end:
                break
            low, high = max(start, hit.start), min(end, hit.end)
            if low < high:
                result.setdefault(place, []).append((low - start, high - start, placeholder(hit, tagger)))
    return result


def _named_apart(members: Iterable[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """The members of an object, where keys that differed before they were masked still do: `k`, `k (2)`, …."""
    apart: dict[str, JsonValue] = {}
    seen: dict[str, int] = {}
    for key, item in members:
        name = key
        while name in apart:
            seen[key] = seen.get(key, 1) + 1
            name = f"{key} ({seen[key]})"
        apart[name] = item
    return apart
