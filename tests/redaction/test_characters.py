"""Unusual characters, and what begins with them, are found wherever a look at each character finds them."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.redaction.opening import any_text

from rundown_mcp.redaction.characters import led, unusual
from rundown_mcp.redaction.names import bare, folded

PLAIN = "\x00\x02\t\n\r" + "".join(map(chr, range(32, 127)))
FOUND = {
    "%&\\": re.compile(r"%[0-9]{2}|\\.|&[a-z]*;", re.DOTALL),
    "\u0300": re.compile("\u0300+"),
    "\x1b\u200b\uff21": re.compile("\x1b\\[[0-9]m|[\x1b\u200b\uff21]+"),
    "".join(map(chr, range(0x2460, 0x24B0))): re.compile("[\u2460-\u24af]"),
}


@given(any_text)
@example("\x1f\x7f\x80\ud800\udfff\U0010ffff")
def test_unusual_characters_are_all_but_printable_ascii_and_white_space(text: str) -> None:
    assert unusual(text) == set(text) - set(PLAIN)


@pytest.mark.parametrize("leaders", FOUND, ids=["escapes", "accents", "hidden", "many"])
@given(
    st.lists(
        st.sampled_from(["%", "%41", "&", "&amp;", "\\", "\\n", "\x1b[1m", "\u200b", "\uff21", "\u0300", "\u2460"])
    ),
    st.sampled_from(["", "a", "b" * 40]),
    st.sampled_from(["", "c" * 900]),
)
def test_what_characters_lead_is_found_however_often_they_stand(
    leaders: str, parts: list[str], between: str, end: str
) -> None:
    text = between.join(parts) + end
    assert [hit.span() for hit in led(FOUND[leaders], text, leaders)] == [
        hit.span() for hit in FOUND[leaders].finditer(text)
    ]


@given(any_text)
@example("".join(map(chr, range(0xC0, 0x180))))
def test_a_text_is_folded_as_its_characters_are(text: str) -> None:
    assert folded(text) == "".join(map(folded, text))


def test_a_name_is_folded_without_accents_in_either_form() -> None:
    assert bare("Ñandú Řehoř") == bare("N\u0303andu\u0301 R\u030cehor\u030c") == "nandu rehor"
