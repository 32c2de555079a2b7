"""Turn a body into JSON within limits of size and depth, and say what came where it is none."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rundown_mcp.domain.text import JsonValue

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
MAX_DEPTH: Final = 500


class BodyError(Exception):
    """A body that cannot be used: `short` for a receipt, `message` as a sentence."""

    def __init__(self, short: str, message: str) -> None:
        super().__init__(message)
        self.short = short
        self.message = message


def parse_json(body: bytes, content_type: str) -> JsonValue:
    """Decode a body of at most 32 MB (decompressed) that nests at most 500 deep; NaN and infinities become null.

    Raises:
        BodyError: it is larger, deeper, or no JSON; an HTML page is named as such.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyError("body over 32 MB", "the answer is larger than the limit of 32 MB.")
    try:
        value: JsonValue = json.loads(body, parse_constant=lambda _: None, parse_float=_finite)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _not_json(body, content_type) from None
    # A body can only be too deep where it opens that many brackets; most never pay for the walk.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _deeper_than(value, MAX_DEPTH):
        raise _too_deep()
    return value


def _finite(text: str) -> float | None:
    """A number too large to be one is null: an infinity would not be JSON when it is written again."""
    number = float(text)
    return number if math.isfinite(number) else None


def _too_deep() -> BodyError:
    return BodyError("body too deep", f"the answer nests deeper than the limit of {MAX_DEPTH}.")


def _not_json(body: bytes, content_type: str) -> BodyError:
    if "html" in content_type.lower() or body.lstrip()[:1] == b"<":
        return BodyError(
            "HTML instead of JSON",
            "got an HTML page instead of JSON: a login page or a proxy in front, or a wrong base URL? "
            "Run `rundown-mcp check`.",
        )
    what = "an empty body" if not body.strip() else "a body that is no valid JSON"
    return BodyError("no JSON", f"got {what} instead of JSON: a proxy in front, or a wrong base URL?")


def _deeper_than(value: Any, limit: int) -> bool:  # noqa: ANN401 - any JSON
    level: list[Any] = [value]
    for _ in range(limit + 1):
        level = [child for item in level for child in _children(item)]
        if not level:
            return False
    return True


def _children(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        return [child for child in value.values() if isinstance(child, dict | list)]
    return [child for child in value if isinstance(child, dict | list)] if isinstance(value, list) else []
