"""What came from outside stays in its code spans, however a line was made and cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rundown_mcp.domain.text import Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.markdown import MarkingGate, code_spans, marked

GATE = MarkingGate(Gate(Policy.BALANCED, Tagger(b"k" * 32)))


def safe(value: str) -> SafeText:
    return GATE.safe(Untrusted(value, Kind.TEXT))


@pytest.mark.parametrize(
    ("line", "room", "line_room", "written"),
    [
        (f"step 2 {safe('charge')} ok", None, None, "step 2 `charge` ok"),
        (f"{safe('a`b')}", None, None, r"`a\u0060b`"),
        (f"{safe('')}x", None, None, "x"),
        (f"{safe('abcdef')} and {safe('ab')}", 3, None, "`abc[cut: 3/6 chars]` and `ab`"),
        (f"x {safe('abcdef')}", None, 5, "x `ab[cut: 5/10 chars]`"),
        (str(safe("abcdef"))[:4] + " " + str(safe("xyz"))[:2], None, None, "`abc ``x`"),
        (str(safe("abc"))[1:], None, None, "abc"),
    ],
    ids=["plain", "backtick", "empty", "cut", "line cut", "two halves", "half"],
)
def test_marked_text_is_written_as_code(line: str, room: int | None, line_room: int | None, written: str) -> None:
    assert str(code_spans(line, room, line_room)) == written


def test_a_gate_that_marks_knows_the_people_of_a_run() -> None:
    said = GATE.knowing([Untrusted("Ottilie Nakashima", Kind.IDENTITY)]).safe(Untrusted("for Ottilie", Kind.TEXT))
    assert str(code_spans(said)).startswith("`for [person#")


@given(
    st.lists(st.text(alphabet="ab`\\*_[](<!&\n\ue002\ue003⟦", max_size=12), max_size=4),
    st.integers(0, 9),
    st.integers(0, 40),
)
@examples(max_examples=300, deadline=None, derandomize=True)
def test_nothing_of_it_is_read_as_markdown(texts: list[str], room: int, line_room: int) -> None:
    line = code_spans("ours " + " ours ".join(str(safe(text)) for text in texts), room, line_room)
    (inline,) = (block for block in MarkdownIt("commonmark").parse(f"- {line}") if block.type == "inline")
    for token in inline.children or []:
        assert token.type in {"text", "code_inline"}
        if token.type == "text":
            assert not set(token.content) - set("ours []cut:/0123456789chars")


def test_an_id_is_marked_too() -> None:
    assert str(code_spans(marked("conduit:a_b_c/~x~"))) == "`conduit:a_b_c/~x~`"
