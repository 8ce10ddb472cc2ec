"""The command line: recordings in, a line for each out."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from cosim.build import SIMULATORS, build
from cosim.job import Job, fit
from cosim.simulate import simulate
from golden_model.cli import BAD_INPUT, CHECK_FAILED, UsageError, sentence
from golden_model.config import SIZES, Config
from golden_model.scaling import scale
from golden_model.vectors import Vector
from rtl import LANES

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def cosim_command(
    vectors: Annotated[list[Path], typer.Argument(metavar="VECTOR.npz...", help="Recorded vectors.")],
    lanes: Annotated[int, typer.Option(metavar="N", help="1, 2, 4, 8 or 16.")] = 16,
    simulator: Annotated[str, typer.Option(metavar="S", help="verilator.")] = SIMULATORS[0],
    fit_sizes: Annotated[
        bool, typer.Option("--fit", help="Build for the networks' sizes, not the configuration's maxima.")
    ] = False,
) -> int:
    """Run the generated Verilog of the core over recorded vectors and compare every bit."""
    if lanes not in LANES:
        raise ValueError(f"lanes = {lanes} is not one of {', '.join(map(str, LANES))}")
    if simulator not in SIMULATORS:
        raise ValueError(f"simulator {simulator!r} is not one of {', '.join(SIMULATORS)}")
    code = 0
    for job in jobs_of(vectors, lanes, fitted=fit_sizes):
        for report in simulate(job, build(job, simulator), simulator):
            print(report, flush=True)
            code = code if report.equal else CHECK_FAILED
    return code


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 all equal, 1 a difference, 2 bad input."""
    try:
        return app(arguments, prog_name="python -m cosim", standalone_mode=False) or 0
    except (UsageError, ValueError, OSError) as error:
        print(f"cosim: {sentence(error)}", file=sys.stderr)
        return BAD_INPUT


def jobs_of(paths: Iterable[Path], lanes: int, *, fitted: bool) -> list[Job]:
    """Return one job per configuration, in the order in which the recordings name them.

    Raises
    ------
    ValueError
        A file is not a recording, or its network does not fit its configuration.
    OSError
        A file cannot be read.
    """
    groups: dict[Config, dict[Path, Vector]] = {}
    for path in paths:
        vector = _load(path)
        groups.setdefault(vector.config, {})[path] = vector
    return [_job(config, lanes, vectors, fitted=fitted) for config, vectors in groups.items()]


def _job(config: Config, lanes: int, vectors: dict[Path, Vector], *, fitted: bool) -> Job:
    networks = [vector.parameters for vector in vectors.values()]
    accesses = sum(
        weights.size * (1 + len(vector.samples)) for vector in vectors.values() for weights in vector.weights
    )
    return Job(fit(config, networks) if fitted else config, lanes, list(vectors), accesses)


def _load(path: Path) -> Vector:
    """Read a recording, refusing a network that its configuration cannot hold."""
    vector = Vector.load(path)
    for name in SIZES:
        most, value = getattr(vector.config, name), getattr(vector.parameters, name)
        if value > most:
            raise ValueError(f"{path}: {name} = {value} is outside 1..{most} of the configuration")
    try:
        scale(vector.config, vector.parameters)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return vector
