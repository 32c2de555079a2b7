"""Secrets that payloads hold under a secret's name, to be masked wherever else they stand in a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from gc import get_referents
from itertools import count
from typing import Any, Final

from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.redaction.limits import LONGEST
from rundown_mcp.redaction.plans import parsed
from rundown_mcp.redaction.repeats import is_telling
from rundown_mcp.redaction.words import is_secret_name

_MOST: Final = 64
"""Each is looked for in every text that is shown."""
_TEXT_LEVELS: Final = 2


def held_secrets(payloads: Iterable[JsonValue]) -> list[str]:
    """The first few, each once, of those that can be nothing but the secret: no word, no name, no small number.

    A payload, or a member of one, that is a text is read as JSON where it is some, of all texts as many characters as
    one value may have. All is done level by level, and the names of a level at once: a run may have a million values,
    and to look at each took five times as long.
    """
    found: dict[str, None] = {}
    room = LONGEST
    level: list[Any] = list(payloads)
    for depth in count():
        objects = [value for value in level if value.__class__ is dict]
        lists = [value for value in level if value.__class__ is list]
        texts = [value for value in level if value.__class__ is str and value] if depth < _TEXT_LEVELS else []
        names = set(filter(is_secret_name, set[str]().union(*objects)))
        if names:
            found.update(dict.fromkeys(_held(objects, names)))
        level = get_referents(*objects, *lists)
        for text in texts:
            if len(text) <= room and (inner := parsed(text)) is not None:
                room -= len(text)
                level.append(inner)
        if not level or len(found) >= _MOST:
            break
    return list(found)[:_MOST]


def _held(objects: Iterable[Mapping[str, JsonValue]], names: set[str]) -> Iterator[str]:
    for value in objects:
        for name in filter(names.__contains__, value):
            item = value[name]
            for one in item if isinstance(item, list) else (item,):
                text = as_text(one) if isinstance(one, str | int) else ""
                if len(text.split()) == 1 and is_telling(text, told=False):
                    yield text
