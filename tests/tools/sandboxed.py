"""A sandbox with a fixed world, its runs by the story that they tell, and answers kept as snapshots."""

from __future__ import annotations

import os
import re
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from tests.harness import Asked, asking

from rundown_mcp.redaction.policy import Policy
from rundown_mcp.sandbox.model import Run
from rundown_mcp.sandbox.world import World, build_world
from rundown_mcp.settings import ServerSettings, Settings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
UPDATE = "UPDATE_SNAPSHOTS"
"""Set this variable to 1 to write the snapshots anew; read the difference before you keep it."""

_SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
_NONCE = re.compile(r"(⟦/?data )[a-z2-7]{8}⟧")
_CURSOR = re.compile(r'cursor="[\w-]+"')


@cache
def world() -> World:
    """The same world for every test; none may change it."""
    return build_world(seed=7, runs=400, now=NOW)


@cache
def full_refs() -> dict[str, list[str]]:
    """Full refs by vendor and story: `duckie.refund_paid`."""
    found: dict[str, list[str]] = {}
    for vendor, runs in (("duckie", world().tickets), ("happyrobot", world().calls), ("conduit", world().chats)):
        for run in runs:
            found.setdefault(f"{vendor}.{run.story}", []).append(_ref(vendor, run))
    return found


def _ref(vendor: str, run: Run) -> str:
    return f"{vendor}:{run.agent.id}/{run.id}" if vendor == "conduit" else f"{vendor}:{run.id}"


def ref_of(story: str) -> str:
    return full_refs()[story][0]


def in_sandbox(
    policy: Policy = Policy.BALANCED, *, most: int = 8000, structured: bool = False
) -> AbstractAsyncContextManager[Asked]:
    server = ServerSettings(sandbox=True, redaction=policy, max_tokens=most, structured=structured)
    return asking(Settings(server, ()), world=world())


def fixed(answer: str) -> str:
    """An answer without what differs from call to call."""
    return _CURSOR.sub('cursor="CURSOR"', _NONCE.sub(r"\1NONCE⟧", answer))


def assert_snapshot(name: str, answer: str) -> None:
    """The answer is, but for its nonce, the one that was kept under this name."""
    path = _SNAPSHOTS / f"{name}.txt"
    if os.environ.get(UPDATE) == "1":
        path.write_text(fixed(answer) + "\n", encoding="utf-8")
    assert path.exists(), f"no snapshot {name}; write it with {UPDATE}=1"
    assert fixed(answer) + "\n" == path.read_text(encoding="utf-8")
