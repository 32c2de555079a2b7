"""No answer exceeds its budget by the real encoding, in any script, and 200 tokens are enough for what is real."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.tools.handmade import Handmade, asking_handmade, context, detail, settings, step, text
from tests.tools.reading import parts, tokens
from tests.tools.sandboxed import full_refs, in_sandbox

from rundown_mcp.analysis.stats import GroupBy
from rundown_mcp.domain.errors import InvalidArgument
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Evaluation,
    Issue,
    Message,
    Named,
    Outcome,
    OutcomeWord,
    Quality,
    RunDetail,
    Status,
    StepState,
    Ticket,
    Usage,
)
from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import ConfigItem, ToolOption
from rundown_mcp.tools.catalogue import TOOLS
from rundown_mcp.views.answer import Answer

RUN = "duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a"
FUNCTIONS = {str(getattr(function, "__name__", "")): function for function in TOOLS}

_SCRIPTS = st.sampled_from(
    [
        "plain words ",
        "Übergrößenträger ",
        "荷物の配達について",
        "تغيير موعد الرحلة ",
        "ไม่มีช่องว่าง",
        "🙇‍♀️",
        "0x9f3",
        "\n\t",
        "⟦⟧",
        "a1-B2_c3",
        "שלום ",
        "नमस्ते ",
        "\u202e",
        "aaaaaaaaaaaaaaaa",
        "{}[]",
        "\U0001f9ff",
        "𓀀",
        "\u0e33",
    ]
)
_TEXTS = st.lists(_SCRIPTS | st.text(min_size=1, max_size=6), max_size=40).map("".join)
_NAMES = st.lists(_SCRIPTS | st.text(min_size=1, max_size=6), min_size=1, max_size=12).map("".join)


@st.composite
def details(draw: st.DrawFn) -> RunDetail:
    """A run with texts in any script in every place that is shown."""
    count = draw(st.integers(0, 6))
    steps = [
        step(
            number,
            draw(st.sampled_from(list(StepState))),
            draw(_NAMES),
            input={draw(_NAMES): draw(_TEXTS)},
            output=draw(_TEXTS),
            error=draw(_TEXTS),
            title=text(draw(_NAMES)),
            extra=text({draw(_NAMES): draw(_TEXTS)}, Kind.PAYLOAD),
        )
        for number in range(1, count + 1)
    ]
    messages = tuple(
        Message(
            number=number,
            text=text(draw(_TEXTS)),
            role=text(draw(_NAMES), Kind.WORD),
            author=text(draw(_NAMES)),
            extra=text({draw(_NAMES): draw(_TEXTS)}, Kind.PAYLOAD),
        )
        for number in range(1, draw(st.integers(0, 4)) + 1)
    )
    return detail(
        *steps,
        status=draw(st.sampled_from(list(Status))),
        messages=messages,
        agent=Named(name=text(draw(_NAMES), Kind.NAME)),
        error=text(draw(_TEXTS)),
        outcome=Outcome(word=OutcomeWord.ESCALATED, reason=text(draw(_TEXTS))),
        ticket=Ticket(id=text(draw(_NAMES), Kind.ID), title=text(draw(_TEXTS)), url=text(draw(_TEXTS))),
        quality=Quality(
            annotation=text(draw(_NAMES), Kind.WORD),
            issues=(Issue(correction=text(draw(_TEXTS)), reason=text(draw(_TEXTS))),) * draw(st.integers(0, 5)),
            evaluations=(Evaluation(name=text(draw(_NAMES)), value=text(draw(_TEXTS))),) * draw(st.integers(0, 20)),
        ),
        reflection=text(draw(_TEXTS)),
        extra=text({draw(_NAMES): draw(_TEXTS)}, Kind.PAYLOAD),
    )


def asked(provider: Handmade | list[Handmade], tool: str, *, structured: bool = False, **arguments: Any) -> Answer:  # noqa: ANN401 - any argument
    """One answer of a tool's own function, with no server around it: a property asks for hundreds."""
    providers = provider if isinstance(provider, list) else [provider]

    async def ask() -> Answer:
        answer = await FUNCTIONS[tool](context(*providers, server=settings(structured=structured)), **arguments)
        assert isinstance(answer, Answer)
        return answer

    return anyio.run(ask)


@given(
    whole=details(), size=st.integers(200, 3000), look=st.sampled_from(["triage", "timeline", "conversation", "full"])
)
@examples(max_examples=60, deadline=None, derandomize=True)
def test_a_run_in_any_script_fits(whole: RunDetail, size: int, look: str) -> None:
    answer = asked(Handmade(details=[whole]), "get_run", run=RUN, detail=look, max_tokens=size).text()
    assert tokens(answer) <= size
    parts(answer)


@given(whole=details(), size=st.integers(200, 2000), structured=st.booleans(), data=st.data())
@examples(max_examples=30, deadline=None, derandomize=True)
def test_a_step_or_message_in_any_script_fits(
    whole: RunDetail,
    size: int,
    structured: bool,  # noqa: FBT001 - hypothesis passes it by name
    data: st.DataObject,
) -> None:
    names = [*(str(item.number) for item in whole.steps), *(f"m{item.number}" for item in whole.messages), "run"]
    room = size * 2 if structured else size
    answer = asked(
        Handmade(details=[whole]),
        "get_step",
        run=RUN,
        step=data.draw(st.sampled_from(names)),
        max_tokens=room,
        structured=structured,
    )
    assert tokens(answer.text()) <= room
    if structured:
        assert tokens(json.dumps(answer.facts(), ensure_ascii=False)) <= room


@given(
    whole=details(),
    size=st.integers(200, 3000),
    structured=st.booleans(),
    query=_NAMES | st.sampled_from("a 荷 ا e".split()),
)
@examples(max_examples=60, deadline=None, derandomize=True)
def test_the_hits_of_a_search_in_any_script_fit(
    whole: RunDetail,
    size: int,
    structured: bool,  # noqa: FBT001 - hypothesis passes it by name
    query: str,
) -> None:
    room = size * 2 if structured else size
    handmade = Handmade(details=[whole])
    answer = asked(handmade, "search_run", run=RUN, query=query, max_tokens=room, structured=structured)
    assert tokens(answer.text()) <= room
    parts(answer.text())
    if structured:
        assert tokens(json.dumps(answer.facts(), ensure_ascii=False)) <= room


@given(here=details(), there=details(), size=st.integers(200, 3000), structured=st.booleans())
@examples(max_examples=60, deadline=None, derandomize=True)
def test_two_runs_in_any_script_compared_fit(
    here: RunDetail,
    there: RunDetail,
    size: int,
    structured: bool,  # noqa: FBT001 - hypothesis passes it by name
) -> None:
    room = size * 2 if structured else size
    other = Ref("duckie", "4d01d4dd-0d44-4b50-8888-8dd25736052a")
    handmade = Handmade(details=[here, replace(there, run=replace(there.run, ref=other))])
    answer = asked(handmade, "compare_runs", run=RUN, other=str(other), max_tokens=room, structured=structured)
    assert tokens(answer.text()) <= room
    parts(answer.text())
    if structured:
        assert tokens(json.dumps(answer.facts(), ensure_ascii=False)) <= room


@st.composite
def listed(draw: st.DrawFn, number: int) -> RunDetail:
    """A run as a row of a list, with names in any script."""
    return detail(
        number=number,
        status=draw(st.sampled_from(list(Status))),
        started_at=draw(st.none() | st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 20)).map(_utc)),  # noqa: DTZ001
        duration=draw(st.none() | st.timedeltas(timedelta(), timedelta(days=3))),
        agent=draw(st.none() | st.builds(Named, name=_NAMES.map(text), id=_NAMES.map(text))),
        source=draw(st.none() | _NAMES.map(text)),
        outcome=draw(st.none() | st.builds(Outcome, native=_NAMES.map(text))),
        usage=draw(
            st.none() | st.builds(Usage, cost=st.none() | st.floats(0, 1e6), input_tokens=st.none() | st.just(7))
        ),
    )


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


@given(
    data=st.data(),
    runs=st.integers(0, 25),
    by=st.sampled_from(list(GroupBy)),
    size=st.integers(250, 4000),
    structured=st.booleans(),
)
@examples(max_examples=60, deadline=None, derandomize=True)
def test_figures_of_groups_named_in_any_script_fit(
    data: st.DataObject,
    runs: int,
    by: GroupBy,
    size: int,
    structured: bool,  # noqa: FBT001 - hypothesis passes it by name
) -> None:
    room = size * 2 if structured else size
    handmade = Handmade(details=[data.draw(listed(number)) for number in range(runs)])
    answer = asked(handmade, "run_stats", since="2026-11-01", group_by=by.value, max_tokens=room, structured=structured)
    assert tokens(answer.text()) <= room
    parts(answer.text())
    if structured:
        assert tokens(json.dumps(answer.facts(), ensure_ascii=False)) <= room


@given(
    names=st.lists(st.tuples(_NAMES, _NAMES, _TEXTS), max_size=30),
    size=st.integers(250, 2000),
    connections=st.integers(1, 4),
)
@examples(max_examples=30, deadline=None, derandomize=True)
def test_lists_of_long_names_over_many_connections_fit(
    names: list[tuple[str, str, str]], size: int, connections: int
) -> None:
    providers = [
        Handmade(
            f"connection-number-{index}",
            tools=[ToolOption(name=text(name), display_name=text(title), runs=9) for name, title, _ in names],
            items={"tools": [ConfigItem(id=text(one), name=text(two), text=text(three)) for one, two, three in names]},
        )
        for index in range(connections)
    ]
    refused = 0
    calls: list[tuple[str, dict[str, Any]]] = [("list_tool_options", {}), ("list_config", {"kind": "tools"})]
    for tool, arguments in calls:
        try:
            answer = asked(providers, tool, max_tokens=size, **arguments).text()
        except InvalidArgument:
            refused += 1
        else:
            assert tokens(answer) <= size
            parts(answer)
    assert not refused or size < 400


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("look", "structured"),
    [("triage", False), ("timeline", False), ("conversation", False), ("full", False), ("triage", True)],
)
async def test_every_story_of_the_sandbox_fits_into_the_least_budget(look: str, *, structured: bool) -> None:
    least = 400 if structured else 200
    async with in_sandbox(structured=structured) as asked_there:
        for story, refs in full_refs().items():
            arguments = {"run": refs[-1], "detail": look, "max_tokens": least}
            result = await asked_there.client.call_tool("get_run", arguments)
            said = result.content[0].text  # type: ignore[union-attr] # tools answer in text
            assert not result.is_error, (story, said)
            assert tokens(said) <= least
            if structured:
                assert tokens(json.dumps(result.structured_content, ensure_ascii=False)) <= least


@pytest.mark.anyio
async def test_the_operators_cap_holds_over_a_larger_argument() -> None:
    async with in_sandbox(most=300) as asked_there:
        for tool, arguments in (
            ("list_runs", {"limit": 100}),
            ("get_run", {"run": full_refs()["duckie.marathon"][0], "detail": "full"}),
            ("get_step", {"run": full_refs()["duckie.cut_by_vendor"][0], "step": "1"}),
            ("search_run", {"run": full_refs()["duckie.marathon"][0], "query": "e"}),
            ("run_stats", {"since": "2026-01-01", "group_by": "agent"}),
            ("compare_runs", {"run": full_refs()["duckie.marathon"][0]}),
            ("triage_failures", {"since": "2w", "limit": 50}),
            ("list_tool_options", {}),
            ("list_config", {"kind": "tools"}),
        ):
            assert tokens(await asked_there.text(tool, **arguments, max_tokens=100_000)) <= 300
            assert tokens(await asked_there.text(tool, **arguments)) <= 300


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_run", {"run": RUN}),
        ("get_run", {"run": RUN, "detail": "timeline"}),
        ("get_step", {"run": RUN, "step": "1"}),
        ("search_run", {"run": RUN, "query": "it"}),
        ("run_stats", {"since": "2026-01-01"}),
        ("compare_runs", {"run": RUN, "other": RUN}),
        ("list_runs", {}),
        ("list_config", {"kind": "connections"}),
    ],
)
async def test_structured_content_holds_the_facts_of_the_text(tool: str, arguments: dict[str, Any]) -> None:
    whole = detail(step(1, StepState.FAILED, "ask", input={"q": "荷物"}, error="it broke"), error=text("it broke"))
    async with asking_handmade(Handmade(details=[whole]), server=settings(structured=True)) as asked_there:
        result = await asked_there.client.call_tool(tool, arguments)
    facts = result.structured_content
    assert facts is not None
    before, inside, receipt = parts(result.content[0].text)  # type: ignore[union-attr] # tools answer in text
    assert facts["receipt"] == receipt
    assert "".join(f"{line}\n" for line in facts["head"]) == before
    assert [line for block in facts["data"] for line in _lines(block)] == inside


def _lines(block: dict[str, Any]) -> list[str]:
    if "lines" in block:
        return [f"{label}: {said}" if label else said for label, said in block["lines"]]
    return ["\t".join(row) for row in [block["columns"], *block["rows"]]]
