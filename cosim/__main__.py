"""`python -m cosim`, which is `eprop cosim`."""

import sys

from cosim.command import run

if __name__ == "__main__":
    sys.exit(run())
