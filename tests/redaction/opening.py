"""A gate of each policy, and JSON of any shape."""

from hypothesis import strategies as st

from rundown_mcp.domain.text import JsonValue, Kind, Untrusted
from rundown_mcp.redaction.placeholders import Tagger
from rundown_mcp.redaction.policy import Policy
from rundown_mcp.redaction.untrusted import Gate

TAGGER = Tagger(b"k" * 32)

any_text = st.text(st.characters())
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


def gate(policy: Policy = Policy.BALANCED, people: tuple[str, ...] = ()) -> Gate:
    return Gate(policy, TAGGER).knowing([Untrusted(person, Kind.IDENTITY) for person in people])


def shown(
    value: JsonValue, kind: Kind = Kind.TEXT, policy: Policy = Policy.BALANCED, people: tuple[str, ...] = ()
) -> str:
    return str(gate(policy, people).safe(Untrusted(value, kind)))
