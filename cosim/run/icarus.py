"""Compiling a circuit with Icarus Verilog, which the machine has to have; small networks only, it is slow."""

from pathlib import Path
from shutil import which

from cocotb_tools.runner import get_runner

from cosim.run.job import Job


def check_installed() -> None:
    """Raise a ValueError if the machine does not have Icarus Verilog."""
    if which("iverilog") is None:
        raise ValueError("simulator = icarus is not installed, there is no iverilog on the PATH")


def compile_circuit(target: Path, job: Job) -> None:
    """Compile the Verilog in a folder.

    Raises
    ------
    RuntimeError
        The circuit could not be compiled.
    """
    log = target / "build.log"
    try:
        get_runner("icarus").build(
            sources=[target / f"{job.top}.v"],
            hdl_toplevel=job.top,
            build_dir=target,
            timescale=("1ns", "1ns"),
            log_file=log,
        )
    except RuntimeError:
        raise RuntimeError(f"the circuit could not be compiled, see {log}") from None
