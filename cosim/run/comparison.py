"""Everything that the command compares: recordings and random networks, on all their circuits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from cosim.run import report
from cosim.run.build import FOLDER, SIMULATORS
from cosim.run.job import Job, Report
from cosim.run.jobs import again, jobs_of
from cosim.run.launch import launch
from cosim.run.options import Options
from cosim.run.random_networks import random_config, random_recording
from golden_model.network.choice import choose_circuit
from golden_model.network.config import Config
from golden_model.recordings.recorder import save
from rtl import LANES
from rtl.delivery.files import FACES

LEGAL: Mapping[str, Sequence[object]] = {"lanes": LANES, "face": FACES, "simulator": SIMULATORS}


def compare(vectors: Sequence[Path], options: Options) -> bool:
    """Run recordings and random networks, show what became of each, and tell whether all are equal.

    Raises
    ------
    ValueError
        An option is out of range or contradicts others, or a recording does not fit.
    OSError
        A file cannot be read or written, or the machine lacks what simulation takes.
    """
    _check(vectors, options)
    jobs = _jobs(vectors, options)
    reports = [one for job in jobs for one in _run(job, options)]
    if options.report_file is not None:
        report.write(options.report_file, reports)
    return all(one.equal for one in reports)


def _check(vectors: Sequence[Path], options: Options) -> None:
    """Refuse values that are none of those there are, and options that contradict each other."""
    for name, legal in LEGAL.items():
        if (value := getattr(options, name)) not in legal:
            raise ValueError(f"{name} = {value} is not one of {', '.join(map(str, legal))}")
    if options.any_config and _names_a_circuit(options):
        raise ValueError("configurations are drawn with --any-config, give none")
    if options.waves and not options.lock_step:
        raise ValueError("waves show a difference in lock step, there is none with --no-lock-step")
    if not vectors and not options.random:
        raise ValueError("there is nothing to run: give recordings, or --random N")
    if options.report_file is not None:
        report.check(options.report_file)


def _names_a_circuit(options: Options) -> bool:
    return bool(options.preset or options.config or options.assignments)


def _jobs(vectors: Sequence[Path], options: Options) -> list[Job]:
    """Record random networks and return the jobs that run them and the recordings."""
    circuit = choose_circuit(options.preset, options.config, options.assignments or ()).config
    chosen = circuit if _names_a_circuit(options) else None
    seeds = range(options.seed, options.seed + options.random)
    drawn = {seed: random_config(seed, options.face) if options.any_config else circuit for seed in seeds}
    paths = [*vectors, *_record(drawn)]
    jobs = jobs_of(paths, options.lanes, fitted=options.fit_sizes, circuit=chosen)
    return [replace(job, face=options.face, in_lock_step=options.lock_step) for job in jobs]


def _record(networks: Mapping[int, Config]) -> Iterator[Path]:
    """Record random networks of seeds and their configurations, and yield the files."""
    folder = FOLDER / "random"
    for seed, config in networks.items():
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{config.digest}-{seed}.npz"
        save(random_recording(config, seed), target)
        yield target


def _run(job: Job, options: Options) -> Iterable[Report]:
    """Run a job, and show and yield what became of its recordings."""
    for one in launch(job, options.simulator, waves=options.waves):
        report.show(one, partial(again, job, one, options.simulator))
        yield one
