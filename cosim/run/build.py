"""From a configuration to something that cocotb can run: the generated Verilog, compiled by a simulator."""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from cosim.run import icarus, verilator
from cosim.run.job import Job

SIMULATORS = ("verilator", "icarus")
FOLDER = Path("build/cosim")
BUILT = "built"  # says how, and of what, when all of it is there
QUICKLY, WELL = "quickly", "well"
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
    if simulator == "icarus":
        icarus.check_installed()
    text, quick = job.verilog(), job.accesses <= FEW
    visible = "" if simulator == "icarus" else verilator.visible(text, job, watched)
    target = (folder / f"{job.name}-{simulator}").resolve()
    built, made_of = target / BUILT, sha256((text + visible).encode()).hexdigest()
    legal = {f"{how} {made_of}" for how in ((QUICKLY, WELL) if quick else (WELL,))}
    if not built.exists() or built.read_text() not in legal:
        rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        (target / f"{job.top}.v").write_text(text, encoding="utf-8")
        if simulator == "icarus":
            icarus.compile_circuit(target, job)
        else:
            verilator.compile_circuit(target, job, visible, quick=quick)
        built.write_text(f"{QUICKLY if quick else WELL} {made_of}")
    return target
