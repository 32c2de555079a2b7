"""`python -m benchmarks [NAME…]`: run benchmarks by name, and print their figures and the machine."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks.report import Options, Report, machine

BENCHMARKS: Final = ("tokens", "failure", "grouping", "redaction", "fanout", "load", "start", "latency")
"""Modules of this package, each with `run(options: Options) -> Report`."""


def main() -> int:
    """0, or 1 with `--check` where a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; default all")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a goal is missed")
    parser.add_argument("--markdown", type=Path, metavar="PAGE", help="write the tables into this page, at their marks")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="list N forms a class that were missed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000, help="items a class and half")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    print(machine())
    missed = False
    for name in given.names or BENCHMARKS:
        report: Report = import_module(f"benchmarks.{name}").run(Options(given.seed, given.count, given.misses))
        print(f"\n{report.text()}")
        missed = missed or report.missed
        if given.markdown:
            report.write_into(given.markdown)
    return 1 if given.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
