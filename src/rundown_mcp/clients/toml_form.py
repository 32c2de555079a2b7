"""Servers in Codex's TOML file: a table `[mcp_servers.NAME]` each; comments and layout stay as they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final

from rundown_mcp.clients import Unusable

_SERVERS: Final = "mcp_servers"
_CANNOT: Final = f"{_SERVERS} has a form that cannot be changed here; write it as tables [{_SERVERS}.NAME]"


class TomlForm:
    """The same methods as of `JsonForm`."""

    def entry(self, text: str, name: str) -> object:
        """The entry of a name; None where there is none."""
        return _servers(_data(text)).get(name)

    def put(self, text: str, name: str, entry: Mapping[str, Any], inputs: Sequence[Mapping[str, Any]] = ()) -> str:
        """The text with an entry: a new one at its end, one that is there changed in its place."""
        del inputs  # Codex passes variables by their names and asks for none
        import tomlkit  # noqa: PLC0415 - 10 ms, for Codex alone

        wanted = _data(text)
        there = _servers(wanted)
        is_new = name not in there
        wanted[_SERVERS] = {**there, name: _updated(there.get(name), entry)}
        if is_new and _tables_may_follow(text):
            added = tomlkit.dumps({_SERVERS: {name: entry}})
            start = text if not text or text.endswith("\n") else text + "\n"
            changed = f"{start}\n{added}" if start.strip() else added
        else:
            document = tomlkit.parse(text)
            _update(document, {_SERVERS: {name: entry}})
            changed = tomlkit.dumps(document)
        return _checked(_in_newlines_of(text, changed), wanted)

    def drop(self, text: str, name: str) -> str:
        """The text without an entry that is there."""
        wanted = _data(text)
        del wanted[_SERVERS][name]
        changed = _cut(text, name)
        if changed == text:  # not written as a table
            import tomlkit  # noqa: PLC0415 - see above

            document = tomlkit.parse(text)
            del _servers(document)[name]
            changed = tomlkit.dumps(document)
        return _checked(changed, wanted)


def _data(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line \d+|end of document", str(error))
        raise Unusable(f"no valid TOML{f', {place[0]}' if place else ''}; mend it there") from None
    except RecursionError:
        raise Unusable("nests too deep; mend it") from None


def _servers(data: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a table, of tomllib or of tomlkit
    servers = data.get(_SERVERS, {})
    if not isinstance(servers, MutableMapping):
        raise Unusable(f"{_SERVERS} is no table; mend it")
    return servers


def _checked(changed: str, wanted: Mapping[str, Any]) -> str:
    """The changed text, once it is known to say what it should: TOML has forms that a table cannot be added to."""
    try:
        said = tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        raise Unusable(_CANNOT) from None
    if _without_bare(said) != _without_bare(wanted):
        raise Unusable(_CANNOT)
    return changed


def _without_bare(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != _SERVERS or value}


def _tables_may_follow(text: str) -> bool:
    """Whether `mcp_servers` is not written as one inline table, which no further table can extend."""
    return re.search(rf"^[ \t]*{_SERVERS}[ \t]*=", text, re.MULTILINE) is None


def _updated(there: object, value: object) -> object:
    if not (isinstance(there, Mapping) and isinstance(value, Mapping)):
        return value
    return {**there, **{key: _updated(there.get(key), member) for key, member in value.items()}}


def _update(there: Any, value: Mapping[str, Any]) -> None:  # noqa: ANN401 - a table of tomlkit
    for key, member in value.items():
        if isinstance(there.get(key), MutableMapping) and isinstance(member, Mapping):
            _update(there[key], member)
        elif there.get(key) != member:
            there[key] = member


def _cut(text: str, name: str) -> str:
    """The text without the tables of a name; comments that stand before the next table are that table's."""
    header = re.compile(rf"[ \t]*\[\s*{_SERVERS}\s*\.\s*([\"']?){re.escape(name)}\1\s*[.\]]")
    kept: list[str] = []
    behind: list[str] = []
    ours = False
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith("["):
            starts = header.match(line) is not None
            if starts and not ours and kept and not kept[-1].strip():
                kept.pop()
            if not starts:
                kept += behind
            ours, behind = starts, []
        if not ours:
            kept.append(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            behind = []
        else:
            behind.append(line)
    return "".join(kept + behind)


def _in_newlines_of(text: str, changed: str) -> str:
    if "\r\n" not in text:
        return changed
    return changed.replace("\r\n", "\n").replace("\n", "\r\n")
