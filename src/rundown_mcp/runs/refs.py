"""Find the run that a text names: a short or full ref, a bare id, a web address."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeVar
from urllib.parse import parse_qsl, urlsplit

import anyio

from rundown_mcp.domain.errors import (
    AmbiguousRef,
    ConnectionFailure,
    Forbidden,
    InvalidRef,
    RunNotFound,
    Unauthorized,
    quoted,
)
from rundown_mcp.domain.ref import SHORT_LENGTH, Ref, is_safe_id, ref_at
from rundown_mcp.runs.connection import Connection
from rundown_mcp.runs.fanout import too_slow
from rundown_mcp.runs.recent import find_among_recent

T = TypeVar("T")

_LONGEST: Final = 2048
_AROUND: Final = "`'\"<>"
"""What a ref stands between where it was copied from: a chat, a document, a mail."""


class RefFinder:
    """Turns what a user typed or pasted into a `Ref`; nothing is sent to a provider for a malformed one.

    `read` reads a run, to see whether it exists; it raises `RunNotFound` where it does not. Connections that have not
    answered after `time_s` are left out.
    """

    def __init__(
        self, connections: Sequence[Connection], read: Callable[[Ref], Awaitable[object]], *, time_s: float = math.inf
    ) -> None:
        self._connections = {connection.name: connection for connection in connections}
        self._read = read
        self._time_s = time_s

    async def find(self, text: str, *, parameter: str = "run") -> Ref:
        """The one run that `text` names.

        Raises:
            InvalidRef: the text has none of the forms; nothing was sent.
            AmbiguousRef: several runs are named.
            RunNotFound: a short ref or bare id that no connection knows.
        """
        named = text.strip().strip(_AROUND).strip()
        if len(named) > _LONGEST or not named.isprintable():
            raise self._malformed(parameter, named)
        if re.match(r"https?://", named, re.IGNORECASE):
            return await self._from_address(named, parameter)
        named = re.sub(r"\s*:\s*", ":", ref_at(named) or named, count=1)
        name, colon, rest = named.partition(":")
        if colon:
            connection = self._connections.get(name.lower())
            if connection is None:
                raise self._malformed(parameter, named)
            return await self._from_id(rest, [connection], named, parameter)
        return await self._from_id(named, list(self._connections.values()), named, parameter)

    async def _from_address(self, address: str, parameter: str) -> Ref:
        """A web address: its host, and the start of its path, say which connections may be meant; it holds the id."""
        try:
            parts = urlsplit(address)
            host = parts.hostname
        except ValueError:
            raise self._malformed(parameter, address) from None
        at_home = [connection for connection in self._connections.values() if host in connection.hosts]
        at_home = [one for one in at_home if _is_beneath(address, one.base_url)] or at_home
        if not at_home:
            hosts = sorted({host for connection in self._connections.values() for host in connection.hosts})
            raise InvalidRef(
                parameter,
                f"the address {quoted(address)} is on none of the connections' hosts: {', '.join(hosts)}. "
                "Nothing was sent.",
            )
        values = [f"{key}/{value}" for key, value in parse_qsl(parts.query)]
        rest = [mark + text for mark, text in (("?", parts.query), ("#", parts.fragment)) if text]
        where = "/".join([parts.path, *values, *rest])
        matches = [(one, match) for one in at_home if (match := one.spec.url_id.search(where)) is not None]
        found = {
            Ref(connection.name, run_id)
            for connection, match in matches
            if (run_id := _full_id(connection, _id_of(match))) is not None
        }
        if len(found) == 1:
            return found.pop()
        if found:
            return await self._existing(sorted(found), address, parameter)
        if matches:  # the run's part of an id that has another part too
            return await self._from_start(matches[0][1]["id"], [one for one, _ in matches], address, parameter)
        raise InvalidRef(
            parameter, f"the address {quoted(address)} holds no run id that is known by its form. {self._shapes()}"
        )

    async def _from_id(self, text: str, among: list[Connection], named: str, parameter: str) -> Ref:
        full = [
            Ref(connection.name, run_id) for connection in among if (run_id := _full_id(connection, text)) is not None
        ]
        if len(full) == 1:
            return full[0]
        if full:
            return await self._existing(full, named, parameter)
        possible = [
            connection
            for connection in among
            if len(text) >= SHORT_LENGTH and connection.spec.short_shape.fullmatch(text) is not None
        ]
        if not possible:
            raise self._malformed(parameter, named)
        return await self._from_start(text, possible, named, parameter)

    async def _existing(self, refs: list[Ref], named: str, parameter: str) -> Ref:
        """A bare id whose form fits several connections: the one that has it."""
        found: list[Ref] = []

        async def look(ref: Ref) -> None:
            with suppress(RunNotFound):
                await self._read(ref)
                found.append(ref)

        failures = await self._ask_each(look, {ref.connection: ref for ref in refs})
        if found:
            return _the_one(sorted(found), parameter, named)
        if failures:
            raise failures[0]
        names = ", ".join(ref.connection for ref in refs)
        raise RunNotFound(f"No run {quoted(named)} at {names}: it does not exist, or these keys cannot see it.")

    async def _from_start(self, start: str, among: list[Connection], named: str, parameter: str) -> Ref:
        """A short ref: first among those that answers named, then among each connection's newest runs.

        Only connections that answered are said not to have it.
        """
        cased = {connection.name: _cased(connection, start) for connection in among}
        known = [ref for connection in among for ref in connection.seen.starting_with(cased[connection.name])]
        if known:
            return _the_one(known, parameter, named)
        found: list[Ref] = []
        looked_at: dict[str, int] = {}

        async def look(connection: Connection) -> None:
            looked_at[connection.name] = await find_among_recent(connection, cased[connection.name], found)

        failures = await self._ask_each(look, {connection.name: connection for connection in among})
        if found:
            return _the_one(sorted(set(found)), parameter, named)
        failed = {failure.connection for failure in failures}
        searched = [f"{looked_at[name]} of {name}" for name in cased if name not in failed]
        faults = [failure.message for failure in failures]
        if not searched:
            is_refused = all(isinstance(failure, Unauthorized | Forbidden) for failure in failures)
            unsought = f"So {quoted(named)} could not be looked for."
            # Where lists fail, list_runs would as well; one run may still be readable.
            mend = "Give the full id, which needs no list, or try again after `rundown-mcp check`."
            raise RunNotFound(" ".join([*faults, unsought, *([] if is_refused else [mend])]))
        mend = "Give the full id, or find the run with list_runs."
        none = f"No run {quoted(named)} among the newest runs: {', '.join(searched)}."
        raise RunNotFound(" ".join([none, mend, *faults]))

    async def _ask_each(self, look: Callable[[T], Awaitable[None]], among: Mapping[str, T]) -> list[ConnectionFailure]:
        """Look at all connections at once, each by its name; what kept some from answering, by their names."""
        began = anyio.current_time()
        failures: dict[str, ConnectionFailure] = {}
        waiting = set(among)

        async def one(name: str, where: T) -> None:
            try:
                await look(where)
            except ConnectionFailure as failure:
                failures[name] = failure
            waiting.discard(name)

        with anyio.move_on_after(self._time_s):
            async with anyio.create_task_group() as tasks:
                for name, where in among.items():
                    tasks.start_soon(one, name, where)
        failures |= {name: too_slow(name, anyio.current_time() - began) for name in waiting}
        return [failures[name] for name in sorted(failures)]

    def _malformed(self, parameter: str, text: str) -> InvalidRef:
        return InvalidRef(parameter, f"{quoted(text)} names no run. {self._shapes()}")

    def _shapes(self) -> str:
        shapes = " · ".join(
            connection.spec.shape_hint.replace(f"{connection.spec.name}:", f"{connection.name}:")
            for connection in self._connections.values()
        )
        return f"Accepted: {shapes}, a bare full id, or the run's web address. Nothing was sent to a provider."


def _is_beneath(address: str, base_url: str) -> bool:
    """Whether an address belongs to an API: several may share a host."""
    return address.lower().startswith(f"{base_url.rstrip('/')}/".lower())


def _full_id(connection: Connection, text: str) -> str | None:
    """The id as the provider writes it where `text` has the form of a full one."""
    if not is_safe_id(text) or connection.spec.id_shape.fullmatch(text) is None:
        return None
    return _cased(connection, text)


def _cased(connection: Connection, text: str) -> str:
    """Ids that are written in any case are kept in lower case."""
    return text.lower() if connection.spec.id_shape.flags & re.IGNORECASE else text


def _id_of(match: re.Match[str]) -> str:
    agent = match.groupdict().get("agent")
    return f"{agent}/{match['id']}" if agent else match["id"]


def _the_one(refs: Sequence[Ref], parameter: str, named: str) -> Ref:
    exact = [ref for ref in refs if ref.run_part == named.rpartition(":")[2]]
    if len(refs) == 1 or len(exact) == 1:
        return (exact or refs)[0]
    raise AmbiguousRef(parameter, f"{quoted(named)} names {len(refs)} runs. Say which one:", refs[:10])
