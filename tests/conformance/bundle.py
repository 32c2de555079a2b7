"""The MCPB bundle: the official program takes its manifest and packs it, and the server starts from what it packed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.build_packaging import MANIFEST, NAME, stage
from tests.commands.launching import uncovered
from tests.conformance.packages import Packages
from tests.conformance.suite import Verdict

_NEEDED: Final = {
    "manifest.json",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "src/rundown_mcp/__main__.py",
    "src/rundown_mcp/views/o200k.bin",
}


def run_bundle(packages: Packages) -> Iterator[Verdict]:
    """Validate, pack, look into the bundle, and call a tool of the server that lies in it."""
    validated = packages.run("mcpb", "validate", str(MANIFEST))
    yield _verdict("mcpb validate", validated)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        stage(home / NAME)
        packed = packages.run("mcpb", "pack", str(home / NAME), str(home / "out.mcpb"))
        yield _verdict("mcpb pack", packed)
        if packed.returncode:
            return
        with zipfile.ZipFile(home / "out.mcpb") as bundle:
            missing = _NEEDED - set(bundle.namelist())
            bundle.extractall(home / "installed")
            note = f"lacks {', '.join(sorted(missing))}" if missing else f"{len(bundle.namelist())} files"
        yield Verdict("what the bundle holds", passed=not missing, note=note)
        entry = home / "installed" / "src" / "rundown_mcp" / "__main__.py"
        called = subprocess.run(
            [sys.executable, entry, "call", "list_config", "kind=connections"],
            env=uncovered(PYTHONPATH=str(home / "installed" / "src"), RUNDOWN_SANDBOX="true"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        yield Verdict("a call of its server", passed=called.returncode == 0, note=called.stderr or "answered")


def _verdict(name: str, done: subprocess.CompletedProcess[str]) -> Verdict:
    said = (done.stderr or done.stdout).strip().splitlines() or [""]
    return Verdict(name, passed=done.returncode == 0, note=said[-1])
