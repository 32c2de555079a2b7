"""Field types for vendors' JSON that bend instead of breaking: only ids are required, all else may be absent or odd."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeAlias, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from rundown_mcp.domain.errors import UnexpectedBody
from rundown_mcp.domain.text import JsonValue, as_text

M = TypeVar("M", bound=BaseModel)

_MAX_FIELDS_NAMED: Final = 5


class WireModel(BaseModel):
    """A vendor's object: unknown keys are kept aside, values in errors are hidden."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True, frozen=True)


def _text(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else as_text(cast("JsonValue", value))


def _moment(value: object) -> datetime | None:
    """ISO 8601 with or without a zone (none: UTC), or seconds or milliseconds since the epoch; else None."""
    try:
        if isinstance(value, str):
            parsed = datetime.fromisoformat(value.strip().upper())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            parsed = datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)  # noqa: PLR2004
        else:
            return None
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _number(value: object) -> float | None:
    """A finite number, also where it came as text."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value) if isinstance(value, int | float | str) else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _integer(value: object) -> int | None:
    number = _number(value)
    return None if number is None or abs(number) > 2**63 else int(number)


def _flag(value: object) -> bool | None:
    """True or false, also where it came as a word; None for anything else, because an absent flag is not false."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False}
    return words.get(value.strip().casefold()) if isinstance(value, str) else None


def _object(value: object) -> object:
    # As every parsed object is: to ask whether it is a `Mapping` takes several times as long.
    return value if type(value) is dict or isinstance(value, Mapping) else None


def _objects(value: object) -> list[object]:
    """The objects of a list; anything else in it, or a value that is no list, holds nothing that can be read."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [item for item in value if isinstance(item, Mapping)]


def _texts(value: object) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return [] if value is None else [as_text(cast("JsonValue", value))]
    return [as_text(item) for item in value if item is not None]


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _id(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id: TypeAlias = Annotated[str, BeforeValidator(_id), Field(min_length=1)]
"""An id that must be there; a whole number is taken as its digits."""
Text: TypeAlias = Annotated[str | None, BeforeValidator(_text)]
"""Text; a number, a flag, a list or an object that stands in its place is kept as its JSON."""
Moment: TypeAlias = Annotated[datetime | None, BeforeValidator(_moment)]
Number: TypeAlias = Annotated[float | None, BeforeValidator(_number)]
Integer: TypeAlias = Annotated[int | None, BeforeValidator(_integer)]
Flag: TypeAlias = Annotated[bool | None, BeforeValidator(_flag)]
Texts: TypeAlias = Annotated[list[str], BeforeValidator(_texts)]
Json: TypeAlias = Any
"""Any JSON, as it came."""
JsonObject: TypeAlias = Annotated[dict[str, Any], BeforeValidator(_mapping)]
Maybe: TypeAlias = Annotated[M | None, BeforeValidator(_object)]
"""A nested object (`Maybe[Ticket]`), or None where something else stands in its place."""
Many: TypeAlias = Annotated[list[M], BeforeValidator(_objects)]
"""A list of objects (`Many[Step]`)."""


class WireBody(WireModel):
    """A vendor's object of which `misfits` say, in our words, what its fields for objects and lists could not hold.

    A step that came as a text would otherwise be no step at all, and nobody would know.
    """

    misfits: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _note_misfits(cls, body: object) -> object:
        return {**body, "misfits": tuple(_misfits(cls, body))} if isinstance(body, Mapping) else body


def _misfits(model: type[BaseModel], body: Mapping[str, object]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        given = body.get(name)
        kinds = [kind for kind in get_args(field.annotation) if isinstance(kind, type) and issubclass(kind, WireModel)]
        if given is None or not kinds:
            continue
        if not isinstance(given, list if get_origin(field.annotation) is list else Mapping):
            yield f"{name} came in an undocumented shape and could not be read"
        elif isinstance(given, list) and (odd := sum(not isinstance(item, Mapping) for item in given)):
            yield f"{odd} of {len(given)} {name} could not be read"


def decode(model: type[M], body: JsonValue, *, connection: str, what: str) -> M:
    """Validate a body against a wire model.

    Raises:
        UnexpectedBody: the body does not fit; the text names the fields, never their values.
    """
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise UnexpectedBody(
            connection,
            "undocumented answer",
            f"{connection}: {what} came in an undocumented shape: {_fields(model, error)}",
        ) from None


def decode_rows(model: type[M], rows: JsonValue, *, connection: str, what: str) -> tuple[list[M], int]:
    """Validate the rows of a list one by one; returns those that fit, and how many did not.

    Raises:
        UnexpectedBody: `rows` is no list.
    """
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise UnexpectedBody(
            connection, "undocumented answer", f"{connection}: {what} came in an undocumented shape: no list of rows"
        )
    good: list[M] = []
    for row in rows:
        try:
            good.append(model.model_validate(row))
        except ValidationError:
            continue
    return good, len(rows) - len(good)


def _fields(model: type[BaseModel], error: ValidationError) -> str:
    """The places that did not fit, by the names in our models; a key that a stranger chose is not repeated."""
    ours = _field_names(model)
    names: dict[str, None] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        parts = [str(part) if isinstance(part, int) or part in ours else "…" for part in item["loc"]]
        names[".".join(parts) or "the body"] = None
    shown = list(names)[:_MAX_FIELDS_NAMED]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _field_names(model: type[BaseModel]) -> frozenset[str]:
    """The names of the fields of a model and of those within it."""
    schema = model.model_json_schema()
    return frozenset(
        name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", ())
    )
