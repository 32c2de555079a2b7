"""The wheel holds the whole package, and the sandbox runs from it alone."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.commands.launching import uncovered
from tests.harness import receipt

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(build, cwd=ROOT, capture_output=True, timeout=120, check=True)
    (built,) = out.glob("*.whl")
    return built


def test_it_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    source = ROOT / "src"
    files = {path.relative_to(source).as_posix() for path in (source / "rundown_mcp").rglob("*") if path.is_file()}
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    assert held == {name for name in files if "__pycache__" not in name}
    assert "rundown_mcp/views/o200k.bin" in held


def test_the_sandbox_answers_from_it(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "-v", "-m", "rundown_mcp", "call", "triage_failures", "--sandbox"],
        cwd=tmp_path,
        env=uncovered(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert receipt(done.stdout)["coverage"].startswith("sandbox")
    assert f"{tmp_path}/rundown_mcp/server.py" in done.stderr
    assert f"{ROOT}/src/rundown_mcp/" not in done.stderr
