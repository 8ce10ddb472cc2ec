"""`python -m cosim`: run recordings through the generated Verilog of the core."""

import sys

from cosim.cli import run

if __name__ == "__main__":
    sys.exit(run())
