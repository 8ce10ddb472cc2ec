"""One training of a study: nothing is kept of it but its accuracies."""

import warnings
from collections.abc import Hashable
from functools import lru_cache
from importlib.metadata import version
from typing import cast

from golden_model import __version__
from golden_model.core.core import Core
from golden_model.reference.reference import Reference
from golden_model.studies.sweep.plan import REFERENCE, Job, Plan
from golden_model.tasks import Task, TaskData, generate
from golden_model.training.experiment import Experiment

Accuracies = dict[str, list[float]]
# Of what a training depends on.
VERSIONS = {"eprop-core": __version__, **{name: version(name) for name in ("numba", "numpy")}}


def run_trial(plan: Plan, job: Job) -> Accuracies:
    """Train a network, and return its accuracy 0..1 in training and test of every epoch.

    Raises
    ------
    ValueError
        The values do not go together.
    """
    setting = plan.setting(job.network, job.values)
    data = task_data(cast("Hashable", setting.task), job.seed, plan.n_train, plan.n_test)
    experiment = setting.experiment(data, job.seed)
    make = Reference if job.network == REFERENCE else Core
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of lost values, which the report's table names
        network = make(experiment.config, experiment.data.parameters)
    network.load_weights(*experiment.data.weights)
    accuracies: Accuracies = {"train": [], "test": []}
    for _ in range(plan.epochs):
        for name, scores in accuracies.items():
            scores.append(_accuracy(experiment, network, name))
    return accuracies


def _accuracy(experiment: Experiment, network: Core | Reference, name: str) -> float:
    """Run the training samples, which are learned, or the test samples."""
    learn = name == "train"
    samples = experiment.data.train if learn else experiment.data.test
    return experiment.task.score(samples, [network.run(sample, learn).inference for sample in samples])


@lru_cache(maxsize=128)
def task_data(task: Hashable, seed: int, n_train: int, n_test: int) -> TaskData:
    """Return the data of a seed, which the points of a sweep share."""
    return generate(cast("Task", task), seed, n_train, n_test)
