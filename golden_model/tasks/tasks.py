"""The tasks by name, what training needs to know of one, and the data that it gives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from golden_model.console.limits import MOST, integer
from golden_model.network.formats import Weights
from golden_model.network.names import closest
from golden_model.network.parameters import Parameters, sizes_text
from golden_model.samples.samples import Sample
from golden_model.tasks.cue_accumulation import CueAccumulation


class Task(Protocol):
    """What training needs to know of a task."""

    @property
    def name(self) -> str:
        """Name on the command line."""

    @property
    def groups(self) -> Mapping[str, range]:
        """Input lines by what they stand for, for pictures."""

    def parameters(self) -> Parameters:
        """Return the registers, leaks and thresholds of a network that learns the task."""

    def weights(self, rng: np.random.Generator) -> Weights:
        """Draw initial weights w_in [n_in, n_rec], w_rec [n_rec, n_rec], w_out [n_rec, n_out]."""

    def samples(self, rng: np.random.Generator, n: int) -> list[Sample]:
        """Draw n samples; the first ones do not depend on n. ValueError if memory does not hold them."""

    def score(self, samples: Sequence[Sample], inferences: Sequence[int | None]) -> float:
        """Return how good the answers are, 0..1."""


MOST_SEED = 2**64 - 1
TASKS: Mapping[str, Callable[..., Task]] = {CueAccumulation.name: CueAccumulation}


def get_task(name: str, **parameters: Any) -> Task:
    """Return the task of that name, with some of its parameters changed.

    Raises
    ------
    ValueError
        If there is no such task or parameter, or a value is out of range.
    """
    if not isinstance(name, str) or name not in TASKS:
        hint = closest(str(name), TASKS) or f", the tasks are {', '.join(TASKS)}"
        raise ValueError(f"unknown task {name!r}{hint}")
    known = inspect.signature(TASKS[name]).parameters
    for parameter in parameters:
        if parameter not in known:
            raise ValueError(f"task {name} has no parameter {parameter!r}{closest(parameter, known)}")
    return TASKS[name](**parameters)


@dataclass(frozen=True, eq=False)
class TaskData:
    """All that one training starts from.

    Attributes
    ----------
    parameters : Parameters
    weights : tuple of ndarray
        w_in [n_in, n_rec], w_rec [n_rec, n_rec], w_out [n_rec, n_out].
    train, test : list of Sample
    """

    parameters: Parameters
    weights: Weights
    train: list[Sample]
    test: list[Sample]

    def __repr__(self) -> str:
        counts = f"{len(self.train)} training samples, {len(self.test)} test samples"
        return f"<TaskData: {counts}, {sizes_text(self.parameters)}>"


def generate(task: Task, seed: int, n_train: int = 50, n_test: int = 50) -> TaskData:
    """Draw weights, training samples and test samples, in this order, from one generator.

    Parameters
    ----------
    task : Task
    seed : int
        0 or more, of at most 64 bits.
    n_train, n_test : int
        0..1000000. The first samples do not depend on how many follow; the test samples follow the training
        samples.

    Raises
    ------
    ValueError
        If a number is out of range, or the task refuses to draw as many samples.
    """
    for name, number in (("n_train", n_train), ("n_test", n_test)):
        integer(name, number, 0, MOST)
    rng = np.random.default_rng(integer("seed", seed, 0, MOST_SEED))
    return TaskData(
        task.parameters(), task.weights(rng), task.samples(rng, n_train), task.samples(rng, n_test)
    )
