"""Helpdesk runs in which something failed: for good, for a moment, or without anyone noticing."""

from rundown_mcp.sandbox.script import TicketScript
from rundown_mcp.sandbox.stories.tickets import TICKETS, evaluated, looks_up


@TICKETS.story(9, agents=("Refund Desk",), at_least=4)
def payment_gateway_504(s: TicketScript) -> None:
    """The payment gateway times out; nothing else would have paid."""
    order = s.order()
    s.opens(f"Pay the rest of order {order}", f"My card is {s.vault.card()}, please charge the rest of {order}.")
    looks_up(s, order)
    given = {"order_id": order, "amount": s.between(20, 900), "currency": "EUR"}
    s.tool("charge_card", given, error=s.causes.gateway_timeout(), seconds=(30, 31))
    s.step("response", "Reply to the customer", status="skipped")
    s.ends("failed", None, "The payment could not be taken.")


@TICKETS.story(7, agents=("Account Helper", "Refund Desk"), at_least=3)
def crm_credential_expired(s: TicketScript) -> None:
    """The CRM refuses an expired credential, and quotes what it was given."""
    person = s.run.person
    s.opens("Please change my address", f"New address is Hafenstr. {s.between(1, 90)}. {person.name}")
    given = {"email": person.email, "headers": {"authorization": f"Bearer {s.vault.jwt()}"}}
    s.tool("crm_get_customer", given, error=s.causes.expired_credential())
    s.step("response", "Reply to the customer", status="skipped")
    s.ends("failed")


@TICKETS.story(5, agents=("Booking Changes",), at_least=3)
def tool_input_invalid(s: TicketScript) -> None:
    """The agent fills in a field in a way that the tool refuses."""
    ref = s.booking()
    s.opens(f"Add a traveller to {ref}", f"Please add my sister to booking {ref}.")
    s.tool("knowledge_search", {"query": "add traveller"}, {"hits": 3})
    given = {"booking_ref": ref, "change": {"travellers": s.pick(("two", "2 adults", "zwei"))}}
    s.tool("update_booking", given, error=s.causes.invalid_input())
    s.ends("failed", "escalated", "The booking could not be changed.")


@TICKETS.story(4, agents=("Booking Changes", "Reiseberatung Übersee"), at_least=3)
def fares_rate_limited(s: TicketScript) -> None:
    """The fare server wants fewer requests, and the agent gives up."""
    s.opens("Cheapest day to Lisbon?", "When is it cheapest in May?")
    for _ in range(3):
        given = {"origin": "HAM", "destination": "LIS", "date": f"2027-05-{s.between(10, 28)}"}
        s.tool("search_flights", given, error=s.causes.rate_limited())
        s.wait(2, 8)
    s.ends("failed")


@TICKETS.story(4, at_least=3)
def context_overflow(s: TicketScript) -> None:
    """A ticket so long that the model's context is full."""
    s.opens("Fwd: Fwd: Re: our group of 34", "See the whole exchange below. " + "On Monday we wrote: please. " * 60)
    s.tool("llm_call", {"prompt": "Summarise the exchange"}, error=s.causes.context_overflow())
    s.ends("failed", None, None)


@TICKETS.story(4, agents=("Booking Changes", "Reiseberatung Übersee"), at_least=3)
def missing_knowledge(s: TicketScript) -> None:
    """Nothing is written about the question, and the agent must not guess."""
    topic = s.pick(("pets in the cabin to Iceland", "surfboards on night trains", "visa on arrival for Bhutan"))
    s.opens(f"Question about {topic}", f"What about {topic}?")
    s.tool("knowledge_search", {"query": topic}, {"hits": 0}, error=s.causes.no_knowledge(topic))
    s.ends("failed", "escalated", "No knowledge on the topic.")


@TICKETS.story(12, hours=(8, 9), at_least=6)
def model_outage(s: TicketScript) -> None:
    """The model's provider was down for an hour: every agent failed, whatever it was asked."""
    s.opens(s.pick(("Any news on my order?", "Rebook me please", "Where do I find my invoice?")))
    s.tool("llm_call", {"prompt": "Plan the next step"}, error=s.causes.model_overloaded(), seconds=(8, 20))
    s.ends("failed")


@TICKETS.story(6, hours=(0.4, 20), agents=("Order Tracker",), at_least=4)
def carrier_certificate_expired(s: TicketScript) -> None:
    """The carriers' host has an expired certificate since yesterday."""
    order = s.order()
    s.opens(f"Parcel {order} not moving")
    looks_up(s, order)
    tracking = f"HL{s.ids.digits(9)}"
    s.tool("track_parcel", {"tracking_id": tracking}, error=s.causes.expired_certificate())
    s.ends("failed", None, "The carrier could not be asked.")


@TICKETS.story(5, hours=(120, 300), agents=("Order Tracker",), at_least=4)
def old_inventory_unknown(s: TicketScript) -> None:
    """A host's name did not resolve, until someone mended it days ago."""
    s.opens("Is the blue rucksack back in stock?")
    s.tool("stock_level", {"sku": f"RS-{s.ids.digits(4)}"}, error=s.causes.unknown_host(), seconds=(5, 6))
    s.ends("failed")


@TICKETS.story(4, agents=("Booking Changes",), at_least=3)
def retry_then_fatal(s: TicketScript) -> None:
    """A refused request is repeated well; then the payment fails for good."""
    ref = s.booking()
    s.opens(f"Pay for the new seats on {ref}")
    given = {"origin": "HAM", "destination": "OSL", "date": "2027-03-02"}
    s.tool("search_flights", given, error=s.causes.rate_limited())
    s.wait(11, 20)
    s.tool("search_flights", given, {"fares": [{"flight": "HL 210", "price": 119}]})
    charge = {"order_id": ref, "amount": 119, "currency": "EUR"}
    s.tool("charge_card", charge, error=s.causes.gateway_timeout(), seconds=(30, 31))
    s.ends("failed", None, "The payment could not be taken.")


@TICKETS.story(4, agents=("Refund Desk",), at_least=3)
def failure_and_consequence(s: TicketScript) -> None:
    """An order cannot be read; the refund that needed it then fails as well."""
    order = s.order()
    s.opens(f"Refund order {order}", "The tent is torn.")
    first = s.tool("lookup_order", {"order_id": order}, error=s.causes.expired_credential())
    s.tool("knowledge_search", {"query": "torn tent"}, {"hits": 1})
    given = {"order_id": order, "amount": None, "context": {"lookup_error": first.error}}
    s.tool("issue_refund", given, error="amount is required: lookup_order returned no total")
    s.ends("failed")


@TICKETS.story(3, at_least=2)
def failed_without_text(s: TicketScript) -> None:
    """The run failed, and nothing says why."""
    s.opens("Voucher code does not work", "It says invalid.")
    s.tool("knowledge_search", {"query": "voucher"}, {"hits": 2})
    if s.chance(0.5):
        s.step("response", "Reply to the customer", status="failed")
    s.ends("failed")


@TICKETS.story(5, agents=("Account Helper",), at_least=3)
def completed_with_failed_tool(s: TicketScript) -> None:
    """The run says completed, but the note was never written."""
    person = s.run.person
    s.opens("Stop the newsletter", "Please stop writing to " + person.email)
    s.tool("crm_get_customer", {"email": person.email}, {"name": person.name, "newsletter": True})
    s.tool("crm_add_note", {"text": "no newsletter"}, error=s.causes.expired_credential())
    s.replies("Done, you will not hear from us.")
    s.ends("completed", "resolved", "Unsubscribed the customer.")


@TICKETS.story(6, agents=("Booking Changes",), at_least=3)
def retry_succeeds(s: TicketScript) -> None:
    """A call fails once and succeeds when it is repeated."""
    ref = s.booking()
    s.opens(f"Move booking {ref} by a day", f"Booking {ref}, one day later please. {s.run.person.name}")
    given = {"booking_ref": ref, "change": {"days": 1}}
    s.tool("update_booking", given, error=s.causes.gateway_timeout(), seconds=(30, 31))
    s.wait(2, 5)
    s.tool("update_booking", given, {"state": "changed", "errors": []})
    s.replies("Your booking is moved by one day.")
    s.ends("completed", "resolved", "Moved the booking by one day.")
    evaluated(s, "positive")


@TICKETS.story(5, agents=("Booking Changes", "Reiseberatung Übersee"), at_least=3)
def cache_miss_fallback(s: TicketScript) -> None:
    """A fare is not in the cache, so it is asked for: no failure."""
    s.opens("Price to Oslo?")
    key = f"fare:HAM-OSL:{s.ids.hex(6)}"
    s.tool(
        "fare_cache_get", {"key": key}, {"hit": False}, error=f"cache miss for {key}; falling back to search_flights"
    )
    given = {"origin": "HAM", "destination": "OSL", "date": "2027-02-14"}
    s.tool("search_flights", given, {"fares": [{"flight": "HL 208", "price": s.between(79, 240)}]})
    s.replies("From 79 EUR.")
    s.ends("completed", "resolved", "Quoted the fare.")


@TICKETS.story(4, agents=("Order Tracker",), at_least=2)
def zero_errors(s: TicketScript) -> None:
    """Outputs that speak of errors where there are none."""
    order = s.order()
    s.opens(f"Please check order {order}", "Was there an error with my order?")
    s.tool("lookup_order", {"order_id": order}, {"order_id": order, "error_count": 0, "log": "import done: 0 errors"})
    s.tool("stock_level", {"sku": "TN-2210"}, "checked 3 shelves, 0 errors, 0 failed")
    s.replies("There was no error: your order is fine.")
    s.ends("completed", "resolved", "No error found.")
