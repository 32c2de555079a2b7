"""`python -m benchmarks.failure`: print the figures; exit with 1 where a goal is missed."""

from __future__ import annotations

import sys

from benchmarks.failure import run

if __name__ == "__main__":
    result = run()
    print(result.text())
    sys.exit(result.missed)
