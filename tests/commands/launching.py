"""Start the product as its users do: a process of its own, with no setting but those of the test."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.harness import RUNDOWN_VARIABLES

MODULE = (sys.executable, "-m", "rundown_mcp")
SCRIPT = (str(Path(sys.executable).with_name("rundown-mcp")),)
NOWHERE = "http://127.0.0.1:9"
_ADDRESS = re.compile(r"http://[^\s\"]+")


def environment(**variables: str) -> dict[str, str]:
    """This process's environment, without settings of ours and proxies, and with these variables."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(RUNDOWN_VARIABLES) and not name.upper().endswith("_PROXY")
    }
    return {**kept, **variables}


def uncovered(**variables: str) -> dict[str, str]:
    """As `environment`, for a process that runs a copy of the package: its lines are not those that are measured."""
    return {name: value for name, value in environment(**variables).items() if not name.startswith("COV")}


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


def spoken_to(
    lines: Sequence[str], answers: int, command: Sequence[str] = MODULE, **variables: str
) -> tuple[list[str], str]:
    """Every line that a server wrote to stdout, before and after its stdin ended at so many answers; its stderr."""
    with subprocess.Popen(
        command,
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("".join(line + "\n" for line in lines))
        process.stdin.flush()
        written = [process.stdout.readline() for _ in range(answers)]
        process.stdin.close()
        written += process.stdout.readlines()
        assert process.wait(timeout=20) == 0
        return written, process.stderr.read()


@dataclass(frozen=True)
class Served:
    """A running server process: where it says that it is, and the lines that it printed so far."""

    process: subprocess.Popen[str]
    address: str
    lines: list[str]


@contextlib.contextmanager
def serving(
    *arguments: str, until: str, command: Sequence[str] = MODULE, quiet: bool = True, **variables: str
) -> Iterator[Served]:
    """A server command, once a line of its output holds `until`; interrupted at the end, which it has to survive.

    `quiet`: it may print nothing more.
    """
    with subprocess.Popen(
        [*command, *arguments],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        lines: list[str] = []
        try:
            address = _announced(process, until, lines)
            announced = len(lines)
            # A pipe that nobody empties stops whoever logs much.
            rest = threading.Thread(target=lines.extend, args=[process.stdout])
            rest.start()
            yield Served(process, address, lines)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
        rest.join(timeout=10)
        assert (process.returncode, lines[announced:] if quiet else []) == (0, []), lines


def _announced(process: subprocess.Popen[str], until: str, lines: list[str]) -> str:
    """The address in the line that holds `until`; puts it and the lines before into `lines`."""
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if until in line:
            found = _ADDRESS.search(line)
            assert found, line
            return found[0]
    raise AssertionError(lines)


def exported(lines: Sequence[str]) -> Mapping[str, str]:
    """The variables of `export NAME=value` lines."""
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)
