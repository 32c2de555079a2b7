"""The table of vendors' key formats, by family; every rule carries its source, and tests are made from it."""

from rundown_mcp.redaction.rules.chat import CHAT
from rundown_mcp.redaction.rules.clouds import CLOUDS
from rundown_mcp.redaction.rules.forges import FORGES
from rundown_mcp.redaction.rules.models import MODELS
from rundown_mcp.redaction.rules.payment import PAYMENT
from rundown_mcp.redaction.rules.rule import Rule, example

TABLE: tuple[Rule, ...] = (*CLOUDS, *FORGES, *CHAT, *PAYMENT, *MODELS)

__all__ = ["TABLE", "Rule", "example"]
