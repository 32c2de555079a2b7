"""Compares neutral values with the kind of every text in them, which plain equality leaves out."""

from dataclasses import fields, is_dataclass

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.transport.wire import Json


def plain(value: Json) -> Json:
    """A value as lists, dicts and tuples that pytest can show the difference of."""
    if isinstance(value, Untrusted):
        return (value.kind.value, value.canonical(), value.redacted, value.truncated)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def same(found: Json, wanted: Json) -> None:
    """Assert that two values are the same, every field of them."""
    assert plain(found) == plain(wanted)


def word(content: JsonValue) -> Untrusted:
    return Untrusted(content, Kind.WORD)


def name(content: JsonValue) -> Untrusted:
    return Untrusted(content, Kind.NAME)


def text(content: JsonValue) -> Untrusted:
    return Untrusted(content, Kind.TEXT)


def payload(content: JsonValue) -> Untrusted:
    return Untrusted(content, Kind.PAYLOAD)


def an_id(content: JsonValue) -> Untrusted:
    return Untrusted(content, Kind.ID)
