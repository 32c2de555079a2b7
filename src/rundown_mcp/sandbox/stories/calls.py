"""Telephone runs that went as they should, and what reviewers said of them."""

from datetime import timedelta

from rundown_mcp.sandbox.model import Session
from rundown_mcp.sandbox.script import CallScript
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.stories.shelf import Shelf

CALLS: Shelf[CallScript] = Shelf("happyrobot")

INBOUND = ("Inbound booking line",)
DELIVERY = ("Delivery rescheduling",)
PAYMENT = ("Payment reminders",)
CARRIER = ("Carrier check calls",)


def greets(s: CallScript) -> None:
    """The first seconds of any call."""
    s.dials()
    s.say("agent", "Harborline, this is Alex. How can I help you?")
    s.say("customer", "Hi, give me a second.", marks=("natural_cut",))


def finds_booking(s: CallScript, ref: str) -> None:
    """Reads the caller's booking."""
    person = s.run.person
    booking = {"booking_ref": ref, "caller_name": person.name, "email": person.email, "state": "confirmed"}
    s.tool("find_booking", {"booking_ref": ref, "phone": person.e164}, booking)


@CALLS.story(48, agents=INBOUND)
def booking_moved(s: CallScript) -> None:
    """A caller moves a booking."""
    ref = s.booking()
    greets(s)
    s.say("customer", f"My name is {s.run.person.name}, I need to move booking {ref}.")
    s.say("agent", "One moment, I am looking.", marks=("filler",))
    finds_booking(s, ref)
    s.say("agent", "Found it. Saturday the twelfth is free, shall I move it?")
    s.say("customer", "Yes please.")
    s.tool("move_booking", {"booking_ref": ref, "days": s.between(1, 9)}, {"ok": True})
    s.say("agent", "Done. Have a good trip.")
    s.hangs_up()
    columns = {"caller_intent": "reschedule", "caller_name": s.run.person.name}
    s.node("Extract intent", "AI", "Extract", columns)
    s.node("Update booking", "Webhook", "POST", {"status": 200, "booking_ref": ref})
    s.node("Send confirmation", "SMS", "Send", {"to": s.run.person.e164, "sent": True})
    s.run.columns = {**columns, "booking_ref": ref}
    s.ends("completed")


@CALLS.story(32, agents=DELIVERY)
def delivery_rescheduled(s: CallScript) -> None:
    """A customer agrees on a new slot."""
    load = f"L-{s.ids.digits(5)}"
    greets(s)
    s.say("agent", f"Your delivery {load} could not be handed over. Does tomorrow morning suit you?")
    s.say("customer", "Tomorrow is fine, ring the second bell.")
    s.tool("reschedule_delivery", {"load_id": load, "slot": "09:00-12:00"}, {"ok": True, "errors": 0})
    s.say("agent", "Booked for tomorrow between nine and twelve.")
    s.hangs_up()
    s.node("Extract slot", "AI", "Extract", {"new_slot": "09:00-12:00"})
    s.node("Update TMS", "Webhook", "POST", {"status": 200, "load_id": load, "message": "0 errors"})
    s.run.columns = {"new_slot": "09:00-12:00", "attempts": 1, "load_id": load}
    s.ends("completed")


@CALLS.story(24, agents=CARRIER)
def position_told(s: CallScript) -> None:
    """A driver says where a load is."""
    load = f"L-{s.ids.digits(5)}"
    greets(s)
    s.say("agent", f"I am calling about load {load}. Where are you right now?")
    s.say("customer", "Just past Bremen, I will be there at four.")
    s.hangs_up()
    s.node("Extract position", "AI", "Extract", {"eta": "16:00", "place": "Bremen"})
    s.node("Update TMS", "Webhook", "POST", {"status": 200, "load_id": load})
    s.run.columns = {"eta": "16:00", "load_id": load}
    s.ends("completed")
    if s.chance(0.3):
        s.run.annotation = "correct"


@CALLS.story(6, agents=PAYMENT)
def card_spoken(s: CallScript) -> None:
    """A caller reads a card and an account aloud."""
    card = s.vault.card()
    greets(s)
    s.say("agent", "You have an open invoice. Would you like to pay now?")
    s.say("customer", f"Yes, the card is {card}, or take my account {s.vault.iban()}.")
    s.tool("take_payment", {"card_number": card, "amount": s.between(20, 400)}, {"ok": True, "receipt": s.ids.hex(8)})
    s.say("customer", f"Send the receipt to {s.run.person.email}, and call {s.run.person.phone} if not.")
    s.hangs_up()
    s.node("Extract promise", "AI", "Extract", {"promised_on": "today", "amount_due": 0})
    s.run.columns = {"promised_on": "today", "amount_due": 0}
    s.ends("completed")


@CALLS.story(4, agents=PAYMENT, at_least=3)
def marked_incorrect(s: CallScript) -> None:
    """A reviewer found a mistake in one message."""
    greets(s)
    wrong = s.say("agent", "Your invoice is due in the year 2062.")
    s.say("customer", "In 2062? Fine with me.")
    s.hangs_up()
    s.node("Extract promise", "AI", "Extract", {"promised_on": "2062", "amount_due": s.between(10, 90)})
    s.run.columns = {"promised_on": "2062", "amount_due": None}
    s.ends("completed")
    s.run.annotation = "incorrect"
    s.flagged("message", "medium", wrong, "Your invoice is due in 2026.", "The year was read wrongly.")


@CALLS.story(3, agents=INBOUND, at_least=2)
def marked_critical(s: CallScript) -> None:
    """The agent cancelled the wrong booking; reviewers noted the call and the run."""
    ref, other = s.booking(), s.booking()
    greets(s)
    s.say("customer", f"Cancel {ref} please.")
    s.tool("cancel_booking", {"booking_ref": other}, {"ok": True})
    wrong = s.say("agent", f"I cancelled {other} for you.")
    s.hangs_up()
    s.run.columns = {"caller_intent": "cancel", "booking_ref": other}
    s.ends("completed")
    s.run.annotation = "critical"
    s.flagged("tool_call", "high", wrong, f"cancel_booking({ref})", "The wrong booking was cancelled.")
    s.flagged("run", "high", None, "Read the reference back first.", "No read-back.")


@CALLS.story(4, at_least=3)
def interrupted_often(s: CallScript) -> None:
    """Two who talk over each other, with fillers in between."""
    greets(s)
    for _ in range(4):
        s.say("agent", "I can offer you Thursday or", marks=("interrupted",))
        s.say("customer", "no no, listen", marks=("interrupted",))
        s.say("agent", "Mhm.", marks=("filler",))
    s.say("event", "User pressed 5")
    s.say("customer", "Thursday then.")
    s.hangs_up()
    s.ends("completed")


@CALLS.story(3, agents=INBOUND)
def transferred(s: CallScript) -> None:
    """The caller is handed to a person, in a second session."""
    greets(s)
    s.say("customer", "I want to speak to a real person.")
    s.tool("transfer_call", {"to": "desk", "reason": "asked for a person"}, {"transferred": True})
    s.hangs_up()
    s.dials()
    s.say("event", "Transfer connected")
    s.hangs_up()
    s.run.columns = {"caller_intent": "human"}
    s.ends("completed")


@CALLS.story(2, agents=DELIVERY)
def second_attempt(s: CallScript) -> None:
    """Nobody picks up; the second call reaches the customer."""
    s.dials(status="missed", code="480", reason="Temporarily Unavailable")
    s.run.sessions[-1].seconds = 0
    s.wait(120, 300)
    greets(s)
    s.say("customer", "Sorry, I was in the garden. Friday works.")
    s.hangs_up()
    s.node("Update TMS", "Webhook", "POST", {"status": 200})
    s.run.columns = {"new_slot": "Friday", "attempts": 2}
    s.ends("completed")


@CALLS.story(3)
def canceled(s: CallScript) -> None:
    """Cancelled before anyone was called."""
    s.wait(1, 5)
    s.ends("cancelled")


@CALLS.story(2, hours=(0.01, 0.1))
def running(s: CallScript) -> None:
    """A call that still goes on."""
    greets(s)


@CALLS.story(2, hours=(0.02, 2))
def scheduled(s: CallScript) -> None:
    """Waits for its turn."""
    s.run.status = "queued"


@CALLS.story(3, at_least=3)
def caller_in_other_script(s: CallScript) -> None:
    """A caller who speaks another language."""
    person = s.someone_abroad()
    _, text, answer = hostile.SCRIPTS[person.language]
    s.dials()
    s.say("customer", text)
    s.tool("find_booking", {"caller_name": person.name}, {"caller_name": person.name, "booking_ref": s.booking()})
    s.say("agent", answer)
    s.hangs_up()
    s.run.columns = {"caller_name": person.name}
    s.ends("completed")


@CALLS.story(2, hours=(280, 336))
def data_deleted(s: CallScript) -> None:
    """So old that retention has deleted what was said."""
    booking_moved(s)
    s.run.forgotten = True
    s.run.columns = {}


@CALLS.story(2, hours=(200, 336))
def old_shape(s: CallScript) -> None:
    """Answered in the shape of the vendor's first body."""
    booking_moved(s)
    s.run.old_shape = True


@CALLS.story(3)
def version_gone(s: CallScript) -> None:
    """The version that ran is not told any more."""
    position_told(s)
    s.run.version = None


def unanswered(s: CallScript, code: str, reason: str) -> Session:
    """A call that never connects."""
    session = s.dials(status="failed", code=code, reason=reason)
    s.clock += timedelta(seconds=s.between(4, 25))
    return session
