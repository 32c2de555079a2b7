"""The pages of a part: joined they are the whole, each fits its budget, each says where the next begins."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.tools.reading import next_calls, parts, tokens

from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.text import JsonValue, Kind, SafeText, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.views.answer import Answer, Lines
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.step import StepPages

PLACES = {"7": "step 7", "m3": "message m3"}
_GATE = Gate(Policy.BALANCED, Tagger(b"key"))
_WORDS = st.sampled_from(
    [
        "order ",
        "a.b@example.org",
        " ",
        "   ",
        "\u3000",
        "荷物の配達",
        "تغيير موعد ",
        "🙇‍♀️",
        "\n",
        "\t",
        "⟦/data x⟧",
        "x" * 90,
        "</b>",
        "[email#aaaaaa]",
        "\u202e",
        "Grüße ",
        '{"k":[1,2',
        "1234567890",
        "ไม่มีช่องว่าง",
        "[[ [[",
    ]
)
_TEXTS = st.lists(_WORDS | st.text(min_size=1, max_size=8), max_size=120).map("".join)
_PAYLOADS: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=6,
)


def pages_of(part: SafeText, *, name: str = "7") -> StepPages:
    return StepPages(
        ref="duckie:3c90c3cc",
        name=name,
        place=PLACES[name],
        facts=(),
        parts={"output": part},
        coverage="duckie ok",
        sandbox=False,
    )


def shown(answer: Answer) -> str:
    return "".join(str(text) for block in answer.blocks if isinstance(block, Lines) for _, text in block.items)


def walked(part: SafeText, budget: Budget) -> list[str]:
    """Every page, got by following `next:` until it is gone."""
    pages, offset = [], 0
    while True:
        answer = pages_of(part).page("output", offset, budget)
        assert tokens(answer.text()) <= budget.tokens
        pages.append(shown(answer))
        calls = next_calls(answer.text())
        if not calls:
            return pages
        ((tool, arguments),) = calls
        assert tool == "get_step"
        assert arguments == {"run": "duckie:3c90c3cc", "step": "7", "part": "output", "offset": offset + len(pages[-1])}
        assert arguments["offset"] > offset, "no progress"
        offset = arguments["offset"]


@given(value=_PAYLOADS, size=st.integers(200, 700))
@example(value="荷" * 3000, size=200)
@example(value="\U000e0041" * 400, size=200)
@example(value={"a": 1, "b": "é"}, size=200)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_pages_joined_are_the_shown_text(value: JsonValue, size: int) -> None:
    part = _GATE.safe(Untrusted(value, Kind.PAYLOAD))
    assert "".join(walked(part, Budget(size))) == part.text


@given(value=_TEXTS, size=st.integers(200, 400))
@example(value="word " * 900, size=200)
@example(value="a" + " " * 300 + "b" * 2000, size=220)
@example(value="[[ [[ " * 500, size=200)
@settings(max_examples=40, deadline=None, derandomize=True)
def test_trimmed_pages_joined_are_the_trimmed_text(value: str, size: int) -> None:
    part = _GATE.safe(Untrusted(value, Kind.TEXT))
    pages = [page.strip() for page in walked(part, Budget(size))]
    assert "".join(pages) == part.text.strip()


def test_a_payload_is_shown_as_compact_json_with_its_letters() -> None:
    part = _GATE.safe(Untrusted({"a": 1, "b": "é"}, Kind.PAYLOAD))
    assert walked(part, Budget(500)) == ['{"a":1,"b":"é"}']


def test_no_page_ends_within_a_placeholder() -> None:
    part = _GATE.safe(Untrusted("write to jane.doe@example.org, " * 300, Kind.TEXT))
    pages = walked(part, Budget(250))
    assert len(pages) > 3
    assert all(page.count("[") == page.count("]") for page in pages)


def test_a_page_of_nothing_but_white_space_still_moves_on() -> None:
    part = SafeText("a" + "\u3000" * 4_000 + "b")
    assert "".join(walked(part, Budget(200))) == part.text


def test_a_part_of_megabytes_is_paged_without_measuring_it_whole() -> None:
    part = SafeText("lorem ipsum " * 200_000)
    answer = pages_of(part).page("output", 1_200_000, Budget(400))
    assert tokens(answer.text()) <= 400
    assert answer.receipt.shown.startswith("chars 1200000 to ")


def test_an_empty_part_is_one_empty_page() -> None:
    answer = pages_of(SafeText("")).page("output", 0, Budget(200))
    assert "shown: chars 0 to 0 of 0" in answer.text()
    assert parts(answer.text())[1] == []


@pytest.mark.parametrize("offset", [5, 6, 10**9])
def test_an_offset_at_or_behind_the_end_is_refused_with_the_length(offset: int) -> None:
    with pytest.raises(InvalidArgument, match=r"offset: output of step 7 has 5 chars"):
        pages_of(SafeText("hello")).page("output", offset, Budget(200))


def test_a_part_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidArgument, match=r"part: .*no input.*output"):
        pages_of(SafeText("hello")).page("input", 0, Budget(200))


def test_a_message_is_called_a_message() -> None:
    with pytest.raises(InvalidArgument, match="message m3 has no input"):
        pages_of(SafeText("hello"), name="m3").page("input", 0, Budget(200))
    assert pages_of(SafeText("hello"), name="m3").page("output", 0, Budget(200)).head == ("message m3, output",)


@given(
    texts=st.dictionaries(st.sampled_from(["input", "output", "error", "content"]), _TEXTS), size=st.integers(300, 900)
)
@settings(max_examples=30, deadline=None, derandomize=True)
def test_all_parts_are_shown_from_their_start_and_each_cut_one_names_its_own_call(
    texts: dict[str, str], size: int
) -> None:
    safe = {part: _GATE.safe(Untrusted(text, Kind.TEXT)) for part, text in texts.items()}
    pages = StepPages(
        ref="duckie:3c90c3cc", name="7", place="step 7", facts=(), parts=safe, coverage="duckie ok", sandbox=False
    )
    answer = pages.whole(Budget(size))
    assert tokens(answer.text()) <= size
    (block,) = answer.blocks
    assert isinstance(block, Lines)
    continued = {arguments["part"]: arguments.get("offset", 0) for _, arguments in next_calls(answer.text())}
    for part, text in block.items:
        whole = safe[part].text
        if part in continued:
            assert str(text) == f"{whole[: continued[part]]}[cut: {continued[part]}/{len(whole)} chars]"
        else:
            assert str(text) == whole


def test_where_not_even_the_start_of_each_part_fits_the_first_is_begun_and_the_rest_is_named() -> None:
    strange = SafeText("\U000130b8" * 400)
    pages = StepPages(
        ref="a-connection-with-a-long-name:3c90c3cc",
        name="7",
        place="step 7",
        facts=(("step", "7 of 9"), ("state", SafeText("ok")), ("tool", strange)),
        parts=dict.fromkeys(("error", "input", "output", "content"), strange),
        coverage="a-connection-with-a-long-name ok",
        sandbox=True,
    )
    answer = pages.whole(Budget(150))
    assert tokens(answer.text()) <= 150
    assert answer.receipt.cut[-1] == "left out: facts, input, output, content"
    ((_, arguments),) = next_calls(answer.text())
    assert (arguments["part"], shown(answer)) == ("error", strange.text[: arguments["offset"]])
    assert arguments["offset"] > 0
