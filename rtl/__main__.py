# amaranth: UnusedElaboratable=no
"""`python -m rtl`, which is `eprop verilog`."""

import sys

from rtl.command import run

if __name__ == "__main__":
    sys.exit(run())
