"""Studies that were never trained: a plan, and outcomes made up for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from golden_model.studies.sweep.axes import combinations, parse_axes
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.plan import CORE, PUBLISHED, REFERENCE, Job, Plan
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.scores import Scores
from golden_model.studies.sweep.storage import Outcome
from tests.helpers.networks import SMALL

AXES = ("weight_bits=6,8", "trace_bits=8,12")
# Test accuracies after the last epoch, of the seeds 0 to 2; None: the training failed.
ACCURACIES: Mapping[tuple[int, int], Sequence[float | None]] = {
    (6, 8): (0.5, 0.5, 0.5),
    (6, 12): (0.5, 0.75, 1.0),
    (8, 8): (0.25, None, 0.75),
    (8, 12): (0.75, 0.75, 0.75),
}


def make_plan(kind: str = "grid", *axes: str, **more: Any) -> Plan:
    sizes = {"epochs": 2, "seeds": 3, "n_train": 4, "n_test": 4}
    return Plan(kind, "cue-accumulation", parse_axes(axes or AXES), SMALL, **sizes, **more)


def outcome(accuracy: float | None) -> Outcome:
    """An outcome of two epochs."""
    if accuracy is None:
        return Outcome(error="3 workers died of it")
    return Outcome({"train": [0.125, 0.25], "test": [0.0, accuracy]})


def make_outcomes(
    accuracies: Mapping[tuple[int, int], Sequence[float | None]] = ACCURACIES,
) -> dict[str, Outcome]:
    """Outcomes of the points, of a reference (1.0, 1.0, 0.7), and of the published setting, always 0.6."""
    found = {
        Job(CORE, {"weight_bits": weight, "trace_bits": trace}, seed).key: outcome(accuracy)
        for (weight, trace), scores in accuracies.items()
        for seed, accuracy in enumerate(scores)
    }
    found |= {Job(REFERENCE, {}, seed).key: outcome(score) for seed, score in enumerate((1.0, 1.0, 0.7))}
    return found | {Job(PUBLISHED, {}, seed).key: outcome(0.6) for seed in range(3)}


def make_scores(
    plan: Plan | None = None, outcomes: Mapping[str, Outcome] | None = None, costs: CostTable | None = None
) -> Scores:
    plan = plan or make_plan()
    outcomes = make_outcomes() if outcomes is None else outcomes
    return Scores(plan, list(combinations(plan.axes)), outcomes, costs or CostTable())


def make_report(scores: Scores | None = None) -> Report:
    return Report(scores or make_scores(), "eprop study grid")
