"""The report of a study, written once before its first training: nothing is missing after the last."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from golden_model.console.errors import sentence
from golden_model.studies.sweep.costs import REPORTED, CostTable
from golden_model.studies.sweep.plan import Plan, Values
from golden_model.studies.sweep.report import OF_TRAININGS, Report
from golden_model.studies.sweep.scores import Scores
from golden_model.studies.sweep.storage import Outcome

MOST = 2  # seeds and epochs that are made up


def rehearse(plan: Plan, costs: CostTable, command: str) -> None:
    """Write a report of made-up accuracies, and remove it.

    Raises
    ------
    ValueError
        It cannot be written, or a swept name is that of a column which the report has anyway.
    """
    for axis in plan.axes:
        if axis.label in (*REPORTED, *OF_TRAININGS):
            raise ValueError(f"the report has a column {axis.label}, write task.{axis.label}")
    try:
        with TemporaryDirectory() as draft:
            _made_up(plan, costs, command).write(Path(draft))
    except Exception as error:
        raise ValueError(f"the report of this study cannot be written: {sentence(error)}") from error


def _made_up(plan: Plan, costs: CostTable, command: str) -> Report:
    """Return the report of the first and the last of all points."""
    small = replace(plan, seeds=min(plan.seeds, MOST), epochs=min(plan.epochs, MOST))
    first, last = ({axis.label: axis.values[end] for axis in plan.axes} for end in (0, -1))
    points = [first] if first == last else [first, last]
    nothing = Scores(small, points, {}, costs)
    jobs = small.jobs([values for values in points if _is_possible(nothing, values)])
    accuracies = {name: [0.5] * small.epochs for name in ("train", "test")}
    return Report(replace(nothing, outcomes={job.key: Outcome(accuracies) for job in jobs}), command)


def _is_possible(scores: Scores, values: Values) -> bool:
    """Tell whether a core can have the values of a point."""
    try:
        scores.losses(values)
    except ValueError:
        return False
    return True
