"""Say how two payloads differ, each member as it stands in the payload that was masked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rundown_mcp.analysis.payloads import Change, Likeness, PayloadDifference
from rundown_mcp.domain.text import SafeText, Untrusted
from rundown_mcp.views.budget import clip
from rundown_mcp.views.members import member

_MOST_MEMBERS: Final = 4
_MOST_KEYS: Final = 6
_VALUE_ROOM: Final = 60


@dataclass(frozen=True, slots=True)
class PayloadWords:
    """The words for one difference; `safe` is the gate."""

    here: Untrusted | None
    there: Untrusted | None
    found: PayloadDifference
    safe: Callable[[Untrusted | None], SafeText]

    def all(self) -> SafeText:
        """Members that differ, else that only values do; empty where nothing does."""
        match self.found.likeness:
            case Likeness.CHANGED:
                texts = list(dict.fromkeys(map(self._change, self.found.changes[:_MOST_MEMBERS])))
                rest = len(self.found.changes) - _MOST_MEMBERS
                return SafeText("; ".join([*texts, *([f"{rest} more"] if rest > 0 else [])]))
            case Likeness.VALUES:
                keys = self._keys(self.found.values)
                return SafeText(f"same shape, other values{f': {keys}' if keys else ''}")
            case Likeness.UNKNOWN:
                return SafeText("not comparable: absent, or withheld or cut by the provider, in one")
            case Likeness.EQUAL:
                return SafeText("the same" if self.here is not None else "")

    def _change(self, change: Change) -> str:
        """`currency "EUR" here, "USD" there`, `retry true only here`."""
        mine, theirs = self._member(self.here, change.here), self._member(self.there, change.there)
        if change.here is None or change.there is None:
            where = "only there" if change.here is None else "only here"
            only = mine or theirs
            return f"{only[0]} {_short(only[1])} {where}" if only else f"a member that is withheld, {where}"
        if mine is None or theirs is None:
            return "differs, and is withheld"
        (key, value), (_, other) = mine, theirs
        if value.text == other.text:
            return f"{key} differs in what is masked".lstrip()
        return f"{key} {_short(value)} here, {_short(other)} there".lstrip()

    def _keys(self, values: Sequence[Change]) -> str:
        found = [self._member(self.here, one.here) or self._member(self.there, one.there) for one in values]
        keys = [key.text for key, _ in filter(None, found) if key]
        rest = len(keys) - _MOST_KEYS
        return ", ".join(keys[:_MOST_KEYS]) + (f" and {rest} more" if rest > 0 else "")

    def _member(self, payload: Untrusted | None, path: tuple[int, ...] | None) -> tuple[SafeText, SafeText] | None:
        return None if path is None else member(self.safe(payload), path)


def _short(value: SafeText) -> SafeText:
    return clip(value, _VALUE_ROOM)
