"""Join the texts of one outage: what fails at one place, in one way and at one time."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Final

from rundown_mcp.analysis.clusters import Clusters, Node
from rundown_mcp.analysis.kinds import Facet, FailureKind

_NEAR: Final = timedelta(hours=1)
"""How close two failures are that may belong to one outage."""
_LONGEST_OUTAGE: Final = timedelta(hours=6)
"""A service that refuses connections for longer than this may as well reset others for another cause."""
MOST_COMPARED: Final = 200
"""Texts of one place that are compared pair by pair."""
_OF_A_TIME: Final = frozenset(
    {FailureKind.UNAVAILABLE, FailureKind.RATE, FailureKind.QUOTA, FailureKind.DNS, FailureKind.RESOURCES}
)
"""What fails at one place, in one way and at one time has one cause, whatever it says; not so what refuses an input."""
_OF_A_FACET: Final = frozenset({FailureKind.CREDENTIAL, FailureKind.TLS})
OF_A_HOST: Final = _OF_A_TIME | _OF_A_FACET


@dataclass(slots=True, eq=False)
class _Cause:
    """Nodes that are joined already, as one side of an outage."""

    nodes: Sequence[Node]
    times: list[datetime] = field(init=False)
    hosts: frozenset[str] = field(init=False)
    facets: frozenset[Facet] = field(init=False)

    def __post_init__(self) -> None:
        self.times = sorted(time for node in self.nodes for time in node.times)
        self.hosts = frozenset(host for node in self.nodes for host in node.hosts)
        self.facets = frozenset(facet for node in self.nodes if (facet := node.signature.facet))

    @property
    def is_wordless(self) -> bool:
        """Whether nothing but a status was said."""
        return all(node.words == 0 for node in self.nodes)


def join_outages(clusters: Clusters) -> None:
    """Join texts of one outage: of one tool or one service, of one kind, at one time."""
    places: dict[tuple[FailureKind, str, str], list[_Cause]] = defaultdict(list)
    for members in clusters.all():
        cause = _Cause(members)
        tools = {("tool", tool) for node in members if (tool := node.signature.tool)}
        hosts = {("host", host) for host in cause.hosts}
        for kind in {node.signature.kind for node in members} & OF_A_HOST:
            for place in tools | hosts:
                places[(kind, *place)].append(cause)
    for (kind, _, _), causes in sorted(places.items(), key=lambda item: item[0]):
        facets = frozenset(facet for cause in causes for facet in cause.facets)
        for one, other in combinations(causes[:MOST_COMPARED], 2):
            if _may_be_one(kind, one, other, facets) and _at_one_time(one.times, other.times):
                clusters.join(one.nodes[0], other.nodes[0])


def _may_be_one(kind: FailureKind, one: _Cause, other: _Cause, facets: frozenset[Facet]) -> bool:
    """Whether two texts of a kind at one place can have one cause; a bare status only where there is but one."""
    if one.hosts and other.hosts and not one.hosts & other.hosts:
        return False
    if kind is FailureKind.UNAVAILABLE and (_is_chronic(one.times) or _is_chronic(other.times)):
        return False
    if kind in _OF_A_TIME:
        return True
    if one.facets and other.facets:
        return one.facets == other.facets
    return len(facets) == 1 and any(cause.is_wordless and not cause.facets for cause in (one, other))


def _is_chronic(times: Sequence[datetime]) -> bool:
    """Whether failures go on for so long, and so evenly, that whatever else happens is near one of them."""
    length = times[-1] - times[0] if times else timedelta()
    covered = sum((min(later - earlier, 2 * _NEAR) for earlier, later in pairwise(times)), timedelta())
    return length > _LONGEST_OUTAGE and covered * 2 > length


def _at_one_time(mine: Sequence[datetime], theirs: Sequence[datetime]) -> bool:
    """Whether at least half of the fewer failures happened near one of the others."""
    fewer, more = sorted((mine, theirs), key=len)
    near = sum(_is_near(time, more) for time in fewer)
    return bool(near) and near * 2 >= len(fewer)


def _is_near(time: datetime, times: Sequence[datetime]) -> bool:
    place = bisect_left(times, time)
    return any(abs(other - time) <= _NEAR for other in times[max(0, place - 1) : place + 1])
