"""Two server processes with the same keys, asked in turn by one client that does not know of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import cycle
from typing import Final

from mcp import Client
from tests.commands.launching import exported, serving
from tests.harness import Asked, receipt, rows
from tests.tools.sandboxed import fixed

from benchmarks.report import Row

RUNS: Final = 200
_PAGE: Final = 25
_READ: Final = 20
_CURSOR: Final = re.compile(r'cursor="([\w-]+)"')


async def seam_rows() -> list[Row]:
    """What a client notices of being answered by two processes: nothing is the goal."""
    async with AsyncExitStack() as stack:
        sandbox = serving("sandbox", "--port", "0", "--runs", str(RUNS), until="CONDUIT_BASE_URL")
        variables = exported(stack.enter_context(sandbox).lines)
        servers = []
        for _ in range(3):
            server = stack.enter_context(serving("serve", "--port", "0", until="/mcp", **variables))
            servers.append(Asked(await stack.enter_async_context(Client(server.address))))
        one, other, alone = servers
        listed, whole = await _listed([one, other]), await _listed([alone])
        lost = len(set(whole) - set(listed)) + len(listed) - len(set(listed))
        # Every second page was printed by the first: the other has not seen these.
        printed = [ref for page in range(0, len(listed), 2 * _PAGE) for ref in listed[page : page + _PAGE]]
        printed = printed[:: len(printed) // _READ]
        differ = sum([not await _same(ref, other, one) for ref in printed])
    return [
        Row(("two processes in turn: runs listed by one cursor", f"{len(listed)} of {len(whole)}", "–"), None),
        Row(("two processes in turn: runs lost or repeated", str(lost), "0"), lost == 0),
        Row(("two processes: short refs of one read at the other", str(len(printed)), "–"), None),
        Row(("two processes: answers that differ, tags included", str(differ), "0"), differ == 0),
    ]


async def _listed(servers: Sequence[Asked]) -> list[str]:
    """The refs of every run, page by page, each page by the next server."""
    turn = cycle(servers)
    answer = await next(turn).text("list_runs", limit=_PAGE)
    refs = [row["ref"] for row in rows(answer)]
    while found := _CURSOR.search(receipt(answer).get("next", "")):
        answer = await next(turn).text("list_runs", cursor=found[1], limit=_PAGE)
        refs += [row["ref"] for row in rows(answer)]
    return refs


async def _same(ref: str, first: Asked, second: Asked) -> bool:
    """Whether both say the same of a run, but for the fence's mark."""
    said = [fixed(await asked.text("get_run", run=ref, detail="full")) for asked in (first, second)]
    return said[0] == said[1]
