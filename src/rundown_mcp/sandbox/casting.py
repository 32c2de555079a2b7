"""Opens a run for a story: picks agent and customer, and fills in what the vendor records about every run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from rundown_mcp.sandbox.model import Agent, CallRun, ChatRun, Person, TicketRun
from rundown_mcp.sandbox.script import CallScript, ChatScript, Kit, TicketScript
from rundown_mcp.sandbox.stories.shelf import Story

AnyAgent = TypeVar("AnyAgent", bound=Agent)

_SOURCES = ("zendesk", "zendesk", "zendesk", "intercom", "email", "slack")
_TAGS = ("vip", "refund", "delivery", "booking", "login", "group")
_CATEGORIES = ("Billing", "Delivery", "Bookings", "Account")
_REUSED_CONVERSATIONS = 0.2


@dataclass(frozen=True, slots=True)
class Contact:
    """A customer as one workspace knows them."""

    id: str
    workspace_id: str
    channel_id: str
    person: Person
    first_seen: datetime


class Casting:
    """Makes new runs; contacts and conversations grow with them."""

    def __init__(self, kit: Kit) -> None:
        self.kit = kit
        self.contacts: dict[str, Contact] = {}
        self.conversations: dict[str, list[ChatRun]] = {}
        self._known: dict[tuple[str, Person], Contact] = {}

    def ticket(self, story: Story[TicketScript], start: datetime) -> TicketRun:
        """Tells a helpdesk story."""
        rng, ids = self.kit.rng, self.kit.ids
        run = TicketRun(
            ids.uuid(), story.name, self._agent(self.kit.company.desk_agents, story.agents), self._customer(), start
        )
        run.ticket_id = ids.digits(5)
        run.source = rng.choice(_SOURCES)
        run.messaging = run.source in {"intercom", "slack"}
        run.event = rng.choice(("ticket_created", "ticket_created", "comment_added"))
        run.priority = rng.choice(("low", "normal", "normal", "high"))
        run.tags = tuple(rng.sample(_TAGS, rng.randint(0, 2)))
        name = rng.choice(_CATEGORIES)
        run.category = (f"cat-{name.lower()}", name)
        run.metadata = {
            "region": rng.choice(("eu", "us", "apac")),
            "shop:locale": {"de": "de-DE", "ja": "ja-JP", "ar": "ar-AE"}.get(run.person.language, "en-GB"),
            "order.channel": rng.choice(("web", "app")),
        }
        script = TicketScript(run, self.kit)
        script.wait(0.2, 1.5)
        story.tell(script)
        self.kit.vault.people.add(run.person)
        return run

    def call(self, story: Story[CallScript], start: datetime) -> CallRun:
        """Tells a telephone story."""
        use_case = self._agent(self.kit.company.use_cases, story.agents)
        run = CallRun(self.kit.ids.uuid(), story.name, use_case, self._customer(), start)
        run.use_case = use_case
        run.version = self.kit.rng.choice(use_case.versions[-2:])
        run.version_id = run.version.id
        script = CallScript(run, self.kit)
        script.wait(0.5, 2)
        story.tell(script)
        self.kit.vault.people.add(run.person)
        return run

    def chat(self, story: Story[ChatScript], start: datetime) -> ChatRun:
        """Tells a chat story."""
        rng, ids = self.kit.rng, self.kit.ids
        agent = self._agent(self.kit.company.chat_agents, story.agents)
        run = ChatRun(ids.base32("ar"), story.name, agent, self._customer(), start, workspace_id=agent.workspace_id)
        run.run_id = f"run_{ids.hex(8)}"
        run.trigger_id, run.trigger_event_id = agent.triggers[0].id, ids.base32("te")
        run.session_id, run.trace_id = f"sess_{ids.hex(6)}", ids.hex(16)
        spent = (rng.randint(900, 9000), rng.randint(60, 900))
        run.tokens, run.cost = spent, round(spent[0] * 3e-6 + spent[1] * 15e-6, 4)
        run.contact_id = run.conversation_id = ""
        script = ChatScript(run, self.kit)
        script.wait(0.2, 1)
        story.tell(script)
        self._introduce(run)
        self.kit.vault.people.add(run.person)
        return run

    def _introduce(self, run: ChatRun) -> None:
        """Gives the run its contact and conversation, unless its story is that it has none."""
        if run.contact_id is None:
            return
        key = (run.workspace_id, run.person)
        contact = self._known.get(key)
        if contact is None:
            contact = Contact(
                self.kit.ids.base32("co"), run.workspace_id, self.kit.ids.base32("ns"), run.person, run.started
            )
            self._known[key] = self.contacts[contact.id] = contact
        run.contact_id = contact.id
        earlier = next((runs for runs in self.conversations.values() if runs[-1].contact_id == contact.id), None)
        if earlier and self.kit.rng.random() < _REUSED_CONVERSATIONS:
            run.conversation_id = earlier[-1].conversation_id
            earlier.append(run)
        else:
            run.conversation_id = self.kit.ids.base32("cv")
            self.conversations[run.conversation_id] = [run]

    def _agent(self, agents: Sequence[AnyAgent], names: Sequence[str]) -> AnyAgent:
        return self.kit.rng.choice([agent for agent in agents if not names or agent.name in names])

    def _customer(self) -> Person:
        return self.kit.rng.choice(self.kit.customers)
