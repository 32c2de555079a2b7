"""JSON text that is changed in place: comments, order and layout of everything else stay as they are.

Written here because no kept library does it: jsoncgx refuses trailing commas and is under the GPL, jsonc-sdict is still
being reshaped from release to release, and jsonc-edit wraps a parser in JavaScript.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from rundown_mcp.clients import Unusable

Path = Sequence[str | int]

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_SPACE_AND_COMMENTS: Final = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_COMMENTS_BEHIND: Final = re.compile(r"(?:[ \t]*/\*[^\r\n]*?\*/)*(?:[ \t]*//[^\r\n]*)?")
_INDENTED_KEY: Final = re.compile(r'^([ \t]+)"', re.MULTILINE)
_INDENTATION: Final = re.compile(r"[ \t]*")
_DEEPEST_CHANGE: Final = 4
"""`servers`, a name, `env`, a variable: below that no place needs noting, and the C decoder is ten times as fast."""


@dataclass(frozen=True, slots=True)
class Node:
    """A value and where it stands; `children` are the members of an object or the items of an array."""

    value: Any
    start: int
    end: int
    children: tuple[Child, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A member or an item: where its key begins, or else its value, and where the comma behind it stands."""

    key: str | int
    start: int
    node: Node
    comma: int | None


class JsonText:
    """A JSON document as text; with `comments` it may hold comments and trailing commas, as VS Code's files may.

    Raises:
        Unusable: the text is no such document.
    """

    def __init__(self, text: str, *, comments: bool) -> None:
        self.text = text
        self._comments = comments
        try:
            self.root = _Reader(text, comments=comments).document()
        except RecursionError:
            raise Unusable("nests too deep; mend it") from None
        self._newline = "\r\n" if "\r\n" in text else "\n"
        indented = _INDENTED_KEY.search(text)
        self._unit = indented[1] if indented else "  "

    def find(self, path: Path) -> Node | None:
        """The value at a path; None where there is none."""
        node: Node | None = self.root
        for key in path:
            # Of members of one name the last counts, as for every parser.
            node = next((child.node for child in reversed(node.children) if child.key == key), None) if node else None
        return node

    def put(self, path: Path, value: object) -> JsonText:
        """Set the value at a path whose parent exists; the number behind the last item appends to an array."""
        existing = self.find(path)
        if existing is None:
            return self._inserted(path, value)
        rendered = self._rendered(value, self._indentation(existing.start), inline=self._is_inline(existing))
        return self._replaced((existing.start, existing.end, rendered))

    def remove(self, path: Path) -> JsonText:
        """Take out the member or item at a path that exists; an object or array that it leaves empty is closed up."""
        parent = self._parent(path)
        index = max(index for index, child in enumerate(parent.children) if child.key == path[-1])
        child = parent.children[index]
        end = child.node.end if child.comma is None else child.comma + 1
        start = len(self.text[: child.start].rstrip(" \t\r\n"))
        if len(parent.children) == 1 and not self.text[end : parent.end - 1].strip() and start == parent.start + 1:
            return self._replaced((start, parent.end - 1, ""))
        before = parent.children[index - 1].comma if index else None
        comments = self.text[(parent.start if before is None else before) + 1 : start]
        if "//" in comments.rpartition("\n")[2] and self.text[end:].partition("\n")[0].strip():
            start = child.start  # what follows must not end up in the comment before
        commas = [(before, before + 1, "")] if before is not None and child.comma is None else []
        return self._replaced(*commas, (start, end, ""))

    def _inserted(self, path: Path, value: object) -> JsonText:
        parent = self._parent(path)
        inline = self._is_inline(parent)
        key = path[-1]
        label = f"{json.dumps(key, ensure_ascii=False)}: " if isinstance(key, str) else ""
        if not parent.children:
            around = self._indentation(parent.start)
            member = label + self._rendered(value, around + self._unit, inline=inline)
            empty = not self.text[parent.start + 1 : parent.end - 1].strip()
            end = parent.end - 1 if empty else parent.start + 1
            if not inline:
                member = f"{self._newline}{around}{self._unit}{member}{self._newline + around if empty else ''}"
            return self._replaced((parent.start + 1, end, member))
        last = parent.children[-1]
        indentation = self._indentation(last.start)
        gap = " " if inline else self._newline + indentation
        member = gap + label + self._rendered(value, indentation, inline=inline)
        if last.comma is not None:
            at = self._behind_comments(last.comma + 1)
            return self._replaced((at, at, member + ","))
        at = self._behind_comments(last.node.end)
        return self._replaced((last.node.end, last.node.end, ","), (at, at, member))

    def _replaced(self, *changes: tuple[int, int, str]) -> JsonText:
        text, done = "", 0
        for start, end, instead in changes:
            text += self.text[done:start] + instead
            done = end
        return JsonText(text + self.text[done:], comments=self._comments)

    def _parent(self, path: Path) -> Node:
        parent = self.find(path[:-1])
        if parent is None:
            raise KeyError(path)
        return parent

    def _is_inline(self, node: Node) -> bool:
        """Whether an object or array is written in one line; an empty one as the document is."""
        around = node if node.children else self.root
        return bool(around.children) and "\n" not in self.text[around.start : around.end]

    def _rendered(self, value: object, indentation: str, *, inline: bool) -> str:
        if inline:
            return json.dumps(value, ensure_ascii=False)
        text = json.dumps(value, ensure_ascii=False, indent=self._unit)
        return text.replace("\n", self._newline + indentation)

    def _indentation(self, at: int) -> str:
        """How the line is indented that a position is in."""
        return _found(_INDENTATION, self.text, self.text.rfind("\n", 0, at) + 1)

    def _behind_comments(self, at: int) -> int:
        """Behind the comments that follow in the same line and belong to what stands there."""
        return at + len(_found(_COMMENTS_BEHIND, self.text, at))


class _Reader:
    """Reads a document, noting where each value stands."""

    def __init__(self, text: str, *, comments: bool) -> None:
        self._text = text
        self._comments = comments
        self._space = _SPACE_AND_COMMENTS if comments else _SPACE
        self._decoder = json.JSONDecoder(parse_constant=self._refuse_constant)

    def document(self) -> Node:
        root = self._value(self._skip(0))
        end = self._skip(root.end)
        if end != len(self._text):
            self._fail(end)
        return root

    def _value(self, at: int, depth: int = 0) -> Node:
        is_container = self._text.startswith(("{", "["), at)
        if is_container and depth < _DEEPEST_CHANGE:
            return self._container(at, depth)
        try:
            value, end = self._decoder.raw_decode(self._text, at)
        except ValueError:
            if is_container:  # which may hold comments
                return self._container(at, depth)
            self._fail(at)
        return Node(value, at, end)

    def _container(self, start: int, depth: int) -> Node:
        is_object = self._text[start] == "{"
        closing = "}" if is_object else "]"
        children: list[Child] = []
        at = self._skip(start + 1)
        while not self._text.startswith(closing, at):
            child = self._child(at, None if is_object else len(children), depth + 1)
            children.append(child)
            at = self._skip(child.node.end if child.comma is None else child.comma + 1)
            if self._text.startswith(closing, at) and (child.comma is None or self._comments):
                break
            if child.comma is None or self._text.startswith(closing, at):
                self._fail(at)
        values = [(child.key, child.node.value) for child in children]
        value = dict(values) if is_object else [item for _, item in values]
        return Node(value, start, at + 1, tuple(children))

    def _child(self, start: int, key: int | None, depth: int) -> Child:
        name: str | int | None = key
        at = start
        if name is None:
            label = self._value(start)
            at = self._skip(label.end)
            if not isinstance(label.value, str) or not self._text.startswith(":", at):
                self._fail(at)
            name = label.value
            at = self._skip(at + 1)
        node = self._value(at, depth)
        end = self._skip(node.end)
        return Child(name, start, node, end if self._text.startswith(",", end) else None)

    def _skip(self, at: int) -> int:
        return at + len(_found(self._space, self._text, at))

    def _fail(self, at: int) -> NoReturn:
        line = self._text.count("\n", 0, at) + 1
        strict = "" if self._comments else " (comments and trailing commas are none)"
        raise Unusable(f"no valid JSON{strict}, line {line}; mend it there")

    @staticmethod
    def _refuse_constant(name: str) -> NoReturn:
        raise ValueError(name)


def _found(pattern: re.Pattern[str], text: str, at: int) -> str:
    """What a pattern that also matches nothing finds at a position."""
    match = pattern.match(text, at)
    return match[0] if match else ""
