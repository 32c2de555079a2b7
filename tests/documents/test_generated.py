"""The generated pages are what their scripts make of the code as it is."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from scripts import build_conversations, build_tools_page

from rundown_mcp.tools.catalogue import TOOL_NAMES

pytestmark = pytest.mark.anyio

_FIGURE_OR_NAME = re.compile(r"`([^`]+)`|(\d(?:[\d:]*\d)?)")


@pytest.mark.parametrize(
    "script", [build_tools_page, build_conversations], ids=lambda script: script.__name__.rpartition(".")[2]
)
async def test_no_page_is_stale(script: ModuleType) -> None:
    kept = script.PAGE.read_text(encoding="utf-8")
    assert await script.page() == kept, f"write it anew: python -m {script.__name__}"


def test_each_tool_says_how_large_its_answer_is_where_nothing_else_is_asked_for() -> None:
    tools, _, _ = build_tools_page.PAGE.read_text(encoding="utf-8").partition("\n## Prompts")
    _, *sections = tools.split("\n### ")
    stated = [re.findall(r"^(\w+)\n|`max_tokens` \| whole number \| `(\d+)`", section) for section in sections]
    small = dict.fromkeys(("get_run", "get_step", "search_run"), "2000")
    assert {name: size for (name, _), (_, size) in stated} == {**dict.fromkeys(TOOL_NAMES, "4000"), **small}


def test_each_figure_and_name_in_a_conversation_stands_in_one_of_its_answers() -> None:
    _, *conversations = build_conversations.PAGE.read_text(encoding="utf-8").split("\n## ")
    assert len(conversations) == 5
    for conversation in conversations:
        lines = conversation.splitlines()
        said = " ".join(line.removeprefix("> ") for line in lines if line.startswith("> "))
        answers = "\n".join(line for line in lines if not line.startswith("> "))
        stated = [code or figure for code, figure in _FIGURE_OR_NAME.findall(said)]
        assert stated
        assert [one for one in stated if one not in answers] == []
