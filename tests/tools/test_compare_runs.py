"""`compare_runs`: which run is taken, where the two part, what else differs, and what it does when none is found."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.harness import receipt
from tests.tools.filled import Canaries
from tests.tools.handmade import AT, Handmade, asking_handmade, detail, settings, step, text
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import assert_snapshot, full_refs, in_sandbox, ref_of

from rundown_mcp.domain.errors import RateLimited, Unavailable
from rundown_mcp.domain.query import RunQuery
from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import Named, Run, RunDetail, Status, StepState, Usage
from rundown_mcp.domain.text import Kind
from rundown_mcp.provider import Page, RunStream
from rundown_mcp.redaction.policy import Policy

pytestmark = pytest.mark.anyio

ANN = Named(id=text("agent-1", Kind.ID), name=text("Ann", Kind.NAME))
FAILED = StepState.FAILED


class Agents(Handmade):
    """Knows its agents by id, and lists the runs that a query asks for."""

    async def list_page(self, stream: RunStream, query: RunQuery, *, token: str | None, size: int) -> Page[Run]:
        self._note("list_page")
        found = [item.run for item in self.details if query.admits(item.run, query.used)]
        return Page(tuple(sorted(found, key=lambda run: run.started_at or AT, reverse=True)))


def at(hours: int, *steps: Any, number: int, status: Status = Status.COMPLETED, **fields: Any) -> RunDetail:  # noqa: ANN401
    """A run of Ann's; `number` makes its id."""
    fields.setdefault("agent", ANN)
    whole = detail(*steps, status=status, started_at=AT + timedelta(hours=hours), **fields)
    return replace(whole, run=replace(whole.run, ref=Ref("duckie", f"{number:08d}-0d44-4b50-8888-8dd25736052a")))


def named(number: int) -> str:
    return f"duckie:{number:08d}"


def knows(*details: RunDetail) -> Agents:
    return Agents(details=details, names=[Named(name=text("agent-1", Kind.ID))])


def lines(answer: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in parts(answer)[1] if ": " in line and "\t" not in line)


BROKEN = at(
    9,
    step(1, tool="lookup", input={"id": "A-1"}, output={"total": None}),
    step(2, FAILED, "charge", input={"id": "A-1", "amount": None}, error="amount is required"),
    number=9,
    status=Status.FAILED,
    duration=timedelta(seconds=39),
)
GOOD = at(
    5,
    step(1, tool="lookup", input={"id": "B-2"}, output={"total": 7}),
    step(2, tool="charge", input={"id": "B-2", "amount": 7}),
    step(3, tool="reply"),
    number=5,
    duration=timedelta(seconds=78),
)


@pytest.mark.parametrize(
    "story",
    ["duckie.failure_and_consequence", "happyrobot.second_attempt", "conduit.payment_gateway_504", "duckie.marathon"],
)
async def test_the_answer_has_the_shape_that_was_kept(story: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("compare_runs", run=ref_of(story))
    assert_snapshot(f"compare_runs.{story}", answer)


async def test_the_first_divergence_comes_with_its_error_its_inputs_and_what_led_there() -> None:
    async with asking_handmade(knows(BROKEN, GOOD)) as asked:
        answer = await asked.text("compare_runs", run=named(9))
        said = lines(answer)
        for tool, arguments in next_calls(answer):
            assert await asked.text(tool, **arguments)
    assert said["first divergence"] == "step 2 charge: failed here, ok there"
    assert said["error"] == "amount is required"
    assert said["its inputs"] == "amount null here, 7 there"
    assert said["output before it"] == "step 1 lookup: total null here, 7 there"
    assert said["first failure"] == "step 2 charge here, none there"
    assert said["alike"] == "1 of 1 step before it, 1 of 3 steps in all"
    assert said["tools"] == "charge 1× here (1 failed), 1× there; reply 0× here, 1× there"
    assert said["other values"] == "step 1: inputs of the same shape"
    assert said["took"] == "39s here, 1m18s there (0.5×)"
    assert said["version"] == "unknown"
    assert next_calls(answer)[:2] == [
        ("get_step", {"run": named(9), "step": "2"}),
        ("get_step", {"run": named(5), "step": "2"}),
    ]


async def test_the_counterpart_is_the_newest_earlier_success_of_the_same_agent() -> None:
    other = Named(id=text("agent-2", Kind.ID), name=text("Ann", Kind.NAME))
    provider = knows(
        BROKEN,
        at(10, number=10),
        at(8, number=8, agent=other),
        at(7, step(1, FAILED, "charge", input={"x": 1}, error="no"), number=7),
        at(6, number=6, status=Status.FAILED),
        GOOD,
        at(4, number=4),
    )
    async with asking_handmade(provider) as asked:
        answer = await asked.text("compare_runs", run=named(9))
    assert parts(answer)[0] == (
        "Compared with duckie:00000005, the newest earlier run of the same agent that completed with no unrecovered "
        "failure (looked into 2 completed runs, back to 2026-11-20 14:00 UTC).\n"
    )


async def test_a_failure_that_was_made_good_does_not_keep_a_run_from_being_a_success() -> None:
    mended = at(
        5, step(1, FAILED, "charge", input={"x": 1}, error="no"), step(2, tool="charge", input={"x": 1}), number=5
    )
    async with asking_handmade(knows(BROKEN, mended)) as asked:
        assert "Compared with duckie:00000005" in await asked.text("compare_runs", run=named(9), other="Last success")


async def test_where_no_success_is_found_the_error_says_how_far_it_looked_and_what_to_do() -> None:
    unsure = at(3, step(1, FAILED, "charge", error="no"), step(2, tool="charge", input={"x": 1}), number=3)
    bad = at(4, step(1, FAILED, "charge", input={"x": 1}, error="no"), number=4)
    async with asking_handmade(knows(BROKEN, bad, unsure)) as asked:
        error = await asked.error("compare_runs", run=named(9))
        assert "No earlier run of the same agent as duckie:00000009" in error
        assert "looked into 2 completed runs, back to 2026-11-20 12:00 UTC" in error
        assert 'list_runs(provider=["duckie"], status=["completed"])' in error
        assert re.search(r"⟦data [a-z2-7]{8}⟧\nAnn\n⟦/data ", error)
        (call,) = re.findall(r"compare_runs\((.*?)\)", error)
        arguments = dict(re.findall(r'(\w+)="([^"]+)"', call))
        assert arguments == {"run": named(9), "other": named(3)}
        assert "Compared with duckie:00000003, as asked." in await asked.text("compare_runs", **arguments)


async def test_a_run_whose_agent_is_not_known_needs_a_counterpart_that_is_given() -> None:
    async with asking_handmade(knows(at(9, number=9, agent=None), GOOD)) as asked:
        error = await asked.error("compare_runs", run=named(9))
        assert "other: the agent of duckie:00000009 is not known" in error
        answer = await asked.text("compare_runs", run=named(9), other=named(5))
    assert "Compared with duckie:00000005, as asked, of another agent.\n" in parts(answer)[0]


async def test_an_agent_that_the_provider_no_longer_knows_has_no_success() -> None:
    async with asking_handmade(Agents(details=[BROKEN, GOOD])) as asked:
        assert "looked into 0 completed runs" in await asked.error("compare_runs", run=named(9))


async def test_runs_that_cannot_be_read_are_said() -> None:
    class Flaky(Agents):
        async def get_run(self, run_id: str) -> RunDetail:
            if run_id.startswith("00000007"):
                raise Unavailable("duckie", "500", "duckie: 500.", status=500)
            return await super().get_run(run_id)

    provider = Flaky(details=[BROKEN, at(7, number=7), GOOD], names=[Named(name=text("agent-1", Kind.ID))])
    async with asking_handmade(provider) as asked:
        answer = await asked.text("compare_runs", run=named(9))
    assert "(looked into 2 completed runs, 1 of which could not be read, back to" in answer


async def test_a_provider_that_refuses_every_run_is_asked_no_more_and_its_refusal_is_the_answer() -> None:
    class Limited(Agents):
        async def get_run(self, run_id: str) -> RunDetail:
            found = await super().get_run(run_id)
            if found is not BROKEN:
                raise RateLimited("duckie", "429", "duckie: 429, try again in 30 s.", retry_after_s=30)
            return found

    earlier = [at(-number, number=100 + number) for number in range(60)]
    provider = Limited(details=[BROKEN, *earlier], names=[Named(name=text("agent-1", Kind.ID))])
    async with asking_handmade(provider) as asked:
        error = await asked.error("compare_runs", run=named(9))
    assert error == "duckie: 429, try again in 30 s."
    assert provider.asked.count("get_run") < 20


async def test_runs_of_different_agents_and_providers_are_compared_where_that_is_asked() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text(
            "compare_runs", run=ref_of("duckie.payment_gateway_504"), other=ref_of("conduit.payment_gateway_504")
        )
    assert "as asked, of another provider and another agent." in parts(answer)[0]
    assert receipt(answer)["coverage"] == "sandbox (imitated data); duckie ok, conduit ok"
    assert lines(answer)["agent"] == "Refund Desk here, Late Checkout there"


async def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    async with in_sandbox() as asked:
        for refs in full_refs().values():
            answer = await asked.text("compare_runs", run=refs[0], other=refs[0])
            assert re.match(r"none\b", lines(answer)["first divergence"])
            assert receipt(answer)["shown"] == "0 of 0 differences between steps"


async def test_inputs_that_differ_in_values_alone_are_no_divergence() -> None:
    one = at(9, step(1, tool="lookup", input={"id": "A-1", "at": "2026-11-20"}), number=9)
    two = at(5, step(1, tool="lookup", input={"id": "B-2", "at": "2026-11-19"}), number=5)
    async with asking_handmade(knows(one, two)) as asked:
        said = lines(await asked.text("compare_runs", run=named(9)))
    assert said["first divergence"].endswith("alike in tool and state; inputs have the same shape, other values")
    assert said["other values"] == "step 1: inputs of the same shape"


async def test_a_step_that_one_run_alone_made_is_told_with_how_the_other_goes_on() -> None:
    here = at(9, step(1, tool="a"), step(2, tool="extra"), step(3, tool="b"), number=9)
    there = at(5, step(1, tool="a"), step(2, tool="b"), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        one = lines(await asked.text("compare_runs", run=named(9), other=named(5)))
        two = lines(await asked.text("compare_runs", run=named(5), other=named(9)))
    assert one["first divergence"] == "step 2 extra is only here; the other goes on with step 2 b"
    assert two["first divergence"] == "the other’s step 2 extra is not here; this run goes on with step 2 b"


async def test_a_failed_step_that_the_other_run_lacks_comes_with_its_input_and_both_runs_are_read_on() -> None:
    here = at(9, step(1, tool="a"), step(2, FAILED, "extra", input={"n": 1}, error="no"), number=9)
    there = at(5, step(1, tool="a"), step(2, tool="b"), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        answer = await asked.text("compare_runs", run=named(9))
    assert lines(answer)["its input"] == '{"n":1}'
    assert next_calls(answer) == [("get_step", {"run": named(run), "step": "2"}) for run in (9, 5)]


async def test_a_step_of_words_is_no_divergence_where_the_tools_differ_and_the_failure_elsewhere_has_its_error() -> (
    None
):
    here = at(9, step(1, tool="a", input={"cur": "USD"}), step(2, FAILED, "b", error="HTTP 504"), number=9)
    there = at(5, step(1, title=text("Plan")), step(2, tool="a", input={"cur": "EUR"}), step(3, tool="b"), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        said = lines(await asked.text("compare_runs", run=named(9), other=named(5)))
    assert said["first divergence"] == 'step 1 a (step 2 there): input: cur "USD" here, "EUR" there'
    assert said["first other step or state"] == "step 2 b (step 3 there): failed here, ok there"
    assert said["first failure"] == "step 2 b here, none there"
    assert said["failed with"] == "HTTP 504"
    assert said["alike"] == "0 of 1 step before it, 0 of 3 steps in all"


async def test_where_no_tool_differs_a_step_of_words_is_the_divergence_and_says_so() -> None:
    here = at(9, step(1, tool="a"), number=9, status=Status.FAILED, error=text("out of credit"))
    there = at(5, step(1, title=text("Plan")), step(2, tool="a"), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        one = lines(await asked.text("compare_runs", run=named(9), other=named(5)))
        two = lines(await asked.text("compare_runs", run=named(5), other=named(9)))
    same = "with no difference in tools"
    assert one["first divergence"] == f"the other’s step 1 Plan is not here; this run goes on with step 1 a, {same}"
    assert two["first divergence"] == f"step 1 Plan is only here; the other goes on with step 1 a, {same}"
    assert one["failed with"] == "out of credit"


async def test_what_may_be_the_failure_is_named() -> None:
    async with in_sandbox() as asked:
        said = lines(await asked.text("compare_runs", run=ref_of("happyrobot.second_attempt")))
    assert said["first failure"] == "none that can be named (candidates: step 2) here, none there"


async def test_a_failure_behind_the_divergence_is_among_the_next_calls() -> None:
    here = at(9, step(1, tool="x"), step(2, FAILED, "a", error="no"), number=9)
    there = at(5, step(1, tool="a"), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        answer = await asked.text("compare_runs", run=named(9))
    assert next_calls(answer)[-1] == ("get_step", {"run": named(9), "step": "first_failure"})


async def test_a_setting_that_differs_before_a_failure_is_told_and_the_failure_too() -> None:
    here = at(9, step(1, tool="price", input={"cur": "USD"}), step(2, FAILED, "charge", error="no"), number=9)
    there = at(5, step(1, tool="price", input={"cur": "EUR"}), step(2, tool="charge"), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        said = lines(await asked.text("compare_runs", run=named(9), other=named(5)))
    assert said["first divergence"] == 'step 1 price: input: cur "USD" here, "EUR" there'
    assert said["first other step or state"] == "step 2 charge: failed here, ok there"


async def test_versions_usage_and_inputs_that_cannot_be_compared_are_told() -> None:
    version = Named(name=text("v41", Kind.NAME))
    here = at(9, step(1, tool="a", input={"x": 1}), number=9, version=version, usage=Usage(input_tokens=5, cost=0.5))
    there = at(5, step(1, tool="a"), number=5, version=Named(name=text("v42", Kind.NAME)))
    async with asking_handmade(knows(here, there)) as asked:
        said = lines(await asked.text("compare_runs", run=named(9)))
        same = lines(await asked.text("compare_runs", run=named(9), other=named(9)))
    assert said["version"] == "v41 here, v42 there"
    assert same["version"] == "the same, v41"
    assert said["usage"] == "5 tokens in · cost 0.5 here, unknown there"
    assert said["not comparable"].startswith("inputs of step 1")
    assert said["took"] == "unknown here, unknown there"


async def test_people_of_either_run_are_masked_in_both_and_secrets_stay_masked_in_single_members() -> None:
    def people(hours: int, name: str, word: str, state: StepState) -> RunDetail:
        given = {"who": name, "password": word, "say": f"{name} and Otto Kranz and Ida Blum"}
        return at(
            hours,
            step(1, state, "mail", input={**given, **({"cc": "Ida Blum"} if state is FAILED else {})}, error=name),
            number=hours,
            identities=(text(name, Kind.IDENTITY),),
        )

    here, there = people(9, "Otto Kranz", "hunter22", FAILED), people(5, "Ida Blum", "dragon33", StepState.OK)
    async with asking_handmade(knows(here, there)) as asked:
        answer = await asked.text("compare_runs", run=named(9), other=named(5))
    assert not re.search(r"Otto|Kranz|Ida|Blum|hunter|dragon", answer)
    assert "person" in receipt(answer)["masked"]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("size", [400, 20_000])
async def test_whatever_field_a_text_came_in_it_stays_inside_the_fence(kind: Kind, size: int) -> None:
    canaries = Canaries(kind)
    whole = canaries.detail()
    plain = at(5, step(1, tool="other", input={"k": 1}), step(2, tool="more"), number=5)
    async with asking_handmade(knows(whole, plain), server=settings(most=20_000)) as asked:
        for one, other in ((str(whole.run.ref), named(5)), (named(5), str(whole.run.ref))):
            answer = await asked.text("compare_runs", run=one, other=other, max_tokens=size)
            before, inside, after = parts(answer)
            assert "CANARY" not in before
            assert not [line for line in after if "CANARY" in line or "evil" in line]
            assert not [line for line in inside if line.startswith(("coverage:", "next:", "⟦"))]
            assert re.search(r"\]\(|\]:|<[A-Za-z/!?]|[\u200b-\u200f\u202a-\u202e]", "\n".join(inside)) is None
            assert next_calls(answer)


async def test_strict_shows_the_structure_alone() -> None:
    async with asking_handmade(knows(BROKEN, GOOD), server=settings(Policy.STRICT)) as asked:
        answer = await asked.text("compare_runs", run=named(9))
    said = lines(answer)
    assert said["first divergence"] == "step 2 charge: failed here, ok there"
    assert said["its inputs"] == "differs, and is withheld"
    assert not re.search("amount|A-1|B-2", answer)


async def test_under_strict_a_step_of_words_goes_by_its_kind_and_is_no_tool() -> None:
    async with in_sandbox(Policy.STRICT) as asked:
        answer = await asked.text("compare_runs", run=ref_of("duckie.failure_and_consequence"))
    assert "[withheld:policy]" not in lines(answer)["tools"]
    assert "\tresponse\tonly in the other, ok" in answer


async def test_every_story_is_compared_within_200_tokens() -> None:
    async with in_sandbox() as asked:
        for story, refs in full_refs().items():
            result = await asked.client.call_tool("compare_runs", {"run": refs[-1], "max_tokens": 200})
            said = result.content[0].text  # type: ignore[union-attr] # tools answer in text
            assert not result.is_error or "No earlier run" in said, (story, said)
            assert tokens(said) <= 200


async def test_with_the_least_tokens_the_first_divergence_can_still_be_read() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("compare_runs", run=ref_of("duckie.marathon"), max_tokens=200)
    assert lines(answer)["first divergence"].startswith(
        "step 1 lookup_order (step 2 there): input: lot 2210 only here; page 0 only here"
    )


async def test_long_runs_without_a_common_step_fit_and_their_rows_stand_together() -> None:
    here = at(9, *(step(number, tool=f"one{number}") for number in range(1, 400)), number=9)
    there = at(5, *(step(number, tool=f"two{number}", input={"n": number}) for number in range(1, 300)), number=5)
    async with asking_handmade(knows(here, there)) as asked:
        answer = await asked.text("compare_runs", run=named(9), other=named(5))
        for size in (300, 1000):
            assert tokens(await asked.text("compare_runs", run=named(9), other=named(5), max_tokens=size)) <= size
    assert "1–399\t\tone1, one2, one3, one4, 395 more\tonly here, 399 steps" in answer
    assert "\t1–299\ttwo1, two2, two3, two4, 295 more\tonly in the other, 299 steps" in answer


async def test_an_other_run_that_is_not_there_is_refused_as_that_parameter() -> None:
    provider = knows(BROKEN)
    async with asking_handmade(provider) as asked:
        error = await asked.error("compare_runs", run=str(BROKEN.run.ref), other="nonsense!")
        assert error.startswith('other: "nonsense!" names no run.')
        assert error.split("\n")[0].endswith(" Or give other=last_success.")
        assert provider.asked == [], "it says that nothing was sent"
        assert "does not exist" in await asked.error(
            "compare_runs", run=named(9), other="duckie:3c90c3cc-0d44-4b50-8888-8dd25736052a"
        )
        unknown = await asked.error("compare_runs", run=named(9), other="duckie:deadbeef")
        assert unknown.endswith("find the run with list_runs. Or give other=last_success.")


async def test_structured_facts_fit_as_well() -> None:
    async with asking_handmade(knows(BROKEN, GOOD), server=settings(structured=True)) as asked:
        for size in (400, 700, 2000):
            result = await asked.client.call_tool("compare_runs", {"run": named(9), "max_tokens": size})
            assert tokens(json.dumps(result.structured_content, ensure_ascii=False)) <= size
