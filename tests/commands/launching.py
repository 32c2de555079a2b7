"""Start the product as its users do: a process of its own, with no setting but those of the test."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.harness import RUNDOWN_VARIABLES

MODULE = (sys.executable, "-m", "rundown_mcp")
SCRIPT = (str(Path(sys.executable).with_name("rundown-mcp")),)
NOWHERE = "http://127.0.0.1:9"
_ADDRESS = re.compile(r"http://\S+")


def environment(**variables: str) -> dict[str, str]:
    """This process's environment, without settings of ours and proxies, and with these variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(RUNDOWN_VARIABLES) and not name.upper().endswith("_PROXY")
    }
    return {**kept, **variables}


def ran(*arguments: str, command: Sequence[str] = MODULE, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command run to its end, its stdin empty."""
    return subprocess.run(
        [*command, *arguments],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@dataclass(frozen=True)
class Served:
    """A running server process: where it says that it is, and the lines that it printed up to there."""

    process: subprocess.Popen[str]
    address: str
    lines: list[str]


@contextlib.contextmanager
def serving(*arguments: str, until: str, command: Sequence[str] = MODULE, **variables: str) -> Iterator[Served]:
    """A server command, once a line of its output holds `until`; interrupted at the end, which it has to survive."""
    with subprocess.Popen(
        [*command, *arguments],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        try:
            yield Served(process, *_announced(process, until))
        finally:
            process.send_signal(signal.SIGINT)
            rest = process.communicate(timeout=30)[0]
        assert (process.returncode, rest) == (0, ""), (process.returncode, rest)


def _announced(process: subprocess.Popen[str], until: str) -> tuple[str, list[str]]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if until in line:
            found = _ADDRESS.search(line)
            assert found, line
            return found[0], lines
    raise AssertionError(lines)


def exported(lines: Sequence[str]) -> Mapping[str, str]:
    """The variables of `export NAME=value` lines."""
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)
