"""Secrets in tables: CSV, TSV and Markdown, where only a column's heading tells what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rundown_mcp.redaction import tokens, words
from rundown_mcp.redaction.sight import Sight
from rundown_mcp.redaction.spans import ASSIGNED, SECRET, Found
from rundown_mcp.redaction.values import has_digit, holds_secret

_REACH: Final = 4096
"""Characters of a heading's line before the heading that are looked at."""
_LONGEST_LINE: Final = 8192
_LONGEST_HEADING: Final = 48
_LEAST_CELL: Final = 6
_ENDS: Final = (b"\n", b"\x00")
_MOST_ODD_LINES: Final = 3
"""How many lines in a row may have other cells: they are a quoted cell's, or lack one."""
_LABEL: Final = re.compile(r"[^:]{1,64}: ")
"""What a payload's key puts before the first heading."""
_SEPARATORS: Final = (b"|", b"\t", b",", b";")
_CELLS: Final = {
    mark: re.compile(rb'(?:^|(?<=%b))(?:[ \t]*"(?:[^"\r\n]|"")*"[ \t]*(?=%b|$)|[^%b\r\n]*)' % ((re.escape(mark),) * 3))
    for mark in _SEPARATORS
}
_RULE: Final = frozenset(b"|-: +\t")
_WRAPPING: Final = b" \t\r\"'`*"


def is_odd_cell(value: bytes) -> bool:
    """Whether what stands in a cell is no word: a table may be about secrets and hold none."""
    return tokens.could_be_key(value) or (len(value) >= _LEAST_CELL and tokens.classes(value) > 1 and has_digit(value))


def column_secrets(sight: Sight, place: int) -> tuple[list[Found], int]:
    """The cells below headings that name secrets, of the table whose heading line holds `place`, and its end.

    Where that line heads no table, nothing, and the end of the line.
    """
    data = sight.data
    end = _line_end(data, place)
    least = max(0, place - _REACH)
    start = max(data.rfind(mark, least, place) for mark in _ENDS) + 1
    if start == 0 < least:
        return [], end
    for mark in _SEPARATORS:
        if data.find(mark, start, end) < 0:
            continue
        headings = list(_cells(data, start, end, mark))
        columns = {index for index, span in enumerate(headings) if _names_secret(sight.text[slice(*span)])}
        if not columns or max(high - low for low, high in headings) > _LONGEST_HEADING:
            continue
        return _below(data, end, mark, len(headings), columns)
    return [], end


def _below(data: bytes, end: int, mark: bytes, width: int, columns: set[int]) -> tuple[list[Found], int]:
    """The odd cells of some columns in the lines with as many cells as the heading has, up to an empty line."""
    finds: list[Found] = []
    high, missed = end, 0
    while data[high : high + 1] == b"\n" and missed <= _MOST_ODD_LINES:
        low, high = high + 1, _line_end(data, high + 1)
        if not data[low:high].strip():
            break
        if set(data[low:high]) <= _RULE:
            continue
        cells = list(_cells(data, low, high, mark))
        if len(cells) != width:
            missed += 1
            continue
        end, missed = high, 0
        for index in columns:
            value = data[slice(*cells[index])]
            if holds_secret(value) and is_odd_cell(value):
                finds.append(Found(*cells[index], SECRET, "value", ASSIGNED))
    return finds, end


def _cells(data: bytes, start: int, end: int, mark: bytes) -> Iterator[tuple[int, int]]:
    """Where the cells of a line stand, without quotes and blanks."""
    line = data[start:end]
    for cell in _CELLS[mark].finditer(line):
        text = cell[0]
        low = start + cell.start() + len(text) - len(text.lstrip(_WRAPPING))
        yield low, max(low, start + cell.start() + len(text.rstrip(_WRAPPING)))


def _line_end(data: bytes, place: int) -> int:
    ends = [found for mark in _ENDS if (found := data.find(mark, place, place + _LONGEST_LINE)) >= 0]
    return min(ends, default=min(len(data), place + _LONGEST_LINE))


def _names_secret(heading: str) -> bool:
    return words.is_secret_name(_LABEL.sub("", heading, count=1).strip())
