"""A search for the Pareto front by NSGA-II, which resumes by living through its past again.

The search asks for a generation of points, all of which are trained, by whoever has time, before the next one
is asked for. So what it asks for depends on its seed and on accuracies only, not on who was quick: a search
that was killed asks for the same points again, whose accuracies are there already.
"""

from collections.abc import Callable, Mapping, Sequence

import optuna
from optuna.samplers import NSGAIISampler
from optuna.study import StudyDirection
from optuna.trial import TrialState

from golden_model.network.values import Value
from golden_model.studies.sweep.axes import combinations
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.plan import CORE, Plan, Values

# The objectives of points: accuracy and then costs; None for a point whose trainings failed.
Evaluate = Callable[[Sequence[Values]], Sequence[Sequence[float] | None]]


def search(plan: Plan, evaluate: Evaluate) -> list[Values]:
    """Return the points that a search has tried, each once, in the order in which it came to them.

    Parameters
    ----------
    plan : Plan
        Its `search` has `objectives`, the costs to be minimized, and `trials`, `population` and `seed`.
    evaluate : callable
        Told of a generation of points at a time.
    """
    settings = plan.search
    study = optuna.create_study(
        directions=[StudyDirection.MAXIMIZE, *[StudyDirection.MINIMIZE] * len(settings["objectives"])],
        sampler=NSGAIISampler(population_size=settings["population"], seed=settings["seed"]),
    )
    tried: list[Values] = []
    for start in range(0, settings["trials"], settings["population"]):
        size = min(settings["population"], settings["trials"] - start)
        trials = [study.ask() for _ in range(size)]
        points = [_suggest(plan, trial) for trial in trials]
        tried += [point for n, point in enumerate(points) if point not in (*tried, *points[:n])]
        for trial, objectives in zip(trials, evaluate(points), strict=True):
            if objectives is None:
                study.tell(trial, state=TrialState.FAIL)
            else:
                study.tell(trial, objectives)
    return tried


def check_costs(plan: Plan) -> None:
    """Raise a ValueError if a cost is named as an axis, or one to minimize is not known of all points."""
    table = CostTable(**plan.search["costs"])
    for axis in plan.axes:
        if axis.label in table.names:
            raise ValueError(f"{axis.label} is swept, a cost needs another name")
    first = {axis.label: axis.values[0] for axis in plan.axes}
    measured = [axis for axis in plan.axes if set(axis.names) & set(table.fields)]
    settings = [{**first, **values} for values in combinations(measured)]
    configs = {
        ", ".join(f"{name} = {value}" for name, value in values.items()): plan.setting(CORE, values).config
        for values in settings
    }
    table.check(plan.search["objectives"], configs)


def front(objectives: Mapping[int, Sequence[float]]) -> set[int]:
    """Return which points no other beats: accuracy is better if greater, costs are if less."""
    better = {point: (-accuracy, *costs) for point, (accuracy, *costs) in objectives.items()}
    return {
        point for point, own in better.items() if not any(_beats(other, own) for other in better.values())
    }


def _beats(one: Sequence[float], other: Sequence[float]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def _suggest(plan: Plan, trial: optuna.Trial) -> Values:
    values: dict[str, Value] = {}
    for axis in plan.axes:
        chosen = trial.suggest_categorical(axis.label, axis.values)
        assert chosen is not None  # no axis has it
        values[axis.label] = chosen
    return values
