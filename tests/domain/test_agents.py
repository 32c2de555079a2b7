"""Agents by id and by name."""

from rundown_mcp.domain.agents import find_agents

KNOWN: list[tuple[str, str | None]] = [
    ("a1", "Returns Desk"),
    ("a2", "returns desk "),
    ("A3", None),
    ("a4", "a1"),
    ("a5", ""),
]


def found(texts: list[str], known: list[tuple[str, str | None]]) -> tuple[list[str], set[str]]:
    ids, matched = find_agents(texts, known, lambda text: text.upper().startswith("ID-"))
    return list(ids), set(matched)


def test_an_agent_is_found_by_id_or_name_in_any_case_and_twins_are_all_meant() -> None:
    assert found(["RETURNS desk"], KNOWN) == (["a1", "a2"], {"RETURNS desk"})
    assert found([" a3 "], KNOWN) == (["A3"], {" a3 "})
    assert found(["A1"], KNOWN) == (["a1", "a4"], {"A1"})


def test_each_agent_is_named_once_and_texts_that_name_none_are_told() -> None:
    assert found(["nobody", "a2", "Returns Desk", ""], KNOWN) == (["a2", "a1"], {"a2", "Returns Desk"})


def test_what_looks_like_an_id_names_an_agent_that_is_not_listed() -> None:
    assert found([" ID-Gone ", "id-gone"], []) == (["id-gone"], {" ID-Gone ", "id-gone"})
