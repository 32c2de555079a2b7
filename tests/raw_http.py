"""A call of a tool as the bytes that a client of either era sends, which may say what no client would."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from tests.eras import Era

WAIT_S: Final = 20


def call_of(era: Era) -> tuple[dict[str, str], dict[str, Any]]:
    """The headers and the body of a call of `list_runs`."""
    params: dict[str, Any] = {"name": "list_runs", "arguments": {}}
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    if era == "auto":
        headers |= {"mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "list_runs"}
        spoken = "io.modelcontextprotocol/"
        params["_meta"] = {f"{spoken}protocolVersion": "2026-07-28", f"{spoken}clientCapabilities": {}}
    return headers, {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}


@contextlib.contextmanager
def sent(
    url: str, headers: Mapping[str, str], body: bytes, *, length: int | None = None, method: str = "POST"
) -> Iterator[socket.socket]:
    """A connection over which a request was sent; its body may say a `length` that it does not have."""
    where = urlsplit(url)
    lines = [f"{method} {where.path} HTTP/1.1", f"host: {where.netloc}", f"content-length: {length or len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=WAIT_S) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        yield connection
