"""The page of figures: every benchmark has its table there."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.__main__ import BENCHMARKS

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_page_holds_the_table_of_each_benchmark_and_its_machine(name: str) -> None:
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(f"<!-- benchmark {name} -->\n")
    table, closing, _ = rest.partition("<!-- /benchmark -->")
    lines = table.splitlines()
    assert closing
    assert lines[0].endswith("| reached |")
    assert sum(line.startswith("| ") for line in lines) > 3
    assert lines[-1].startswith("Measured on ")
