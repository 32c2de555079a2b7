"""What runs here: our version, the SDK's, and the versions of the protocol that it speaks."""

from __future__ import annotations

from importlib.metadata import version

from mcp_types.version import SUPPORTED_PROTOCOL_VERSIONS

from rundown_mcp import __version__


def version_line() -> str:
    """`rundown-mcp 0.1.0 (MCP SDK 2.3.0; protocol …, 2025-11-25, 2026-07-28)`."""
    return f"rundown-mcp {__version__} (MCP SDK {version('mcp')}; protocol {', '.join(SUPPORTED_PROTOCOL_VERSIONS)})"
