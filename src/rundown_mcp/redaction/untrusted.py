"""The gate: the one way from `Untrusted` to `SafeText`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rundown_mcp.domain.text import JsonValue, Kind, SafeText, Untrusted, as_text, reveal
from rundown_mcp.redaction import identities
from rundown_mcp.redaction.held import held_secrets
from rundown_mcp.redaction.identities import NOBODY, Identities
from rundown_mcp.redaction.masking import Search, replaced
from rundown_mcp.redaction.own import NOTHING, OwnSecrets
from rundown_mcp.redaction.payloads import masked
from rundown_mcp.redaction.placeholders import (
    CLOSE,
    OPEN,
    REDACTED,
    TRUNCATED,
    UNCHECKED,
    WITHHELD,
    Tagger,
    without_brackets,
)
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.sanitize import sanitize
from rundown_mcp.redaction.searched import SearchedTexts

_MOST_KEYS: Final = 8
_PLAIN_KEYS: Final = frozenset(
    "id ids type kind status state code error errors message messages name title amount currency total count "
    "limit offset "
    "page items data result results input output params arguments args query request response body headers url method "
    "path path_params ok success value values key reason detail details created_at updated_at timestamp date "
    "time duration "
    "order order_id run_id step_id tool tools user customer email phone address price quantity description text "
    "content "
    "role source target metadata tags labels options config settings version index event events action actions".split()
)
"""Key names that tell nothing about anybody; under `strict` no others of a payload are named."""

_NAMES_NOBODY: Final = {Kind.ID, Kind.WORD}
"""Where people are not looked for: with a customer called Test Customer, the role `customer` is still a role."""


class Gate:
    """Applies one policy to whole values, knowing the people and the secrets of one run.

    A value is masked before it is cut, so that no secret is ever halved past the patterns. No policy lets out `own`,
    this server's keys.
    """

    def __init__(
        self,
        policy: Policy,
        tagger: Tagger,
        people: Identities = NOBODY,
        own: OwnSecrets = NOTHING,
        searched: SearchedTexts | None = None,
        told: tuple[str, ...] = (),
    ) -> None:
        self._policy = policy
        self._tagger = tagger
        self._own = own
        self._search = Search(policy, people, own, told)
        self._search_for_nobody = Search(policy, NOBODY, own)
        self._searched = searched or SearchedTexts(self._search_for_nobody)

    def knowing(self, stated: Iterable[Untrusted]) -> Gate:
        """The same gate for a run whose fields state these identities, and whose payloads hold these secrets."""
        people, told = list[str](), list[str]()
        for value in stated:
            (told if value.kind is Kind.SECRET else people).append(as_text(reveal(value)))
        if not told and not self._policy.masks_persons:
            return self
        known = identities.known(people) if people and self._policy.masks_persons else NOBODY
        return Gate(self._policy, self._tagger, known, self._own, self._searched, tuple(told))

    def look_through(self, values: Iterable[Untrusted]) -> None:
        """Search many short texts together, which are to be shown next: then `safe` need not search each of them."""
        bare = (reveal(value) for value in values if value.kind is not Kind.IDENTITY)
        try:
            self._searched.look_through(text for text in bare if isinstance(text, str))
        except Exception:  # noqa: BLE001 - each is searched alone then, and the one that fails is withheld
            return

    def safe(self, value: Untrusted) -> SafeText:
        """What of a value may be shown, with the vendor's flags spelt out; on one line, empty for null.

        A value that the vendor flagged as redacted is withheld even where something stands in it. A value that cannot
        be checked, because it is too large or too deep or because checking it fails, is withheld with its size.
        """
        try:
            shown = REDACTED if value.redacted else self._shown(value)
        except Exception:  # noqa: BLE001 - a value whose check fails for whatever reason must not leave
            shown = f"{UNCHECKED}{_size(value)}"
        return SafeText(" ".join(filter(None, (shown, TRUNCATED if value.truncated else ""))))

    def _shown(self, value: Untrusted) -> str:
        bare = reveal(value)
        if bare is None:
            return ""
        text = as_text(bare)
        if self._policy.withholds(value.kind, text):
            return f"{WITHHELD} {_shape(bare)}"
        if value.kind is Kind.IDENTITY and self._policy.masks_persons:
            named = text.strip()
            return sanitize(self._tagger.tag(*identities.canonical(named))) if named else ""
        search = self._search_for_nobody if value.kind in _NAMES_NOBODY else self._search
        finds = self._searched.finds(text, search.people, search.told)
        if finds is not None:
            return sanitize(replaced(text, finds, self._tagger))
        plain = without_brackets(bare) if OPEN in text or CLOSE in text else bare
        return sanitize(as_text(masked(plain, search, self._tagger)))


def secrets_in(values: Iterable[Untrusted]) -> tuple[Untrusted, ...]:
    """What payloads among these values hold under names such as `password`, for `Gate.knowing`; a run may hold many."""
    payloads = (reveal(value) for value in values if value.kind is Kind.PAYLOAD)
    return tuple(Untrusted(secret, Kind.SECRET) for secret in held_secrets(payloads))


def _shape(value: JsonValue) -> str:
    """What a withheld value is: its sort and size, and of an object the plain words among its keys."""
    if isinstance(value, str):
        return f"text, {len(value)} chars"
    if isinstance(value, Mapping):
        plain = [key for key in value if key in _PLAIN_KEYS][:_MOST_KEYS]
        named = ", ".join(plain if len(plain) == len(value) else [*plain, "…"])
        return f"object, {len(value)} keys{f' ({named})' if plain else ''}, {len(as_text(value))} chars"
    if isinstance(value, Sequence):
        return f"list, {len(value)} items, {len(as_text(value))} chars"
    return "value"


def _size(value: Untrusted) -> str:
    """How large an unchecked value is, where that can be said."""
    try:
        return f" {value.size} chars"
    except Exception:  # noqa: BLE001 - what failed to be checked may fail to be measured, too
        return ""
