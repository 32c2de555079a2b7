"""Chat runs in which something failed, said by the run or only by a tool's output."""

from rundown_mcp.sandbox.script import ChatScript
from rundown_mcp.sandbox.stories.chats import CHATS, GEAR, STAYS, reads_reservation


@CHATS.story(6, agents=("Late Checkout", "Reservations"), at_least=4)
def payment_gateway_504(s: ChatScript) -> None:
    """The late checkout could not be charged."""
    number, error = f"res_{s.ids.digits(5)}", s.causes.gateway_timeout()
    s.say("customer", "I would like the late checkout, charge my card.")
    reads_reservation(s, number)
    s.tool("charge_card", {"reservation_id": number, "amount": 35}, {"error": error})
    s.fails(f"Tool charge_card failed: {error}", "tool_failure")


@CHATS.story(4, at_least=3)
def context_overflow(s: ChatScript) -> None:
    """The conversation no longer fits the model."""
    s.say("customer", "As I wrote in my last forty messages")
    s.fails(s.causes.context_overflow())


@CHATS.story(4, agents=STAYS, at_least=3)
def crm_credential_expired(s: ChatScript) -> None:
    """The guest's profile is out of reach."""
    s.say("customer", "Please change my e-mail address.")
    given = {"email": s.run.person.email, "authorization": f"Bearer {s.vault.token()}"}
    error = s.causes.expired_credential()
    s.tool("get_guest", given, {"ok": False, "status": 401, "message": error})
    s.fails(error, "tool_failure")


@CHATS.story(3, agents=GEAR, at_least=3)
def stock_rate_limited(s: ChatScript) -> None:
    """The inventory wants fewer requests, three times."""
    s.say("customer", "Which of these ten are in stock?")
    error = s.causes.rate_limited("inventory")
    for number in range(3):
        s.tool("check_stock", {"sku": f"BT-{number}"}, {"error": {"code": 429, "message": error}})
    s.fails(error)


@CHATS.story(4, hours=(0.4, 22), agents=GEAR, at_least=3)
def label_certificate_expired(s: ChatScript) -> None:
    """The carriers' host has an expired certificate since yesterday."""
    order, error = s.order(), s.causes.expired_certificate()
    s.say("customer", f"Return label for {order} please")
    s.tool("get_order", {"order_id": order}, {"order_id": order, "state": "delivered"})
    s.tool("create_return_label", {"order_id": order}, {"error": error})
    s.fails(f"create_return_label: {error}")


@CHATS.story(2, at_least=2)
def failed_without_text(s: ChatScript) -> None:
    """The run failed, and nothing says why."""
    s.say("customer", "Hi")
    s.wait(20, 40)
    s.fails(None)


@CHATS.story(6, agents=STAYS, at_least=4)
def error_shaped_output(s: ChatScript) -> None:
    """The run says completed, yet its only lookup answered with an error."""
    number = f"res_{s.ids.digits(5)}"
    s.say("customer", f"Send me the door code for {number}")
    output = s.in_turn(
        "error output",
        (
            {"error": "reservation_not_found"},
            {"ok": False, "message": f"no reservation {number}"},
            {"status": 503, "body": "Service Unavailable"},
            {"success": False, "error": {"code": "LOCK_OFFLINE", "detail": f"lock {s.ids.hex(6)} is offline"}},
        ),
    )
    s.tool("send_door_code", {"reservation_id": number}, output)
    s.replies("You should receive it shortly.", "The tool answered, so the code is on its way.")
    s.ends("completed", "resolved", "code_sent")


@CHATS.story(4, agents=STAYS, at_least=3)
def lookup_retried(s: ChatScript) -> None:
    """The first lookup fails, the second succeeds: recovered."""
    number = f"res_{s.ids.digits(5)}"
    s.say("customer", f"When can I check in with {number}?")
    s.tool("get_reservation", {"reservation_id": number}, {"error": "timeout after 5000 ms"})
    reads_reservation(s, number)
    s.replies("From 3 PM.", "The second lookup worked.")
    s.ends("completed", "resolved", "answered_from_reservation")


@CHATS.story(4, at_least=3)
def missing_knowledge(s: ChatScript) -> None:
    """Nothing is written about it; people are asked."""
    topic = s.pick(("surf lessons", "left luggage", "repair of zips"))
    s.say("customer", f"Do you offer {topic}?")
    s.tool("search_knowledge", {"query": topic}, {"results": [], "message": s.causes.no_knowledge(topic)})
    s.replies("I will ask and come back to you.", "No article; must not guess.")
    s.run.escalation_id = s.ids.base32("k57")
    s.ends("completed", "escalated", "missing_information")


@CHATS.story(3, at_least=3)
def secrets_in_payloads(s: ChatScript) -> None:
    """A guest pastes a card and a key; a tool's output holds a token."""
    person = s.run.person
    s.say("customer", f"{person.name}, {person.phone}, card {s.vault.card()}, wifi password: {s.vault.password()}")
    s.tool(
        "get_guest",
        {"email": person.email, "password": s.vault.password()},
        {
            "guest_name": person.name,
            "iban": s.vault.iban(),
            "refresh_token": s.vault.jwt(),
            "url": s.vault.database_url(),
        },
    )
    s.replies(f"I have your number as {person.phone}.", f"Key in the debug log: {s.vault.vendor_key()}")
    s.ends("completed", "resolved", f"Confirmed {person.email}")
