"""The stories that runs follow: a shelf a vendor, filled by the modules beside this one."""

from rundown_mcp.sandbox.stories import call_failures, chat_failures, ticket_failures, ticket_oddities
from rundown_mcp.sandbox.stories.calls import CALLS
from rundown_mcp.sandbox.stories.chats import CHATS
from rundown_mcp.sandbox.stories.tickets import TICKETS

__all__ = ["CALLS", "CHATS", "TICKETS", "call_failures", "chat_failures", "ticket_failures", "ticket_oddities"]
