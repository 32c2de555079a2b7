"""The command in this process, and one imitated vendor server for all tests of a worker."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pytest
from tests.commands.launching import environment, exported, serving

from rundown_mcp.cli import main


class Said(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """`rundown-mcp <arguments>` with these variables and no other settings, in this process."""

    def run(*arguments: str, **variables: str) -> Said:
        wanted = environment(**variables)
        for name in set(os.environ) - set(wanted):
            monkeypatch.delenv(name)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        for name in variables:
            monkeypatch.delenv(name)
        return Said(code, *capsys.readouterr())

    handlers = list(logging.getLogger().handlers)
    yield run
    logging.getLogger().handlers[:] = handlers


@pytest.fixture(scope="session")
def vendors() -> Iterator[Mapping[str, str]]:
    """The settings that `rundown-mcp sandbox` printed; it serves until the tests end."""
    with serving("sandbox", "--port", "0", "--seed", "3", "--runs", "40", until="CONDUIT_BASE_URL") as served:
        yield exported(served.lines)
