"""A proxy on this machine that keeps what it is asked and either refuses or leads every host to one server."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer


@dataclass
class Proxy:
    """`status` is what it answers to a CONNECT; `port` is that of the server which every host is led to."""

    status: int = 200
    port: int = 0
    address: str = ""
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def proxying(proxy: Proxy) -> Iterator[Proxy]:
    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            head = b"".join(iter(self.rfile.readline, b"\r\n"))
            proxy.asked.append(head.decode())
            self.wfile.write(f"HTTP/1.1 {proxy.status} canary\r\n\r\n".encode())
            if proxy.status == 200:
                with socket.create_connection(("127.0.0.1", proxy.port)) as server:
                    back = threading.Thread(target=_pump, args=(server, self.connection), daemon=True)
                    back.start()
                    _pump(self.connection, server)
                    back.join(timeout=10)

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        proxy.address = f"127.0.0.1:{server.server_address[1]}"
        yield proxy
        server.shutdown()
        thread.join(timeout=10)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
