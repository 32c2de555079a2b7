"""Known identities: the names, numbers and addresses that a run's own fields state, masked wherever else they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rundown_mcp.redaction.placeholders import Tagger

_COMMON_WORDS: Final = frozenset(
    "will may mark grace hope joy rose bill art dean faith april june august summer dawn chance rich frank grant jack "
    "miles chase drew pat sue rob nick don ray guy max page young long short king price white black brown green".split()
)
_SHORTEST: Final = 3


@dataclass(frozen=True, slots=True)
class Identities:
    """What is known of the people in one run; `mask` replaces it in a text.

    Whole names match in any case, also reversed; a part of a name matches as a word, a common word only as it is
    written.
    """

    pattern: re.Pattern[str] | None
    kinds: dict[str, tuple[str, str]]

    def mask(self, text: str, tagger: Tagger) -> str:
        """Replace every known value in `text` by the tag of the person or address that it belongs to."""
        if self.pattern is None:
            return text
        return self.pattern.sub(lambda found: self._tag(found[0], tagger), text)

    def _tag(self, found: str, tagger: Tagger) -> str:
        kind, value = self.kinds[_fold(found)]
        return tagger.tag(kind, value)


NOBODY: Final = Identities(None, {})


def kind_of(value: str) -> str:
    """What sort of identity a value is, for its placeholder: `email`, `phone` or `person`."""
    if "@" in value:
        return "email"
    digits = sum(character.isdigit() for character in value)
    return "phone" if digits >= 6 and digits * 2 > len(value) else "person"  # noqa: PLR2004 - shorter is no number


def known(values: Iterable[str]) -> Identities:
    """Gather the identities of one run; blank values and those of fewer than 3 characters name nobody."""
    kinds: dict[str, tuple[str, str]] = {}
    patterns: dict[str, None] = {}
    for value in sorted({value.strip() for value in values if len(value.strip()) >= _SHORTEST}, key=len, reverse=True):
        kind = kind_of(value)
        for form in _forms(value, kind):
            if kinds.setdefault(_fold(form), (kind, value)) == (kind, value):
                patterns[_pattern(form)] = None
    if not patterns:
        return NOBODY
    ordered = sorted(patterns, key=len, reverse=True)
    return Identities(re.compile("|".join(ordered)), kinds)


def _forms(value: str, kind: str) -> list[str]:
    if kind != "person":
        return [value]
    parts = [part for part in re.split(r"[\s,]+", value) if part]
    reversed_forms = [" ".join(reversed(parts)), f"{parts[-1]}, {' '.join(parts[:-1])}"] if len(parts) > 1 else []
    return [value, *reversed_forms, *(part for part in parts if len(part.strip(".")) >= _SHORTEST)]


def _pattern(form: str) -> str:
    """A word-bounded, space-tolerant pattern; a common word alone matches only in its own spelling."""
    body = r"\s+".join(re.escape(part) for part in form.split())
    bounded = rf"(?<!\w){body}(?!\w)"
    return bounded if form.casefold() in _COMMON_WORDS else f"(?i:{bounded})"


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()
