"""Chat runs that were answered, handed over, or have only begun."""

from rundown_mcp.sandbox.script import ChatScript
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.stories.shelf import Shelf

CHATS: Shelf[ChatScript] = Shelf("conduit")

STAYS = ("Guest Messages", "Reservations", "Late Checkout")
GEAR = ("Store Chat", "Returns")


def reads_reservation(s: ChatScript, number: str) -> None:
    """Looks a reservation up, with the guest's data."""
    person = s.run.person
    guest = {"guest_name": person.name, "email": person.email, "phone": person.phone}
    s.tool("get_reservation", {"reservation_id": number}, {"status": "confirmed", "nights": s.between(1, 9), **guest})


@CHATS.story(50, agents=STAYS)
def reservation_confirmed(s: ChatScript) -> None:
    """A guest asks, the reservation is found."""
    number = f"res_{s.ids.digits(5)}"
    s.say("customer", f"Hi, {s.run.person.name} here. Is my booking {number} confirmed?")
    reads_reservation(s, number)
    s.replies("You are all set, your stay is confirmed.", "The lookup returned an active reservation.")
    s.ends("completed", "resolved", "answered_from_reservation")


@CHATS.story(36)
def from_knowledge(s: ChatScript) -> None:
    """Answered from what is written down."""
    topic = s.pick(("parking", "pets", "opening hours", "tent sizes", "return period"))
    s.say("customer", f"A question about {topic} please")
    s.tool("search_knowledge", {"query": topic}, {"results": [{"title": topic, "score": 0.83}]})
    s.replies(f"Happy to help with {topic}: see the short list above.", "The first article answers the question.")
    s.ends("completed", "resolved", "answered_from_knowledge")


@CHATS.story(20, agents=("Returns",))
def label_created(s: ChatScript) -> None:
    """A return gets its label."""
    order = s.order()
    s.say("customer", f"I want to return order {order}")
    s.tool("get_order", {"order_id": order}, {"order_id": order, "customer_name": s.run.person.name, "errors": 0})
    s.tool("create_return_label", {"order_id": order}, {"ok": True, "label_id": s.ids.hex(10)})
    s.replies("Your label is on its way.", "The order is within the return period.")
    s.ends("completed", "resolved", "label_sent")


@CHATS.story(9, agents=STAYS)
def escalated(s: ChatScript) -> None:
    """Only people may decide this."""
    s.say("customer", "Can I check in before 3 PM tomorrow?")
    reads_reservation(s, f"res_{s.ids.digits(5)}")
    s.replies("Let me ask the team about that.", "An early check-in needs the property team.")
    s.run.escalation_id = s.ids.base32("k57")
    s.ends("completed", "escalated", "Early check-in needs the property team to confirm it.")


@CHATS.story(4, agents=STAYS, at_least=3)
def handed_to_partner(s: ChatScript) -> None:
    """A disposition that is not among the usual words."""
    s.say("customer", "Can you book me the whale tour?")
    s.tool("partner_referral", {"partner": "whale tours"}, {"referred": True})
    s.replies("Our partner will write to you.", "Tours are sold by the partner.")
    s.ends("completed", "handed_to_partner", "partner_referral")


@CHATS.story(3, hours=(0.01, 0.06))
def accepted(s: ChatScript) -> None:
    """Taken in, not begun."""
    s.say("customer", "Hello?")
    s.run.status = "queued"
    s.run.session_id = s.run.trace_id = s.run.tokens = s.run.cost = None


@CHATS.story(3, hours=(0.01, 0.1))
def running(s: ChatScript) -> None:
    """Still at work."""
    s.say("customer", "Do you have the red tent?")
    s.tool("check_stock", {"sku": "TN-2211"}, {"count": 3})


@CHATS.story(3, at_least=3)
def guest_in_other_script(s: ChatScript) -> None:
    """A guest who writes in their own language."""
    person = s.someone_abroad()
    _, text, answer = hostile.SCRIPTS[person.language]
    s.say("customer", text)
    s.tool("get_guest", {"email": person.email}, {"guest_name": person.name, "language": person.language})
    s.replies(answer, f"The guest writes {person.language}; answered in kind.")
    s.ends("completed", "resolved", "answered_from_knowledge")


@CHATS.story(2, at_least=2)
def gaps_everywhere(s: ChatScript) -> None:
    """Everything that may be missing is."""
    run = s.run
    run.contact_id = run.conversation_id = run.trigger_id = run.trigger_event_id = None
    run.session_id = run.trace_id = run.tokens = run.cost = None
    s.wait(1, 3)
    s.ends("completed")


@CHATS.story(4, agents=GEAR, at_least=3)
def zero_errors(s: ChatScript) -> None:
    """Outputs that speak of errors where there are none."""
    s.say("customer", "Is the shop down? I saw an error.")
    s.tool("check_status", {"service": "shop"}, {"error": None, "errors": [], "log": "sync finished with 0 errors"})
    s.tool("check_stock", {"sku": "BT-1"}, "0 errors, 12 in stock")
    s.replies("All is well, no error on our side.", "The status page shows 0 errors.")
    s.ends("completed", "resolved", "answered_from_status")


@CHATS.story(2, at_least=2)
def guest_injects(s: ChatScript) -> None:
    """A guest writes instructions and markup."""
    s.say("customer", s.in_turn("injections", hostile.INJECTIONS))
    s.tool(
        "search_knowledge",
        {"query": s.in_turn("invisible", hostile.INVISIBLE)},
        {"results": [], "note": s.in_turn("markup", hostile.MARKUP)},
    )
    s.replies(s.in_turn("markup", hostile.MARKUP), s.in_turn("injections", hostile.INJECTIONS))
    s.ends("completed", s.pick(("resolved", "escalated")), s.in_turn("invisible", hostile.INVISIBLE))
