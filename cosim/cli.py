"""The command line: recordings in, a line for each out, and a table of the first difference."""

import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cosim import report
from cosim.build import FOLDER, SIMULATORS, build
from cosim.job import Job, Report, fit
from cosim.random_networks import random_recording
from cosim.simulate import simulate
from golden_model.cli import UsageError, sentence
from golden_model.cli_options import BAD_INPUT, CHECK_FAILED, ConfigFile
from golden_model.config import SIZES, Config
from golden_model.scaling import scale
from golden_model.vector_recording import save
from golden_model.vectors import Vector
from rtl import LANES
from rtl.__main__ import network
from rtl.delivery.files import FACES

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def cosim_command(
    vectors: Annotated[list[Path] | None, typer.Argument(metavar="VECTOR.npz...", help="Recordings.")] = None,
    preset: Annotated[str | None, typer.Option(metavar="P", help="Configuration of the circuit.")] = None,
    config: ConfigFile = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Change a field of the configuration."),
    ] = None,
    random: Annotated[int, typer.Option(metavar="N", min=0, help="Run N random networks too.")] = 0,
    seed: Annotated[int, typer.Option(metavar="S", min=0, help="Of the first of them.")] = 0,
    lanes: Annotated[int, typer.Option(metavar="L", help="1, 2, 4, 8 or 16.")] = 16,
    face: Annotated[str, typer.Option(metavar="F", help="soc, or chip: through the pins.")] = FACES[0],
    simulator: Annotated[str, typer.Option(metavar="S", help="verilator or icarus.")] = SIMULATORS[0],
    fit_sizes: Annotated[
        bool, typer.Option("--fit", help="Build for the networks' sizes, not the configuration's maxima.")
    ] = False,
    lock_step: Annotated[bool, typer.Option(help="Compare every word that the core computes.")] = True,
    waves: Annotated[bool, typer.Option("--waves", help="Write waves around a first difference.")] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE.json", help="Write reports as JSON.")
    ] = None,
) -> int:
    """Run generated Verilog over recordings and random networks, and compare every bit.

    Without a configuration, recordings have their own, and random networks that of the chip.
    """
    given = {"lanes": lanes, "face": face, "simulator": simulator}
    check_choices(given)
    given |= {"preset": preset, "config": config, "set": assignments}
    circuit, _ = network(preset, config, assignments or ())
    chosen = circuit if preset or config or assignments else None
    paths = [*(vectors or ()), *_random(circuit, range(seed, seed + random))]
    if not paths:
        raise ValueError("there is nothing to run: give recordings, or --random N")
    if waves and not lock_step:
        raise ValueError("waves show a difference in lock step, there is none with --no-lock-step")
    if report_file is not None:
        report.check(report_file)
    reports: list[Report] = []
    for job in jobs_of(paths, lanes, fitted=fit_sizes, circuit=chosen):
        for one in _run(replace(job, face=face, in_lock_step=lock_step), simulator, waves=waves):
            report.show(one, again(given, one, fitted=fit_sizes))
            reports.append(one)
    if report_file is not None:
        report.write(report_file, reports)
    return 0 if all(one.equal for one in reports) else CHECK_FAILED


def check_choices(given: Mapping[str, Any]) -> None:
    """Raise a ValueError for a value that is none of those there are."""
    for name, legal in {"lanes": LANES, "face": FACES, "simulator": SIMULATORS}.items():
        if given[name] not in legal:
            raise ValueError(f"{name} = {given[name]} is not one of {', '.join(map(str, legal))}")


def again(given: Mapping[str, Any], one: Report, *, fitted: bool) -> str:
    """Return the command that shows a difference again, with waves."""
    pairs = [
        (name, value)
        for name, some in given.items()
        for value in (some if isinstance(some, list) else [some])
    ]
    options = [word for name, value in pairs if value is not None for word in (f"--{name}", str(value))]
    return shlex.join(["python", "-m", "cosim", *options, *(["--fit"] * fitted), "--waves", one.vector])


def _run(job: Job, simulator: str, *, waves: bool) -> Iterator[Report]:
    """Run a job and yield a report for each recording; again with waves where there is a difference."""
    folder = _built(job, simulator)
    for one in simulate(job, folder, simulator):
        yield one
        if waves and one.mismatch is not None:
            shown = replace(job, vectors=[Path(one.vector)], waves_at=one.mismatch["cycle"])
            place = _built(shown, simulator)
            for _ in simulate(shown, place, simulator):
                print(f"Waves are in {place}")


def _built(job: Job, simulator: str) -> Path:
    """Build a circuit; where that fails, it is for what the machine lacks."""
    try:
        return build(job, simulator)
    except RuntimeError as error:
        raise OSError(str(error)) from None


def _random(config: Config, seeds: Iterable[int]) -> Iterator[Path]:
    """Record random networks of a configuration, and yield the files."""
    folder = FOLDER / "random"
    for seed in seeds:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{config.digest}-{seed}.npz"
        save(random_recording(config, seed), target)
        yield target


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 all equal, 1 a difference, 2 bad input."""
    try:
        return app(arguments, prog_name="python -m cosim", standalone_mode=False) or 0
    except (UsageError, ValueError, OSError) as error:
        print(f"cosim: {sentence(error)}", file=sys.stderr)
        return BAD_INPUT


def jobs_of(paths: Iterable[Path], lanes: int, *, fitted: bool, circuit: Config | None = None) -> list[Job]:
    """Return one job per configuration, in the order in which the recordings name them, or one for a circuit.

    Raises
    ------
    ValueError
        A file is not a recording, or its network does not fit the configuration.
    OSError
        A file cannot be read.
    """
    groups: dict[Config, dict[Path, Vector]] = {}
    for path in paths:
        vector = Vector.load(path)
        config = circuit or vector.config
        _check(path, vector, config)
        groups.setdefault(config, {})[path] = vector
    return [_job(config, lanes, vectors, fitted=fitted) for config, vectors in groups.items()]


def _job(config: Config, lanes: int, vectors: dict[Path, Vector], *, fitted: bool) -> Job:
    networks = [vector.parameters for vector in vectors.values()]
    accesses = sum(
        weights.size * (1 + len(vector.samples)) for vector in vectors.values() for weights in vector.weights
    )
    return Job(fit(config, networks) if fitted else config, lanes, list(vectors), accesses)


def _check(path: Path, vector: Vector, config: Config) -> None:
    """Refuse a recording of other widths or rules than a configuration, or of a network beyond its maxima."""
    for name, value in vector.config.model_dump().items():
        ours = getattr(config, name)
        if name not in SIZES and value != ours:
            raise ValueError(f"{path}: {name} = {value} of the recording is {ours} in the configuration")
    for name in SIZES:
        most, value = getattr(config, name), getattr(vector.parameters, name)
        if value > most:
            raise ValueError(f"{path}: {name} = {value} is outside 1..{most} of the configuration")
    try:
        scale(vector.config, vector.parameters)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
