"""From a configuration to something that cocotb can run: the generated Verilog, compiled by a simulator."""

from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree

from cosim import icarus, verilator
from cosim.job import Job

SIMULATORS = ("verilator", "icarus")
FOLDER = Path("build/cosim")
BUILT = "built"  # says how, when all of it is there
# Up to so many accesses to weights, a circuit is simulated sooner than it is compiled well.
FEW = 30_000


def build(job: Job, simulator: str, folder: Path = FOLDER, watched: Iterable[str] = ()) -> Path:
    """Compile the circuit of a job, signals of the core watched beside its ports, and return its folder.

    What is there is used again if the Verilog it was made of has not changed, unless it was compiled quickly
    and there is much to do now.

    Raises
    ------
    ValueError
        The simulator is not installed.
    RuntimeError
        The circuit could not be compiled.
    """
    text, quick = job.verilog(), job.accesses <= FEW
    target = (folder / f"{job.name}-{simulator}").resolve()
    source, built = target / f"{job.top}.v", target / BUILT
    how = built.read_text() if built.exists() else ""
    if not how or source.read_text(encoding="utf-8") != text or (how == "quickly" and not quick):
        rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        source.write_text(text, encoding="utf-8")
        if simulator == "icarus":
            icarus.compile_circuit(target, job)
        else:
            verilator.compile_circuit(target, job, watched, quick=quick)
        built.write_text("quickly" if quick else "well")
    return target
