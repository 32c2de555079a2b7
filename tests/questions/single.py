"""Questions about one run: why it failed, what was said, what a step got, where it left a good one's path."""

from __future__ import annotations

from typing import Final

from tests.questions import facts_of_single as facts
from tests.questions.question import Call, Cell, Given, Question, Said, newest, short

from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.world import World


def number(story: str) -> Given:
    """The number of the newest ticket of a story."""
    return Given(lambda world: facts.ticket(world, story).ticket_id)


def call_ref(story: str) -> Given:
    return Given(lambda world: f"happyrobot:{newest(world.calls, story).id}")


def chat_ref(story: str) -> Given:
    """A guest's run as a log names it: agent and run."""

    def of(world: World) -> str:
        run = newest(world.chats, story)
        return f"conduit:{run.agent.id}/{run.id}"

    return Given(of)


SINGLE: Final = (
    Question(
        name="failed refund",
        asked="Why did the refund of that torn tent fail: the refund itself, or something before it?",
        calls=(
            Call("list_runs", {"ticket": [number("failure_and_consequence")]}),
            Call("get_run", {"run": Cell("ref")}),
            Call(
                "get_step", {"run": Cell("ref", answer=0), "step": Said(r"failed later: step (\d+)"), "part": "error"}
            ),
        ),
        facts=facts.failed_refund,
        ceiling=540,
    ),
    Question(
        name="recall",
        asked="The recall run made some sixty calls: what broke it, and how often was it told to slow down?",
        calls=(
            Call("list_runs", {"search": "Recall of lot 2210"}),
            Call("get_run", {"run": Cell("ref")}),
            Call("search_run", {"run": Cell("ref", answer=0), "query": "429 Too Many Requests"}),
        ),
        facts=facts.recall,
        ceiling=800,
    ),
    Question(
        name="what the customer said",
        asked="What did the customer say in this login ticket, and what did we answer?",
        calls=(
            Call("list_runs", {"provider": ["duckie"], "ticket": [number("password_reset")]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=facts.complaint,
        absent=lambda world: facts.people(facts.ticket(world, "password_reset")),
        ceiling=350,
    ),
    Question(
        name="right order",
        asked="Did step 3 refund the order that the customer asked about?",
        calls=(
            Call(
                "get_run",
                {"run": Given(lambda world: short(facts.ticket(world, "refund_paid"))), "detail": "conversation"},
            ),
            Call("get_step", {"run": Said(r"run: (duckie:\S+)"), "step": "1", "part": "input"}),
            Call("get_step", {"run": Said(r"run: (duckie:\S+)", answer=0), "step": "3", "part": "input"}),
        ),
        facts=facts.refunded,
        absent=lambda world: [str(facts.given(facts.ticket(world, "refund_paid").steps[2])["iban"])],
        ceiling=390,
    ),
    Question(
        name="went through in the end",
        asked="The booking change timed out: did it go through in the end?",
        calls=(
            Call("list_runs", {"ticket": [number("retry_succeeds")]}),
            Call("get_run", {"run": Cell("ref")}),
            Call("get_step", {"run": Cell("ref", answer=0), "step": "2", "part": "output"}),
        ),
        facts=facts.moved,
        ceiling=490,
    ),
    Question(
        name="guardrail",
        asked="Which guardrail stopped this run, and what does it say?",
        calls=(
            Call("list_runs", {"ticket": [number("guardrail_stop")]}),
            Call("get_run", {"run": Cell("ref")}),
            Call("get_step", {"run": Cell("ref", answer=0), "step": "first_failure"}),
            Call(
                "list_config", {"kind": "guardrails", "type": ["escalation"], "search": Said(r"Guardrail: (.+?) \(", 1)}
            ),
        ),
        facts=facts.stopped,
        ceiling=720,
    ),
    Question(
        name="left the path",
        asked="Where did the newest failed return label leave the path of a good one?",
        calls=(
            Call("list_runs", {"provider": ["conduit"], "tool": ["create_return_label"], "status": ["failed"]}),
            Call("compare_runs", {"run": Cell("ref")}),
        ),
        facts=facts.label,
        ceiling=910,
    ),
    Question(
        name="new version",
        asked="The transport system refuses our webhook: which version of the agent was that, and is it a new one?",
        calls=(
            Call("compare_runs", {"run": call_ref("webhook_node_fails")}),
            Call("get_step", {"run": Said(r"run: (happyrobot:\w+)"), "step": "first_failure"}),
        ),
        facts=facts.new_version,
        ceiling=780,
    ),
    Question(
        name="no pickup",
        asked="Why did this call never connect?",
        calls=(
            Call("get_run", {"run": call_ref("connection_timeout")}),
            Call("get_step", {"run": Said(r"run: (happyrobot:\S+)"), "step": "last", "part": "error"}),
        ),
        facts=facts.no_pickup,
        ceiling=310,
    ),
    Question(
        name="wrong booking",
        asked="Which booking did the caller ask us to cancel, and which one did we cancel?",
        calls=(Call("get_run", {"run": call_ref("marked_critical"), "detail": "conversation"}),),
        facts=facts.wrong_booking,
        ceiling=280,
    ),
    Question(
        name="in Japanese",
        asked="What did the customer with the Japanese ticket write, and what did we answer?",
        calls=(
            Call("list_runs", {"search": hostile.SCRIPTS["ja"][0]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=facts.in_japanese,
        ceiling=380,
    ),
    Question(
        name="late checkout",
        asked="What was this guest charged for, why did it fail, and what did the run cost us?",
        calls=(Call("get_run", {"run": chat_ref("payment_gateway_504")}),),
        facts=facts.guest_paid,
        ceiling=450,
    ),
    Question(
        name="promised",
        asked="What did our agent promise this guest, and why did it not answer?",
        calls=(
            Call("get_run", {"run": chat_ref("missing_knowledge"), "detail": "conversation"}),
            Call("get_run", {"run": chat_ref("missing_knowledge"), "detail": "full"}),
        ),
        facts=facts.promised,
        ceiling=780,
    ),
    Question(
        name="strange ticket",
        asked="What does that strange ticket want from the agent, and what did the agent answer?",
        calls=(
            Call("list_runs", {"ticket": [number("prompt_injection")]}),
            Call("get_run", {"run": Cell("ref"), "detail": "conversation"}),
        ),
        facts=facts.instructions,
        ceiling=370,
    ),
)
