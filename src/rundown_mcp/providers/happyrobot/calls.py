"""Tool calls in a session's messages: read in every form they come in, each paired with the message that answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rundown_mcp.domain.run import Message
from rundown_mcp.domain.text import JsonValue, as_text
from rundown_mcp.providers.happyrobot.wire import WireMessage
from rundown_mcp.transport.body import BodyError, parse_json


@dataclass(slots=True)
class Call:
    """A tool call: `number` is the message that made it, or the answer itself where no call was found for that."""

    number: int
    id: str | None = None
    name: str | None = None
    input: JsonValue = None
    output: JsonValue = None
    deleted: bool = False

    @property
    def key(self) -> str:
        """The name as calls and answers are compared by it."""
        return (self.name or "").strip().casefold()


def paired_calls(messages: Iterable[tuple[Message, WireMessage]]) -> list[Call]:
    """The calls of one session's messages, which come in the order of time.

    An answer belongs to the earliest unanswered call of its name. A later message that calls the same tool again ends
    the wait for the calls before it; calls of one tool in one message wait together, in their order.
    """
    calls: list[Call] = []
    waiting: dict[str, list[Call]] = {}
    for message, wire in messages:
        deleted = wire.data_deleted is True
        if is_answer(wire):
            answer = None if deleted and wire.content in (None, "") else _unpacked(wire.content)
            call = _taken(waiting, wire.name)
            if call is None:
                call = Call(message.number, name=wire.name)
                calls.append(call)
            call.output = answer
            call.deleted = call.deleted or deleted
            continue
        made = list(_written_calls(message.number, wire.tool_calls, deleted=deleted))
        waiting.update({call.key: [] for call in made})
        for call in made:
            waiting[call.key].append(call)
        calls += made
    return calls


def holds_no_call(wire: WireMessage) -> bool:
    """Whether `tool_calls` is of no form that a call is read from here; an answer's are never read."""
    return is_answer(wire) or not any(_written_calls(0, wire.tool_calls, deleted=False))


def is_answer(wire: WireMessage) -> bool:
    """Whether a message is what a tool gave back."""
    return (wire.role or "").strip().casefold() == "tool"


def _taken(waiting: dict[str, list[Call]], name: str | None) -> Call | None:
    """The call that an answer belongs to. One without a name belongs to a call only where a single one waits."""
    key = (name or "").strip().casefold()
    if not key:
        keys = [key for key, calls in waiting.items() for _ in calls]
        if len(keys) != 1:
            return None
        key = keys[0]
    queue = waiting.get(key)
    return queue.pop(0) if queue else None


def _written_calls(number: int, content: JsonValue, *, deleted: bool) -> Iterator[Call]:
    """The calls in `tool_calls`: a list, one object, or either as a JSON string; anything else holds none."""
    calls = _unpacked(content)
    items: Sequence[JsonValue] = [calls] if isinstance(calls, Mapping) else calls if isinstance(calls, list) else []
    for item in map(_unpacked, items):
        if isinstance(item, Mapping) and item:
            call = _written_call(number, item)
            call.deleted = deleted
            yield call


def _written_call(number: int, item: Mapping[str, JsonValue]) -> Call:
    """One call: name and arguments stand under `function` or at the top; a form beyond that is kept as the input."""
    function = _unpacked(item.get("function"))
    inner = function if isinstance(function, Mapping) else {"name": function}
    name = _first(inner.get("name"), item.get("name"))
    written = _first(inner.get("arguments"), item.get("arguments"))
    return Call(
        number,
        id=_text(item.get("id")),
        name=_text(name),
        input=item if name is None and written is None else _unpacked(written),
    )


def _unpacked(content: JsonValue) -> JsonValue:
    """JSON that came inside a string, as JSON; any other content as it is.

    Numbers and null stay text: read and written again they could change their spelling or vanish.
    """
    if not isinstance(content, str):
        return content
    try:
        inner = parse_json(content.encode(), "")
    except (BodyError, UnicodeEncodeError):
        return content
    return inner if isinstance(inner, dict | list | str | bool) else content


def _first(*values: JsonValue) -> JsonValue:
    return next((value for value in values if value is not None), None)


def _text(content: JsonValue) -> str | None:
    return None if content is None else as_text(content)
