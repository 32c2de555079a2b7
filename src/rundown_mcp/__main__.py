"""`python -m rundown_mcp` is `rundown-mcp`."""

import sys

from rundown_mcp.cli import main

if __name__ == "__main__":
    sys.exit(main())
