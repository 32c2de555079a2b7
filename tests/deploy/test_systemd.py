"""`deploy/rundown-mcp.service` is one that systemd understands, and shuts in what it starts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

UNIT: Final = Path(__file__).parents[2] / "deploy" / "rundown-mcp.service"


def _version() -> int:
    """0 where there is none."""
    if shutil.which("systemd-analyze") is None:
        return 0
    return int(_analysed("--version").stdout.split()[1])


def _analysed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


pytestmark = pytest.mark.skipif(_version() < 251, reason="no systemd here that knows credentials and judges files")


@pytest.fixture
def unit(tmp_path: Path) -> str:
    """The unit with a command that there is."""
    text, command = UNIT.read_text(encoding="utf-8"), "/opt/rundown-mcp/venv/bin/rundown-mcp"
    assert f"ExecStart={command} serve" in text
    path = tmp_path / UNIT.name
    path.write_text(text.replace(command, sys.executable), encoding="utf-8")
    return str(path)


def test_it_holds_no_word_that_systemd_does_not_know(unit: str) -> None:
    verified = _analysed("verify", "--man=no", unit)
    assert (verified.returncode, UNIT.name in verified.stderr) == (0, False), verified.stderr


def test_it_leaves_less_open_than_an_exposure_of_1_5(unit: str) -> None:
    judged = _analysed("security", "--offline=1", "--threshold=15", unit)
    assert judged.returncode == 0, judged.stdout
