"""The neutral run: what every provider's run is turned into, with the vendor's own words kept beside ours.

`extra` holds what the vendor sent besides and no other field carries, as a JSON object by the vendor's own names: what
nobody knew of when this was written is shown all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from rundown_mcp.domain.ref import Ref
from rundown_mcp.domain.text import Untrusted


class Status(StrEnum):
    """The states of a run. `UNKNOWN` is any word that no vendor document lists; the word itself is kept."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def is_final(self) -> bool:
        """Whether a run in this state changes no more."""
        return self in {Status.COMPLETED, Status.FAILED, Status.CANCELLED}


STATUS_SPELLINGS = {
    **{status.value: status for status in Status},
    "canceled": Status.CANCELLED,
    "scheduled": Status.QUEUED,
    "not_started": Status.QUEUED,
    "accepted": Status.QUEUED,
    "succeeded": Status.COMPLETED,
    "success": Status.COMPLETED,
}
"""Every spelling that a filter takes: ours, and the vendors' where they differ."""


class OutcomeWord(StrEnum):
    """What a run meant for the customer, where the vendor says so in one of these words."""

    RESOLVED = "resolved"
    DEFLECTED = "deflected"
    ESCALATED = "escalated"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A neutral status; `native` is the vendor's word where it differs from ours, else None."""

    word: Status
    native: Untrusted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`word` is None where the vendor's word is none of the four; `native` then holds it verbatim."""

    word: OutcomeWord | None = None
    native: Untrusted | None = None
    reason: Untrusted | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with an id and a name, either of which may be unknown: an agent, a category, a version."""

    id: Untrusted | None = None
    name: Untrusted | None = None

    @property
    def label(self) -> Untrusted | None:
        """The name, or the id where there is no name."""
        return self.name or self.id

    @property
    def key(self) -> Untrusted | None:
        """What tells it from others at its connection: the id, or the name where there is no id."""
        return self.id or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """The ticket or conversation that a run belongs to at its source."""

    id: Untrusted | None = None
    title: Untrusted | None = None
    url: Untrusted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A call of a tool: any JSON in and out. The vendor's redacted and truncated flags travel on the values."""

    name: Untrusted | None = None
    type: Untrusted | None = None
    input: Untrusted | None = None
    output: Untrusted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A human's approval; `pending` is the call that waits for it, `step_id` the vendor's id of its step."""

    waiting: bool | None = None
    step_id: Untrusted | None = None
    tool_id: Untrusted | None = None
    pending: ToolCall | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be given: as the vendor says, or where it does not say, as a pending call does."""
        return self.pending is not None if self.waiting is None else self.waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens, and the cost in the unit of the vendor's bill; None is unknown, never 0."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A reviewer's mark on a run or on one of its messages (`message` is that message's number, where it is here)."""

    status: Untrusted | None = None
    priority: Untrusted | None = None
    type: Untrusted | None = None
    correction: Untrusted | None = None
    reason: Untrusted | None = None
    message: int | None = None
    extra: Untrusted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A named attribute that an evaluation gave the run."""

    name: Untrusted | None = None
    value: Untrusted | None = None
    extra: Untrusted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What people or evaluations said of the run; an axis of its own, never mixed into the outcome."""

    annotation: Untrusted | None = None
    issues: tuple[Issue, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What started the run. `facts` are small structured values (priority, tags, …) by our names for them."""

    event: Untrusted | None = None
    source: Untrusted | None = None
    at: datetime | None = None
    customer: Untrusted | None = None
    text: Untrusted | None = None
    latest_comment: Untrusted | None = None
    facts: tuple[tuple[str, Untrusted], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as a list row knows it; all but `ref` and `status` may be unknown (None).

    `started_at`, `ended_at` and `updated_at` are aware, in UTC. `columns` are values that a customer's own workflow
    put on the row. `aliases` are other ids of the same run that a user may paste. `identities` are the names, numbers
    and addresses of people that this run's structured fields state, and once it was read whole the secrets that its
    payloads hold by name, to be masked wherever they appear in it.
    """

    ref: Ref
    status: RunStatus
    started_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime | None = None
    duration: timedelta | None = None
    agent: Named | None = None
    outcome: Outcome | None = None
    source: Untrusted | None = None
    ticket: Ticket | None = None
    contact_id: Untrusted | None = None
    conversation_id: Untrusted | None = None
    category: Named | None = None
    trigger: Trigger | None = None
    error: Untrusted | None = None
    approval: Approval | None = None
    resumes_at: datetime | None = None
    quality: Quality = field(default_factory=Quality)
    usage: Usage | None = None
    version: Named | None = None
    environment: Untrusted | None = None
    trace_id: Untrusted | None = None
    columns: tuple[tuple[Untrusted, Untrusted], ...] = ()
    aliases: tuple[str, ...] = ()
    identities: tuple[Untrusted, ...] = ()
    extra: Untrusted | None = None


class StepState(StrEnum):
    """How a step ended, as the provider states it; `UNKNOWN` where it states nothing."""

    OK = "ok"
    FAILED = "failed"
    RUNNING = "running"
    WAITING = "waiting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a run; `number` counts from 1 in the order of time (of the vendor's `order` where it gives one).

    `native_status` is the vendor's word. `error` is what the provider gives as this step's error. `message` is the
    number of the message that made this call, where calls are made in a conversation; `within` is the number of the
    step that this one was a part of (a call made during a telephone call), which began before it and ended after it.
    `notes` are facts in our words (`data deleted by retention`).
    """

    number: int
    id: Untrusted | None = None
    kind: Untrusted | None = None
    title: Untrusted | None = None
    state: StepState = StepState.UNKNOWN
    native_status: Untrusted | None = None
    at: datetime | None = None
    duration: timedelta | None = None
    content: Untrusted | None = None
    tool: ToolCall | None = None
    error: Untrusted | None = None
    message: int | None = None
    within: int | None = None
    notes: tuple[str, ...] = ()
    extra: Untrusted | None = None

    @property
    def label(self) -> Untrusted | None:
        """What to call the step: its tool's name, else its title, else its kind."""
        return (self.tool.name if self.tool else None) or self.title or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of the run's conversation; `number` counts from 1 and is shown as `m1`, `m2`, ….

    `notes` are facts in our words (`interrupted`, `filler`, `data deleted by retention`). `latency` is the vendor's
    breakdown in the vendor's unit, which it does not state.
    """

    number: int
    id: Untrusted | None = None
    role: Untrusted | None = None
    author: Untrusted | None = None
    text: Untrusted | None = None
    at: datetime | None = None
    latency: Untrusted | None = None
    notes: tuple[str, ...] = ()
    extra: Untrusted | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True)
class RunDetail:
    """A run with its steps and messages.

    `reflection` is the agent's own reasoning where the vendor gives it. `notes` are facts about the body in our words,
    such as that it came in an older documented shape. `missing` says in our words what of it could not be read, and
    why. `thread` leads the provider's client to messages that are not here yet; it is opaque to everybody else, and
    empty where there are none. `reply` is what the run answered, while the messages that hold it are not here: it has
    no number among them until they are.
    """

    run: Run
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    reply: Untrusted | None = None
    reflection: Untrusted | None = None
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    thread: tuple[tuple[str, str], ...] = ()
