"""Questions about many runs: what failed, what is new, what waits, who was handed over."""

from __future__ import annotations

from typing import Final

from tests.questions import facts_of_many as facts
from tests.questions.question import DAY, NIGHT, TODAY, WEEK, Call, Cell, Question, Said, days_ago

MANY: Final = (
    Question(
        name="last night",
        asked="What failed last night, and why?",
        calls=(
            Call("triage_failures", NIGHT),
            Call("get_run", {"run": Cell("example", {"#": "1"})}),
        ),
        facts=facts.last_night,
        ceiling=1120,
    ),
    Question(
        name="new since yesterday",
        asked="What is failing since yesterday that did not fail before?",
        calls=(Call("triage_failures", {**DAY, "limit": 5}),),
        facts=facts.new_today,
        ceiling=610,
    ),
    Question(
        name="one cause or two",
        asked="Parcel tracking and return labels both fail: is that one problem?",
        calls=(
            Call("triage_failures", {**DAY, "tool": ["track_parcel", "create_return_label"]}),
            Call("get_run", {"run": Cell("example")}),
        ),
        facts=facts.one_cause,
        ceiling=650,
    ),
    Question(
        name="is it gone",
        asked="Is the old inventory trouble of the order tracker gone?",
        calls=(Call("triage_failures", {"agent": ["Order Tracker"], "since": days_ago(5), "until": days_ago(0)}),),
        facts=facts.gone,
        ceiling=670,
    ),
    Question(
        name="worst agent",
        asked="Which agent fails most today?",
        calls=(Call("triage_failures", {**DAY, "group_by": "agent", "limit": 3}),),
        facts=facts.worst_agent,
        ceiling=570,
    ),
    Question(
        name="worst tool",
        asked="Are card payments still breaking this week, and with what error?",
        calls=(Call("triage_failures", {**WEEK, "group_by": "tool", "limit": 5}),),
        facts=facts.payment_tool,
        ceiling=670,
    ),
    Question(
        name="completed but not done",
        asked="Did anything say completed although a tool had failed?",
        calls=(
            Call("triage_failures", {**DAY, "status": ["completed"], "limit": 20}),
            Call("get_run", {"run": Cell("example", {"tool": "crm_add_note"})}),
        ),
        facts=facts.quiet_failures,
        ceiling=1010,
    ),
    Question(
        name="approvals",
        asked="Which runs wait for an approval, and how much is the newest about?",
        calls=(
            Call("list_runs", {"status": ["paused"]}),
            Call("get_run", {"run": Cell("ref", {"note": "approval"})}),
        ),
        facts=facts.approvals,
        absent=facts.no_approval,
        ceiling=680,
    ),
    Question(
        name="looks again",
        asked="When do the waiting parcel runs look again?",
        calls=(Call("list_runs", {"provider": ["duckie"], "status": ["paused"]}),),
        facts=facts.looks_again,
        ceiling=440,
    ),
    Question(
        name="busy now",
        asked="What is running or queued right now, and since when?",
        calls=(Call("list_runs", {"status": ["running", "queued"]}),),
        facts=facts.busy_now,
        ceiling=470,
    ),
    Question(
        name="handed over",
        asked="Which conversations were handed to people since midnight?",
        calls=(Call("list_runs", {**TODAY, "outcome": ["escalated"]}),),
        facts=facts.handed_over,
        ceiling=540,
    ),
    Question(
        name="slow",
        asked="Which runs took longer than two minutes this week?",
        calls=(Call("list_runs", {**WEEK, "duration": [">2m"]}),),
        facts=facts.slow_ones,
        ceiling=360,
    ),
    Question(
        name="asked for a person",
        asked="Which callers asked for a real person this week?",
        calls=(
            Call("list_runs", {**WEEK, "provider": ["happyrobot"], "tool": ["transfer_call"]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=lambda world: [*facts.asked_for_people(world), "I want to speak to a real person."],
        ceiling=440,
    ),
    Question(
        name="marked critical",
        asked="Which calls were marked critical, and what did the agent cancel in the newest one?",
        calls=(
            Call("list_runs", {"annotation": ["critical"]}),
            Call("get_run", {"run": Cell("ref")}),
            Call("get_run", {"run": Cell("ref", answer=0), "detail": "timeline"}),
            Call(
                "get_step",
                {"run": Cell("ref", answer=0), "step": Cell("step", {"what": "cancel_booking"}), "part": "input"},
            ),
        ),
        facts=facts.marked,
        ceiling=670,
    ),
    Question(
        name="all of the day",
        asked="Give me every failed run of the last 24 hours, none left out.",
        calls=(
            Call("list_runs", {**DAY, "status": ["failed"], "limit": 40}),
            Call("list_runs", {"cursor": Said(r'cursor="([^"]+)"')}),
        ),
        facts=facts.all_of_the_day,
        ceiling=2960,
    ),
    Question(
        name="unwritten",
        asked="What did customers ask this week that nothing is written about?",
        calls=(
            Call("triage_failures", {**WEEK, "provider": ["duckie"], "tool": ["knowledge_search"]}),
            Call("list_runs", {**WEEK, "provider": ["duckie"], "status": ["failed"], "search": "Question about"}),
        ),
        facts=facts.unwritten,
        ceiling=870,
    ),
)
