"""The bodies of Duckie's own documents give exactly these neutral runs."""

from datetime import UTC, datetime, timedelta

from tests.providers.comparing import same
from tests.providers.serving import stored

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Approval,
    Evaluation,
    Message,
    Named,
    Outcome,
    Quality,
    Run,
    RunDetail,
    RunStatus,
    Status,
    Step,
    StepState,
    Ticket,
    ToolCall,
    Trigger,
)
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.providers.duckie.mapping import to_detail, to_run
from rundown_mcp.providers.duckie.wire import WireDetailBody, WireRun
from rundown_mcp.transport.wire import Json

RUN_ID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
AT = datetime(2023, 11, 7, 5, 31, 56, tzinfo=UTC)
LENGTH = timedelta(seconds=123)


def a(kind: Kind, content: Json = "<string>") -> Untrusted:
    return Untrusted(content, kind)


def flagged(kind: Kind, content: str) -> Untrusted:
    return Untrusted(content, kind, redacted=True, truncated=True)


FACTS = (
    ("ticket_status", a(Kind.WORD)),
    ("ticket_priority", a(Kind.WORD)),
    ("ticket_tags", a(Kind.TEXT, ["<string>"])),
    ("trigger_message_type", a(Kind.WORD)),
    ("internal_notes_only", a(Kind.WORD, content=True)),
    ("is_messaging_ticket", a(Kind.WORD, content=True)),
)
EVALUATION = {"id": RUN_ID, "attribute_id": RUN_ID, "description": "<string>", "recorded_at": "2023-11-07T05:31:56Z"}


def expected(*, agent_id: str, detail: bool) -> Run:
    text = a(Kind.TEXT) if detail else None
    return Run(
        ref=Ref("duckie", RUN_ID),
        status=RunStatus(Status.UNKNOWN, a(Kind.WORD)),
        started_at=AT,
        updated_at=AT,
        duration=LENGTH,
        agent=Named(a(Kind.ID, agent_id), a(Kind.NAME)),
        outcome=Outcome(word=None, native=a(Kind.WORD), reason=a(Kind.TEXT)),
        source=a(Kind.TEXT),
        ticket=Ticket(id=a(Kind.ID), title=a(Kind.TEXT), url=a(Kind.TEXT)),
        category=Named(a(Kind.ID), a(Kind.TEXT)),
        trigger=Trigger(
            event=a(Kind.WORD),
            source=a(Kind.TEXT),
            customer=a(Kind.IDENTITY),
            text=text,
            latest_comment=text,
            facts=FACTS,
        ),
        approval=Approval(
            waiting=True,
            step_id=a(Kind.ID),
            tool_id=a(Kind.ID),
            pending=ToolCall(name=a(Kind.NAME), type=a(Kind.WORD), input=flagged(Kind.PAYLOAD, "<unknown>")),
        ),
        resumes_at=AT,
        quality=Quality(
            evaluations=(Evaluation(name=a(Kind.TEXT), value=a(Kind.TEXT), extra=a(Kind.PAYLOAD, EVALUATION)),)
            if detail
            else ()
        ),
        identities=(a(Kind.IDENTITY),),
        extra=a(Kind.PAYLOAD, {"agent": {"description": "<string>"}}) if detail else None,
    )


def test_a_row_of_the_document_becomes_this_run() -> None:
    row = WireRun.model_validate(stored("document_duckie_list_runs")["data"][0])
    same(to_run(row, "duckie"), expected(agent_id="<string>", detail=False))


def test_the_run_of_the_document_becomes_this_detail() -> None:
    body = stored("document_duckie_retrieve_a_run")
    run = expected(agent_id=RUN_ID, detail=True)
    found = to_detail(WireDetailBody.model_validate(body).data, run.ref)
    wanted = RunDetail(
        run=run,
        steps=(
            Step(
                number=1,
                id=a(Kind.ID, RUN_ID),
                kind=a(Kind.WORD),
                title=a(Kind.TEXT),
                state=StepState.FAILED,
                native_status=a(Kind.WORD),
                at=AT,
                duration=LENGTH,
                content=a(Kind.TEXT),
                tool=ToolCall(
                    name=a(Kind.NAME),
                    type=a(Kind.WORD),
                    input=flagged(Kind.PAYLOAD, "<unknown>"),
                    output=flagged(Kind.PAYLOAD, "<unknown>"),
                ),
                error=a(Kind.TEXT),
                extra=a(Kind.PAYLOAD, {"order": 123}),
            ),
        ),
        messages=(
            Message(
                number=1,
                id=a(Kind.ID, RUN_ID),
                role=a(Kind.WORD),
                author=a(Kind.IDENTITY),
                text=a(Kind.TEXT),
                at=AT,
                extra=a(Kind.PAYLOAD, {"order": 123}),
            ),
        ),
    )
    same(found, wanted)
