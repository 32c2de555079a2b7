"""The command: arguments → settings → what was asked for; exit codes; logging to stderr."""

from __future__ import annotations

import argparse
import errno
import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rundown_mcp.command_line import DONE, FAILED, WRONG_USAGE, parsed
from rundown_mcp.commands.terminal import complain
from rundown_mcp.domain.errors import RundownError, SettingsError
from rundown_mcp.logs import set_up_logging

_SERVING: Final = (None, "serve", "sandbox")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 done, 1 what was asked for failed, 2 wrong usage or configuration."""
    _open_closed_streams()
    set_up_logging()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Answers hold more than a terminal's old code page or an ASCII locale can say, and bash on Windows, which reads
        # the code of `completion`, takes the CR of a CRLF for a part of the line.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    given = parsed(sys.argv[1:] if arguments is None else arguments)
    gc.disable()  # what imports make stays: to look through it again and again took 120 of 1,030 ms of a start
    try:
        code = _run(given)
        sys.stdout.flush()
    except (RundownError, KeyboardInterrupt, OSError, BaseExceptionGroup) as error:
        return _exit_code(error, given)
    finally:
        gc.enable()
    return code


def _open_closed_streams() -> None:
    """Give every stream that was closed at the start (`2>&-`) an end that swallows it.

    Python leaves None in its place, for which `print` takes stdout: an error would end up among the messages of MCP.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open to the end


def _exit_code(error: BaseException, given: argparse.Namespace) -> int:
    """Say what went wrong, in one line; what is no error of a user's is raised again."""
    match _innermost(error):
        case SettingsError(message=message):
            complain(message)
            return WRONG_USAGE
        case RundownError(message=message):
            complain(message)
            return FAILED
        case KeyboardInterrupt():
            return DONE if given.command in _SERVING else FAILED
        case OSError() as fault if nobody_reads(fault):
            _drop_output()
            return FAILED
        case OSError(errno=errno.ENOSPC):
            complain("the output cannot be written: no space left; make room, or write elsewhere")
            _drop_output()
            return FAILED
        case _:
            raise error


def nobody_reads(fault: OSError, system: str = os.name) -> bool:
    """Whether it came of a pipe whose other end is closed, for which Windows has EINVAL, as `subprocess` knows."""
    return isinstance(fault, BrokenPipeError) or (system == "nt" and fault.errno == errno.EINVAL)


def _drop_output() -> None:
    """Nothing more can be written; without this the interpreter complains when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _innermost(error: BaseException) -> BaseException:
    """The one error that task groups have wrapped; a group of several stays what it is."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _run(given: argparse.Namespace) -> int:
    """Import and run one command; each pays at start-up only for what it needs."""
    match given.command:
        case None:
            from rundown_mcp.commands.stdio import run_stdio  # noqa: PLC0415 - see above

            return run_stdio(sandbox=given.sandbox)
        case "serve":
            from rundown_mcp.commands.serve import run_serve  # noqa: PLC0415 - see above

            return run_serve(sandbox=given.sandbox, host=given.host, port=given.port)
        case "demo":
            from rundown_mcp.commands.demo import run_demo  # noqa: PLC0415 - see above

            return run_demo()
        case "call":
            from rundown_mcp.commands.call import run_call  # noqa: PLC0415 - see above

            return run_call(given.tool, given.values, given.args, sandbox=given.sandbox)
        case "check":
            from rundown_mcp.commands.check import run_check  # noqa: PLC0415 - see above

            return run_check(sandbox=given.sandbox)
        case "completion":
            from rundown_mcp.commands.completion import run_completion  # noqa: PLC0415 - see above

            return run_completion(given.shell)
        case "install":
            from rundown_mcp.commands.install import run_install  # noqa: PLC0415 - see above

            return run_install(
                given.client, name=given.name, sandbox=given.sandbox, project=given.project, only_print=given.only_print
            )
        case "uninstall":
            from rundown_mcp.commands.install import run_uninstall  # noqa: PLC0415 - see above

            return run_uninstall(given.client, name=given.name, project=given.project)
        case _:
            from rundown_mcp.commands.sandbox import run_sandbox  # noqa: PLC0415 - see above

            return run_sandbox(port=given.port, seed=given.seed, runs=given.runs)
