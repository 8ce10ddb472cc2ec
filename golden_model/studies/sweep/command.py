"""The commands `eprop study grid` and `eprop study pareto`."""

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from golden_model.console.compiling import tell_compiling
from golden_model.console.errors import interruptible
from golden_model.console.exit_codes import CHECK_FAILED
from golden_model.console.options import count, output_option, taking
from golden_model.console.screen import make_console
from golden_model.studies.sweep.options import Options

if TYPE_CHECKING:
    from rich.console import Console

    from golden_model.studies.sweep.plan import Plan
    from golden_model.studies.sweep.report import Report

Output = Annotated[Path, output_option("Folder of the study.")]
Axes = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME=VALUES...", help="Values as 2,4,8 or 4..14 or 4..14..2; NAME+NAME share them."
    ),
]
Objectives = Annotated[
    list[str] | None, typer.Option("--cost", metavar="NAME", help="To be minimized. [memory_bits]")
]
Costs = Annotated[
    Path | None, typer.Option(metavar="FILE.csv", help="Other costs, such as logic cells, as measured.")
]

# What a search varies if it is not told.
DEFAULT_AXES = [
    "weight_bits=2..12",
    "shadow_bits=0..8..2",
    "membrane_bits=10..18..2",
    "trace_bits=4..14",
]


@taking(Options)
def grid_command(output: Output, axes: Axes = None, *, options: Options) -> int:
    """Train at every combination of values; show accuracies, a table, configurations."""
    from golden_model.console.packages import check_packages

    check_packages("`eprop study`", "study")
    return _run(options.plan("grid", axes or ()), output, options)


@taking(Options, seeds=3)
def pareto_command(
    output: Output,
    axes: Axes = None,
    *,
    trials: Annotated[int, count(metavar="N", help="Points to try.")] = 60,
    population: Annotated[int, count(least=2, metavar="N", help="Points of a generation.")] = 12,
    objectives: Objectives = None,
    costs: Costs = None,
    search_seed: Annotated[int, typer.Option("--seed", min=0, metavar="S", help="Of the search.")] = 0,
    options: Options,
) -> int:
    """Search for the best accuracy at every cost, by NSGA-II."""
    from golden_model.console.packages import check_packages

    check_packages("`eprop study`", "study")
    from golden_model.studies.sweep.costs import MEMORY_BITS, CostTable
    from golden_model.studies.sweep.search import check_costs

    search = {
        "trials": trials,
        "population": population,
        "seed": search_seed,
        "objectives": list(dict.fromkeys(objectives or [MEMORY_BITS])),
        "costs": vars(CostTable() if costs is None else CostTable.read(costs)),
    }
    plan = options.plan("pareto", axes or DEFAULT_AXES, search)
    check_costs(plan)
    return _run(plan, output, options)


def _run(plan: "Plan", output: Path, options: Options) -> int:
    """Do a study, show its progress, and say what came out."""
    from golden_model.studies.sweep.progress import telling
    from golden_model.studies.sweep.run import run_study

    console = make_console(soft_wrap=True)
    tell_compiling(console)
    resumed = interruptible("the same command with --resume goes on")
    with resumed, _interrupted_by_sigterm(), telling(console) as told:
        report = run_study(
            plan,
            output,
            command=_typed(),
            told=told,
            storage=options.storage,
            name=options.name,
            workers=options.workers,
            resume=options.resume,
        )
    _show(console, report, output)
    return CHECK_FAILED if report.scores.best is None else 0


def _typed() -> str:
    """Return the command as it was typed, but for secrets and whether it goes on."""
    words = [word for word in sys.argv[1:] if word != "--resume"]
    return shlex.join(["eprop", *(_without_url(word) for word in words)])


def _without_url(word: str) -> str:
    """Return a word of a command, a URL in it as it may be seen."""
    from golden_model.studies.sweep.urls import shown

    option, equals, value = word.partition("=")
    if option == "--storage" and equals:
        return f"--storage={shown(value)}"
    return shown(word) if "://" in word else word


def _show(console: "Console", report: "Report", output: Path) -> None:
    """Print what came out."""
    console.print(report.summary)
    if failures := report.scores.failures:
        console.print(f"{len(failures)} trainings failed, the first: {failures[0]['error']}")
    console.print(f"see {output / 'study.html'}")


@contextmanager
def _interrupted_by_sigterm() -> Iterator[None]:
    """Treat SIGTERM, by which a machine takes its time back, like Ctrl-C: trainings are given back."""
    handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, handler)
