"""Show one member of a payload that was masked as a whole: its key and its value, as the gate left them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from rundown_mcp.domain.text import SafeText

_DECODER: Final = json.JSONDecoder()


def member(shown: SafeText, path: Sequence[int]) -> tuple[SafeText, SafeText] | None:
    """The key (`context.order_id`) and the value at a path of places, cut out of a payload's compact JSON.

    A member that is masked by itself may show what only its neighbours give away, so it never is. None where the
    payload was withheld, or is no JSON object any more.
    """
    text, start, keys = shown.text, 0, []
    try:
        for place in path:
            key, start = _step_into(text, start, place)
            keys.append(key)
        _, end = _DECODER.raw_decode(text, start)
    except (ValueError, IndexError, RecursionError):
        return None
    return SafeText(".".join(keys)), SafeText(text[start:end])


def _step_into(text: str, start: int, place: int) -> tuple[str, int]:
    """The key at a place of the object that begins at `start`, without its quotes, and where its value begins.

    Raises:
        ValueError: there is no object, or no such member.
    """
    if text[start] != "{":
        raise ValueError
    at = start + 1
    for index in range(place + 1):
        _, key_end = _DECODER.raw_decode(text, at)
        if text[key_end] != ":":
            raise ValueError
        if index == place:
            return text[at + 1 : key_end - 1], key_end + 1
        _, value_end = _DECODER.raw_decode(text, key_end + 1)
        if text[value_end] != ",":
            raise ValueError
        at = value_end + 1
    raise ValueError
