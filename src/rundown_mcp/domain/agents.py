"""Which agents a user means who names them by id or by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def find_agents(
    texts: Iterable[str], known: Iterable[tuple[str, str | None]], is_id: Callable[[str], bool]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The ids of the agents that `texts` name in any case, each once, and which of `texts` named one.

    `known` are ids with their names. What has the form of an id (`is_id`) names an agent even where none is known by
    it, in lower case: the agent may be gone while its runs are not.
    """
    ids_by_word: dict[str, dict[str, None]] = {}
    for agent_id, name in known:
        for word in {agent_id.casefold(), (name or "").strip().casefold()} - {""}:
            ids_by_word.setdefault(word, {})[agent_id] = None
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        bare = text.strip()
        ids = tuple(ids_by_word.get(bare.casefold(), ()))
        if ids or is_id(bare):
            found[text] = ids or (bare.lower(),)
    return tuple(dict.fromkeys(agent_id for ids in found.values() for agent_id in ids)), frozenset(found)
