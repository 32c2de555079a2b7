"""What the made-up company is made of: people, agents, tools, and runs of three kinds (tickets, calls, chats)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; `phone` is as a person would write it, `e164` as a telephone system does."""

    name: str
    email: str
    phone: str
    e164: str
    language: str


@dataclass(frozen=True, slots=True)
class Tool:
    """What an agent can call; `kind` is builtin, app, custom or mcp, `home` where it lives (host, app or server)."""

    id: str
    name: str
    title: str
    kind: str
    about: str
    home: str = ""
    home_id: str = ""
    writes: bool = False
    needs_approval: bool = False
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent, as its owner set it up."""

    id: str
    name: str
    about: str
    instructions: str
    opened: datetime
    tools: tuple[Tool, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A published state of a use case."""

    id: str
    number: int
    live: bool
    published: datetime


@dataclass(frozen=True, slots=True)
class UseCase(Agent):
    """A telephone agent: `nodes` are its workflow's ids by name, `columns` its table's (node, variable)."""

    slug: str = ""
    direction: str = "inbound"
    nodes: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[tuple[str, str], ...] = ()
    versions: tuple[Version, ...] = ()


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a chat agent."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class ChatAgent(Agent):
    """An agent that answers messages in one workspace."""

    workspace_id: str = ""
    triggers: tuple[Trigger, ...] = ()


@dataclass(slots=True)
class Step:
    """Something that a run did.

    `status` is completed, failed, running, waiting_for_approval, rejected, blocked, cancelled or skipped. `redacted`
    and `truncated` are what the vendor says of the payloads; None: it says nothing. `session` counts the calls of a
    run from 0; None: the step is a node of the workflow, outside any call.
    """

    id: str
    at: datetime
    kind: str
    title: str
    status: str = "completed"
    seconds: float | None = None
    text: str | None = None
    tool: Tool | None = None
    input: object = None
    output: object = None
    error: str | None = None
    redacted: bool | None = False
    truncated: bool | None = False
    session: int | None = 0


@dataclass(slots=True)
class Message:
    """Something said; `role` is customer, agent, colleague or event, `marks` of filler, interrupted, natural_cut."""

    id: str
    at: datetime
    role: str
    text: str
    name: str | None = None
    marks: frozenset[str] = frozenset()
    session: int = 0


@dataclass(slots=True)
class Run:
    """One execution; `status` is queued, running, paused, completed, failed or cancelled, `story` why it is here."""

    id: str
    story: str
    agent: Agent
    person: Person
    started: datetime
    ended: datetime | None = None
    status: str = "running"
    outcome: str | None = None
    reason: str | None = None
    error: str | None = None
    messages: list[Message] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that an evaluation gave a run."""

    id: str
    attribute_id: str
    name: str
    about: str
    value: str | None


@dataclass(slots=True)
class TicketRun(Run):
    """A run that a helpdesk ticket started (Duckie).

    `pending` is the step that waits for approval. `bare`: everything optional is missing. `metadata` can be filtered
    by and is not part of any body.
    """

    ticket_id: str = ""
    title: str = ""
    source: str = "zendesk"
    event: str = "ticket_created"
    priority: str = "normal"
    tags: tuple[str, ...] = ()
    category: tuple[str, str] | None = None
    notes_only: bool = False
    messaging: bool = False
    pending: Step | None = None
    resume_at: datetime | None = None
    marks: list[Mark] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    bare: bool = False


@dataclass(slots=True)
class Session:
    """One telephone call of a run; `seconds` None: it never connected, or still goes on."""

    id: str
    at: datetime
    seconds: int | None = None
    status: str = "completed"
    sip_code: str | None = None
    sip_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """What a reviewer noted about a run or one of its messages."""

    id: str
    at: datetime
    kind: str
    priority: str
    status: str
    message_id: str | None
    correction: str | None
    reason: str | None
    author_id: str


@dataclass(slots=True)
class CallRun(Run):
    """A run of telephone calls and workflow nodes (HappyRobot).

    `forgotten`: retention has deleted what was said. `old_shape`: the vendor answers in its first body's shape.
    """

    use_case: UseCase | None = None
    version: Version | None = None
    version_id: str = ""
    annotation: str | None = None
    issues: list[Issue] = field(default_factory=list)
    columns: dict[str, object] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    forgotten: bool = False
    old_shape: bool = False


@dataclass(slots=True)
class ChatRun(Run):
    """A run that a chat message started (Conduit); `error` is of the run, as its tool calls have none of their own."""

    workspace_id: str = ""
    run_id: str = ""
    contact_id: str | None = None
    conversation_id: str | None = None
    trigger_id: str | None = None
    trigger_event_id: str | None = None
    session_id: str | None = None
    trace_id: str | None = None
    tokens: tuple[int, int] | None = None
    cost: float | None = None
    reply: str | None = None
    reflection: str | None = None
    escalation_id: str | None = None
