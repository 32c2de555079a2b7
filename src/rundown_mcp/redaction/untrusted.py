"""The gate: the one way from `Untrusted` to `SafeText`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rundown_mcp.domain.text import JsonValue, Kind, SafeText, Untrusted, as_text, reveal
from rundown_mcp.redaction import identities
from rundown_mcp.redaction.identities import NOBODY, Identities
from rundown_mcp.redaction.personal import mask_personal
from rundown_mcp.redaction.placeholders import (
    REDACTED,
    TRUNCATED,
    UNCHECKED,
    WITHHELD,
    Tagger,
    escape_brackets,
    secret,
)
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.sanitize import sanitize
from rundown_mcp.redaction.secrets import is_secret_key, mask_secrets

_NAMES_NOBODY: Final = {Kind.ID, Kind.WORD}
"""Where people are not looked for: with a customer called Test Customer, the role `customer` is still a role."""


class Gate:
    """Applies one policy to whole values, knowing the people of one run.

    A value is masked before it is cut, so that no secret is ever halved past the patterns.
    """

    def __init__(self, policy: Policy, tagger: Tagger, people: Identities = NOBODY) -> None:
        self._policy = policy
        self._tagger = tagger
        self._people = people

    def knowing(self, people: Iterable[Untrusted]) -> Gate:
        """The same gate for a run whose fields state these identities."""
        if not self._policy.masks_persons:
            return self
        texts = [as_text(reveal(person)) for person in people]
        return Gate(self._policy, self._tagger, identities.known(texts) if texts else NOBODY)

    def safe(self, value: Untrusted) -> SafeText:
        """What of a value may be shown, with the vendor's flags spelt out; on one line, empty for null.

        A value that the vendor flagged as redacted is withheld even where something stands in it. A value that cannot
        be checked is withheld too.
        """
        try:
            shown = REDACTED if value.redacted else self._shown(value)
        except (RecursionError, ValueError, OverflowError):
            shown = UNCHECKED
        return SafeText(" ".join(filter(None, (shown, TRUNCATED if value.truncated else ""))))

    def _shown(self, value: Untrusted) -> str:
        bare = reveal(value)
        if bare is None:
            return ""
        if self._policy.withholds(value.kind, as_text(bare)):
            return f"{WITHHELD} {_shape(bare)}"
        if value.kind is Kind.IDENTITY and self._policy.masks_persons:
            text = as_text(bare).strip()
            return sanitize(self._tagger.tag(identities.kind_of(text), text)) if text else ""
        people = NOBODY if value.kind in _NAMES_NOBODY else self._people
        return sanitize(as_text(self._masked(bare, people)))

    def _masked(self, value: JsonValue, people: Identities) -> JsonValue:
        if isinstance(value, str):
            return self._masked_text(value, people)
        if isinstance(value, Mapping):
            return _named_apart(
                (
                    self._masked_text(key, people),
                    secret("field") if item and is_secret_key(key) else self._masked(item, people),
                )
                for key, item in value.items()
            )
        if isinstance(value, Sequence):
            return [self._masked(item, people) for item in value]
        return value

    def _masked_text(self, text: str, people: Identities) -> str:
        text = mask_secrets(escape_brackets(text))
        if self._policy.masks_persons:
            text = people.mask(mask_personal(text, self._tagger), self._tagger)
        return text


def _named_apart(members: Iterable[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """The members of an object, where keys that differed before they were masked still do: `k`, `k (2)`, …."""
    apart: dict[str, JsonValue] = {}
    seen: Counter[str] = Counter()
    for key, item in members:
        name = key
        while name in apart:
            seen[key] += 1
            name = f"{key} ({seen[key] + 1})"
        apart[name] = item
    return apart


def _shape(value: JsonValue) -> str:
    """What a withheld value is: its sort and size."""
    if isinstance(value, str):
        return f"text, {len(value)} chars"
    if isinstance(value, Mapping):
        return f"object, {len(value)} keys, {len(as_text(value))} chars"
    if isinstance(value, Sequence):
        return f"list, {len(value)} items, {len(as_text(value))} chars"
    return "value"
