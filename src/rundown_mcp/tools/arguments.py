"""Say what is wrong with a tool's arguments, and publish schemas that cost few tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any, Final

from pydantic import ValidationError

from rundown_mcp.domain.errors import InvalidArgument, quoted_some

_NESTED: Final = ("array", "object")
_MOST_PROBLEMS: Final = 5
_LENGTHS: Final = ("minLength", "maxLength", "maxItems")


def argument_problem(error: ValidationError, schema: Mapping[str, Any]) -> InvalidArgument:
    """A line for each of the first few parameters that a validation error names: what it takes, not what was given."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    kinds: dict[str, str] = {}
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        kinds.setdefault(str(item["loc"][0]), item["type"])
    problems = {
        name: f"{'is required, and takes' if kinds[name] == 'missing' else 'takes'} {_takes(properties[name])}"
        for name in properties
        if name in kinds
    }
    if unknown := [name for name in kinds if name not in properties]:
        are = "is no parameter" if len(unknown) == 1 else "are no parameters"
        problems = {quoted_some(unknown): f"{are} of this tool; it takes {', '.join(properties)}", **problems}
    (name, problem), *others = islice(problems.items(), _MOST_PROBLEMS)
    return InvalidArgument(name, "\n".join([problem, *(f"{other}: {said}" for other, said in others)]))


def _takes(schema: Mapping[str, Any]) -> str:
    """What a parameter takes, in words: `a whole number from 1 to 100`."""
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    described = f" ({schema['description']})" if "description" in schema else ""
    match schema.get("type"):
        case "integer":
            low, high = schema.get("minimum"), schema.get("maximum")
            span = f" from {low} to {high}" if high is not None else f" of {low} or more" if low is not None else ""
            return f"a whole number{span}{described}"
        case "boolean":
            return f"true or false{described}"
        case "array":
            each = _takes(schema.get("items", {}))
            return f"a list of up to {schema.get('maxItems', 100)} items, each {each}{described}"
        case "object":
            longest = max(
                (item.get("maxLength", 0) for item in schema.get("patternProperties", {}).values()), default=0
            )
            return (
                f"an object of text values of up to {longest} characters; keys hold letters, digits, . _ : -{described}"
            )
        case _:
            longest = schema.get("maxLength")
            return f"a text of 1 to {longest} characters{described}" if longest else f"a text{described}"


def unpacked(arguments: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same arguments, with lists and objects that came as JSON in a text read: some clients write them so."""
    types = {name: item.get("type") for name, item in schema.get("properties", {}).items()}
    return {
        name: _parsed(value) if isinstance(value, str) and types.get(name) in _NESTED else value
        for name, value in arguments.items()
    }


def _parsed(text: str) -> object:
    """The list or object that a text holds as JSON, else the text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, list | dict) else text


def without_lengths(node: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema without how long texts and lists may be: no caller needs it beforehand, and errors say it."""
    return {
        key: without_lengths(value) if isinstance(value, Mapping) else value
        for key, value in node.items()
        if key not in _LENGTHS
    }


def slim_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema without what costs tokens and says nothing: titles, null branches, null defaults.

    An optional parameter is one that is not in `required`; leaving it out is how null is said.
    """
    slim = _slim(schema)
    slim.setdefault("properties", {})
    slim["additionalProperties"] = False
    return json.loads(json.dumps(slim))  # type: ignore[no-any-return]


def _slim(node: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key == "title" or (key == "default" and value is None):
            continue
        if key == "anyOf":
            branches = [branch for branch in value if branch.get("type") != "null"]
            if len(branches) == 1:
                out.update(_slim(branches[0]))
                continue
            out[key] = [_slim(branch) for branch in branches]
        elif key == "properties":
            out[key] = {name: _slim(item) for name, item in value.items()}
        elif isinstance(value, Mapping):
            out[key] = _slim(value)
        else:
            out[key] = value
    return out
