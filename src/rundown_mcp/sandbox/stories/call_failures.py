"""Telephone runs in which something failed: the line, a node, a tool, or what the caller tried."""

from rundown_mcp.sandbox.script import CallScript
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.stories.calls import (
    CALLS,
    CARRIER,
    DELIVERY,
    INBOUND,
    PAYMENT,
    finds_booking,
    greets,
    unanswered,
)


@CALLS.story(7, agents=(*DELIVERY, *PAYMENT, *CARRIER), at_least=4)
def sip_failure(s: CallScript) -> None:
    """The telephone network refuses the call."""
    unanswered(s, *s.pick((("486", "Busy Here"), ("503", "Service Unavailable"), ("603", "Decline"))))
    s.run.columns = {"attempts": 1}
    s.ends("failed")


@CALLS.story(4, agents=(*DELIVERY, *CARRIER), at_least=3)
def connection_timeout(s: CallScript) -> None:
    """The call never gets media; the node that placed it says so."""
    unanswered(s, "408", "Request Timeout")
    s.node("Outbound call", "Voice", "Outbound call", error=s.causes.connection_timeout())
    s.ends("failed")


@CALLS.story(6, agents=(*DELIVERY, *CARRIER), at_least=4)
def webhook_node_fails(s: CallScript) -> None:
    """The call went well, then the transport system did not take the result."""
    load = f"L-{s.ids.digits(5)}"
    greets(s)
    s.say("customer", "Friday is fine.")
    s.hangs_up()
    s.node("Update TMS", "Webhook", "POST", error=s.causes.webhook_refused())
    s.run.columns = {"new_slot": "Friday", "load_id": load}
    s.ends("failed")


@CALLS.story(4, agents=PAYMENT, at_least=3)
def crm_credential_expired(s: CallScript) -> None:
    """The CRM node refuses its credential and quotes it."""
    greets(s)
    s.say("customer", "I will pay on Monday.")
    s.hangs_up()
    s.node("Extract promise", "AI", "Extract", {"promised_on": "Monday"})
    error = f"{s.causes.expired_credential()} (authorization: Bearer {s.vault.jwt()})"
    s.node("Write to CRM", "Webhook", "POST", error=error)
    s.run.columns = {"promised_on": "Monday"}
    s.ends("failed")


@CALLS.story(4, agents=PAYMENT, at_least=3)
def payment_gateway_504(s: CallScript) -> None:
    """The payment tool times out within the call, and the workflow gives up."""
    greets(s)
    s.say("customer", "Take it from my card on file.")
    s.tool("take_payment", {"amount": s.between(20, 400)}, error=s.causes.gateway_timeout(), slow=30)
    s.say("agent", "I am sorry, the payment did not go through.")
    s.hangs_up()
    s.node("Write to CRM", "Webhook", "POST", error="take_payment failed earlier: nothing to write")
    s.ends("failed")


@CALLS.story(3, agents=INBOUND, at_least=2)
def extraction_invalid(s: CallScript) -> None:
    """What was extracted does not fit what the next node takes."""
    greets(s)
    s.say("customer", "Some time after lunch, maybe.")
    s.hangs_up()
    s.node("Extract intent", "AI", "Extract", {"caller_intent": None})
    s.node("Update booking", "Webhook", "POST", error=s.causes.invalid_input())
    s.ends("failed")


@CALLS.story(2, at_least=2)
def failed_without_text(s: CallScript) -> None:
    """The run failed, and nothing says why."""
    greets(s)
    s.hangs_up("failed")
    s.ends("failed")


@CALLS.story(4, agents=INBOUND, at_least=3)
def lookup_retried(s: CallScript) -> None:
    """The first lookup times out, the second succeeds: recovered."""
    ref = s.booking()
    greets(s)
    s.tool("find_booking", {"booking_ref": ref, "phone": s.run.person.e164}, error="timeout after 10 s", slow=10)
    s.say("agent", "Let me try that again.", marks=("filler",))
    finds_booking(s, ref)
    s.say("agent", "There it is, all confirmed.")
    s.hangs_up()
    s.run.columns = {"caller_intent": "check", "booking_ref": ref}
    s.ends("completed")


@CALLS.story(4, agents=INBOUND, at_least=3)
def completed_with_failed_tool(s: CallScript) -> None:
    """The run says completed, yet the booking was never found."""
    ref = s.booking()
    greets(s)
    s.tool("find_booking", {"booking_ref": ref}, error=f"booking {ref} not found")
    s.say("agent", "I cannot see that booking, please call again.")
    s.hangs_up()
    s.run.columns = {"caller_intent": "check", "booking_ref": None}
    s.ends("completed")


@CALLS.story(2, at_least=2)
def caller_injects(s: CallScript) -> None:
    """A caller dictates instructions, and a column carries markup."""
    greets(s)
    s.say("customer", s.in_turn("injections", hostile.INJECTIONS))
    s.say("customer", s.in_turn("invisible", hostile.INVISIBLE))
    s.hangs_up()
    s.run.columns = {"caller_intent": s.in_turn("markup", hostile.MARKUP)}
    s.ends("completed")


@CALLS.story(2, agents=CARRIER, at_least=2)
def secrets_in_node(s: CallScript) -> None:
    """A node's error quotes an address with a password, and its output a key."""
    greets(s)
    s.hangs_up()
    s.node("Extract position", "AI", "Extract", {"eta": "18:00", "debug": {"api_key": s.vault.vendor_key()}})
    s.node("Update TMS", "Webhook", "POST", error=f"cannot reach {s.vault.database_url()}")
    s.run.columns = {"eta": "18:00"}
    s.ends("failed")
