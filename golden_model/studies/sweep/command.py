"""The commands `eprop study grid` and `eprop study pareto`."""

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from golden_model.console.options import CHECK_FAILED, COMPILING, INTERRUPTED, Assignments, ConfigFile
from golden_model.console.packages import check_packages

if TYPE_CHECKING:
    from golden_model.network.network import Network
    from golden_model.studies.sweep.plan import Plan

Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the study.")]
Axes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME=VALUES...", help="Values as 2,4,8 or 4..14 or 4..14..2; NAME+NAME share them."
    ),
]
Task = Annotated[str, typer.Option(metavar="T", help="Name of a task.")]
Seeds = Annotated[int, typer.Option(min=1, metavar="N", help="Trainings of every point.")]
Epochs = Annotated[int, typer.Option(min=1, metavar="N", help="Of every training.")]
NTrain = Annotated[int, typer.Option("--train", min=1, metavar="N", help="Training samples.")]
NTest = Annotated[int, typer.Option("--test", min=1, metavar="N", help="Test samples.")]
KeepRange = Annotated[
    bool,
    typer.Option(
        "--keep-range/--no-keep-range",
        help="Lower fp_loc_* and regul_f0 where traces are too narrow for them, or let them fail.",
    ),
]
Count = Annotated[int, typer.Option("--workers", min=1, metavar="N", help="Trainings at a time.")]
Storage = Annotated[str | None, typer.Option(metavar="URL", help="Database of the study. [a journal in DIR]")]
Name = Annotated[str | None, typer.Option(metavar="NAME", help="Of the study in its database. [that of DIR]")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the study, or take part in it.")]


def grid_command(
    output: Output,
    axes: Axes = None,
    task: Task = "cue-accumulation",
    seeds: Seeds = 5,
    epochs: Epochs = 5,
    n_train: NTrain = 50,
    n_test: NTest = 50,
    config: ConfigFile = None,
    assignments: Assignments = None,
    keep_range: KeepRange = True,
    workers: Count = 1,
    storage: Storage = None,
    name: Name = None,
    resume: Resume = False,
) -> int:
    """Train at every combination of values; show accuracies, a table, configurations."""
    check_packages("golden_model.studies.sweep.run")
    from golden_model.studies.sweep.axes import parse_axes
    from golden_model.studies.sweep.plan import Plan

    plan = Plan(
        "grid",
        task,
        parse_axes(axes or ()),
        fixed=assignments or (),
        network=_network(config),
        keep_range=keep_range,
        epochs=epochs,
        seeds=seeds,
        n_train=n_train,
        n_test=n_test,
    )
    return _run(plan, output, storage=storage, name=name, workers=workers, resume=resume)


def pareto_command(
    output: Output,
    axes: Axes = None,
    task: Task = "cue-accumulation",
    trials: Annotated[int, typer.Option(min=1, metavar="N", help="Points to try.")] = 60,
    population: Annotated[int, typer.Option(min=2, metavar="N", help="Points of a generation.")] = 12,
    objectives: Annotated[
        list[str] | None, typer.Option("--cost", metavar="NAME", help="To be minimized. [memory_bits]")
    ] = None,
    costs: Annotated[
        Path | None, typer.Option(metavar="FILE.csv", help="Other costs, such as logic cells, as measured.")
    ] = None,
    search_seed: Annotated[int, typer.Option("--seed", min=0, metavar="S", help="Of the search.")] = 0,
    seeds: Seeds = 3,
    epochs: Epochs = 5,
    n_train: NTrain = 50,
    n_test: NTest = 50,
    config: ConfigFile = None,
    assignments: Assignments = None,
    keep_range: KeepRange = True,
    workers: Count = 1,
    storage: Storage = None,
    name: Name = None,
    resume: Resume = False,
) -> int:
    """Search for the best accuracy at every cost, by NSGA-II."""
    check_packages("golden_model.studies.sweep.run")
    from golden_model.studies.sweep.axes import parse_axes
    from golden_model.studies.sweep.costs import MEMORY_BITS, CostTable
    from golden_model.studies.sweep.plan import Plan
    from golden_model.studies.sweep.search import check_costs

    search = {
        "trials": trials,
        "population": population,
        "seed": search_seed,
        "objectives": list(dict.fromkeys(objectives or [MEMORY_BITS])),
        "costs": vars(CostTable() if costs is None else CostTable.read(costs)),
    }
    plan = Plan(
        "pareto",
        task,
        parse_axes(axes or DEFAULT_AXES),
        fixed=assignments or (),
        network=_network(config),
        keep_range=keep_range,
        epochs=epochs,
        seeds=seeds,
        n_train=n_train,
        n_test=n_test,
        search=search,
    )
    check_costs(plan)
    return _run(plan, output, storage=storage, name=name, workers=workers, resume=resume)


# What a search varies if it is not told.
DEFAULT_AXES = [
    "weight_bits=2..12",
    "shadow_bits=0..8..2",
    "membrane_bits=10..18..2",
    "trace_bits=4..14",
]


def _network(path: Path | None) -> "Network":
    """Return the network in a file, or the defaults."""
    from golden_model.network.network import Network

    return Network() if path is None else Network.read(path)


def _run(plan: "Plan", output: Path, **how: Any) -> int:
    """Do a study, show its progress, and say what came out."""
    from rich.console import Console

    from golden_model.files.cache import is_compiled
    from golden_model.studies.sweep.places import hide_password
    from golden_model.studies.sweep.progress import telling
    from golden_model.studies.sweep.run import run_study

    console = Console(highlight=False, soft_wrap=True)
    if not is_compiled():
        console.print(COMPILING)
    words = [hide_password(word) for word in sys.argv[1:] if word != "--resume"]
    command = shlex.join(["eprop", *words])
    try:
        with _interrupted_by_sigterm(), telling(console) as told:
            report = run_study(plan, output, command=command, told=told, **how)
    except KeyboardInterrupt:
        print("eprop: interrupted, the same command with --resume goes on", file=sys.stderr)
        return INTERRUPTED
    console.print(report.summary)
    if failures := report.scores.failures:
        console.print(f"{len(failures)} trainings failed, the first: {failures[0]['error']}", markup=False)
    console.print(f"see {output / 'study.html'}")
    return CHECK_FAILED if report.scores.best is None else 0


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Treat SIGTERM, by which a machine takes its time back, like Ctrl-C: trainings are given back."""
    handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)
