"""MCP clients: where each keeps its servers, in which form, and how an entry of ours gets in and out."""

from __future__ import annotations


class Unusable(ValueError):
    """A file of a client that cannot be read or changed; says why and the mend, without the file's name."""
