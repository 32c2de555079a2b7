"""A client of a server over stdio that costs next to nothing: a line out, a line in, and what the process has taken."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.commands.launching import environment


class StdioServer:
    """A server process, and the requests that it answers one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        assert process.stdin is not None
        assert process.stdout is not None
        self._stdin, self._stdout = process.stdin, process.stdout

    def initialize(self) -> None:
        """Begin as a client of the legacy era, which both servers take at once."""
        info = {"name": "benchmark", "version": "1"}
        self.ask("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info})
        self._write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def call(self, tool: str, **arguments: Any) -> str:  # noqa: ANN401 - any tool's
        """A tool's answer."""
        result = self.ask("tools/call", {"name": tool, "arguments": arguments})
        text: str = result["content"][0]["text"]
        assert not result.get("isError"), text
        return text

    def ask(self, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """The result of a request."""
        self._write({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        result: dict[str, Any] = json.loads(self._stdout.readline())["result"]
        return result

    def _write(self, message: Mapping[str, Any]) -> None:
        self._stdin.write(json.dumps(message) + "\n")
        self._stdin.flush()


@contextmanager
def started(command: Sequence[str], **variables: str) -> Iterator[StdioServer]:
    """A server process over stdio, until its stdin ends."""
    with subprocess.Popen(
        command,
        env=environment(**variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        yield StdioServer(process)
