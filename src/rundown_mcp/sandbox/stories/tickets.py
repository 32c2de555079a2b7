"""Helpdesk runs that went as they should, or wait for someone."""

from datetime import timedelta

from rundown_mcp.sandbox.model import Mark, Step
from rundown_mcp.sandbox.script import TicketScript
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.stories.shelf import Shelf

TICKETS: Shelf[TicketScript] = Shelf("duckie")


def evaluated(s: TicketScript, mood: str) -> None:
    """Adds the values that evaluations gave this run."""
    for name, about, value in (
        ("Sentiment", "The customer's mood at the end", mood),
        ("Policy followed", "Whether the refund policy was kept", s.pick(("yes", "yes", "no"))),
        ("Language", "What the customer wrote in", s.run.person.language),
    ):
        s.run.marks.append(Mark(s.ids.uuid(), s.ids.uuid(), name, about, value))


def looks_up(s: TicketScript, order: str) -> Step:
    """Reads an order, with who placed it."""
    person = s.run.person
    return s.tool(
        "lookup_order",
        {"order_id": order},
        {
            "order_id": order,
            "state": s.pick(("shipped", "delivered", "packed")),
            "total": s.between(19, 480),
            "customer": {"name": person.name, "email": person.email, "phone": person.phone},
        },
    )


@TICKETS.story(60, agents=("Order Tracker",))
def parcel_found(s: TicketScript) -> None:
    """A customer asks where a parcel is, and is told."""
    order = s.order()
    s.opens(f"Where is order {order}?", f"Hi, my order {order} is late. Please write to {s.run.person.email}.")
    s.step("classification", "Classify the ticket", text="delivery")
    looks_up(s, order)
    s.tool("track_parcel", {"tracking_id": f"HL{s.ids.digits(9)}"}, {"last_scan": "Depot North", "eta_days": 1})
    s.replies("It was scanned in our northern depot and arrives tomorrow.")
    s.ends("completed", "resolved", "Told the customer the last scan and the day of delivery.")
    evaluated(s, "positive")


@TICKETS.story(40, agents=("Booking Changes", "Reiseberatung Übersee"))
def question_answered(s: TicketScript) -> None:
    """A question that the documents answer."""
    topic = s.pick(("cabin baggage", "travel insurance", "seat selection", "name correction"))
    s.opens(f"Question about {topic}", f"What are your rules on {topic}?")
    s.tool("knowledge_search", {"query": topic}, {"hits": s.between(2, 9), "top": f"Rules on {topic}"})
    s.replies(f"Here is what applies to {topic}: it is part of every fare from Standard up.")
    s.ends("completed", "deflected", None)


@TICKETS.story(30, agents=("Account Helper",))
def password_reset(s: TicketScript) -> None:
    """A login that is mended."""
    person = s.run.person
    s.opens("Cannot log in", f"I am {person.name}, my login {person.email} does not work any more.")
    s.tool("crm_get_customer", {"email": person.email}, {"name": person.name, "phone": person.e164, "tier": "silver"})
    s.tool("reset_password", {"email": person.email}, {"sent": True})
    s.replies("We sent you a link to set a new password.")
    s.ends("completed", "resolved", "Sent a link to reset the password.")
    evaluated(s, s.pick(("neutral", "positive")))


@TICKETS.story(20, agents=("Refund Desk",))
def refund_paid(s: TicketScript) -> None:
    """A small refund that needs no approval, paid to an account."""
    order, iban = s.order(), s.vault.iban()
    s.opens(f"Refund for {order}", f"Please refund order {order} to my account {iban}.")
    looks_up(s, order)
    s.tool("knowledge_search", {"query": "refund policy"}, {"hits": 2})
    amount = s.between(8, 149)
    s.tool("issue_refund", {"order_id": order, "amount": amount, "currency": "EUR", "iban": iban}, {"state": "paid"})
    s.replies(f"{amount} EUR are on their way to you.")
    s.ends("completed", "resolved", f"Refunded {amount} EUR.")


@TICKETS.story(4, agents=("Refund Desk",))
def approval_waiting(s: TicketScript) -> None:
    """A refund that waits for a person's approval."""
    order, amount = s.order(), s.between(151, 900)
    s.opens(f"Refund for order {order}", "I want my money back, the trip was cancelled by the airline.")
    looks_up(s, order)
    given = {"order_id": order, "amount": amount, "currency": "EUR"}
    s.run.pending = s.tool("issue_refund", given, status="waiting_for_approval")
    if s.chance(0.5):
        s.run.pending.input, s.run.pending.redacted = {"order_id": order, "amount": "[REDACTED]"}, True
    s.run.pending.seconds = None
    s.ends("paused", "pending", None)


@TICKETS.story(2, agents=("Refund Desk",))
def approval_rejected(s: TicketScript) -> None:
    """A refund that a person refused; the ticket goes to people."""
    order = s.order()
    s.opens(f"Refund for order {order}", "Third time I ask for my money.")
    looks_up(s, order)
    given = {"order_id": order, "amount": s.between(300, 2000), "currency": "EUR"}
    s.tool("issue_refund", given, status="rejected", seconds=(60, 400))
    s.escalates("The refund was not approved; a person has to explain it.")


@TICKETS.story(3, agents=("Order Tracker", "Booking Changes"), hours=(0.4, 40))
def resume_scheduled(s: TicketScript) -> None:
    """The agent looks again at a set time."""
    s.opens("Still no scan for my parcel", "Tracking has not moved for three days.")
    s.tool("track_parcel", {"tracking_id": f"HL{s.ids.digits(9)}"}, {"last_scan": None, "note": "label created"})
    s.step("wait", "Look again later", status="running").seconds = None
    s.ends("paused", "pending", None)
    s.run.resume_at = s.clock + timedelta(hours=s.between(42, 60))


@TICKETS.story(3, agents=("Booking Changes",), hours=(0.4, 90))
def customer_awaited(s: TicketScript) -> None:
    """The agent asked something and waits for the customer."""
    s.opens("Change my flight", "Can I fly a day later?")
    step = s.tool("ask_and_wait", {"text": "Which of your two bookings is it?"}, status="running")
    s.say("agent", "Which of your two bookings is it?", name=s.run.agent.name)
    step.seconds = None
    s.ends("paused", "pending", "Waiting for the customer's answer.")


@TICKETS.story(6)
def escalated(s: TicketScript) -> None:
    """A customer who wants a person."""
    s.opens("I want to talk to a human", "Enough of the bot. Call me: " + s.run.person.phone)
    s.step("classification", "Classify the ticket", text="complaint")
    s.escalates(s.pick(("The customer asked for a person.", "The customer is upset after two wrong answers.")))
    evaluated(s, "negative")


@TICKETS.story(3)
def guardrail_stop(s: TicketScript) -> None:
    """A guardrail ends the run and hands over."""
    s.opens("My lawyer will hear of this", "If I do not get an answer today, my lawyer will write to you.")
    rule = next(rule for rule in s.company.guardrails if rule.kind == "escalation")
    s.step("guardrail", f"Guardrail: {rule.name}", status="blocked", text=rule.text)
    s.escalates(f"Guardrail: {rule.name}")


@TICKETS.story(3)
def cancelled(s: TicketScript) -> None:
    """A colleague took the ticket over while the agent worked."""
    s.opens("Double booking", "I was charged twice for the same trip.")
    s.tool("knowledge_search", {"query": "double booking"}, {"hits": 4})
    s.step("response", "Reply to the customer", status="cancelled")
    s.ends("cancelled")


@TICKETS.story(2, hours=(0.01, 0.2))
def running(s: TicketScript) -> None:
    """Still at work."""
    s.opens("Upgrade to business class?", "What would an upgrade cost?")
    s.tool("knowledge_search", {"query": "upgrade"}, {"hits": 3})
    s.tool("search_flights", {"origin": "HAM", "destination": "LIS", "date": "next Friday"}, status="running")


@TICKETS.story(3)
def notes_only(s: TicketScript) -> None:
    """A test of the agent: its answers are internal notes."""
    s.run.notes_only, s.run.source = True, "batch_test"
    s.opens("[test] Baggage rules", "What may I take on board?")
    s.tool("knowledge_search", {"query": "baggage"}, {"hits": 5})
    s.replies("One bag of 8 kg and a small item.")
    s.ends("completed", "deflected", "Answered as an internal note.")
    evaluated(s, "neutral")


@TICKETS.story(4)
def many_scripts(s: TicketScript) -> None:
    """A customer who writes in their own language."""
    person = s.someone_abroad()
    title, text, answer = hostile.SCRIPTS[person.language]
    s.opens(title, f"{text} ({person.name})")
    s.tool("knowledge_search", {"query": title}, {"hits": s.between(1, 6), "language": person.language})
    s.replies(answer)
    s.ends("completed", "resolved", answer)
