"""What the words of the command mean: its options, their values, and what is wrong with them in one line."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final, NoReturn

from rundown_mcp.domain.errors import SettingsError, quoted

DONE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
_HIGHEST_PORT: Final = 65_535
_MOST_RUNS: Final = 100_000
_HIGHEST_SEED: Final = 2**31 - 1
_NO_VALUE: Final = re.compile(r"ignored explicit argument .*", re.DOTALL)
"""What argparse says of `--sandbox=1`."""
_PORT_AT_END: Final = re.compile(r"[^:]*:\d+|\[.*\].*")
_CALLED: Final = (
    "What a tool takes: rundown-mcp call TOOL --help. A list is JSON: "
    """rundown-mcp call list_runs status='["failed","cancelled"]' since=24h --sandbox"""
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        """Exit with code 2; `message` names the option. A value that goes with none is not repeated."""
        said = " ".join(_NO_VALUE.sub("takes no value", message).split())
        self.exit(WRONG_USAGE, f"rundown-mcp: {said}; see {self.prog} --help\n")


class _Command(_Parser):
    """The whole command, whose help names the vendors that there are."""

    def format_help(self) -> str:
        """The help; only who asks for it pays 130 ms for the registry of vendors."""
        from rundown_mcp.providers import key_variables, titles  # noqa: PLC0415 - see above

        self.description = (
            f"MCP server that explains the runs of AI agents on {titles()}. "
            "Without a command it speaks MCP over stdin and stdout, which is what MCP clients launch."
        )
        self.epilog = f"Keys come from the environment: {key_variables()}. See the README."
        return super().format_help()


class _Version(argparse.Action):
    """Prints the version; only who asks for it pays for the protocol's types."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from rundown_mcp.commands.version import version_line  # noqa: PLC0415 - see above

        print(version_line())
        parser.exit(DONE)


class _CallHelp(argparse.Action):
    """Prints what the tool takes that was named, or else how one is called."""

    def __call__(self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, *_: object) -> NoReturn:
        if namespace.tool is None:
            parser.print_help()
            parser.exit(DONE)
        from rundown_mcp.commands.tool_help import tool_help  # noqa: PLC0415 - imports the server, half a second

        try:
            print(tool_help(namespace.tool), end="")
        except SettingsError as problem:
            parser.error(problem.message)
        parser.exit(DONE)


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments, understood; `key=value` pairs of `call` may stand on both sides of an option."""
    parser, commands = _parser()
    if "_ARGCOMPLETE" in os.environ:
        from rundown_mcp.commands.completion import offer  # noqa: PLC0415 - only a shell at TAB needs it

        offer(parser)
    # An option before the command's name takes no value: an unknown one is found before its value passes for a command.
    _, unknown = parser.parse_known_args(list(takewhile(_is_option, arguments)))
    if unknown:
        _refuse(parser, unknown)
    command = next((word for word in arguments if not _is_option(word)), None)
    if command is not None and command not in commands:
        parser.error(f"{quoted(command)} is no command; there are {', '.join(commands)}")
    given, rest = parser.parse_known_args(arguments)
    if given.command == "call" and not any(map(_is_option, rest)):
        given.values += rest
    elif rest:
        _refuse(commands[given.command], rest)
    return given


def _refuse(parser: _Parser, unknown: Sequence[str]) -> NoReturn:
    """Name the first option that there is not, never its value, which may be a key."""
    option = next(filter(_is_option, unknown), None)
    parser.error(f"unexpected {quoted(unknown[0])}" if option is None else f"no option {option.partition('=')[0]}")


def _is_option(word: str) -> bool:
    return word.startswith("-")


def _parser() -> tuple[_Parser, dict[str, _Parser]]:
    """The parser, and that of each command by its name."""
    parser = _Command(prog="rundown-mcp", allow_abbrev=False)
    parser.add_argument("--version", action=_Version, nargs=0, help="show our version, and those of SDK and protocol")
    _add_sandbox(parser, default=False)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    serve = commands.add_parser("serve", help="MCP over HTTP at /mcp, liveness at /healthz")
    serve.add_argument("--host", type=_host, default="127.0.0.1", help="address to listen on (default %(default)s)")
    serve.add_argument("--port", type=_port, default=8000, help="port to listen on (default %(default)s)")
    _add_sandbox(serve)
    _add_sandbox(commands.add_parser("demo", help="a guided tour on the sandbox, through a real MCP client"))
    call = commands.add_parser(
        "call", help="run one tool and print what an assistant would read", epilog=_CALLED, add_help=False
    )
    call.add_argument("-h", "--help", action=_CallHelp, nargs=0, help="show this, or behind TOOL what it takes")
    call.add_argument("tool", metavar="TOOL", help="list_runs, get_run, triage_failures, …")
    call.add_argument("values", metavar="key=value", nargs="*", default=[], help="JSON where it parses, else text")
    call.add_argument("--args", metavar="JSON", help="all arguments as one JSON object; a key=value goes before it")
    _add_sandbox(call)
    _add_sandbox(commands.add_parser("check", help="try each connection and say what to mend"))
    sandbox = commands.add_parser("sandbox", help="serve the imitated provider APIs over HTTP on this machine")
    sandbox.add_argument("--port", type=_port, default=9000, help="port to listen on (default %(default)s)")
    sandbox.add_argument("--seed", type=_seed, default=7, help="another seed, another world (default %(default)s)")
    sandbox.add_argument("--runs", type=_count, default=400, help="how many runs there are (default %(default)s)")
    completion = commands.add_parser("completion", help="print what a shell evaluates to complete at TAB")
    completion.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish")
    install = commands.add_parser("install", help="put the server into an MCP client's settings")
    _add_client(install)
    _add_sandbox(install)
    install.add_argument("--print", action="store_true", dest="only_print", help="print the entry, change nothing")
    _add_client(commands.add_parser("uninstall", help="take it out of an MCP client's settings again"))
    for command in commands.choices.values():
        command.allow_abbrev = False
    return parser, commands.choices


def _add_sandbox(parser: argparse.ArgumentParser, *, default: object = argparse.SUPPRESS) -> None:
    """`--sandbox` works before and behind a command's name."""
    parser.add_argument(
        "--sandbox", action="store_true", default=default, help="imitated providers: no key and no network needed"
    )


def _add_client(parser: argparse.ArgumentParser) -> None:
    """Which entry of which client's file."""
    names = "claude-desktop, claude-code, cursor, vscode, windsurf, devin or codex"  # their table costs 20 ms to import
    parser.add_argument("client", metavar="CLIENT", type=_client, help=names)
    parser.add_argument("--name", default="rundown", help="the entry's name (default %(default)s)")
    parser.add_argument("--project", action="store_true", help="the file of the project in this folder, not your own")


def _client(text: str) -> str:
    from rundown_mcp.clients.catalog import CLIENTS  # noqa: PLC0415 - for these commands alone

    if text not in CLIENTS:
        raise argparse.ArgumentTypeError(f"takes one of {', '.join(CLIENTS)}")
    return text


def _host(text: str) -> str:
    if _PORT_AT_END.fullmatch(text):
        raise argparse.ArgumentTypeError("takes an address alone, such as 127.0.0.1 or ::1; the port goes into --port")
    return text


def _seed(text: str) -> int:
    return _whole_number(text, 0, _HIGHEST_SEED)


def _port(text: str) -> int:
    return _whole_number(text, 0, _HIGHEST_PORT)


def _count(text: str) -> int:
    return _whole_number(text, 1, _MOST_RUNS)


def _whole_number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"takes a number from {least} to {most}")
    return int(text)
