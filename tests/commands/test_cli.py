"""Arguments, exit codes, output that breaks, and what is imported."""

from __future__ import annotations

import errno
import json
import logging
import shlex
import subprocess
import sys
from argparse import Namespace
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.commands.conftest import Command
from tests.commands.launching import MODULE, SCRIPT, environment, ran

from rundown_mcp import __version__
from rundown_mcp.cli import _exit_code, nobody_reads
from rundown_mcp.domain.errors import RundownError, SettingsError
from rundown_mcp.logs import set_up_logging
from rundown_mcp.providers import PROVIDERS


def test_the_script_and_the_module_say_the_versions() -> None:
    protocol = "2024-11-05, 2025-03-26, 2025-06-18, 2025-11-25, 2026-07-28"
    line = f"rundown-mcp {__version__} (MCP SDK {version('mcp')}; protocol {protocol})\n"
    for command in (SCRIPT, MODULE):
        said = ran("--version", command=command)
        assert (said.returncode, said.stdout, said.stderr) == (0, line, "")


def test_help_names_every_command(command: Command) -> None:
    said = command("--help")
    assert said.code == 0
    assert all(
        name in said.out
        for name in ("serve", "demo", "call", "check", "sandbox", "install", "uninstall", "DUCKIE_API_KEY")
    )


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--bogus"], "--bogus"),
        (["--port", "3"], "--port"),
        (["--token=canary"], "--token"),
        (["serve", "--token", "canary"], "--token"),
        (
            ["bogus"],
            '"bogus" is no command; there are serve, demo, call, check, sandbox, completion, install, uninstall;',
        ),
        (["Check"], '"Check" is no command'),
        ([""], '"" is no command'),
        (["--sandbox", "help", "call"], '"help" is no command'),
        (["--"], "no option --;"),
        (["check", "--sandbox=canary"], "--sandbox: takes no value;"),
        (["check", "check"], 'unexpected "check"'),
        (["serve", "--host"], "--host: expected one argument"),
        (["serve", "--host", "127.0.0.1:8000"], "--host: takes an address alone"),
        (["serve", "--host", "[::1]:8000"], "--host: takes an address alone"),
        (["serve", "--port", "-1"], "--port: takes a number from 0 to 65535"),
        (["serve", "extra"], '"extra"'),
        (["serve", "--port", "x"], "--port: takes a number from 0 to 65535"),
        (["serve", "--port", "65536"], "--port"),
        (["serve", "--port", "9" * 5000], "--port"),
        (["serve", "--por", "1"], "--por;"),
        (["sandbox", "--runs", "0"], "--runs: takes a number from 1 to 100000"),
        (["sandbox", "--seed", "x"], "--seed: takes a number from 0 to 2147483647"),
        (["sandbox", "--seed", "1e5"], "--seed: takes a number from 0 to 2147483647"),
        (["sandbox", "--sandbox"], "no option --sandbox; see rundown-mcp sandbox --help"),
        (["check", "--a\nb"], "--a b"),
        (["call"], "required: TOOL;"),
        (["call", "list_runs", "--limit", "5"], "--limit"),
        (["call", "no_tool"], "list_runs, get_run"),
        (["call", "list_runs", "limit"], '"limit" is not key=value'),
        (["call", "list_runs", "=5"], "key=value"),
        (["call", "list_runs", "--args", "{"], "--args takes one JSON object"),
        (["call", "list_runs", "--args", "[1]"], "--args takes one JSON object"),
        (["call", "list_runs", "--args", '{"a":NaN}'], "--args takes one JSON object"),
        (["call", "list_runs", "--args", "[" * 100_000], "--args takes one JSON object"),
    ],
)
def test_wrong_usage_is_one_line_that_names_it(command: Command, arguments: list[str], named: str) -> None:
    said = command(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("rundown-mcp: ")
    assert said.err.count("\n") == 1
    assert named in said.err
    assert "canary" not in said.err


@pytest.mark.parametrize("name", ["serve", "demo", "call", "check", "sandbox"])
def test_a_wrong_option_is_mended_by_the_help_of_its_command(command: Command, name: str) -> None:
    said = command(name, *(["list_runs"] if name == "call" else []), "--bogus")
    assert said == (2, "", f"rundown-mcp: no option --bogus; see rundown-mcp {name} --help\n")


@pytest.mark.parametrize("name", ["call", "check", "serve", None])
def test_a_wrong_setting_ends_every_command_with_one_line(command: Command, name: str | None) -> None:
    arguments = {None: [], "call": ["call", "list_runs"]}.get(name, [str(name)])
    said = command(*arguments, RUNDOWN_MAX_TOKENS="12")
    assert said == (2, "", "rundown-mcp: RUNDOWN_MAX_TOKENS: takes a whole number from 200 to 200000\n")


def test_output_is_utf_8_wherever_it_goes() -> None:
    said = ran("call", "list_runs", "--sandbox", "limit=1", PYTHONIOENCODING="ascii")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("⟦data ")


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with subprocess.Popen(
        [*MODULE, "call", "list_runs", "--sandbox", "limit=1"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 1


def _shell(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command line with redirections, the product in place of `rundown-mcp`."""
    product = " ".join(map(shlex.quote, MODULE))
    return subprocess.run(
        ["/bin/sh", "-c", line.replace("rundown-mcp", product)],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's redirections")
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("rundown-mcp 2>&-", 0),
        ("RUNDOWN_MAX_TOKENS=1 rundown-mcp 2>&-", 2),
        ("rundown-mcp --bogus 2>&-", 2),
        ("rundown-mcp --sandbox <&-", 0),
        ("rundown-mcp --sandbox >&-", 0),
        ("rundown-mcp --sandbox <&- >&- 2>&-", 0),
        ("rundown-mcp check --sandbox >&-", 0),
        ("rundown-mcp --version >&-", 0),
    ],
)
def test_a_stream_that_is_closed_swallows_what_goes_there_and_nothing_else_does(line: str, code: int) -> None:
    said = _shell(line)
    assert (said.returncode, said.stdout, said.stderr) == (code, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_output_that_finds_no_room_is_one_line() -> None:
    said = _shell("rundown-mcp check --sandbox >/dev/full")
    assert said.returncode == 1
    assert said.stderr.startswith("rundown-mcp: the output cannot be written: no space left")
    assert said.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "command", "code"),
    [
        (KeyboardInterrupt(), None, 0),
        (KeyboardInterrupt(), "serve", 0),
        (KeyboardInterrupt(), "sandbox", 0),
        (KeyboardInterrupt(), "call", 1),
        (RundownError("one line"), "demo", 1),
        (SettingsError("one line"), "check", 2),
        (ExceptionGroup("", [ExceptionGroup("", [SettingsError("one line")])]), None, 2),
        (BaseExceptionGroup("", [KeyboardInterrupt()]), "demo", 1),
    ],
)
def test_an_error_of_a_users_is_an_exit_code_however_it_is_wrapped(
    error: BaseException, command: str | None, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exit_code(error, Namespace(command=command)) == code
    assert capsys.readouterr().err in {"", "rundown-mcp: one line\n"}


@pytest.mark.parametrize(
    ("number", "system", "nobody"),
    [
        (errno.EPIPE, "posix", True),
        (errno.EINVAL, "posix", False),
        (errno.EINVAL, "nt", True),
        (errno.EIO, "nt", False),
    ],
)
def test_each_system_says_in_its_own_way_that_nobody_reads_any_more(number: int, system: str, nobody: bool) -> None:  # noqa: FBT001
    assert nobody_reads(OSError(number, "as the system says"), system) is nobody


def test_lines_end_alike_on_every_system() -> None:
    as_on_windows = "import sys; sys.stdout.reconfigure(newline='\\r\\n'); from rundown_mcp.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", as_on_windows, "completion", "bash"],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert b"\n" in done.stdout
    assert b"\r" not in done.stdout


def test_any_other_error_is_raised_as_it_is() -> None:
    error = ExceptionGroup("two", [SettingsError("a"), ValueError("b")])
    with pytest.raises(ExceptionGroup) as caught:
        _exit_code(error, Namespace(command=None))
    assert caught.value is error


_IMPORTED = """
import json, sys
{}
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def _imported(code: str, **variables: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED.format(code)],
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found: list[str] = json.loads(done.stderr.splitlines()[-1])
    return set(found)


@pytest.mark.parametrize(("argument", "needs"), [("bogus", set[str]()), ("--version", {"mcp_types", "pydantic"})])
def test_what_needs_no_server_costs_no_more_than_it_needs(argument: str, needs: set[str]) -> None:
    code = f"import rundown_mcp.cli as cli\ntry: cli.main([{argument!r}])\nexcept SystemExit: pass"
    libraries = {"argcomplete", "mcp", "mcp_types", "pydantic", "httpx", "starlette"}
    imported = _imported(code)
    assert imported & libraries == needs
    assert imported.isdisjoint({"rundown_mcp.settings", "rundown_mcp.server"})


@pytest.mark.parametrize("arguments", [(), ("--sandbox",)])
def test_a_server_imports_what_asks_providers_and_the_sandbox_at_the_first_call(arguments: tuple[str, ...]) -> None:
    keys = {spec.variable(): f"any-key-of-{name}" for name, spec in PROVIDERS.items()}
    imported = _imported(f"import rundown_mcp.cli as cli\ncli.main({list(arguments)})", **keys)
    assert "rundown_mcp.server" in imported
    assert imported.isdisjoint({"argcomplete", "httpx", "tomlkit", "truststore", "rundown_mcp.connect"})
    parts = ("client", "wire", "mapping", "sandbox", "clients")
    assert not [name for name in imported if name.startswith("rundown_mcp.") and set(name.split(".")) & set(parts)]


def test_libraries_that_log_requests_stay_quiet_whatever_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    root = logging.getLogger()
    level = root.level
    handler = logging.StreamHandler(sys.stderr)
    root.addHandler(handler)
    try:
        root.setLevel(logging.DEBUG)
        for name in ("httpx", "httpcore.http11", "mcp.server.lowlevel"):
            logging.getLogger(name).info("canary")
        logging.getLogger("stamina").warning("canary")
        logging.getLogger("mcp.server").warning("shown")
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    assert capsys.readouterr().err == "shown\n"


def test_an_exception_in_the_log_tells_its_kind_and_place_only() -> None:
    code = (
        "from rundown_mcp.logs import set_up_logging; import logging; set_up_logging()\n"
        "try: {}['can' + 'ary']\n"
        "except KeyError: logging.getLogger('mcp').exception('failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr == "ERROR mcp: failed\nKeyError\n  <string>:2 in <module>\n"
