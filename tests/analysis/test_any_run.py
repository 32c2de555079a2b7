"""Whatever a run holds, its diagnosis is whole: every failed step is told once, and nothing else is called failed."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.tools.handmade import detail, text

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.run import Outcome, OutcomeWord, Status, Step, StepState, ToolCall
from rundown_mcp.domain.text import Kind, Untrusted

words = st.sampled_from(
    [
        "error",
        "status",
        "failed",
        "falling back to b_tool",
        "a_tool failed",
        "ok",
        "guardrail",
        "no fallback",
        "x y",
        "",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 600) | words,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
maybe_text = st.none() | words.map(text)


def payloads(flag: bool | None, value: Any) -> Untrusted:  # noqa: ANN401, FBT001 - any JSON, one of the vendor's flags
    return Untrusted(value, Kind.PAYLOAD, redacted=flag)


any_payload = st.none() | st.builds(payloads, st.sampled_from([None, True]), values)
any_step = st.fixed_dictionaries(
    {
        "state": st.sampled_from(StepState),
        "native_status": st.none()
        | st.sampled_from(["rejected", "odd", "skipped"]).map(lambda said: text(said, Kind.WORD)),
        "title": maybe_text,
        "content": maybe_text,
        "error": maybe_text,
        "tool": st.none()
        | st.builds(
            lambda name, given, output: ToolCall(name=name, input=given, output=output),
            st.none()
            | st.sampled_from(["a_tool", "b_tool", "get_a", "a fallback"]).map(lambda name: text(name, Kind.NAME)),
            any_payload,
            any_payload,
        ),
    }
)
any_outcome = st.none() | st.builds(
    lambda word, reason: Outcome(word=word, reason=reason), st.sampled_from(OutcomeWord), maybe_text
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(any_step, max_size=6), st.sampled_from(Status), any_outcome, maybe_text, maybe_text)
def test_every_failed_step_is_told_once_and_only_those_and_stops_are(
    made: list[dict[str, Any]],
    status: Status,
    outcome: Outcome | None,
    error: Untrusted | None,
    reflection: Untrusted | None,
) -> None:
    steps = [Step(number=number, **fields) for number, fields in enumerate(made, 1)]
    found = diagnose(detail(*steps, status=status, outcome=outcome, error=error, reflection=reflection))
    ways = [*([found.first] if found.first else []), *found.others, *found.recovered, *found.candidates]
    numbers = [item.step.number for item in ways]
    assert len(set(numbers)) == len(numbers)
    failed = {item.step.number for item in found.steps if item.state is StepState.FAILED and not item.stopped}
    assert failed <= set(numbers)
    assert [item.step for item in found.steps] == steps
    assert found.first is None or found.first.step.number not in {item.step.number for item in found.consequences}
    if found.first is None:
        assert found.others == ()
    assert all(item.step.number in failed for item in (*found.others, *found.recovered))
