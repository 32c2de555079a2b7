"""What the company set up at each vendor, as tables: tools, agents, use cases, rules."""

from typing import NamedTuple


class ToolRow(NamedTuple):
    """A tool before it has an id."""

    name: str
    title: str
    kind: str
    about: str
    home: str = ""
    writes: bool = False
    needs_approval: bool = False
    parameters: tuple[str, ...] = ()


class AgentRow(NamedTuple):
    """An agent before it has an id; `tools` by name."""

    name: str
    about: str
    instructions: str
    tools: tuple[str, ...] = ()
    workspace: int = 0


class UseCaseRow(NamedTuple):
    """A telephone agent before it has an id; `columns` as (node, variable)."""

    name: str
    about: str
    slug: str
    direction: str
    nodes: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]


class RuleRow(NamedTuple):
    """A guideline, guardrail or runbook; `kind` is escalation or restriction for guardrails, else empty."""

    name: str
    text: str
    kind: str = ""


DESK_TOOLS = (
    ToolRow("knowledge_search", "Knowledge Search", "builtin", "Searches the documents", parameters=("query",)),
    ToolRow("ask_and_wait", "Ask and Wait", "builtin", "Asks the customer and waits", parameters=("text",)),
    ToolRow("escalate_to_human", "Escalator", "builtin", "Hands the ticket to a person", parameters=("reason",)),
    ToolRow("llm_call", "LLM Call", "builtin", "Asks a language model", parameters=("prompt",)),
    ToolRow("lookup_order", "Look up order", "app", "Reads an order", "Storefront", parameters=("order_id",)),
    ToolRow("crm_get_customer", "Get customer", "app", "Reads a customer", "Beacon CRM", parameters=("email",)),
    ToolRow("crm_add_note", "Add note", "app", "Writes a note", "Beacon CRM", writes=True, parameters=("text",)),
    ToolRow("charge_card", "Charge card", "custom", "Charges a stored card", "pay.harborline.example",
            writes=True, parameters=("order_id", "amount", "currency")),
    ToolRow("issue_refund", "Issue refund", "custom", "Pays money back", "pay.harborline.example",
            writes=True, needs_approval=True, parameters=("order_id", "amount", "currency")),
    ToolRow("update_booking", "Update booking", "custom", "Changes dates and travellers", "bookings.harborline.example",
            writes=True, parameters=("booking_ref", "change")),
    ToolRow("track_parcel", "Track parcel", "custom", "Asks the carrier", "carriers.harborline.example",
            parameters=("tracking_id",)),
    ToolRow("stock_level", "Stock level", "custom", "Counts what is in stock", "inventory.harborline.example",
            parameters=("sku",)),
    ToolRow("search_flights", "Search flights", "mcp", "Finds fares", "Fares",
            parameters=("origin", "destination", "date")),
    ToolRow("fare_cache_get", "Read fare cache", "mcp", "Reads a fare found before", "Fares", parameters=("key",)),
    ToolRow("hold_seat", "Hold seat", "mcp", "Keeps a seat for an hour", "Fares", writes=True,
            parameters=("flight", "cabin")),
    ToolRow("reset_password", "Reset password", "custom", "Sends a link to reset a password",
            "accounts.harborline.example", writes=True, parameters=("email",)),
)  # fmt: skip

DESK_AGENTS = (
    AgentRow(
        "Booking Changes",
        "Moves, splits and cancels bookings",
        "Confirm the booking reference first. Never move a booking without the customer's yes.",
        ("knowledge_search", "ask_and_wait", "search_flights", "fare_cache_get", "hold_seat", "update_booking"),
    ),
    AgentRow(
        "Refund Desk",
        "Decides about refunds and pays them back",
        "Refunds above 150 need a person's approval. Quote the policy that applies.",
        ("knowledge_search", "lookup_order", "charge_card", "issue_refund", "crm_get_customer", "escalate_to_human"),
    ),
    AgentRow(
        "Order Tracker",
        "Says where a parcel is",
        "Give the last scan and the day of delivery. Do not promise a time of day.",
        ("lookup_order", "track_parcel", "stock_level", "escalate_to_human"),
    ),
    AgentRow(
        "Account Helper",
        "Logins, addresses and newsletters",
        "Check the customer's e-mail address in the CRM before any change.",
        ("crm_get_customer", "crm_add_note", "reset_password", "llm_call"),
    ),
    AgentRow(
        "Reiseberatung Übersee",
        "Berät zu Fernreisen, auf Deutsch",
        "Antworte auf Deutsch, in der Sie-Form.",
        ("knowledge_search", "search_flights", "fare_cache_get", "llm_call"),
    ),
)

USE_CASES = (
    UseCaseRow(
        "Inbound booking line",
        "Answers the booking hotline",
        "inbound-booking-line",
        "inbound",
        ("Inbound call", "Extract intent", "Update booking", "Send confirmation"),
        (("Extract intent", "caller_intent"), ("Extract intent", "caller_name"), ("Update booking", "booking_ref")),
    ),
    UseCaseRow(
        "Delivery rescheduling",
        "Calls customers whose delivery failed",
        "delivery-rescheduling",
        "outbound",
        ("Outbound call", "Extract slot", "Update TMS", "Notify driver"),
        (("Extract slot", "new_slot"), ("Outbound call", "attempts"), ("Update TMS", "load_id")),
    ),
    UseCaseRow(
        "Payment reminders",
        "Calls about overdue invoices",
        "payment-reminders",
        "outbound",
        ("Outbound call", "Extract promise", "Write to CRM"),
        (("Extract promise", "promised_on"), ("Extract promise", "amount_due")),
    ),
    UseCaseRow(
        "Carrier check calls",
        "Asks drivers where a load is",
        "carrier-check-calls",
        "outbound",
        ("Outbound call", "Extract position", "Update TMS"),
        (("Extract position", "eta"), ("Update TMS", "load_id")),
    ),
)

WORKSPACES = ("Harborline Stays", "Harborline Gear")
CHAT_AGENTS = (
    AgentRow("Guest Messages", "Answers guests before and during a stay", "Be brief and warm.", workspace=0),
    AgentRow("Reservations", "Handles bookings and cancellations", "Quote the rate's own terms.", workspace=0),
    AgentRow("Late Checkout", "Offers and sells late checkouts", "Ask housekeeping before you offer.", workspace=0),
    AgentRow("Store Chat", "Helps shoppers choose", "Recommend at most three articles.", workspace=1),
    AgentRow("Returns", "Starts and follows returns", "Ask for the order number first.", workspace=1),
)

GUIDELINES = (
    RuleRow("Refund policy", "Full refund within 24 hours of booking; later the fare's own terms."),
    RuleRow("Tone of voice", "Friendly, short, no jargon."),
    RuleRow("Lost parcels", "After ten days without a scan a parcel counts as lost."),
)
GUARDRAILS = (
    RuleRow("Threat of legal action", "Hand over at once and say that a person will answer.", "escalation"),
    RuleRow("Medical emergency on a trip", "Give the emergency line, then hand over.", "escalation"),
    RuleRow("No competitor prices", "Do not compare with other shops.", "restriction"),
    RuleRow("No promises of compensation", "Only cite what the policy grants.", "restriction"),
)
RUNBOOKS = (
    RuleRow("Storm day", "Offer the free rebooking first, then the refund."),
    RuleRow("Payment outage", "Do not retry a charge by hand; open an incident."),
)
