"""What a person sees in a terminal: a quiet frame, errors in red, what is under way; elsewhere not one byte more."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

from rundown_mcp.logs import writes_json

if TYPE_CHECKING:
    from mcp.shared.dispatcher import ProgressFnT

_LOG: Final = logging.getLogger(__name__)
_PLAIN: Final = "\x1b[0m"
_CLEARED: Final = "\r\x1b[K"
_FENCED: Final = re.compile(
    r"(?P<before>.*?)(?P<opens>⟦data (?P<nonce>[a-z2-7]{8})⟧)(?P<inside>\n.*\n)"
    r"(?P<closes>⟦/data (?P=nonce)⟧)(?P<after>.*)",
    re.DOTALL,
)
_LABEL: Final = re.compile(r"([a-z][a-z ]{0,30}:)( .*)")


def show(answer: str, *, failed: bool = False) -> None:
    """Print an answer, or an error where the call `failed`."""
    print(painted(answer, failed=failed) if _takes_colour(sys.stdout) else answer)


def show_question(question: str) -> None:
    """Print what is asked for next."""
    print(_bold(question) if _takes_colour(sys.stdout) else question)


def complain(message: str) -> None:
    """Say on stderr what went wrong, in the form of the log where that is JSON."""
    if writes_json():
        _LOG.error(message)
        return
    line = f"rundown-mcp: {message}"
    print(_red(line) if _takes_colour(sys.stderr) else line, file=sys.stderr)


@contextmanager
def working(what: str) -> Iterator[ProgressFnT | None]:
    """Say on stderr what is under way, until it is done; gives what shows progress, None where nobody looks."""
    if not knows_codes(sys.stderr):
        yield None
        return

    async def progress(progress: float, total: float | None, message: str | None) -> None:  # noqa: ARG001 - the SDK's
        say(message or what)

    def say(message: str) -> None:
        line = f"{message} …"
        line = _dim(line) if _takes_colour(sys.stderr) else line
        print(_CLEARED + line, end="", file=sys.stderr, flush=True)

    say(what)
    try:
        yield progress
    finally:
        print(_CLEARED, end="", file=sys.stderr, flush=True)


def painted(answer: str, *, failed: bool = False) -> str:
    """The answer with the fence, the receipt and labels dimmed; what is ours in an error is red."""
    own = _red if failed else _labelled
    found = _FENCED.fullmatch(answer)
    if found is None:
        return _each(own, answer)
    parts = ((own, "before"), (_dim, "opens"), (_labelled, "inside"), (_dim, "closes"), (_dim, "after"))
    return "".join(_each(paint, found[name]) for paint, name in parts)


def _each(paint: Callable[[str], str], text: str) -> str:
    return "\n".join(paint(line) if line else line for line in text.split("\n"))


def _labelled(line: str) -> str:
    found = _LABEL.fullmatch(line)
    if found is None:
        return line
    label, text = found.groups()
    return _dim(label) + (_red(text) if label == "error:" else text)


def _dim(text: str) -> str:
    return f"\x1b[2m{text}{_PLAIN}"


def _red(text: str) -> str:
    return f"\x1b[31m{text}{_PLAIN}"


def _bold(text: str) -> str:
    return f"\x1b[1m{text}{_PLAIN}"


def _takes_colour(stream: TextIO) -> bool:
    """As https://no-color.org has it."""
    return knows_codes(stream) and not os.environ.get("NO_COLOR")


def knows_codes(stream: TextIO, system: str = os.name) -> bool:
    """Whether it is a terminal that clears and colours. Windows' own consoles are left alone: not all of them do."""
    return stream.isatty() and os.environ.get("TERM") != "dumb" and system == "posix"
