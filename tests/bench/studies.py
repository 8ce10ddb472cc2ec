"""What the harness of a study costs against a plain loop, and what a second worker brings."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from golden_model.core.core import Core
from golden_model.network.network import Network
from golden_model.studies.sweep.axes import combinations, parse_axes
from golden_model.studies.sweep.costs import CostTable
from golden_model.studies.sweep.places import JOURNAL, Place
from golden_model.studies.sweep.plan import CORE, Plan
from golden_model.studies.sweep.report import Report
from golden_model.studies.sweep.scores import Scores
from golden_model.studies.sweep.storage import Outcome, Queue
from golden_model.studies.sweep.trial import task_data
from golden_model.studies.sweep.workers import Workers
from golden_model.tasks import generate, get_task
from golden_model.training.experiment import make_setting
from tests.bench.timing import Section, interleaved

TASK, AXES = "cue-accumulation", ["weight_bits=4,6,8"]
ROUNDS, SEEDS = 3, 5
MANY_SEEDS = 40  # so many that the start of the workers is little


def studies() -> list[Section]:
    """Compare the same trainings by a loop, by a worker in this process, and by two workers."""
    plan = Plan("grid", TASK, parse_axes(AXES), seeds=SEEDS)
    assert plain_loop(plan) == accuracies(harness(plan))  # compiles, too
    actions = {"loop": lambda _: plain_loop(plan), "harness": lambda _: harness(plan)}
    seconds = interleaved(actions, ROUNDS, prepare=task_data.cache_clear)
    cost = median(ours / plain for ours, plain in zip(seconds["harness"], seconds["loop"], strict=True)) - 1
    rows: list[tuple[str | float, ...]] = [
        ("trainings in a plain loop", median(seconds["loop"]), ""),
        ("the same as a study, cost in %", median(seconds["harness"]), 100 * cost),
        ("the report of it", report_seconds(plan), ""),
    ]
    many = Plan("grid", TASK, parse_axes(AXES), seeds=MANY_SEEDS)
    one, two = (timed(many, workers) for workers in (1, 2))
    rows += [
        (f"{len(AXES[0].split(','))} x {MANY_SEEDS} trainings, one worker", one, ""),
        ("the same with two workers, speed-up", two, one / two),
    ]
    return [Section("Studies, cue accumulation", ("", "s", "figure"), rows)]


def plain_loop(plan: Plan) -> list[float]:
    """Return the last test accuracy of every training, in a loop that makes the data once per seed."""
    found = []
    task = get_task(plan.task)
    generated = [generate(task, seed) for seed in range(plan.seeds)]
    for values in combinations(plan.axes):
        changes = [f"{name}={value}" for name, value in values.items()]
        setting = make_setting(plan.task, Network(), changes)
        for seed, drawn in enumerate(generated):
            experiment = setting.experiment(drawn, seed)
            data, core = experiment.data, Core(experiment.config, experiment.data.parameters)
            core.load_weights(*data.weights)
            for _ in range(plan.epochs):
                for sample in data.train:
                    core.run(sample)
                answers = [core.run(sample, learn=False).inference for sample in data.test]
            found.append(experiment.task.score(data.test, answers))
    return found


def harness(plan: Plan, workers: int = 1) -> Mapping[str, Outcome]:
    """Do the trainings as a study does them, with a journal of their own."""
    jobs = [job for job in plan.jobs(list(combinations(plan.axes))) if job.network == CORE]
    with TemporaryDirectory() as folder:
        queue = Queue(Place(str(Path(folder) / JOURNAL), "bench"), plan)
        with Workers(queue, workers) as pool:
            return pool.run(jobs)


def accuracies(outcomes: Mapping[str, Outcome]) -> list[float]:
    """Return the last test accuracy of every training."""
    return [outcome.accuracies["test"][-1] for outcome in outcomes.values()]


def timed(plan: Plan, workers: int) -> float:
    """Return the seconds that the trainings take."""
    began = perf_counter()
    harness(plan, workers)
    return perf_counter() - began


def report_seconds(plan: Plan) -> float:
    """Return the seconds that it takes to write the report."""
    outcomes = harness(plan)
    scores = Scores(plan, list(combinations(plan.axes)), outcomes, CostTable())
    began = perf_counter()
    with TemporaryDirectory() as folder:
        Report(scores, "bench").write(Path(folder))
    return perf_counter() - began
