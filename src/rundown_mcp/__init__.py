"""MCP server that explains the runs of AI agents on Duckie, HappyRobot and Conduit."""

__version__ = "0.1.0"
