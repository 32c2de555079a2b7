"""Helpdesk runs whose bodies are unusual: secrets, hostile text, payloads hidden or cut by the vendor, gaps, length."""

from rundown_mcp.sandbox.script import TicketScript
from rundown_mcp.sandbox.stories import hostile
from rundown_mcp.sandbox.stories.tickets import TICKETS, looks_up


@TICKETS.story(3)
def prompt_injection(s: TicketScript) -> None:
    """A customer writes instructions to whoever reads."""
    s.opens("Important, please read", s.in_turn("injections", hostile.INJECTIONS))
    s.step("guardrail", "Guardrails checked", text="restriction: no promises of compensation")
    s.tool("knowledge_search", {"query": s.in_turn("injections", hostile.INJECTIONS)}, {"hits": 0})
    s.replies("I am afraid that I cannot help with that.")
    s.ends("completed", "deflected", None)


@TICKETS.story(3)
def markup_and_invisible(s: TicketScript) -> None:
    """Markdown, HTML and characters that cannot be seen, in a title, a message and an output."""
    s.opens(s.in_turn("invisible", hostile.INVISIBLE), s.in_turn("markup", hostile.MARKUP))
    s.tool(
        "knowledge_search",
        {"query": s.in_turn("invisible", hostile.INVISIBLE)},
        {"hits": 1, "snippet": s.in_turn("markup", hostile.MARKUP)},
    )
    s.replies(s.in_turn("markup", hostile.MARKUP))
    s.ends("completed", "resolved", s.in_turn("invisible", hostile.INVISIBLE))


@TICKETS.story(3, at_least=3)
def secrets_in_payloads(s: TicketScript) -> None:
    """Keys, tokens and passwords in a title, a message, inputs, outputs and an error."""
    person = s.run.person
    s.opens(
        f"Fwd: {person.email} cannot pay with {s.vault.card()}",
        f"I am {person.name}, {person.phone}. Your shop showed me this key: {s.vault.vendor_key()}",
    )
    s.tool(
        "crm_get_customer",
        {"email": person.email, "client_secret": s.vault.token(), "api_key": s.vault.vendor_key()},
        {"name": person.name, "iban": s.vault.iban(), "session": {"access_token": s.vault.jwt()}},
    )
    s.tool("llm_call", {"prompt": f"curl -H 'Authorization: Bearer {s.vault.token()}' https://crm.harborline.example"})
    error = f"could not connect to {s.vault.database_url()}: timeout (used key {s.vault.vendor_key()})"
    s.tool("llm_call", {"prompt": "summarise"}, error=error)
    s.ends("failed")


@TICKETS.story(4, at_least=3)
def redacted_by_vendor(s: TicketScript) -> None:
    """The vendor hides payloads: by a marker, or by leaving nothing."""
    order = s.order()
    s.opens(f"Charge for order {order}")
    looks_up(s, order).redacted = True
    step = s.tool("charge_card", {"order_id": order, "card": "[REDACTED]"}, {"receipt": "[REDACTED]"})
    step.redacted = True
    step = s.tool("crm_get_customer", None, None)
    step.redacted = True
    s.replies("Your card was charged.")
    s.ends("completed", "resolved", "Charged the card.")


@TICKETS.story(4, at_least=3)
def cut_by_vendor(s: TicketScript) -> None:
    """The vendor cuts long payloads, or says nothing about whether it did."""
    s.opens("All my orders of the year, please")
    rows = [f"A-{s.ids.digits(6)};{s.between(5, 300)}.00;delivered" for _ in range(60)]
    step = s.tool("lookup_order", {"customer": "me", "year": 2026}, "\n".join(rows)[:1500] + "…")
    step.truncated = True
    step = s.tool("knowledge_search", {"query": "order export"}, {"hits": 1})
    step.redacted = step.truncated = None
    s.replies("Here they are.")
    s.ends("completed", "resolved", None)


@TICKETS.story(3, at_least=2)
def gaps_everywhere(s: TicketScript) -> None:
    """Everything that may be missing is."""
    s.run.bare, s.run.source = True, "api"
    step = s.tool("llm_call", None, None)
    step.seconds = step.redacted = step.truncated = None
    s.step("note", "").text = None
    s.ends("completed")


@TICKETS.story(1, at_least=2, at_most=3, hours=(1, 60), agents=("Order Tracker",))
def marathon(s: TicketScript) -> None:
    """Some sixty steps with big payloads, most well, and one failure that counts near the end."""
    s.opens("Recall of lot 2210: inform everyone", "Please find all orders of the lot and write to the customers.")
    for page in range(28):
        rows = [
            {"order_id": s.order(), "sku": f"TN-{s.ids.digits(4)}", "shelf": s.ids.hex(24), "note": "lot 2210 " * 6}
            for _ in range(s.between(20, 60))
        ]
        s.tool("lookup_order", {"lot": 2210, "page": page}, {"page": page, "orders": rows}, seconds=(1, 3))
        if page % 9 == 4:  # noqa: PLR2004 three of the pages
            s.tool("stock_level", {"sku": "TN-2210"}, error=s.causes.rate_limited("inventory"))
            s.tool("stock_level", {"sku": "TN-2210"}, {"count": page})
        else:
            s.tool("stock_level", {"sku": f"TN-{page}"}, {"count": page, "checked": "0 errors"})
    s.tool("crm_add_note", {"text": "recall"}, error=s.causes.gateway_timeout(), seconds=(30, 31))
    s.ends("failed", None, "The recall notes could not be written.")
