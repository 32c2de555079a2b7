"""How the generated pages show a call and its answer, and how they are written."""

import argparse
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
from tests.tools.sandboxed import fixed

from rundown_mcp.views.call import call

DOCS = Path(__file__).parents[1] / "docs"


def shown(tool: str, arguments: Mapping[str, Any], answer: str) -> str:
    """A call with the whole answer; what differs from call to call stands there as NONCE and CURSOR."""
    return f"```text\n{fixed(call(tool, **arguments))}\n```\n\n```text\n{fixed(answer)}\n```\n"


def write(path: Path, page: Callable[[], Awaitable[str]], about: str | None) -> None:
    """The command of a script that makes one page."""
    argparse.ArgumentParser(description=about).parse_args()
    path.write_text(anyio.run(page), encoding="utf-8")
