"""What a benchmark gives back, and how it is written: a table on the terminal, the same in Markdown, the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says: the seed of every generator, items a class and half, misses to list a class."""

    seed: int
    count: int
    misses: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `reached` is None where there is no goal."""

    cells: tuple[str, ...]
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark's table, and what is said below it."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def missed(self) -> bool:
        """Whether a goal was missed."""
        return any(row.reached is False for row in self.rows)

    def _lines(self) -> list[tuple[str, ...]]:
        verdicts = {True: "yes", False: "NO", None: ""}
        return [(*self.columns, "reached"), *((*row.cells, verdicts[row.reached]) for row in self.rows)]

    def text(self) -> str:
        """The table with aligned columns, and the notes."""
        lines = self._lines()
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        table = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
        return "\n".join([self.name, *map(str.rstrip, table), *self.notes])

    def markdown(self) -> str:
        """The table, the notes and the machine below it."""
        head, *body = self._lines()
        lines = [head, tuple("---" for _ in head), *body]
        notes = [f"- {note}" for note in self.notes]
        table = ["| " + " | ".join(line) + " |" for line in lines]
        return "\n".join([*table, "", *notes, *[""] * bool(notes), f"Measured on {machine()}."])

    def write_into(self, page: Path) -> None:
        """Replace what stands between this benchmark's two marks in a Markdown page.

        Raises:
            SystemExit: the page lacks the marks.
        """
        before, opening, rest = page.read_text(encoding="utf-8").partition(f"<!-- benchmark {self.name} -->\n")
        _, closing, after = rest.partition("<!-- /benchmark -->")
        if not (opening and closing):
            raise SystemExit(f"{page} holds no marks <!-- benchmark {self.name} --> … <!-- /benchmark -->")
        page.write_text(f"{before}{opening}{self.markdown()}\n{closing}{after}", encoding="utf-8")


def machine() -> str:
    """What the figures were measured on."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    """The processor's name where the system says it."""
    facts = Path("/proc/cpuinfo")
    lines: Sequence[str] = facts.read_text(encoding="utf-8").splitlines() if facts.exists() else ()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
