"""The tools, in the order in which an assistant sees them."""

from __future__ import annotations

from typing import Final

from rundown_mcp.tools.adapter import ToolFunction, name_of
from rundown_mcp.tools.compare_runs import compare_runs
from rundown_mcp.tools.get_run import get_run
from rundown_mcp.tools.get_step import get_step
from rundown_mcp.tools.list_config import list_config
from rundown_mcp.tools.list_runs import list_runs
from rundown_mcp.tools.list_tool_options import list_tool_options
from rundown_mcp.tools.run_stats import run_stats
from rundown_mcp.tools.search_run import search_run
from rundown_mcp.tools.triage_failures import triage_failures

TOOLS: Final[tuple[ToolFunction, ...]] = (
    list_runs,
    get_run,
    get_step,
    search_run,
    triage_failures,
    run_stats,
    compare_runs,
    list_tool_options,
    list_config,
)
TOOL_NAMES: Final = tuple(map(name_of, TOOLS))
