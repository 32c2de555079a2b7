"""Logging to stderr: little, and never a text that a client or a provider sent."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Final, TypeAlias

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_NOT_BELOW: Final = {
    "httpx": logging.WARNING,  # at INFO it logs every address, and a search stands in one
    "httpcore": logging.WARNING,  # at DEBUG it logs headers
    "mcp": logging.WARNING,
    "stamina": logging.ERROR,  # every retry; the answer says how often a request was tried
}


def set_up_logging() -> None:
    """Warnings and errors go to stderr; libraries that log requests stay quiet whatever the root's level becomes."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name, level in _NOT_BELOW.items():
        logging.getLogger(name).setLevel(level)


class _Formatter(logging.Formatter):
    """Writes an exception as its kind and its place: its text may quote an argument or a provider's body."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the base class's name
        """`KeyError at cli.py:12 in main`, the innermost last."""
        kind, _, trace = ei
        frames = (f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace))
        return "\n".join([kind.__name__ if kind else "", *frames])
