"""Completion at TAB: each shell is offered commands, options, tools, their parameters and the values of those."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.commands.conftest import Command
from tests.commands.launching import SCRIPT, environment, ran

from rundown_mcp.tools.catalogue import TOOLS

SHELLS = ("bash", "zsh", "fish")
OFFERED = {
    "rundown-mcp ca": {"call"},
    "rundown-mcp serve --p": {"--port"},
    "rundown-mcp --sandbox che": {"check"},
    "rundown-mcp call compare_runs o": {"other="},
    "rundown-mcp call get_run run=x detail=t": {"detail=triage", "detail=timeline"},
    "rundown-mcp call list_config requires_approval=": {"requires_approval=true", "requires_approval=false"},
    "rundown-mcp call list_runs limit=": set[str](),
    "rundown-mcp call no_tool x": set[str](),
    "rundown-mcp serve --host ": set[str](),
    "rundown-mcp completion f": {"fish"},
}


def offered(shell: str, line: str, out: Path) -> set[str]:
    """What the command tells a shell, as the code that it prints asks for it."""
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": shell,
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(out),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    said = ran(command=SCRIPT, **asked)
    assert (said.returncode, said.stdout) == (0, "")
    words = out.read_text(encoding="utf-8").split("\n")
    described = {"bash": None, "zsh": ":", "fish": "\t"}[shell]
    return {word.split(described)[0].strip() if described else word.strip() for word in words} - {""}


@pytest.mark.parametrize("shell", SHELLS)
def test_every_tool_is_offered(shell: str, tmp_path: Path) -> None:
    tools = {tool.__name__ for tool in TOOLS}
    assert {word for word in offered(shell, "rundown-mcp call ", tmp_path / "out") if word[0] != "-"} == tools


@pytest.mark.parametrize("line", OFFERED)
def test_what_is_offered_fits_where_the_cursor_stands(line: str, tmp_path: Path) -> None:
    assert offered("zsh", line, tmp_path / "out") == OFFERED[line]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_with_the_code_that_it_was_given() -> None:
    code = (
        'eval "$(rundown-mcp completion bash)"; COMP_LINE="rundown-mcp call get_run detail=t"; '
        'COMP_POINT=${#COMP_LINE}; _python_argcomplete rundown-mcp; echo "${COMPREPLY[@]}"; complete -p rundown-mcp'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", code],
        env=environment(PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    words, registered = done.stdout.splitlines()
    assert set(words.split()) == {"triage", "timeline"}
    assert registered.endswith(" rundown-mcp")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_code_for_each_shell_names_the_command(command: Command, shell: str) -> None:
    said = command("completion", shell)
    assert (said.code, said.err) == (0, "")
    assert "_ARGCOMPLETE_SHELL" in said.out
    assert "rundown-mcp" in said.out


def test_another_shell_is_refused_with_those_that_there_are(command: Command) -> None:
    said = command("completion", "tcsh")
    assert said.code == 2
    assert all(shell in said.err for shell in SHELLS)
