"""Put failures of one cause together: equal signatures, one text written in several ways, several texts of one outage.

Precision goes before recall: what only might be one cause stays apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from rundown_mcp.analysis.clusters import Clusters, Node
from rundown_mcp.analysis.kinds import FailureKind
from rundown_mcp.analysis.outages import MOST_COMPARED, OF_A_HOST, join_outages
from rundown_mcp.analysis.signature import Failure, Signature

_LEAST_WORDS: Final = 2
_LEAST_WORDS_WITHOUT_TOOL: Final = 4
_LEAST_VARIANTS: Final = 4
_SELDOM: Final = 0.6
"""A word varies where there are nearly as many as there are runs: a name does, a field that is refused does not."""


@dataclass(frozen=True, slots=True)
class Group:
    """Failures of one cause; `texts` holds them by the text in which it showed, the most frequent first."""

    texts: tuple[tuple[Failure, ...], ...]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All of them, newest first; those without a time last."""
        return tuple(sorted((failure for text in self.texts for failure in text), key=_newest_first))


def _newest_first(failure: Failure) -> tuple[bool, float]:
    return failure.at is None, -failure.at.timestamp() if failure.at else 0.0


def grouped(failures: Iterable[Failure]) -> list[Group]:
    """The groups, largest first; the same whatever the order of the failures."""
    by_signature: dict[Signature, list[Failure]] = defaultdict(list)
    for failure in failures:
        by_signature[failure.signature].append(failure)
    nodes = [Node(signature, found) for signature, found in by_signature.items()]
    nodes.sort(key=lambda node: (-node.weight, node.order))
    texts = Clusters(nodes)
    _join_contained(texts)
    _join_variants(texts)
    causes = Clusters(nodes)
    for members in texts.all():
        causes.join_all(members)
    _join_hosts(causes)
    join_outages(causes)
    _join_toolless(causes)
    return sorted((_group(members, texts) for members in causes.all()), key=_largest_first)


def _group(members: Sequence[Node], texts: Clusters) -> Group:
    """Where tools say the same, or one of them a part of it, one text is shown."""
    fullest: dict[int, Node] = {}
    by_text: dict[int, list[Failure]] = defaultdict(list)
    for node in members:  # the one that says most comes first
        root = texts.root(node)
        said = next((other for other in fullest if _contains(fullest[other], node)), root)
        fullest.setdefault(said, node)
        by_text[said] += node.failures
    ordered = (tuple(sorted(found, key=_newest_first)) for found in by_text.values())
    return Group(tuple(sorted(ordered, key=lambda found: (-len(found), _newest_first(found[0])))))


def _contains(whole: Node, part: Node) -> bool:
    """Whether one text says all that the other does."""
    mine, theirs = whole.signature, part.signature
    return mine.status == theirs.status and theirs.segments <= mine.segments and bool(theirs.segments)


def _largest_first(group: Group) -> tuple[int, tuple[bool, float], str]:
    failures = group.failures
    return -len(failures), _newest_first(failures[0]), str(failures[0].ref)


def _join_contained(clusters: Clusters) -> None:
    """Join a text of a tool that another says in full: the same error in a wrapper, or as JSON and as a sentence.

    One that several causes say stays apart, and so do those that have nothing in common but a text that says both.
    """
    holding = _by_segment(clusters.nodes)
    for node in clusters.nodes:  # those that say most come first
        lists = sorted((holding[segment] for segment in node.signature.segments), key=len)
        if not lists or len(lists[0]) == 1:
            continue
        fuller = [other for other in set.intersection(*lists) if other is not node and _says(other, node)]
        if len({clusters.root(other) for other in fuller}) == 1:
            joined = clusters.joined_to(fuller[0])
            if all(_are_nested(one, node) for one in joined):
                clusters.join(fuller[0], node)


def _by_segment(nodes: Sequence[Node]) -> dict[frozenset[str], set[Node]]:
    holding: dict[frozenset[str], set[Node]] = defaultdict(set)
    for node in nodes:
        for segment in node.signature.segments:
            holding[segment].add(node)
    return holding


def _says(whole: Node, part: Node) -> bool:
    """Whether a text, which has all segments of another of its tool, may be the same error."""
    mine, theirs = part.signature, whole.signature
    if mine.tool != theirs.tool or not _agree(mine, theirs):
        return False
    return part.words >= _LEAST_WORDS or bool(mine.codes & theirs.codes) or part.words == whole.words


def _are_nested(one: Node, other: Node) -> bool:
    mine, theirs = one.signature.segments, other.signature.segments
    return mine <= theirs or theirs <= mine


def _join_toolless(clusters: Clusters) -> None:
    """Join errors of runs that name no tool with those of the one cause, of some tool, that say the same."""
    holding = _by_segment(clusters.nodes)
    for node in clusters.nodes:
        if node.signature.tool is not None:
            continue
        near = {other for segment in node.signature.segments for other in holding[segment] if other.signature.tool}
        same = [
            other
            for other in near
            if _are_nested(other, node)
            and min(other.words, node.words) >= _LEAST_WORDS_WITHOUT_TOOL
            and _agree(other.signature, node.signature)
        ]
        if same and len({clusters.root(other) for other in same}) == 1:
            clusters.join(same[0], node)


def _agree(mine: Signature, theirs: Signature) -> bool:
    """Whether kind, status and codes do not speak against one cause."""
    kinds = mine.kind is theirs.kind or FailureKind.OTHER in {mine.kind, theirs.kind}
    statuses = mine.status == theirs.status or None in {mine.status, theirs.status}
    codes = not mine.codes or not theirs.codes or bool(mine.codes & theirs.codes)
    return kinds and statuses and codes


def _join_variants(clusters: Clusters) -> None:
    """Join texts that differ in one word which hardly ever comes twice: names that nothing marks as such."""
    alike: dict[object, list[Node]] = defaultdict(list)
    for node in clusters.nodes:
        for key in _with_one_word_less(node.signature):
            alike[key].append(node)
    for nodes in alike.values():
        runs = sum(len(node.failures) for node in nodes)
        if len(nodes) >= _LEAST_VARIANTS and len(nodes) >= runs * _SELDOM:
            clusters.join_all(nodes)


def _with_one_word_less(signature: Signature) -> Iterator[object]:
    """What stays of a signature without one of its words, once for each; nothing where too little would stay."""
    if signature.kind is FailureKind.INVALID or sum(map(len, signature.segments)) <= _LEAST_WORDS:
        return
    base = (signature.tool, signature.kind, signature.status, signature.codes)
    for segment in signature.segments:
        for word in segment:
            yield (*base, signature.segments - {segment}, segment - {word})


def _join_hosts(clusters: Clusters) -> None:
    """Join what fails in the same way, in the same words, at one service, whichever tools met it."""
    same: dict[object, list[Node]] = defaultdict(list)
    for node in clusters.nodes:
        mine = node.signature
        if mine.kind in OF_A_HOST and node.words >= _LEAST_WORDS:
            for host in node.hosts:
                same[mine.kind, mine.status, mine.facet, host].append(node)
    for nodes in same.values():
        for one, other in combinations(nodes[:MOST_COMPARED], 2):
            if _contains(one, other):
                clusters.join(one, other)
