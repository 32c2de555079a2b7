"""Text that is shown is one visible line, renders as nothing else, and cannot pass for ours."""

import json
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rundown_mcp.redaction.placeholders import CLOSE, FORMS, OPEN, PERSONAL_KINDS
from rundown_mcp.redaction.sanitize import sanitize

HIDING = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
SIGNS_THAT_DRAW = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
"""Format characters by their category, but each draws a sign of its own around or over what follows."""
BLANKS_OF_OTHER_CATEGORIES = {
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x2065, 0x16FE4, 0x1D159),
    *range(0xFE00, 0xFE10),
    *range(0x180B, 0x1810),
    *range(0xE0000, 0xE1000),
    *range(0xFFF0, 0xFFF9),
    *range(0xFDD0, 0xFDF0),
    *range(0x13430, 0x13440),
    *(plane << 16 | last for plane in range(17) for last in (0xFFFE, 0xFFFF)),
}
RENDERS = re.compile(r"\]\s*[(:]|<[A-Za-z/!?]|[⟦⟧]")

marked = st.text(st.characters() | st.sampled_from("[]()<>:#!/ \n\t⟦⟧\u200b") | st.sampled_from("eEmMaAiIlL"))


def hidden(text: str) -> list[str]:
    return [
        character
        for character in text
        if ord(character) not in SIGNS_THAT_DRAW
        and (unicodedata.category(character) in HIDING or ord(character) in BLANKS_OF_OTHER_CATEGORIES)
    ]


def test_every_character_that_hides_is_escaped_and_every_other_is_kept() -> None:
    for start in range(0, 0x110000, 0x100):
        for hides in (True, False):
            text = "".join(chr(point) for point in range(start, start + 0x100) if bool(hidden(chr(point))) == hides)
            text = text.replace("⟦", "").replace("⟧", "")
            safe = sanitize(text)
            if not hides:
                assert safe == text, hex(start)
            elif not 0xD800 <= start < 0xE000:
                assert re.fullmatch(r"(?:\\[ntr]|\\u[0-9a-f]{4})*", safe), hex(start)
                assert json.loads(f'"{safe}"') == text, hex(start)
            else:
                assert safe == "".join(f"\\u{ord(character):04x}" for character in text)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(marked)
@example("](")
@example("]\u200b(")
@example("<\nimg")
@example(f"{OPEN}email#abc{CLOSE}(")
@example("[[email#aaaaaa]]")
def test_nothing_that_is_shown_hides_or_renders(text: str) -> None:
    safe = sanitize(text)
    assert not hidden(safe)
    assert len(safe.encode().splitlines()) <= 1
    assert "](" not in safe
    assert not RENDERS.search(safe.replace("] ", "]_"))


@settings(max_examples=120, deadline=None, derandomize=True)
@given(marked)
def test_safe_text_stays_as_it_is(text: str) -> None:
    once = sanitize(text.replace(OPEN, "").replace(CLOSE, ""))
    assert sanitize(once) == once


@pytest.mark.parametrize(
    "text", ["![x](http://a)", "[x](b)", "[x]: http://a", "<img src=x>", "</p>", "<!--", "<?x", "<h://a>"]
)
def test_markdown_and_html_are_broken(text: str) -> None:
    assert not RENDERS.search(sanitize(text))
    assert json.loads(f'"{sanitize(text)}"') == text


@pytest.mark.parametrize("text", ["a < b", "a<5", "x[0] (first)", "[note] text", "f(x)[1]", "{}", "é ü 漢 😀", "a: b"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert sanitize(text) == text


@pytest.mark.parametrize("word", [*PERSONAL_KINDS, "secret", "withheld", "redacted", "truncated", "cut"])
@pytest.mark.parametrize("form", ["[{}#aaaaaa]", "[{}:x]", "[ {} #aaaaaa]", "［{}＃aaaaaa]", "[{} ： provider]"])
def test_an_imitated_placeholder_is_escaped(word: str, form: str) -> None:
    for written in (word, word.upper()):
        safe = sanitize(form.format(written))
        assert safe[0] == "\\"
        assert not FORMS.search(safe)


def test_our_placeholder_gets_its_brackets_and_no_link() -> None:
    safe = sanitize(f"to {OPEN}email#abcdef{CLOSE}(http://a)")
    assert safe == "to [email#abcdef]\\u0028http://a)"
    assert FORMS.search(safe)


@pytest.mark.parametrize("text", [f"{OPEN}a", f"a{CLOSE}", f"{OPEN}A B{CLOSE}", f"{OPEN}{CLOSE}"])
def test_our_private_brackets_alone_are_escaped(text: str) -> None:
    assert not hidden(sanitize(text))
    assert "[" not in sanitize(text)
