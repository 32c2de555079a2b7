"""The pen that stories are written with: it keeps the clock, draws ids, and puts what happens into a run."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from rundown_mcp.sandbox.causes import Causes
from rundown_mcp.sandbox.company import Company
from rundown_mcp.sandbox.ids import Ids
from rundown_mcp.sandbox.model import CallRun, ChatRun, Issue, Message, Person, Run, Session, Step, TicketRun, Tool
from rundown_mcp.sandbox.people import Vault

AnyRun = TypeVar("AnyRun", bound=Run)
Item = TypeVar("Item")


@dataclass
class Kit:
    """What every story of a world is written with."""

    rng: random.Random
    ids: Ids
    vault: Vault
    company: Company
    customers: Sequence[Person]
    turns: Counter[str] = field(default_factory=Counter)


class Script(Generic[AnyRun]):
    """One run being written; `clock` is the moment at which the next thing happens."""

    def __init__(self, run: AnyRun, kit: Kit) -> None:
        self.run = run
        self.clock = run.started
        self.ids, self.vault, self.company = kit.ids, kit.vault, kit.company
        self.causes = Causes(kit.rng, kit.ids)
        self._kit = kit

    def pick(self, items: Sequence[Item]) -> Item:
        """One of `items`."""
        return self._kit.rng.choice(items)

    def in_turn(self, what: str, items: Sequence[Item]) -> Item:
        """The item after the one that this world's last story got of `what`, so that each has its turn."""
        at = self._kit.turns[what]
        self._kit.turns[what] += 1
        return items[at % len(items)]

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self._kit.rng.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._kit.rng.randint(low, high)

    def wait(self, low: float, high: float | None = None) -> float:
        """Lets seconds pass, rounded to milliseconds; returns how many."""
        seconds = round(self._kit.rng.uniform(low, low * 2 if high is None else high), 3)
        self.clock += timedelta(seconds=seconds)
        return seconds

    def say(self, role: str, text: str, *, name: str | None = None, marks: Sequence[str] = ()) -> Message:
        """Someone says something."""
        message = Message(self.ids.uuid(), self.clock, role, text, name, frozenset(marks))
        self.run.messages.append(message)
        return message

    def ends(self, status: str, outcome: str | None = None, reason: str | None = None) -> None:
        """The run is over, in this way."""
        self.run.status, self.run.outcome, self.run.reason = status, outcome, reason
        self.run.ended = self.clock

    def someone_abroad(self) -> Person:
        """The run is about a customer of the language whose turn it is."""
        language = self.in_turn("language", ("de", "ja", "ar", "en"))
        self.run.person = self.pick([person for person in self._kit.customers if person.language == language])
        return self.run.person

    def order(self) -> str:
        """An order's number."""
        return f"A-{self.ids.digits(6)}"

    def booking(self) -> str:
        """A booking's reference."""
        return self.ids.alnum(6).upper()


class TicketScript(Script[TicketRun]):
    """A run of a helpdesk agent."""

    def opens(self, title: str, text: str | None = None) -> None:
        """A customer's ticket starts the run."""
        self.run.title = title
        self.say("customer", text or title, name=self.run.person.name)
        self.wait(0.5, 2)

    def replies(self, text: str) -> None:
        """The agent answers."""
        self.wait(1, 4)
        self.step("response", "Reply to the customer", text=text)
        self.say("agent", text, name=self.run.agent.name)

    def step(self, kind: str, title: str, *, status: str = "completed", text: str | None = None) -> Step:
        """Something that is no tool call."""
        at = self.clock
        step = Step(self.ids.uuid(), at, kind, title, status, seconds=self.wait(0.3, 2), text=text)
        self.run.steps.append(step)
        return step

    def tool(
        self, name: str, given: object, output: object = None, *, error: str | None = None, status: str | None = None,
        seconds: tuple[float, float] = (0.4, 4),
    ) -> Step:  # fmt: skip
        """A tool call of the company's tool `name`; an error makes it failed."""
        tool = self.company.tools[name]
        step = Step(self.ids.uuid(), self.clock, "tool_call", tool.title, tool=tool, input=given, output=output)
        step.error = error
        step.status = status or ("failed" if error else "completed")
        if step.status != "running":
            step.seconds = self.wait(*seconds)
        self.run.steps.append(step)
        self.wait(0.1, 0.8)
        return step

    def escalates(self, reason: str) -> None:
        """The agent hands the ticket to a person, and the run is over."""
        self.tool("escalate_to_human", {"reason": reason}, {"queue": "tier-2", "assigned": True})
        self.ends("completed", "escalated", reason)


class CallScript(Script[CallRun]):
    """A run of a telephone agent: calls, and workflow nodes around them."""

    def dials(self, *, status: str = "in-progress", code: str | None = None, reason: str | None = None) -> Session:
        """A call starts."""
        session = Session(self.ids.uuid(), self.clock, status=status, sip_code=code, sip_reason=reason)
        self.run.sessions.append(session)
        self.wait(2, 6)
        return session

    def say(self, role: str, text: str, *, name: str | None = None, marks: Sequence[str] = ()) -> Message:
        """Someone says something in the present call, and time passes as it is spoken."""
        message = super().say(role, text, name=name, marks=marks)
        message.session = len(self.run.sessions) - 1
        self.wait(1 + len(text) / 25, 3 + len(text) / 15)
        return message

    def tool(
        self, name: str, given: object, output: object = None, *, error: str | None = None, slow: float = 0.3
    ) -> Step:
        """A tool call within the call; what failed stands in the output alone, as calls have no error field."""
        tool = Tool(id=name, name=name, title=name, kind="call", about="")
        step = Step(self.ids.uuid(), self.clock, "tool_call", name, tool=tool, input=given)
        step.output = {"error": error} if error else output
        step.status = "failed" if error else "completed"
        step.session = len(self.run.sessions) - 1
        step.seconds = self.wait(slow, slow + 3)
        self.run.steps.append(step)
        self.wait(0.2, 0.9)
        return step

    def hangs_up(self, status: str = "completed") -> None:
        """The present call is over."""
        self.wait(1, 3)
        session = self.run.sessions[-1]
        session.status = status
        session.seconds = max(1, round((self.clock - session.at).total_seconds()))
        self.wait(0.5, 2)

    def node(self, name: str, integration: str, event: str, output: object = None, *, error: str | None = None) -> Step:
        """A node of the workflow runs, outside any call; `integration` and `event` name its kind."""
        use_case = self.run.use_case
        node_id = use_case.nodes.get(name, "") if use_case else ""
        tool = Tool(id=node_id or self.ids.uuid(), name=name, title=event, kind="node", about="", home=integration)
        seconds = self.wait(0.5, 3)
        step = Step(self.ids.uuid(), self.clock, "node", name, tool=tool, output=output, error=error, session=None)
        step.status, step.seconds = ("failed" if error else "completed"), seconds
        self.run.steps.append(step)
        return step

    def flagged(self, kind: str, priority: str, message: Message | None, correction: str, why: str) -> None:
        """A reviewer notes an issue some time after the run."""
        author = self.pick(self.company.reviewer_ids)
        at = self.clock + timedelta(minutes=self.between(2, 12))
        status = self.pick(("open", "open", "approved", "closed"))
        target = message.id if message else None
        self.run.issues.append(Issue(self.ids.uuid(), at, kind, priority, status, target, correction, why, author))


class ChatScript(Script[ChatRun]):
    """A run of a chat agent; tool calls carry no state, time or error of their own."""

    def tool(self, name: str, given: object, output: object) -> Step:
        """A tool call; what failed, if anything, can be told from the output alone."""
        tool = Tool(id=name, name=name, title=name, kind="chat", about="")
        step = Step(self.ids.uuid(), self.clock, "tool_call", name, tool=tool, input=given, output=output)
        step.seconds = self.wait(0.2, 2)
        self.run.steps.append(step)
        return step

    def replies(self, text: str, reflection: str) -> None:
        """The agent answers, and says to itself why."""
        self.wait(0.8, 3)
        self.run.reply, self.run.reflection = text, reflection
        self.say("agent", text, name=self.run.agent.name)

    def fails(self, error: str | None, reason: str | None = None) -> None:
        """The run ends with an error of its own."""
        self.run.error = error
        self.ends("failed", None, reason)
