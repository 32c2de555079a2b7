"""Bodies that are too large, packed, or do not come: each is refused, and the next request is answered."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from tests.commands.launching import Served, serving
from tests.eras import ERAS, Era
from tests.harness import served
from tests.raw_http import call_of, sent

from rundown_mcp.access.rules import NO_RULES
from rundown_mcp.connect import open_runs
from rundown_mcp.http_app import build_http_app
from rundown_mcp.http_guards import Limits
from rundown_mcp.server import build_server
from rundown_mcp.settings import ServerSettings, Settings

LIMIT: Final = 4 * 1024 * 1024
MB: Final = 1024 * 1024


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("serve", "--sandbox", "--port", "0", until="/mcp") as started:
        yield started


def _chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 65_536):
        yield b" " * 65_536


@pytest.mark.parametrize("era", ERAS)
def test_a_body_over_4_mib_is_refused_and_one_below_is_read(server: Served, era: Era) -> None:
    headers, body = call_of(era)
    for content, status in (
        (b" " * (LIMIT + 1), 413),
        (_chunks(LIMIT + 65_536), 413),
        (_chunks(LIMIT - 65_536), 400),
    ):
        assert httpx.post(server.address, content=content, headers=headers).status_code == status
    assert httpx.post(server.address, json=body, headers=headers).status_code == 200


@pytest.mark.parametrize("era", ERAS)
def test_a_length_of_a_gigabyte_is_refused_before_its_body_comes(server: Served, era: Era) -> None:
    with sent(server.address, call_of(era)[0], b"{", length=1 << 30) as connection:
        assert connection.recv(4096).startswith(b"HTTP/1.1 413 ")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of another process is read on Linux")
def test_a_packed_body_is_refused_as_it_came_and_never_unpacked(server: Served) -> None:
    headers, body = call_of("auto")
    before = _peak_kb(server)
    bomb = gzip.compress(b" " * (256 * MB), mtime=0)
    assert len(bomb) < LIMIT
    answer = httpx.post(server.address, content=bomb, headers={**headers, "content-encoding": "gzip"})
    assert answer.status_code == 400
    assert _peak_kb(server) - before < 32 * 1024
    assert httpx.post(server.address, json=body, headers=headers).status_code == 200


def _peak_kb(server: Served) -> int:
    """The most memory that the process held so far."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
@pytest.mark.parametrize("era", ERAS)
def test_a_body_that_does_not_come_in_time_is_refused_and_gives_its_place_back(era: Era, method: str) -> None:
    headers, body = call_of(era)
    settings = Settings(ServerSettings(), ())
    built = build_server(lambda: open_runs(settings), settings.server)
    app = build_http_app(built, settings.server, NO_RULES, host="127.0.0.1", limits=Limits(at_once=1, body_s=0.5))
    with served(app, lifespan="on") as address:
        with sent(f"{address}/mcp", headers, b"{", length=100, method=method) as slow:
            assert slow.recv(4096).startswith(b"HTTP/1.1 408 ")
        assert httpx.post(f"{address}/mcp", headers=headers, json=body).status_code == 200
