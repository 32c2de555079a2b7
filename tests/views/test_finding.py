"""A text is found in any case at the offset where it stands, and never inside a placeholder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rundown_mcp.domain.text import Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.finding import KEPT, Needle, Spans, is_withheld

GATE = Gate(Policy.BALANCED, Tagger(b"finding"))


def found(query: str, text: str) -> list[str]:
    """What of a text is found, as it stands there."""
    return [text[start:end] for start, end in Needle(query).find(SafeText(text)).spans]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("order", "The ORDER and an order", ["ORDER", "order"]),
        ("STRASSE", "Große Straße, Grosse Strasse", ["Straße", "Strasse"]),
        ("straße", "STRASSE", ["STRASSE"]),
        ("ende", "ßßßİİﬃ das Ende", ["Ende"]),
        ("s", "ß", ["ß", "ß"]),
        ("ffi", "oﬃce office", ["ﬃ", "ffi"]),
        ("σ", "ΟΔΟΣ ς", ["Σ", "ς"]),
        ("荷物", "私の荷物の配達", ["荷物"]),
        ("🌊", "schöne 🌊 Grüße", ["🌊"]),
        ("aa", "aaaa", ["aa", "aa"]),
        ("nothing", "something", []),
        (".*", "any .* thing", [".*"]),
    ],
)
def test_case_is_folded_and_offsets_are_those_of_the_text_as_it_stands(
    query: str, text: str, expected: list[str]
) -> None:
    assert found(query, text) == expected


@given(
    before=st.text(alphabet="aßİŉΐﬃ ſK\u0130xΣ", max_size=30),
    query=st.text(alphabet="abcSΣßé", min_size=1, max_size=5),
    after=st.text(alphabet="zßİ ", max_size=10),
)
@examples(max_examples=300, deadline=None, derandomize=True)
def test_what_stands_in_a_text_is_found_where_it_stands(before: str, query: str, after: str) -> None:
    text = f"{before}|{query}|{after}"
    spans = Needle(f"|{query.swapcase().casefold()}|").find(SafeText(text)).spans
    assert (len(before), len(before) + len(query) + 2) in spans


@pytest.mark.parametrize(
    "query",
    ["email", "email#", "[email#", "#k3f7", "[secret:", "secret", "jwt]", "withheld", "redacted", "provider", "policy"],
)
def test_no_query_finds_a_placeholder(query: str) -> None:
    text = "to [email#k3f7ab] [secret:jwt] [redacted:provider] [truncated:provider] x"
    assert found(query, text) == []
    assert found(query, "[withheld:policy] text, 12 chars") == []


def test_a_query_that_reaches_into_a_placeholder_or_across_it_finds_nothing() -> None:
    text = "write to [email#k3f7ab] now"
    assert found("to [email", text) == []
    assert found("to [email#k3f7ab] now", text) == []
    assert found("] now", text) == []
    assert found(" now", text) == [" now"]


def test_what_describes_a_withheld_text_is_not_searched() -> None:
    assert found("chars", "[withheld:policy] text, 12 chars") == []
    shown = "Mood = [withheld:policy] object, 2 keys, 30 chars, 30 chars = [withheld:policy] value and value"
    assert found("chars", shown) == ["chars"]
    assert found("value", shown) == ["value"]
    assert is_withheld(SafeText("[redacted:provider]"))
    assert not is_withheld(SafeText("see [redacted:provider]"))
    assert not is_withheld(SafeText("[truncated:provider]"))


@pytest.mark.parametrize(
    "said",
    [
        "line one\nline two\tand a tab",
        'he said "no" to C:\\temp',
        "a [link](https://x.example) and <b>bold</b>",
        "hidden \u202e text",
        "[a](b)",
        "1 < 2",
    ],
)
@pytest.mark.parametrize("as_payload", [False, True])
def test_what_a_caller_reads_in_the_raw_text_is_found_in_the_shown_one(said: str, *, as_payload: bool) -> None:
    value = Untrusted({"k": said}, Kind.PAYLOAD) if as_payload else Untrusted(said, Kind.TEXT)
    shown = GATE.safe(value)
    for start in range(len(said)):
        for end in (start + 1, min(start + 6, len(said)), len(said)):
            query = said[start:end]
            if query.strip():
                assert Needle(query).find(shown).count, (query, shown)


def test_only_the_first_of_very_many_are_kept_and_all_are_counted() -> None:
    assert Needle("e").find(SafeText("e" * 1000)) == Spans(1000, tuple((at, at + 1) for at in range(KEPT)))


def test_an_imitated_placeholder_is_text_like_any_other() -> None:
    shown = GATE.safe(Untrusted("an imitated [email#aaaaaa] here", Kind.TEXT))
    assert Needle("[email#aaaaaa]").find(shown).count == 1
