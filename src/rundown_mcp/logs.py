"""Logging to stderr: little unless asked for, and never a text that a client or a provider sent."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, TypeAlias

_ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_PLAIN: Final = "%(levelname)s %(name)s: %(message)s"
_NOT_BELOW: Final = {
    "httpx": logging.WARNING,  # at INFO it logs every address, and a search stands in one
    "httpcore": logging.WARNING,  # at DEBUG it logs headers
    "mcp": logging.WARNING,
    "mcp.server.transport_security": logging.ERROR,  # its warnings quote a caller's Host and Origin
    "opentelemetry": logging.ERROR,  # its warnings quote a caller's trace headers
    "uvicorn.error": logging.ERROR,  # its warnings are a line for each request that cannot be read: anybody's to repeat
    "stamina": logging.ERROR,  # every retry; the answer says how often a request was tried
}
_BARE: Final = re.compile(r"[!#-~]+", re.ASCII)


class Detail(StrEnum):
    """How much is logged of what is done, and in which form; without one only warnings and errors are."""

    INFO = "info"
    """A readable line a call."""
    DEBUG = "debug"
    """A readable line a call and a request."""
    JSON = "json"
    """All of `DEBUG`, each line a JSON object, so that a collector can choose."""


def set_up_logging() -> None:
    """Warnings and errors go to stderr; libraries that log requests stay quiet whatever the root's level becomes."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(_PLAIN))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name, level in _NOT_BELOW.items():
        logging.getLogger(name).setLevel(level)


def log_in_detail(detail: Detail) -> None:
    """Log what this package does too, and everything in the form that was asked for."""
    form = _Json() if detail is Detail.JSON else _Readable(_PLAIN)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(form)
    logging.getLogger("rundown_mcp").setLevel(logging.INFO if detail is Detail.INFO else logging.DEBUG)


def writes_json() -> bool:
    """Whether every line on stderr is to be a JSON object."""
    return any(isinstance(handler.formatter, _Json) for handler in logging.getLogger().handlers)


class _Formatter(logging.Formatter):
    """Writes an exception as its kind and its place: its text may quote an argument or a provider's body."""

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the base class's name
        """`KeyError at cli.py:12 in main`, the innermost last."""
        kind, _, trace = ei
        frames = (f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(trace))
        return "\n".join([kind.__name__ if kind else "", *frames])


class _Readable(_Formatter):
    """`2026-11-22T10:20:30.123Z INFO rundown_mcp.events: call name=get_run outcome=ok ms=12`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a value that is not one bare word stands in quotes."""
        words = (f" {name}={_word(value)}" for name, value in _facts(record).items())
        return f"{_at(record)} {super().format(record)}{''.join(words)}"


class _Json(_Formatter):
    """`{"at":"2026-11-22T10:20:30.123Z","level":"info","logger":"rundown_mcp.events","event":"call",…}`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {"at": _at(record), "level": record.levelname.lower(), "logger": record.name}
        line |= {"event": record.getMessage(), **_facts(record)}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, separators=(",", ":"))


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What stands in the record's `extra={"facts": …}`."""
    facts: dict[str, Any] = getattr(record, "facts", {})
    return facts


def _word(value: object) -> str:
    text = str(value)
    return text if _BARE.fullmatch(text) else json.dumps(text)


def _at(record: logging.LogRecord) -> str:
    return f"{datetime.fromtimestamp(record.created, UTC):%Y-%m-%dT%H:%M:%S}.{int(record.msecs):03d}Z"
