"""Servers in a JSON file: an object of entries by name, and for VS Code the inputs that entries refer to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rundown_mcp.clients import Unusable
from rundown_mcp.clients.jsonc import JsonText

INPUT_PREFIX: Final = "rundown-"
_INPUT: Final = re.compile(rf"\$\{{input:({INPUT_PREFIX}[a-z-]+)\}}")
_INPUTS: Final = "inputs"


@dataclass(frozen=True, slots=True)
class JsonForm:
    """`servers` is the member that holds the entries; `comments` says that the client reads JSON with comments."""

    servers: str
    comments: bool = False

    def entry(self, text: str, name: str) -> object:
        """The entry of a name; None where there is none."""
        node = self._read(text).find([self.servers, name])
        return None if node is None else node.value

    def put(self, text: str, name: str, entry: Mapping[str, Any], inputs: Sequence[Mapping[str, Any]] = ()) -> str:
        """The text with an entry: what an entry of that name holds besides stays, and so do inputs that are there."""
        document = self._read(text)
        for one in inputs:
            known = _inputs(document)
            if known is None:
                document = document.put([_INPUTS], [one])
            elif one["id"] not in map(_id, known):
                document = document.put([_INPUTS, len(known)], one)
        return _merged(document, (self.servers, name), entry).text

    def drop(self, text: str, name: str) -> str:
        """The text without an entry that is there, nor inputs of ours that nothing else refers to."""
        document = self._read(text)
        left = _without(document, self.servers, name)
        unused = set(_INPUT.findall(document.text)) - set(_INPUT.findall(left.text))
        known = _inputs(left) if unused else []
        for index, one in reversed(list(enumerate(known or []))):
            if _id(one) in unused:
                left = _without(left, _INPUTS, index)
        return left.text

    def _read(self, text: str) -> JsonText:
        document = JsonText(text if text.strip() else "{}\n", comments=self.comments)
        if not isinstance(document.root.value, dict):
            raise Unusable("the file holds no JSON object; mend it")
        if not isinstance(document.root.value.get(self.servers, {}), dict):
            raise Unusable(f"{self.servers} is no object; mend it")
        return document


def _inputs(document: JsonText) -> list[Any] | None:
    known = document.root.value.get(_INPUTS)
    if known is not None and not isinstance(known, list):
        raise Unusable(f"{_INPUTS} is no list; mend it")
    return known


def _id(one: object) -> object:
    return one.get("id") if isinstance(one, dict) else None


def _merged(document: JsonText, path: tuple[str, ...], value: object) -> JsonText:
    """Set a value, an object member by member where there is one already; what is equal is not touched."""
    *above, _ = path
    if document.find(above) is None:
        return _merged(document, tuple(above), {path[-1]: value})
    there = document.find(path)
    if there is not None and isinstance(there.value, dict) and isinstance(value, Mapping):
        for key, member in value.items():
            document = _merged(document, (*path, key), member)
        return document
    return document if there is not None and there.value == value else document.put(path, value)


def _without(document: JsonText, key: str, which: str | int) -> JsonText:
    """Without one entry or input, and without what held it where nothing is left in there, comments included."""
    document = document.remove([key, which])
    left = document.find([key])
    bare = left is not None and left.end - left.start == len("{}")
    return document.remove([key]) if bare else document
