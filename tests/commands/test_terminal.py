"""A terminal shows a quiet frame, red errors and what is under way; whatever else reads gets the plain bytes."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from typing import Literal, NamedTuple

import pytest
from tests.commands.launching import MODULE, environment, ran
from tests.tools.sandboxed import fixed

from rundown_mcp.commands.terminal import knows_codes, painted

pty = pytest.importorskip("pty", reason="needs pseudo-terminals")

_COLOUR = re.compile(r"\x1b\[\d*m")
GUARDRAILS = ("call", "list_config", "kind=guardrails", "--sandbox")
DIM, RED = "\x1b[2m", "\x1b[31m"


class Seen(NamedTuple):
    code: int
    terminal: str
    file: str


def seen(*arguments: str, terminal: Literal["stdout", "stderr"] = "stdout", **variables: str) -> Seen:
    """A command of which one stream is a terminal and the other a file; lines end as the command ended them."""
    variables = {"TERM": "xterm-256color", "NO_COLOR": "", **variables}
    ours, theirs = pty.openpty()
    with tempfile.TemporaryFile() as file:
        streams = {"stdout": file, "stderr": file, terminal: theirs}
        process = subprocess.Popen(
            [*MODULE, *arguments], env=environment(**variables), stdin=subprocess.DEVNULL, **streams
        )
        os.close(theirs)
        came = bytearray()
        while chunk := _read(ours):
            came += chunk
        os.close(ours)
        code = process.wait(timeout=60)
        file.seek(0)
        return Seen(code, came.decode().replace("\r\n", "\n"), file.read().decode())


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65_536)
    except OSError:  # so Linux says that nobody holds the other end any more
        return b""


def test_a_terminal_gets_the_same_text_in_colour() -> None:
    shown = seen(*GUARDRAILS)
    plain = ran(*GUARDRAILS).stdout
    assert (shown.code, shown.file) == (0, "")
    assert "\x1b" not in plain
    assert fixed(_COLOUR.sub("", shown.terminal)) == fixed(plain)
    lines = shown.terminal.splitlines()
    assert [line for line in lines if "⟦" in line and not line.startswith(f"{DIM}⟦")] == []
    assert any(line.startswith(f"{DIM}coverage: ") for line in lines)


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colour_gets_none(name: str, value: str) -> None:
    shown = seen(*GUARDRAILS, terminal="stdout", **{name: value})
    assert fixed(shown.terminal) == fixed(ran(*GUARDRAILS).stdout)


def test_errors_are_red_whether_a_tool_or_the_command_says_them() -> None:
    of_tool = seen("call", "list_runs", "limit=0", "--sandbox")
    assert of_tool == (1, f"{RED}limit: takes a whole number from 1 to 100\x1b[0m\n", "")
    of_command = seen("call", "no_tool", terminal="stderr")
    assert of_command.code == 2
    assert of_command.terminal.startswith(f'{RED}rundown-mcp: "no_tool" is no tool')
    assert seen("call", "no_tool", terminal="stderr", NO_COLOR="1").terminal.startswith('rundown-mcp: "no_tool"')


def test_what_is_under_way_is_shown_on_stderr_and_gone_at_the_end() -> None:
    shown = seen("call", "triage_failures", "--sandbox", terminal="stderr")
    assert (shown.code, "\x1b" in shown.file) == (0, False)
    under_way = _COLOUR.sub("", shown.terminal).split("\r\x1b[K")
    assert under_way[:2] == ["", "triage_failures …"]
    assert any(re.fullmatch(r"looked into \d+ of \d+ runs …", line) for line in under_way)
    assert under_way[-1] == ""


def test_nothing_is_shown_of_it_where_nobody_looks() -> None:
    assert seen("call", "triage_failures", "--sandbox", terminal="stderr", TERM="dumb").terminal == ""
    assert ran("call", "triage_failures", "--sandbox").stderr == ""


@pytest.mark.parametrize(("system", "knows"), [("posix", True), ("nt", False)])
def test_a_console_of_windows_gets_no_codes(system: str, knows: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        assert knows_codes(terminal, system) is knows
    os.close(ours)


def test_the_demo_shows_its_questions_and_answers_in_colour() -> None:
    shown = seen("demo")
    assert (shown.code, shown.file) == (0, "")
    questions = [line for line in shown.terminal.splitlines() if "» " in line]
    assert len(questions) >= 4
    assert all(line.startswith("\x1b[1m» ") for line in questions)
    assert f"\n{DIM}status:\x1b[0m failed" in shown.terminal


def test_an_error_within_an_answer_is_red_and_no_byte_of_it_is_lost() -> None:
    answer = (
        "head\n⟦data aaaaaaaa⟧\nerror: HTTP 504\na\terror: b\n⟦/data aaaaaaab⟧\n⟦/data aaaaaaaa⟧\nnext: get_run(run=1)"
    )
    shown = painted(answer)
    assert f"\n{DIM}error:\x1b[0m{RED} HTTP 504\x1b[0m\na\terror: b\n⟦/data aaaaaaab⟧\n" in shown
    assert _COLOUR.sub("", shown) == answer


def test_a_name_from_outside_in_an_error_is_not_red() -> None:
    shown = painted("which one?\n⟦data aaaaaaaa⟧\nRefund Desk\n⟦/data aaaaaaaa⟧", failed=True)
    assert shown == f"{RED}which one?\x1b[0m\n{DIM}⟦data aaaaaaaa⟧\x1b[0m\nRefund Desk\n{DIM}⟦/data aaaaaaaa⟧\x1b[0m"
