"""What every test stands on."""

import os

import pytest


def pytest_xdist_auto_num_workers() -> int:
    """Two for each processor: about half of the time tests wait for processes, sockets and time limits."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
