"""Bodies become JSON within limits; what is none is named for what it is, without a word of it."""

import contextlib
import gzip
import json
import tracemalloc
import zlib

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from starlette.responses import Response
from tests.transport.asking import Answering, api_of

from rundown_mcp.domain.errors import ConnectionFailure, Unavailable, UnexpectedBody
from rundown_mcp.domain.text import JsonValue, Kind, Untrusted, as_text
from rundown_mcp.transport.body import MAX_BODY_BYTES, MAX_DEPTH, MAX_VALUES, BodyError, parse_json, read_body

pytestmark = pytest.mark.anyio

CANARY = "canary-58"
ZEROS_MB = 40


async def got(content: bytes, **headers: str) -> JsonValue:
    named = {"content-type": "application/json", **{key.replace("_", "-"): value for key, value in headers.items()}}
    answering = Answering(Response(content, headers=named))
    try:
        async with api_of(answering) as api:
            return await api.get("/runs")
    finally:
        assert len(answering.requests) == (1 if "content_encoding" not in headers else len(answering.requests))


async def refused(content: bytes, **headers: str) -> ConnectionFailure:
    with pytest.raises(ConnectionFailure) as raised:
        await got(content, **headers)
    assert CANARY not in raised.value.message + raised.value.short
    return raised.value


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/html; charset=utf-8", ""])
async def test_json_is_read_whatever_its_content_type_says(content_type: str) -> None:
    assert await got('{"a":[1,2.5,null,true,"é"]}'.encode(), content_type=content_type) == {
        "a": [1, 2.5, None, True, "é"]
    }


@pytest.mark.parametrize(
    ("content", "content_type", "short", "said"),
    [
        (f"<!doctype html><p>{CANARY}", "text/html", "HTML instead of JSON", "login page"),
        (f"  <html>{CANARY}", "application/json", "HTML instead of JSON", "login page"),
        (CANARY, "text/html", "HTML instead of JSON", "login page"),
        ("", "application/json", "no JSON", "an empty body"),
        (" \n", "application/json", "no JSON", "an empty body"),
        ('{"' + CANARY, "application/json", "no JSON", "no valid JSON"),
        (f'{{"a": "{CANARY}"}} more', "application/json", "no JSON", "no valid JSON"),
        (CANARY, "text/plain", "no JSON", "no valid JSON"),
    ],
)
async def test_what_is_no_json_is_named(content: str, content_type: str, short: str, said: str) -> None:
    error = await refused(content.encode(), content_type=content_type)
    assert isinstance(error, UnexpectedBody)
    assert error.short == short
    assert said in error.message


async def test_an_answer_without_content_is_no_json() -> None:
    answering = Answering(Response(status_code=204))
    async with api_of(answering) as api:
        with pytest.raises(UnexpectedBody, match="an empty body"):
            await api.get("/runs")


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_body_nested_deeper_than_the_limit_is_refused(depth: int, opening: str, closing: str) -> None:
    with pytest.raises(BodyError, match="deeper than the limit of 500"):
        parse_json(f"{opening * depth}0{closing * depth}".encode(), "")


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_a_body_nested_as_deep_as_the_limit_is_read(opening: str, closing: str) -> None:
    text = f"{opening * MAX_DEPTH}0{closing * MAX_DEPTH}"
    assert json.dumps(parse_json(text.encode(), ""), separators=(",", ":")) == text


def test_brackets_in_a_text_and_side_by_side_are_no_depth() -> None:
    assert parse_json(json.dumps("[" * 2000).encode(), "") == "[" * 2000
    assert parse_json(json.dumps([[]] * 2000).encode(), "") == [[]] * 2000


async def test_the_limit_of_depth_is_told() -> None:
    error = await refused(b"[" * 100_000)
    assert isinstance(error, UnexpectedBody)
    assert error.short == "body too deep"


@pytest.mark.parametrize("value", ["[]", "{}", "0", '"\\","', '{"a":0}'])
def test_a_body_of_more_values_than_the_limit_is_refused_before_they_cost_memory(value: str) -> None:
    body = f"[{f'{value},' * MAX_VALUES}0]".encode()
    tracemalloc.start()
    try:
        with pytest.raises(BodyError, match="more than the limit of 1,000,000 values"):
            parse_json(body, "")
        assert tracemalloc.get_traced_memory()[1] < 2 * len(body)
    finally:
        tracemalloc.stop()


def test_a_body_of_as_many_values_as_the_limit_is_read() -> None:
    value = parse_json(f"[{'0,' * (MAX_VALUES - 2)}0]".encode(), "")
    assert isinstance(value, list)
    assert len(value) == MAX_VALUES - 1, "the list itself is one"


def test_what_looks_like_values_within_a_text_is_none() -> None:
    within = '[{,\\"' * (MAX_VALUES // 2)
    assert parse_json(f'["{within}"]'.encode(), "") == [within.replace('\\"', '"')]
    with pytest.raises(BodyError, match="no valid JSON"):
        parse_json(f'["{within}'.encode(), "")


@pytest.mark.parametrize("end", ["", r', "c": "\ud83d"'], ids=["strict", "bent"])
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000])
def test_what_is_no_number_that_json_can_hold_is_shown_as_null_and_never_reckoned_with(number: str, end: str) -> None:
    body = parse_json(f'{{"a": {number}, "b": [1, {number}]{end}}}'.encode(), "")
    assert isinstance(body, dict)
    assert as_text(body["a"]) == "null"
    assert as_text(body).startswith('{"a":null,"b":[1,null]')
    assert Untrusted(body["a"], Kind.PAYLOAD).number() is None


def test_a_large_whole_number_keeps_every_digit() -> None:
    assert parse_json(b"9" * 4000, "") == int("9" * 4000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"a\ud83db"', r"a\ud83db"),
        (r'"\ude00\ud83d"', r"\ude00\ud83d"),
        (r'{"\uDBFF": ["\uD83D"]}', {r"\udbff": [r"\ud83d"]}),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud83d\ud83d\ude00"', "\\ud83d😀"),
        (r'"\\ud83d \\\ud83d \n"', "\\ud83d \\\\ud83d \n"),
        (r'"\ue000"', "\ue000"),
    ],
)
def test_half_a_surrogate_pair_is_kept_as_the_text_of_its_escape(text: str, value: JsonValue) -> None:
    assert parse_json(text.encode(), "") == value


@given(st.lists(st.sampled_from([r"\ud83d", r"\uDE00", r"\\", "ud83d", r"\uD83D\ude00", "é", r"\""]), max_size=6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_wherever_half_a_pair_stands_the_rest_is_what_it_was(pieces: list[str]) -> None:
    body = f'"{"".join(pieces)}"'
    assert parse_json(body.encode(), "") == json.loads(body).encode(errors="backslashreplace").decode()


@pytest.mark.parametrize("content", [b'"a\xffb"', b'"a\xed\xa0\x80b"', b'\xef\xbb\xbf"ab"'])
def test_bytes_that_are_no_utf_8_cost_only_themselves(content: bytes) -> None:
    text = parse_json(content, "")
    assert isinstance(text, str)
    assert text.replace("\ufffd", "") == "ab"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_json_in_any_encoding_of_unicode_is_read(encoding: str) -> None:
    assert parse_json('{"é": "😀"}'.encode(encoding), "") == {"é": "😀"}


def test_of_a_key_that_comes_twice_the_last_value_counts() -> None:
    assert parse_json(b'{"a": 1, "a": 2}', "") == {"a": 2}


def test_halves_of_pairs_as_deep_as_the_limit_are_spelt_out_in_bounded_memory() -> None:
    deep = "[" * MAX_DEPTH + r'"\ud83d"' + "]" * MAX_DEPTH
    assert json.dumps(parse_json(deep.encode(), ""), separators=(",", ":")) == deep.replace("\\", "\\\\")
    long = rb'"\ud83d' + rb"\n" * 1_000_000 + b'"'
    tracemalloc.start()
    try:
        assert parse_json(long, "") == r"\ud83d" + "\n" * 1_000_000
        assert tracemalloc.get_traced_memory()[1] < 5 * len(long)
    finally:
        tracemalloc.stop()


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\\ud83De0 19.-NaIfty', max_size=60).map(str.encode))
@example(b"\\")
@example(b'"\\u12')
def test_any_bytes_become_json_that_can_be_written_in_utf_8_or_are_refused(content: bytes) -> None:
    with contextlib.suppress(BodyError):
        json.loads(as_text([parse_json(content, "")]).encode(), parse_constant=pytest.fail)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    ),
    st.booleans(),
)
def test_json_survives_however_it_is_escaped(value: JsonValue, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode(), "") == value


def deflated(content: bytes) -> bytes:
    return zlib.compress(content)


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", deflated)]
)
async def test_a_compressed_body_is_read(encoding: str, pack: "type") -> None:
    assert await got(pack(b'{"a": 1}'), content_encoding=encoding) == {"a": 1}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"canary-58", "gzip"),
        (gzip.compress(b'{"a": 1}' * 500)[:-20], "gzip"),
        (b'{"a": 1}', "br"),
        (gzip.compress(gzip.compress(b"{}")), "gzip, gzip"),
    ],
    ids=["no gzip", "cut gzip", "unknown encoding", "gzip twice"],
)
async def test_a_body_that_cannot_be_decompressed_is_named_so(content: bytes, encoding: str) -> None:
    error = await refused(content, content_encoding=encoding)
    assert isinstance(error, Unavailable)
    assert error.short == "body could not be decompressed, tried 3 times"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_body_over_the_limit_is_refused_in_bounded_memory(encoding: str) -> None:
    zeros = b"0" * (ZEROS_MB << 20)
    content = gzip.compress(zeros, 1) if encoding == "gzip" else zeros
    del zeros
    tracemalloc.start()
    try:
        error = await refused(content, content_encoding=encoding)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(error, UnexpectedBody)
    assert error.short == "body over 32 MB"
    assert "32 MB" in error.message
    assert peak < 3 * MAX_BODY_BYTES


class Counted(httpx.AsyncByteStream):
    """A body that counts how much of it was asked for."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks
        self.read = 0

    async def __aiter__(self) -> "object":  # type: ignore[override]
        for chunk in self.chunks:
            self.read += 1
            yield chunk


@pytest.mark.parametrize("packed", [True, False])
async def test_nothing_is_read_or_unpacked_beyond_the_limit(packed: bool) -> None:  # noqa: FBT001 - a parameter
    chunks = [gzip.compress(b"0" * 1_000_000)] if packed else [b"0" * 60] * 10
    stream = Counted([*chunks, b"never"])
    headers = {"content-encoding": "gzip"} if packed else {}
    body = await read_body(httpx.Response(200, headers=headers, stream=stream), 100)
    assert body == b"0" * 101
    assert stream.read == (1 if packed else 2)


def test_a_body_of_exactly_the_limit_is_read() -> None:
    number = parse_json(b"1." + b"0" * (MAX_BODY_BYTES - 2), "")
    assert number == 1
    with pytest.raises(BodyError, match="32 MB"):
        parse_json(b"1." + b"0" * (MAX_BODY_BYTES - 1), "")
