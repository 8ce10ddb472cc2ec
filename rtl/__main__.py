# amaranth: UnusedElaboratable=no
"""`python -m rtl`, which is `eprop verilog`."""

from golden_model.console.process import run_process
from golden_model.console.siblings import put_siblings_first

if __name__ == "__main__":
    put_siblings_first()
    run_process("rtl", "rtl.command")
