"""Try the other Pythons that the project says it supports, where the machine has them: `python -m tests.other_pythons`.

Each gets an environment of its own in a temporary folder: the project is installed, every module imported, and what
differs most from one Python to the next is tested. The whole suite runs on one Python alone, for want of time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from tests.commands.launching import uncovered

ROOT: Final = Path(__file__).parents[1]
_TOOLS: Final = {"hypothesis", "pytest", "pytest-xdist", "rs-bpe"}
"""What these tests need of the development tools."""
_TESTS: Final = (
    "tests/commands/test_stdio.py::test_a_client_of_either_era_reads_sandbox_runs",
    "tests/commands/test_stdio.py::test_a_signal_ends_a_server_that_waits_for_its_client",
    "tests/domain",
    "tests/providers/test_contract.py",
    "tests/redaction/test_finding.py",
    "tests/redaction/test_held.py",  # as tests/transport/test_bodies.py
    "tests/redaction/test_personal.py",
    "tests/redaction/test_rules.py",
    "tests/redaction/test_searched.py",
    "tests/transport/test_bodies.py",  # what the collector of garbage tells of values
    "tests/views/test_budget.py",
    "tests/views/test_card.py",
    "tests/views/test_periods.py",
)
_IMPORT_ALL: Final = """
import importlib, pkgutil, rundown_mcp
for module in pkgutil.walk_packages(rundown_mcp.__path__, "rundown_mcp."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
_STEP_S: Final = 240
_MARKS: Final = {True: "✓", False: "✗", None: "- NOT TRIED:"}


@dataclass(frozen=True)
class Verdict:
    """How one Python did, None where it could not be tried; `note` says what ran, or what went wrong."""

    passed: bool | None
    note: str


def main() -> int:
    """Try each, all at once; print which ran, how they did, and which are not on this machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    others = [version for version in supported(project) if version != running]
    found = {version: path for version in others if (path := interpreter(version)) is not None}
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(max(1, len(found))) as pool:
        tried = {
            version: pool.submit(_tried, path, Path(folder) / version, _requirements(project))
            for version, path in found.items()
        }
        verdicts = {version: verdict.result() for version, verdict in tried.items()}
    for version in others:
        if version in verdicts:
            print(f"{_MARKS[verdicts[version].passed]} Python {version} ({found[version]}): {verdicts[version].note}")
        else:
            print(f"- Python {version}: NOT TRIED, neither on PATH nor among pyenv's versions")
    outcomes = [verdict.passed for verdict in verdicts.values()]
    passed, failed = outcomes.count(True), outcomes.count(False)
    print(
        f"other Pythons: {passed} passed, {failed} failed, {len(others) - passed - failed} not tried, "
        f"{time.monotonic() - started:.0f} s"
    )
    return 1 if failed else 0


def supported(project: dict[str, Any]) -> list[str]:
    """The versions that the project's classifiers name, as `3.12`."""
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", one) for one in project["classifiers"])
    return [version[1] for version in found if version]


def interpreter(version: str) -> Path | None:
    """A Python of this version that starts; what pyenv puts on PATH may not."""
    return next((path for path in _candidates(version) if _is(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(pyenv.glob(f"{version}.*/bin/python{version}"), reverse=True)


def _is(path: Path, version: str) -> bool:
    try:
        return _run([path, "--version"]).stdout.startswith(f"Python {version}.")
    except (OSError, subprocess.SubprocessError):
        return False


def _requirements(project: dict[str, Any]) -> list[str]:
    tools = project["optional-dependencies"]["dev"]
    return [one for one in tools if re.split(r"[^\w-]", one)[0] in _TOOLS]


def _tried(path: Path, home: Path, requirements: Sequence[str]) -> Verdict:
    """Install and test; of what fails, the end of what it said."""
    python = home / "bin" / "python"
    # What is compiled stays in the folder too, so that each module is compiled anew, and warns of what it has to.
    run = partial(_run, PYTHONPYCACHEPREFIX=str(home / "compiled"))
    # The pip of this Python installs: Debian's others come without one.
    install = (sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile")
    steps: dict[str, Sequence[str | Path]] = {
        "environment": [path, "-m", "venv", "--without-pip", home],
        "install": [*install, "-e", f"{ROOT}[otel]", *requirements],
        "import": [python, "-W", "error", "-c", _IMPORT_ALL],
        "tests": [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_TESTS],
    }
    said = ""
    for step, command in steps.items():
        try:
            done = run(command)
        except subprocess.TimeoutExpired:
            return Verdict(_failed_at(step), f"{step}: not done within {_STEP_S} s")
        said = (done.stdout + done.stderr).strip()
        if done.returncode:
            return Verdict(_failed_at(step), f"{step}:\n{said[-3000:]}")
    return Verdict(passed=True, note=f"every module imported, {said.splitlines()[-1]}")


def _failed_at(step: str) -> bool | None:
    """What is not to be had for a Python, such as a wheel of a dependency, is no fault of the project."""
    return None if step in {"environment", "install"} else False


def _run(command: Sequence[str | Path], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env=uncovered(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=_STEP_S,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
