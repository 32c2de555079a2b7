"""What strangers may try, and where it is tried: each on a server process or a real socket.

- `test_who_may_ask`: no token, a wrong one, foreign hosts and origins in disguise, DNS rebinding, ids of sessions
- `test_framing`: requests that a proxy in front could read otherwise
- `test_bodies`: too large, packed, too slow; slow heads are tried with the commands, in `tests/commands`
- `test_arguments`, `test_paths`: texts and refs that try to become headers, parameters or paths of a provider
- `test_other_hosts`: addresses in arguments, answers and redirects
- `test_cursors`: forged, and of another server
- `test_leaks`, `test_leaks_at_start`: keys, tokens and customers' words in logs, errors and answers
"""

from __future__ import annotations

import pytest
from tests.commands.conftest import command

from rundown_mcp.sandbox.world import World, build_world

__all__ = ["command", "world"]


@pytest.fixture(scope="package")
def world() -> World:
    """A few runs of each provider; no test changes it."""
    return build_world(seed=11, runs=24)
