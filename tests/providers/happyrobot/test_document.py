"""The document's body, and bodies in every shape the vendor has had, give exactly these neutral runs."""

from datetime import UTC, datetime, timedelta

from tests.providers.comparing import an_id, name, payload, same, text, word
from tests.providers.happyrobot.serving import sample, uuid
from tests.providers.serving import stored

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.run import (
    Issue,
    Message,
    Named,
    Quality,
    Run,
    RunDetail,
    RunStatus,
    Status,
    Step,
    StepState,
    ToolCall,
)
from rundown_mcp.domain.text import Kind, Untrusted
from rundown_mcp.providers.happyrobot.mapping import to_detail, to_run
from rundown_mcp.providers.happyrobot.wire import WireRun, WireRunDetail
from rundown_mcp.transport.wire import Json

UUID = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
AGENT = Named(an_id(uuid(4)), name("Inbound carrier sales"))
NAMES = {uuid(4): name("Inbound carrier sales")}
REF = Ref("happyrobot", uuid(101))
NUMBER = Untrusted("+15550100", Kind.IDENTITY)
VERSION: Json = {
    "description": "<string>",
    "is_deleted": True,
    "is_live": True,
    "is_published": True,
    "published_at": "2023-11-07T05:31:56Z",
    "slug": "<string>",
    "timestamp": "2023-11-07T05:31:56Z",
    "version_number": "123",
}
VERSION_47: Json = {
    "is_deleted": False,
    "is_live": True,
    "is_published": True,
    "org_id": uuid(2),
    "published_at": "2026-10-02T00:00:00.000Z",
    "slug": "v-47",
    "timestamp": "2026-10-01T00:00:00.000Z",
    "version_number": "47",
}
ISSUE = {
    "created_at": "2026-11-20T11:00:00.000Z",
    "created_by": uuid(9),
    "id": uuid(501),
    "message_id": uuid(303),
    "updated_at": "2026-11-20T11:00:00.000Z",
    "updated_by": uuid(9),
}
OLDEST_SESSION = {
    "agent_id": uuid(8),
    "direction": "outbound",
    "org_id": uuid(2),
    "room_name": "room-1",
    "run_id": uuid(101),
    "use_case_id": uuid(4),
    "user_number": "+15550100",
    "version_id": uuid(3),
}
OLDEST_NODE: Json = {
    "intermediate": {
        "event": {"id": uuid(6), "name": "POST"},
        "event_id": uuid(6),
        "is_multiple": False,
        "node_id": uuid(5),
        "run_id": uuid(101),
        "session_id": uuid(201),
    }
}


def at(minute: int, second: int) -> datetime:
    return datetime(2026, 11, 20, 10, minute, second, tzinfo=UTC)


def detail(body: Json, ref: Ref = REF) -> RunDetail:
    return to_detail(WireRunDetail.model_validate(body), ref, NAMES)


def test_the_documents_body_gives_exactly_this_run() -> None:
    moment = datetime(2023, 11, 7, 5, 31, 56, tzinfo=UTC)
    ref = Ref("happyrobot", UUID)
    same(
        detail(stored("document_happyrobot_get_a_run_by_id"), ref),
        RunDetail(
            run=Run(
                ref=ref,
                status=RunStatus(Status.QUEUED, word("scheduled")),
                started_at=moment,
                agent=Named(an_id(UUID)),
                quality=Quality(
                    annotation=word("correct"),
                    issues=(
                        Issue(
                            status=word("open"),
                            priority=word("low"),
                            type=word("transcriber"),
                            correction=text("<string>"),
                            reason=text("<string>"),
                            extra=payload({"created_at": "2023-11-07T05:31:56Z", "updated_at": "2023-11-07T05:31:56Z"}),
                        ),
                    ),
                ),
                version=Named(an_id(UUID), text("<string>")),
                extra=payload({"version": VERSION}),
            ),
            steps=(
                Step(
                    number=1,
                    id=an_id(UUID),
                    kind=word("action"),
                    title=text("<string>"),
                    state=StepState.FAILED,
                    at=moment,
                    tool=ToolCall(name=name("<string>"), type=name("<string>"), input=payload({}), output=payload({})),
                    error=text("<string>"),
                    extra=payload(
                        {
                            "event_name": "<string>",
                            "intermediate": dict.fromkeys(("event_id", "node_id", "run_id", "session_id"), UUID),
                            "node_id": "<string>",
                        }
                    ),
                ),
            ),
        ),
    )


def test_a_run_with_a_session_is_told_in_the_order_of_time() -> None:
    latency = {"network": 20, "initial_wait": 0, "transcriber": 110, "eos": 60, "eos_wait": 40, "llm": 420, "tts": 150}
    same(
        detail(sample("voice_run")),
        RunDetail(
            run=Run(
                ref=REF,
                status=RunStatus(Status.FAILED),
                started_at=at(0, 0),
                ended_at=at(3, 10),
                duration=timedelta(seconds=190),
                agent=AGENT,
                quality=Quality(
                    annotation=word("critical"),
                    issues=(
                        Issue(
                            status=word("open"),
                            priority=word("high"),
                            type=word("tool_call"),
                            correction=text("Retry the lookup"),
                            reason=text("timeout"),
                            message=3,
                            extra=payload(ISSUE),
                        ),
                    ),
                ),
                version=Named(an_id(uuid(3)), text("Version 47")),
                extra=payload({"org_id": uuid(2), "version": VERSION_47}),
                environment=word("production"),
                identities=(NUMBER,),
            ),
            steps=(
                Step(
                    number=1,
                    id=an_id(uuid(201)),
                    kind=word("session"),
                    at=at(0, 0),
                    duration=timedelta(seconds=182.5),
                    extra=payload({"user_number": "+15550100"}),
                ),
                Step(
                    number=2,
                    kind=word("tool_call"),
                    at=at(0, 30),
                    tool=ToolCall(
                        name=name("find_load"), input=payload({"load_id": "L-77"}), output=payload({"error": "timeout"})
                    ),
                    message=2,
                    within=1,
                ),
                Step(
                    number=3,
                    id=an_id(uuid(601)),
                    kind=word("handover"),
                    at=at(2, 0),
                    content=payload({"target": "dispatch"}),
                ),
                Step(
                    number=4,
                    id=an_id(uuid(401)),
                    kind=word("action"),
                    title=text("Update TMS"),
                    state=StepState.FAILED,
                    at=at(3, 10),
                    tool=ToolCall(name=name("Update TMS"), type=name("Webhook"), input=payload({"load": "L-77"})),
                    error=text("HTTP 504 from upstream"),
                    extra=payload(
                        {
                            "event_name": "POST",
                            "intermediate": {"event_id": uuid(6), "node_id": uuid(5), "run_id": uuid(101)},
                            "node_id": uuid(5),
                        }
                    ),
                ),
            ),
            messages=(
                Message(
                    number=1,
                    id=an_id(uuid(301)),
                    role=word("assistant"),
                    text=text("Hi, this is Alex."),
                    at=at(0, 5),
                    latency=payload(latency),
                    notes=("interrupted",),
                ),
                Message(number=2, id=an_id(uuid(302)), role=word("assistant"), at=at(0, 30)),
                Message(
                    number=3,
                    id=an_id(uuid(303)),
                    role=word("tool"),
                    text=text('{"error":"timeout"}'),
                    at=at(0, 40),
                ),
                Message(
                    number=4,
                    id=an_id(uuid(304)),
                    role=word("user"),
                    text=text("Call me later."),
                    at=at(1, 0),
                    notes=("natural cut",),
                ),
            ),
        ),
    )


def test_the_oldest_shape_gives_the_same_kind_of_run_and_says_so() -> None:
    same(
        detail(sample("oldest_shape_run")),
        RunDetail(
            run=Run(
                ref=REF,
                status=RunStatus(Status.FAILED),
                started_at=at(0, 0),
                duration=timedelta(seconds=123),
                agent=AGENT,
                quality=Quality(annotation=word("critical")),
                version=Named(an_id(uuid(3))),
                identities=(NUMBER,),
                extra=payload({"org_id": uuid(2)}),
            ),
            steps=(
                Step(
                    number=1,
                    id=an_id(uuid(201)),
                    kind=word("session"),
                    state=StepState.FAILED,
                    native_status=word("failed"),
                    at=at(0, 0),
                    duration=timedelta(seconds=123),
                    extra=payload(OLDEST_SESSION),
                ),
                Step(
                    number=2,
                    kind=word("tool_call"),
                    at=at(0, 30),
                    tool=ToolCall(
                        name=name("find_load"), input=payload({"load_id": "L-77"}), output=payload({"error": "timeout"})
                    ),
                    message=1,
                    within=1,
                ),
                Step(
                    number=3,
                    id=an_id(uuid(401)),
                    kind=word("action"),
                    state=StepState.OK,
                    at=at(2, 0),
                    tool=ToolCall(name=name("POST"), output=payload({"ok": True})),
                    extra=payload(OLDEST_NODE),
                ),
            ),
            messages=(
                Message(number=1, id=an_id(uuid(302)), role=word("assistant"), at=at(0, 30)),
                Message(
                    number=2,
                    id=an_id(uuid(303)),
                    role=word("tool"),
                    text=text('{"error":"timeout"}'),
                    at=at(0, 40),
                ),
            ),
            notes=("the provider sent its oldest body shape: sessions and node outputs, no issues, no version",),
        ),
    )


def test_a_row_of_the_list_gives_exactly_this_run() -> None:
    (row,) = stored("happyrobot_v1_list_runs")
    same(
        to_run(WireRun.model_validate(row), "happyrobot", NAMES),
        Run(
            ref=REF,
            status=RunStatus(Status.FAILED),
            started_at=at(0, 0),
            ended_at=at(3, 10),
            duration=timedelta(seconds=190),
            agent=AGENT,
            version=Named(an_id(uuid(3))),
            columns=((text(f"{uuid(5)}.caller_intent"), payload("reschedule")),),
        ),
    )
