"""The walls stand, and each of them would be noticed if it fell."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import rundown_mcp

_PACKAGE = Path(rundown_mcp.__file__).parent
_PROJECT = Path(__file__).parent.parent / "pyproject.toml"
_LINT = Path(sys.executable).with_name("lint-imports")

BREACHES = {
    "1. Imports point down": ("domain/ref.py", "import rundown_mcp.runs.cursor"),
    "2. Providers do not know each other": ("providers/duckie/plan.py", "import rundown_mcp.providers.conduit.plan"),
    "3. Imitations are a second reading of the documents": (
        "providers/conduit/sandbox/bodies.py",
        "import rundown_mcp.providers.conduit.wire",
    ),
    "4. Domain and analysis are plain Python": ("analysis/failure.py", "import pydantic"),
    "5. Only the edge imports mcp": ("views/words.py", "import mcp_types"),
    "5. Only transport and connect import httpx": ("runs/cache.py", "import httpx"),
    "6. Tools and views know no provider and no transport": ("tools/params.py", "import rundown_mcp.transport.body"),
}


def _project() -> dict[str, Any]:
    tools: dict[str, Any] = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["tool"]
    return tools


def _contracts() -> list[str]:
    return [contract["name"] for contract in _project()["importlinter"]["contracts"]]


def _verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says of each contract about the package in a folder."""
    done = subprocess.run(
        [_LINT, "--config", _PROJECT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    lines = [line.strip() for line in done.stdout.splitlines()]
    found = {
        name: line.removeprefix(name).split()[0]
        for name in _contracts()
        for line in lines
        if line.startswith(f"{name} ")
    }
    assert list(found) == _contracts(), done.stdout + done.stderr
    assert (done.returncode == 0) is (set(found.values()) == {"KEPT"})
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package's sources in a folder of their own."""
    folder = tmp_path_factory.mktemp("walls")
    shutil.copytree(_PACKAGE, folder / "rundown_mcp", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_every_wall_stands(copy: Path) -> None:
    assert set(_verdicts(copy).values()) == {"KEPT"}


def test_each_wall_is_broken_once_below() -> None:
    assert list(BREACHES) == _contracts()


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_reported(copy: Path, contract: str) -> None:
    path, line = BREACHES[contract]
    module = copy / "rundown_mcp" / path
    before = module.read_text(encoding="utf-8")
    module.write_text(f"{before}\n{line}\n", encoding="utf-8")
    try:
        assert _verdicts(copy)[contract] == "BROKEN"
    finally:
        module.write_text(before, encoding="utf-8")


def test_a_module_without_a_layer_is_reported(copy: Path) -> None:
    stray = copy / "rundown_mcp" / "stray.py"
    stray.write_text('"""Stands nowhere."""\n', encoding="utf-8")
    try:
        assert _verdicts(copy)["1. Imports point down"] == "BROKEN"
    finally:
        stray.unlink()


@pytest.mark.parametrize(
    ("contract", "free"),
    [
        (
            "5. Only the edge imports mcp",
            {
                "cli",
                "__main__",
                "command_line",
                "commands",
                "server",
                "http_app",
                "http_guards",
                "http_metrics",
                "instructions",
                "message_spans",
                "state",
                "tools",
            },
        ),
        ("5. Only transport and connect import httpx", {"__main__", "transport", "connect"}),
    ],
)
def test_a_library_is_forbidden_to_every_module_but_its_own(contract: str, free: set[str]) -> None:
    modules = {path.stem for path in _PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    listed = next(one for one in _project()["importlinter"]["contracts"] if one["name"] == contract)["source_modules"]
    assert {name.removeprefix("rundown_mcp.") for name in listed} == modules - {"__init__"} - free


@pytest.mark.parametrize(("name", "refused"), [("views/words.py", True), ("redaction/untrusted.py", False)])
def test_only_the_gate_may_open_text_from_outside(name: str, refused: bool) -> None:  # noqa: FBT001 - part of a case
    place = _PROJECT.parent / "src" / "rundown_mcp" / name
    ruff = Path(sys.executable).with_name("ruff")
    done = subprocess.run(
        [ruff, "check", "--config", _PROJECT, "--select", "TID251", "--no-cache", "--stdin-filename", place, "-"],
        input="from rundown_mcp.domain.text import reveal\n\n__all__ = ['reveal']\n",
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert done.returncode == int(refused), done.stdout + done.stderr
    assert ("Only the redaction gate opens text from outside" in done.stdout) is refused
