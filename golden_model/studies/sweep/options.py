"""What a study that trains is told, whether it tries all points or searches for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from golden_model.console.limits import MOST_WORKERS
from golden_model.console.options import Assignments, ConfigFile, count

if TYPE_CHECKING:
    from golden_model.studies.sweep.plan import Plan


@dataclass(frozen=True, kw_only=True)
class Options:
    """What grid and pareto are both told, which are the options of their commands.

    Attributes
    ----------
    task, seeds, epochs, n_train, n_test, keep_range
        As for `Plan`.
    config : Path, optional
        TOML file of the network.
    assignments : sequence of str, optional
        NAME=VALUE, the same for all trainings.
    workers, storage, name, resume
        As for `run_study`.
    """

    task: Annotated[str, typer.Option(metavar="T", help="Name of a task.")] = "cue-accumulation"
    seeds: Annotated[int, count(metavar="N", help="Trainings of every point.")] = 5
    epochs: Annotated[int, count(metavar="N", help="Of every training.")] = 5
    n_train: Annotated[int, count("--train", metavar="N", help="Training samples.")] = 50
    n_test: Annotated[int, count("--test", metavar="N", help="Test samples.")] = 50
    config: ConfigFile = None
    assignments: Assignments = None
    keep_range: Annotated[
        bool,
        typer.Option(
            "--keep-range/--no-keep-range",
            help="Lower fp_loc_* and regul_f0 where traces are too narrow for them, or let them fail.",
        ),
    ] = True
    workers: Annotated[int, count(most=MOST_WORKERS, metavar="N", help="Trainings at a time.")] = 1
    storage: Annotated[
        str | None, typer.Option(metavar="URL", help="Database of the study. [a journal in DIR]")
    ] = None
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of the study in its database. [that of DIR]")
    ] = None
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the study, or take part in it.")] = (
        False
    )

    def plan(self, kind: str, axes: Sequence[str], search: Mapping[str, Any] | None = None) -> "Plan":
        """Return the plan of a study over axes, NAME=VALUES."""
        from golden_model.network.network import Network
        from golden_model.studies.sweep.axes import parse_axes
        from golden_model.studies.sweep.plan import Plan

        return Plan(
            kind,
            self.task,
            parse_axes(axes),
            fixed=self.assignments or (),
            network=Network() if self.config is None else Network.read(self.config),
            keep_range=self.keep_range,
            epochs=self.epochs,
            seeds=self.seeds,
            n_train=self.n_train,
            n_test=self.n_test,
            search=search or {},
        )
