"""Bare wire values → neutral ones: text from outside, payloads with their flags, times, statuses, outcomes, people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from rundown_mcp.domain.run import Outcome, OutcomeWord, RunStatus, Status
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted, as_text

_NO_ERROR: Final = frozenset({"", "none", "null", "false", "no error", "no errors", "0 errors"})
_DEEPEST: Final = 5


def value(content: JsonValue, kind: Kind) -> Untrusted | None:
    """Text from outside; None where it is absent or empty."""
    return None if content is None or content == "" else Untrusted(content, kind)


def payload(content: JsonValue, *, redacted: bool | None = None, truncated: bool | None = None) -> Untrusted | None:
    """Any JSON with the vendor's flags; an empty text is a value here.

    A flag that is set says that there was something, even where the vendor sends none of it: then null carries it.
    """
    if content is None and not (redacted or truncated):
        return None
    return Untrusted(content, Kind.PAYLOAD, redacted=redacted, truncated=truncated)


def error_value(content: JsonValue) -> Untrusted | None:
    """What stands in the place of an error, as text; None where it says that there was none.

    That is what a blank text, false, 0, a word such as `none` in any case, and a list or object that holds nothing but
    those say.
    """
    if _says_nothing(content):
        return None
    return Untrusted(as_text(content), Kind.TEXT)


def _says_nothing(content: JsonValue, depth: int = 0) -> bool:
    if isinstance(content, str):
        return content.strip().casefold() in _NO_ERROR
    if not content or depth > _DEEPEST:
        return not content
    if isinstance(content, Mapping):
        return all(_says_nothing(member, depth + 1) for member in content.values())
    return isinstance(content, list) and all(_says_nothing(item, depth + 1) for item in content)


def span(seconds: float | None) -> timedelta | None:
    """A duration; None where it is absent or no length of time."""
    if seconds is None or seconds < 0:
        return None
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None


def to_status(text: str | None, words: Mapping[str, Status]) -> RunStatus:
    """A vendor's word in any case by its `words`; a word that they lack is `unknown`, and kept."""
    bare = (text or "").strip()
    status = words.get(bare.casefold(), Status.UNKNOWN)
    native = value(bare, Kind.WORD)
    return RunStatus(status, None if native is None or native.equals(status.value) else native)


def to_outcome(text: str | None, reason: str | None) -> Outcome | None:
    """A vendor's word for what a run meant, in any case, with its reason; None where there is neither."""
    bare, why = (text or "").strip(), value(reason, Kind.TEXT)
    if not bare and why is None:
        return None
    word = next((word for word in OutcomeWord if word.value == bare.casefold()), None)
    return Outcome(word=word, native=None if word else value(bare, Kind.WORD), reason=why)


def each_once(identities: Iterable[Untrusted | None]) -> tuple[Untrusted, ...]:
    """The people that are there, each once whatever the case of the name, in the order of first sight."""
    kept: dict[str, Untrusted] = {}
    for identity in identities:
        if identity is not None:
            kept.setdefault(identity.folded(), identity)
    return tuple(kept.values())
