"""Failures by signature, and which signatures were found to be one cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rundown_mcp.analysis.signature import Failure, Signature


@dataclass(slots=True, eq=False)
class Node:
    """All failures of one signature; `times` in order."""

    signature: Signature
    failures: list[Failure]
    times: list[datetime] = field(init=False)
    hosts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.times = sorted(failure.at for failure in self.failures if failure.at is not None)
        self.hosts = frozenset(host for failure in self.failures for host in failure.signature.hosts)

    @property
    def words(self) -> int:
        """How many words the text has that say something."""
        return sum(map(len, self.signature.segments))

    @property
    def weight(self) -> int:
        """More for a text that says more."""
        return self.words + len(self.signature.codes)

    @property
    def order(self) -> str:
        """Orders nodes in the same way, in whatever order their failures came."""
        return min(str(failure.ref) for failure in self.failures)


class Clusters:
    """Nodes that are joined one by one."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self._index = {id(node): index for index, node in enumerate(nodes)}
        self._parent = list(range(len(nodes)))
        self._members = [[node] for node in nodes]

    def root(self, node: Node) -> int:
        """Equal for nodes that are joined."""
        index = self._index[id(node)]
        while self._parent[index] != index:
            self._parent[index] = index = self._parent[self._parent[index]]
        return index

    def join(self, one: Node, other: Node) -> None:
        """Put two nodes, and all that are joined to either, together."""
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._parent[second] = first
            self._members[first] += self._members[second]

    def join_all(self, nodes: Sequence[Node]) -> None:
        """Put all of these together."""
        for node in nodes[1:]:
            self.join(nodes[0], node)

    def all(self) -> list[list[Node]]:
        """The nodes by what they are joined to, each part with the node that says most first."""
        roots = [index for index, parent in enumerate(self._parent) if index == parent]
        return [sorted(self._members[root], key=self._place) for root in roots]

    def joined_to(self, node: Node) -> Sequence[Node]:
        """A node, and all that are joined to it."""
        return self._members[self.root(node)]

    def _place(self, node: Node) -> int:
        return self._index[id(node)]
