"""Which other Pythons are tried: those that the classifiers name, where one is found that starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.other_pythons import interpreter, supported


def test_the_versions_are_those_of_the_classifiers() -> None:
    names = ("3", "3 :: Only", "3.11", "3.99", "Implementation :: CPython")
    classifiers = [*(f"Programming Language :: Python :: {name}" for name in names), "Typing :: Typed"]
    assert supported({"classifiers": classifiers}) == ["3.11", "3.99"]


@pytest.mark.parametrize(
    ("script", "is_taken"), [("echo Python 3.99.1", True), ("echo Python 3.9.1", False), ("exit 127", False)]
)
def test_a_python_of_pyenv_is_taken_where_it_starts(
    script: str,
    is_taken: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    python = tmp_path / "versions" / "3.99.1" / "bin" / "python3.99"
    python.parent.mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert interpreter("3.99") is None
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    assert interpreter("3.99") == (python if is_taken else None)
