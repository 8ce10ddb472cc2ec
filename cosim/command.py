"""The command line: recordings in, a line for each out, and a table of the first difference."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from cosim.run import report
from cosim.run.build import FOLDER, SIMULATORS
from cosim.run.job import Job, Report
from cosim.run.jobs import again, jobs_of
from cosim.run.launch import launch
from cosim.run.random_networks import random_config, random_recording
from golden_model.cli import UsageError, sentence
from golden_model.console.options import BAD_INPUT, CHECK_FAILED, ConfigFile
from golden_model.network.config import Config
from golden_model.recordings.recorder import save
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
    any_config: Annotated[
        bool, typer.Option("--any-config", help="Draw the configurations of random networks, too.")
    ] = False,
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
    circuit, _ = network(preset, config, assignments or ())
    chosen = circuit if preset or config or assignments else None
    if chosen and any_config:
        raise ValueError("configurations are drawn with --any-config, give none")
    if waves and not lock_step:
        raise ValueError("waves show a difference in lock step, there is none with --no-lock-step")
    if not vectors and not random:
        raise ValueError("there is nothing to run: give recordings, or --random N")
    if report_file is not None:
        report.check(report_file)
    seeds = range(seed, seed + random)
    drawn = {n: random_config(n, face) if any_config else circuit for n in seeds}
    jobs = jobs_of([*(vectors or ()), *_record(drawn)], lanes, fitted=fit_sizes, circuit=chosen)
    return _run([replace(job, face=face, in_lock_step=lock_step) for job in jobs], given, waves, report_file)


def check_choices(given: Mapping[str, Any]) -> None:
    """Raise a ValueError for a value that is none of those there are."""
    for name, legal in {"lanes": LANES, "face": FACES, "simulator": SIMULATORS}.items():
        if given[name] not in legal:
            raise ValueError(f"{name} = {given[name]} is not one of {', '.join(map(str, legal))}")


def _run(jobs: Iterable[Job], given: Mapping[str, Any], waves: bool, report_file: Path | None) -> int:
    """Run jobs, show what became of their recordings, and return the exit code."""
    reports: list[Report] = []
    for job in jobs:
        for one in launch(job, given["simulator"], waves=waves):
            report.show(one, partial(again, job, one, given["simulator"]))
            reports.append(one)
    if report_file is not None:
        report.write(report_file, reports)
    return 0 if all(one.equal for one in reports) else CHECK_FAILED


def _record(networks: Mapping[int, Config]) -> Iterator[Path]:
    """Record random networks of seeds and their configurations, and yield the files."""
    folder = FOLDER / "random"
    for seed, config in networks.items():
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
