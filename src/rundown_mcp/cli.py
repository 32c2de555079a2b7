"""The command: arguments → settings → what was asked for; exit codes; logging to stderr."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from rundown_mcp import __version__
from rundown_mcp.domain.errors import RundownError, SettingsError

DONE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
_HIGHEST_PORT: Final = 65_535
_MOST_RUNS: Final = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 done, 1 what was asked for failed, 2 wrong usage or configuration."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    given = _parser().parse_args(arguments)
    try:
        return _run(given)
    except SettingsError as error:
        print(f"rundown-mcp: {error.message}", file=sys.stderr)
        return WRONG_USAGE
    except RundownError as error:
        print(f"rundown-mcp: {error.message}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        # Whoever read the output has gone; closing stderr keeps the interpreter from complaining about it at exit.
        sys.stderr.close()
        return FAILED


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
        case _:
            from rundown_mcp.commands.sandbox import run_sandbox  # noqa: PLC0415 - see above

            return run_sandbox(port=given.port, seed=given.seed, runs=given.runs)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2; `message` names the option."""
        self.exit(WRONG_USAGE, f"rundown-mcp: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="rundown-mcp",
        description="MCP server that explains the runs of AI agents on Duckie, HappyRobot and Conduit. "
        "Without a command it speaks MCP over stdin and stdout, which is what MCP clients launch.",
        epilog="Keys come from the environment: DUCKIE_API_KEY, HAPPYROBOT_API_KEY, CONDUIT_API_KEY. See the README.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"rundown-mcp {__version__}")
    _add_sandbox(parser, default=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    serve = commands.add_parser("serve", help="MCP over HTTP at /mcp, liveness at /healthz")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=_port, default=8000, help="port to listen on (default %(default)s)")
    _add_sandbox(serve)
    _add_sandbox(commands.add_parser("demo", help="a guided tour on the sandbox, through a real MCP client"))
    call = commands.add_parser("call", help="run one tool and print what an assistant would read")
    call.add_argument("tool", metavar="TOOL")
    call.add_argument("values", metavar="key=value", nargs="*", help="JSON where it parses as JSON, else text")
    call.add_argument("--args", metavar="JSON", help="all arguments as one JSON object")
    _add_sandbox(call)
    _add_sandbox(commands.add_parser("check", help="try each connection and say what to mend"))
    sandbox = commands.add_parser("sandbox", help="serve the imitated provider APIs over HTTP on this machine")
    sandbox.add_argument("--port", type=_port, default=9000, help="port to listen on (default %(default)s)")
    sandbox.add_argument("--seed", type=int, default=7, help="another seed, another world (default %(default)s)")
    sandbox.add_argument("--runs", type=_count, default=400, help="how many runs there are (default %(default)s)")
    for command in commands.choices.values():
        command.allow_abbrev = False
    return parser


def _add_sandbox(parser: argparse.ArgumentParser, *, default: object = argparse.SUPPRESS) -> None:
    """`--sandbox` works before and behind a command's name."""
    parser.add_argument(
        "--sandbox", action="store_true", default=default, help="imitated providers: no key and no network needed"
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"takes a number from 0 to {_HIGHEST_PORT}")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_RUNS):
        raise argparse.ArgumentTypeError(f"takes a number from 1 to {_MOST_RUNS}")
    return int(text)
