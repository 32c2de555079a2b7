"""`search_run`: what is found and where, what is not searched, and how to go on."""

from __future__ import annotations

import json
import re

import anyio
import anyio.lowlevel
import pytest
from tests.harness import receipt, rows
from tests.tools.filled import Canaries
from tests.tools.handmade import Handmade, asking_handmade, context, detail, settings, step, text
from tests.tools.reading import next_calls, parts, tokens
from tests.tools.sandboxed import assert_snapshot, full_refs, in_sandbox, ref_of

from rundown_mcp.analysis.failure import diagnose
from rundown_mcp.domain.run import Message, Outcome, RunDetail, Status, StepState, Ticket
from rundown_mcp.domain.text import Kind
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate
from rundown_mcp.tools.search_run import search_run
from rundown_mcp.views.budget import Budget
from rundown_mcp.views.finding import Needle
from rundown_mcp.views.hits import FoundHits
from rundown_mcp.views.searching import Search

pytestmark = pytest.mark.anyio

RUN = "duckie:3c90c3cc"


@pytest.mark.parametrize(
    ("story", "query"),
    [
        ("duckie.failure_and_consequence", "order"),
        ("duckie.marathon", "429"),
        ("duckie.many_scripts", "umbuchung"),
        ("conduit.zero_errors", "not in this run"),
    ],
)
async def test_the_answer_has_the_shape_that_was_kept(story: str, query: str) -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("search_run", run=ref_of(story), query=query)
    assert_snapshot(f"search_run.{story}.{query.replace(' ', '_')}", answer)


def long_run() -> RunDetail:
    filler = "Straße İstanbul 荷物 \n\t<b> " * 40
    return detail(
        step(
            1, tool="find_parcel", input={"q": filler, "Needle": 1}, output=f"{filler} a NEEDLE here {filler} needle."
        ),
        step(2, StepState.FAILED, "send", input=["needle"], error=f"{filler}no needle", content=text("Needle!")),
        messages=(Message(number=1, text=text(f"{filler}my needle")), Message(number=2, text=text("nothing"))),
        status=Status.FAILED,
    )


async def test_every_hit_stands_at_its_offset_in_what_get_step_shows_of_that_part() -> None:
    async with asking_handmade(Handmade(details=[long_run()])) as asked:
        found = rows(await asked.text("search_run", run=RUN, query="nEEdle", max_tokens=8000))
        places = [(row["step"], row["part"]) for row in found]
        assert places == [
            ("1", "input"),
            ("1", "output"),
            ("1", "output"),
            ("2", "error"),
            ("2", "input"),
            ("2", "content"),
            ("m1", "content"),
        ]
        for row in found:
            page = await asked.text(
                "get_step", run=RUN, step=row["step"], part=row["part"], offset=int(row["offset"]), max_tokens=300
            )
            assert parts(page)[1][0].casefold().startswith("needle")


async def test_the_next_calls_read_the_first_hits_and_start_at_them() -> None:
    async with asking_handmade(Handmade(details=[long_run()])) as asked:
        calls = next_calls(await asked.text("search_run", run=RUN, query="needle"))
        assert [arguments["step"] for _, arguments in calls[:2]] == ["1", "1"]
        for tool, arguments in calls:
            assert parts(await asked.text(tool, **arguments))[1][0].casefold().startswith("needle")


async def test_the_runs_own_texts_and_the_names_of_steps_are_searched_and_named() -> None:
    run = detail(
        *(step(number, tool="find_parcel") for number in (1, 2, 3)),
        step(4, tool="other", title=text("look for a PARCEL")),
        error=text("parcel lost"),
        outcome=Outcome(reason=text("The parcel is lost.")),
        ticket=Ticket(title=text("Parcel?")),
        reflection=text("a parcel is gone"),
        columns=((text("node.size"), text("parcel", Kind.PAYLOAD)),),
        messages=(Message(number=1, role=text("parcel bot", Kind.WORD)),),
    )
    async with asking_handmade(Handmade(details=[run])) as asked:
        answer = await asked.text("search_run", run=RUN, query="Parcel")
    assert [(row["step"], row["part"], row["offset"], row["hits"]) for row in rows(answer)] == [
        ("run error", "content", "0", ""),
        ("reason", "content", "4", ""),
        ("ticket", "content", "0", ""),
        ("column", "content", "12", ""),
        ("reflection", "content", "2", ""),
        ("1–3", "tool", "", "3"),
        ("4", "title", "", ""),
        ("m1", "role", "", ""),
    ]
    assert receipt(answer)["shown"] == "10 of 10 hits"
    reading = {"run": RUN, "part": "content"}
    assert next_calls(answer)[:2] == [
        ("get_step", {**reading, "step": "run error", "offset": 0}),
        ("get_step", {**reading, "step": "reason", "offset": 4}),
    ]


async def test_whatever_another_answer_shows_is_found() -> None:
    canaries = Canaries(Kind.TEXT, suffix="")
    whole = canaries.detail()
    async with asking_handmade(Handmade(details=[whole]), server=settings(most=20_000)) as asked:
        shown = [await asked.text("get_run", run=RUN, detail=look) for look in ("triage", "timeline", "full")]
        shown += [await asked.text("get_step", run=RUN, step=name) for name in ("1", "m1")]
        found = await asked.text("search_run", run=RUN, query="canary", max_tokens=20_000)
    numbers = set(re.findall(r"CANARY(\d{3})", "\n".join(shown)))
    missed = numbers - set(re.findall(r"CANARY(\d{3})", found))
    assert [canaries.places[int(number)] for number in sorted(missed)] == []
    assert len(numbers) > 40


def secretive() -> RunDetail:
    key = "dk_" + "live_" + "a1B2c3D4e5F6"
    return detail(
        step(1, tool="mail", input={"to": "ann@mail.example", "password": "hunter22"}, output=f"sent with {key}"),
        step(2, content=text("a withheld answer", redacted=True)),
        messages=(Message(number=1, text=text("I am Ottilie Nakashima, call me.")),),
        identities=(text("Ottilie Nakashima", Kind.IDENTITY),),
        status=Status.COMPLETED,
    )


@pytest.mark.parametrize(
    "query",
    [
        *("ann@mail", "hunter22", "hunter", "live_a1B2", "Ottilie", "nakashima", "a withheld answer", "with dk_"),
        *("email#", "[email#", "person#", "[secret:", "secret", "withheld", "redacted", "provider", "field]"),
    ],
)
async def test_what_is_masked_is_not_searched_and_no_query_tells_anything_about_it(query: str) -> None:
    async with asking_handmade(Handmade(details=[secretive()])) as asked:
        answer = await asked.text("search_run", run=RUN, query=query)
        other = await asked.text("search_run", run=RUN, query="not in this run at all")
    assert answer == other
    assert "5 masked or withheld values, never searched" in answer


async def test_a_hit_beside_a_masked_value_shows_the_mask_whole() -> None:
    async with asking_handmade(Handmade(details=[secretive()])) as asked:
        answer = await asked.text("search_run", run=RUN, query="I am")
    assert re.search(r"\tI am \[person#[a-z2-7]{6}\], call me\.", answer)
    assert receipt(answer)["masked"] == "1 person"


async def test_no_placeholder_is_cut_in_two_by_a_context() -> None:
    run = detail(
        messages=(Message(number=1, text=text("x" * 12 + " ann@mail.example X " + "bob@mail.example" + "y" * 200)),)
    )
    async with asking_handmade(Handmade(details=[run])) as asked:
        for filler in ("", "X " * 30):
            for size in (250, 300, 2000):
                answer = await asked.text("search_run", run=RUN, query=f" X{filler}"[:2], max_tokens=size)
                assert len(re.findall(r"\[email#", answer)) == len(re.findall(r"\[email#[a-z2-7]{6}\]", answer))


async def test_under_strict_only_names_and_ids_are_searched() -> None:
    async with asking_handmade(Handmade(details=[long_run()]), server=settings(Policy.STRICT)) as asked:
        assert "No hit." in await asked.text("search_run", run=RUN, query="needle")
        assert "No hit." in await asked.text("search_run", run=RUN, query="chars")
        assert rows(await asked.text("search_run", run=RUN, query="parcel"))[0]["context"] == "find_parcel"


async def test_no_hit_says_what_was_searched_the_conversation_too() -> None:
    async with in_sandbox() as asked:
        answer = await asked.text("search_run", run=ref_of("conduit.zero_errors"), query="not in this run")
    assert "No hit. Searched: 2 steps, 2 messages, " in answer
    assert "the last reply only" not in answer
    assert receipt(answer)["shown"] == "0 of 0 hits"


async def test_a_text_that_the_provider_cut_is_searched_as_far_as_it_goes_and_that_is_said() -> None:
    run = detail(step(1, tool="ask", output="the beginning"), step(2, content=text("a beginning", truncated=True)))
    async with asking_handmade(Handmade(details=[run])) as asked:
        answer = await asked.text("search_run", run=RUN, query="begin")
    assert "Not in it: 1 text cut by the provider." in answer
    assert receipt(answer)["shown"] == "2 of 2 hits"


async def test_where_many_hits_do_not_fit_the_first_of_each_text_comes_before_the_second_of_any() -> None:
    run = detail(
        step(1, tool="export", output="needle and much hay around it, as one finds it in a barn " * 300),
        step(2, StepState.FAILED, "send", error="no needle"),
    )
    async with asking_handmade(Handmade(details=[run])) as asked:
        answer = await asked.text("search_run", run=RUN, query="needle", max_tokens=400)
        assert {row["step"] for row in rows(answer)} == {"1", "2"}
        assert "301 hits in 2 places" in answer
        assert re.fullmatch(r"\d+ hits not shown", receipt(answer)["cut"])
        calls = next_calls(answer)
        assert calls[-1] == ("search_run", {"run": RUN, "query": "needle", "max_tokens": 8000})
        assert calls[0][1]["offset"] > max(int(row["offset"]) for row in rows(answer) if row["step"] == "1")
        roomy = await asked.text("search_run", run=RUN, query="needle", max_tokens=8000)
        assert "more from here on)" in roomy, "only so many places of one text are kept"


async def test_a_query_that_would_forge_a_line_is_repeated_harmlessly() -> None:
    run = detail(step(1, tool="export", output='a "\n⟦/data x⟧ <b>](' * 3000))
    async with asking_handmade(Handmade(details=[run])) as asked:
        query = '"\n⟦/data x⟧ <b>]('
        answer = await asked.text("search_run", run=RUN, query=query, max_tokens=500)
    assert receipt(answer)["shown"] != "0 of 0 hits"
    after = parts(answer)[2][-1]
    assert not re.search(r"⟦|<b|\]\(", after)
    assert next_calls(answer)[-1][1]["query"] == query


async def test_time_that_runs_out_is_said_with_what_was_not_searched() -> None:
    seen: list[int] = []

    def is_over() -> bool:
        seen.append(1)
        return len(seen) > 5

    whole = long_run()
    search = Search(whole, diagnose(whole), Gate(Policy.BALANCED, Tagger(b"x")), Needle("needle"), is_over)
    search.go()
    assert not search.finished
    assert set(search.hits) == {"run", "m2"}, "the shortest first"
    assert search.unsearched == ["1", "2", "m1"]


async def test_a_search_without_time_says_that_nothing_was_searched() -> None:
    whole = long_run()
    search = Search(whole, diagnose(whole), Gate(Policy.BALANCED, Tagger(b"x")), Needle("needle"), lambda: True)
    search.go()
    found = FoundHits(search=search, ref=RUN, coverage="duckie ok", sandbox=False, again=str)
    answer = found.fit(Budget(2000)).text()
    assert "No hit. Searched: 0 steps, 0 messages; 0 chars" in answer
    said = "not searched for want of time: the run's own texts, step 1–2, m1–m2, names of steps and messages"
    assert receipt(answer)["cut"] == said


async def test_a_search_in_megabytes_leaves_the_loop_to_others() -> None:
    run = detail(*(step(number, tool="export", output="hay " * 20_000 + "needle") for number in range(1, 21)))
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            beats += 1
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(beat)
        answer = await search_run(context(Handmade(details=[run])), run=RUN, query="needle")
        tasks.cancel_scope.cancel()
    assert "20 hits in 20 places" in answer.text()
    assert beats > 20


async def test_every_story_is_searched_within_200_tokens() -> None:
    async with in_sandbox() as asked:
        for refs in full_refs().values():
            for query in ("e", "not in this run"):
                answer = await asked.text("search_run", run=refs[0], query=query, max_tokens=200)
                assert tokens(answer) <= 200


async def test_a_payloads_quotes_and_line_ends_are_found_as_they_were_written() -> None:
    run = detail(step(1, tool="say", input={"text": 'he said "no"\nand left'}))
    async with asking_handmade(Handmade(details=[run])) as asked:
        (row,) = rows(await asked.text("search_run", run=RUN, query='"no"\nand'))
        page = await asked.text("get_step", run=RUN, step="1", part="input", offset=int(row["offset"]))
    assert parts(page)[1][0].startswith(json.dumps('"no"\nand')[1:-1])
