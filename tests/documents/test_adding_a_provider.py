"""A provider that is added as docs/adding-a-provider.md says works in every part of the product."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.commands.launching import uncovered
from tests.harness import receipt, rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-provider.md").read_text(encoding="utf-8")
_FILE = re.compile(r"<!-- file: (\S+) -->\n```python\n(.*?)```", re.DOTALL)
_CHANGE = re.compile(r"<!-- change: (\S+) -->\n```diff\n(.*?)```", re.DOTALL)
_COPIED = ("src", "tests", "pyproject.toml")


def changed(text: str, diff: str) -> str:
    """The text after a change, whose place must be there once."""
    lines = diff.splitlines(keepends=True)
    before, after = ("".join(line[1:] or line for line in lines if line[0] in f" \n{sign}") for sign in "-+")
    assert text.count(before) == 1, before
    return text.replace(before, after)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source and the tests, with the provider added as the page says."""
    home = tmp_path_factory.mktemp("acme")
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, home / name)
    for path, code in _FILE.findall(PAGE):
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(code, encoding="utf-8")
    for path, diff in _CHANGE.findall(PAGE):
        (home / path).write_text(changed((home / path).read_text(encoding="utf-8"), diff), encoding="utf-8")
    return home


def ran(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A module of Python run on the copy."""
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=home,
        env=uncovered(PYTHONPATH=str(home / "src"), PYTEST_ADDOPTS=""),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def command(home: Path, *arguments: str) -> str:
    done = ran(home, "rundown_mcp", "--sandbox", *arguments)
    assert done.returncode == 0, done
    return done.stdout


def test_check_tries_it_beside_the_others(copy: Path) -> None:
    *_, last = command(copy, "check").splitlines()
    assert re.fullmatch(r"acme: configured \(sandbox\), reachable, authorised \(\d+ ms\): \d+ agents", last)


def test_its_runs_are_listed_and_explained(copy: Path) -> None:
    listed = command(copy, "call", "list_runs", "provider=acme", 'status=["failed"]', "limit=3")
    refs = [row["ref"] for row in rows(listed)]
    assert len(refs) == 3
    assert receipt(listed)["coverage"] == "sandbox (imitated data); acme ok"
    explained = command(copy, "call", "get_run", f"run={refs[0]}")
    assert "status: failed · agent " in explained
    assert "what happened: failed at step " in explained


def test_it_keeps_what_every_provider_promises(copy: Path) -> None:
    contract = "tests/providers/test_contract.py"
    done = ran(copy, "pytest", "-q", "-p", "no:cacheprovider", "-k", "acme", contract)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d\d passed, \d\d deselected", done.stdout, re.MULTILINE), done.stdout


def test_its_code_is_of_the_houses_form_and_within_its_walls(copy: Path) -> None:
    for check in (
        ["ruff", "check", "--no-cache", "src/rundown_mcp/providers"],
        ["ruff", "format", "--check", "--no-cache", "src/rundown_mcp/providers"],
        ["mypy", "-p", "rundown_mcp.providers.acme"],
    ):
        done = ran(copy, *check)
        assert done.returncode == 0, done.stdout
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"],
        cwd=copy,
        env={"PYTHONPATH": str(copy / "src"), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
