"""Which parts of a payload say what others hold: names beside values, headings of columns, flags before words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from rundown_mcp.domain.text import JsonValue
from rundown_mcp.redaction.tables import is_odd_cell
from rundown_mcp.redaction.values import holds_secret
from rundown_mcp.redaction.words import is_secret_name

_NAMES: Final = frozenset(
    "name key header field parameter param variable var property k label field_name fieldname parameterkey attribute "
    "setting slot".split()
)
_ROLES: Final = frozenset("id type path selector placeholder element target prompt".split())
"""Keys whose text tells what a field is, but as often what an object is: what they name is secret only if no word."""
_VALUES: Final = frozenset(
    "value val v content data default text field_value fieldvalue parametervalue input old new before after from "
    "to".split()
)
_HEADINGS: Final = frozenset("columns cols column_names header headers fields".split())
_ROWS: Final = frozenset("rows data values records".split())
_DATE: Final = frozenset(("year", "month", "day"))
_HEADERS: Final = frozenset(
    "authorization proxy-authorization cookie set-cookie x-api-key api-key x-auth-token x-access-token "
    "x-amz-security-token x-csrf-token apikey".split()
)
_CALLED: Final = "input"
"""Beside a name it holds a secret or, as an object, what the tool of that name was called with."""
_LEAST_NUMBER: Final = 1000
"""Smaller ones are counts, statuses and durations beside what may only be an object's sort."""
_LOGIN_FLAGS: Final = frozenset(("-u", "--user", "--auth"))


def may_name(name: str) -> bool:
    """Whether a key's text may name the secret that another key holds."""
    plain = name.casefold()
    return plain in _NAMES or plain in _ROLES


def may_be_named(name: str) -> bool:
    """Whether a key may hold what another key's text names."""
    return name.casefold() in _VALUES


def holds(item: JsonValue) -> bool:
    """Whether there is anything to hide: null, true, false, zero and empty values tell nothing."""
    return item is not None and not isinstance(item, bool) and item not in ("", 0, [], {})


def named_beside(value: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """The members of an object that are secrets because another member's text names one."""
    sure = _names_secret(value, _NAMES)
    if not sure and not _names_secret(value, _ROLES):
        return {}
    return {
        name: item
        for name, item in value.items()
        if may_be_named(name)
        and not (name.casefold() == _CALLED and isinstance(item, Mapping))
        and (sure or _no_word(item))
    }


def _names_secret(value: Mapping[str, JsonValue], names: Collection[str]) -> bool:
    return any(
        isinstance(text, str) and is_secret_name(text) for name, text in value.items() if name.casefold() in names
    )


def _no_word(item: JsonValue) -> bool:
    if isinstance(item, str):
        written = item.encode("latin-1", "replace")
        return " " not in item and holds_secret(written) and is_odd_cell(written)
    return isinstance(item, int) and item >= _LEAST_NUMBER


def introduces(name: str, item: str, size: int) -> bool:
    """Whether a text in a list of so many names the secret that follows it: a pair, a flag, a header's name."""
    if name.startswith("-"):
        return is_secret_name(name.lstrip("-")) or (name in _LOGIN_FLAGS and ":" in item)
    return " " not in name and (name.casefold() in _HEADERS or (size == 2 and is_secret_name(name)))


def secret_columns(headings: JsonValue) -> Collection[int]:
    """Which columns of a table hold secrets, by its headings: texts, or objects with a `name`."""
    if not isinstance(headings, list):
        return ()
    names = [heading.get("name") if isinstance(heading, Mapping) else heading for heading in headings]
    return {index for index, name in enumerate(names) if isinstance(name, str) and is_secret_name(name)}


def columns_beside(value: Mapping[str, JsonValue]) -> Collection[int]:
    """Which columns of an object's rows hold secrets, by the headings that stand beside these."""
    if _HEADINGS.isdisjoint(value):
        return ()
    return {index for name in _HEADINGS & value.keys() for index in secret_columns(value[name])}


def holds_rows(name: str) -> bool:
    """Whether a key holds the rows of a table."""
    return name in _ROWS


def date_of(value: Mapping[str, JsonValue]) -> str:
    """The date that an object gives by year, month and day alone, or nothing."""
    if value.keys() != _DATE:
        return ""
    parts = [str(value[part]) for part in ("year", "month", "day")]
    return "-".join(parts) if all(map(str.isdecimal, parts)) else ""
