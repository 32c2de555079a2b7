"""Bodies that are made to fill the memory: the command that reads one, a process of its own, stays within bounds."""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path

import anyio.to_thread
import pytest
from tests.commands.launching import ran
from tests.faults.behaviours import CANARY
from tests.faults.faults import BODIES
from tests.faults.street import faulty, opened

from rundown_mcp.sandbox.world import World

pytestmark = pytest.mark.anyio

STATUS = Path("/proc/self/status")
MEASURED = """
import re, sys
from rundown_mcp.cli import main
code = main(sys.argv[1:])
print("peak", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
raise SystemExit(code)
"""
"""The most that the process ever held, in KB; unlike `getrusage`, it knows nothing of the process that started it."""


@pytest.mark.skipif(not STATUS.exists(), reason="the peak of a process of its own is read where Linux tells it")
@pytest.mark.parametrize("name", ["gzip of 1 GB", "33 MB", "nested 100,000 deep", "2,000,000 values"])
@pytest.mark.parametrize("tool", ["list_runs", "get_run"])
async def test_a_body_over_a_limit_costs_bounded_memory(world: World, name: str, tool: str) -> None:
    async with opened(world) as street:
        arguments = [f"run={street.ref('duckie')}"] if tool == "get_run" else []
        command = partial(
            ran, "call", tool, *arguments, command=[sys.executable, "-c", MEASURED], **street.variables("duckie")
        )
        with faulty(street.servers["duckie"], BODIES[name]):
            done = await anyio.to_thread.run_sync(command)
    assert done.returncode == 1
    assert re.search(BODIES[name].kind, done.stdout + done.stderr), done
    said = done.stdout + done.stderr
    assert not any(hidden in said for hidden in (CANARY, *street.keys))
    peak = int(done.stderr.rpartition("peak ")[2])
    assert peak < 250_000, done.stderr
