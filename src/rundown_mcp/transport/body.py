"""Read a body and turn it into JSON, within limits of size, depth and number; say what came where it is none."""

from __future__ import annotations

import json
import re
import sys
import zlib
from gc import get_referents
from itertools import islice
from typing import Any, Final

import httpx
from pydantic_core import from_json

from rundown_mcp.domain.text import JsonValue

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
MAX_DEPTH: Final = 500
MAX_VALUES: Final = 1_000_000
"""A body of 32 MB could hold eleven million empty lists, which cost a gigabyte of memory and many seconds."""
ENCODING: Final = "gzip"
"""What a request accepts; no other is asked for, because only this one is undone here within a limit of memory."""

_GZIP_OR_ZLIB: Final = 47
_HIGH: Final = r"[89abAB][0-9a-fA-F]{2}"
_LOW: Final = r"[c-fC-F]"
_HALF: Final = re.compile(rf"\\u[dD](?:{_HIGH}(?!\\u[dD]{_LOW})|(?<!\\u[dD]{_HIGH}\\u[dD]){_LOW})|\\\\u[dD]")
"""Where half of a surrogate pair may be written; behind a backslash that is escaped itself, nobody can tell so soon."""
_TO_NEXT_VALUE: Final = re.compile(r'(?:[^",\[{]++|"(?:[^"\\]++|\\.)*+"?)*+(?:[,\[{]|\Z)', re.DOTALL)
"""Up to a mark outside of texts behind which a value stands; possessive, so that it costs one pass over any text."""


class BodyError(Exception):
    """A body that cannot be used: `short` for a receipt, `message` as a sentence."""

    def __init__(self, short: str, message: str) -> None:
        super().__init__(message)
        self.short = short
        self.message = message


async def read_body(response: httpx.Response, limit: int = MAX_BODY_BYTES) -> bytes:
    """The body, decompressed; of a longer one the first `limit` + 1 bytes, and nothing beyond is read or unpacked.

    Raises:
        httpx.HTTPError: it broke off, or cannot be decompressed.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "", ENCODING, "x-gzip", "deflate"}:
        raise httpx.DecodingError("an encoding that was not asked for")
    inflate = None if encoding in {"identity", ""} else zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
    body = bytearray()
    async for chunk in response.aiter_raw():
        room = limit + 1 - len(body)
        try:
            body += chunk[:room] if inflate is None else inflate.decompress(chunk, room)
        except zlib.error:
            raise httpx.DecodingError("damaged") from None
        if len(body) > limit:
            return bytes(body)
    if inflate is not None and body and not inflate.eof:
        raise httpx.DecodingError("cut short")
    return bytes(body)


def parse_json(body: bytes, content_type: str) -> JsonValue:
    """Decode a body within all limits into what can be written in UTF-8 again; up to a second of work.

    Half a surrogate pair becomes the text of its escape, bytes that are no text the replacement character, a whole
    number of more digits than Python writes null. Of a key that comes twice the last value counts. NaN and infinities,
    among them every number too large for a float, stay numbers here; `as_text` and the wire's types make them null.

    Raises:
        BodyError: it is larger, deeper, holds more values, or is no JSON; an HTML page is named as such.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyError("body over 32 MB", "the answer is larger than the limit of 32 MB.")
    # Marks within texts count here as well: a body can only hold too many values where it has as many marks.
    if len(body) >= MAX_VALUES and sum(map(body.count, (b"[", b"{", b","))) >= MAX_VALUES:
        _refuse_too_many_values(body)
    try:
        value: JsonValue = from_json(body, cache_strings="keys")
    except ValueError:  # strict, and gives up at a depth of 200; takes two thirds of the time of what bends
        return _parse_leniently(body, content_type)
    return value


def _parse_leniently(body: bytes, content_type: str) -> JsonValue:
    text = _decoded(body)
    try:
        value: JsonValue = json.loads(text, parse_int=_readable)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _not_json(body, content_type) from None
    if _deeper_than(value, MAX_DEPTH):
        raise _too_deep()
    return _with_halves_spelt_out(value) if _HALF.search(text) else value


def _decoded(body: bytes) -> str:
    """JSON in any encoding of Unicode as text."""
    return body.decode(json.detect_encoding(body), "replace")


def _refuse_too_many_values(body: bytes) -> None:
    if next(islice(_TO_NEXT_VALUE.finditer(_decoded(body)), MAX_VALUES, None), None) is not None:
        raise BodyError("body of too many values", f"the answer holds more than the limit of {MAX_VALUES:,} values.")


def _readable(text: str) -> int | None:
    """A whole number of more digits than Python would write again is null."""
    return int(text) if len(text) <= sys.int_info.default_max_str_digits else None


def _with_halves_spelt_out(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Half of a surrogate pair is no character: pydantic refuses it, and no UTF-8 can hold it."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, list):
        return list(map(_with_halves_spelt_out, value))
    if isinstance(value, dict):
        return dict(zip(map(_with_halves_spelt_out, value), map(_with_halves_spelt_out, value.values()), strict=True))
    return value


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


def _deeper_than(value: object, limit: int) -> bool:
    """Level by level, a level in one call: a look at each value took as long as to parse them."""
    level = [value]
    for _ in range(limit):
        level = get_referents(*level)
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)
