"""The prompts, in the order in which a client shows them."""

from __future__ import annotations

from typing import Final

from rundown_mcp.prompts import explain_run, handoff_report, triage_failures

PROMPTS: Final = {one.name: one for one in (triage_failures.PROMPT, explain_run.PROMPT, handoff_report.PROMPT)}
"""Every prompt by its name, in the order in which a client shows them."""
