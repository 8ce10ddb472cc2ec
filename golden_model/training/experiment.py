"""What a training starts from: task, data, network and seed, put together and described."""

import dataclasses
import hashlib
import inspect
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from golden_model.network.config import Config
from golden_model.network.network import Network
from golden_model.network.overrides import parse_overrides
from golden_model.network.parameters import PUBLISHED, Parameters
from golden_model.network.scaling import weights_at
from golden_model.samples.samples import Sample
from golden_model.tasks import Task, TaskData, generate, get_task
from golden_model.tasks.published import read_published

SIZES = ("n_in", "n_rec", "n_out")


@dataclass(frozen=True, eq=False)
class Experiment:
    """All that decides the bits of a training run.

    Attributes
    ----------
    task : Task
    data : TaskData
        Parameters, initial weights s(B) and samples.
    config : Config
    seed : int or None
        From which `data` was generated; None: it was read.
    """

    task: Task
    data: TaskData
    config: Config
    seed: int | None = None

    def __repr__(self) -> str:
        counts = f"{len(self.data.train)} training samples, {len(self.data.test)} test samples"
        data = "read" if self.seed is None else f"seed {self.seed}"
        return f"<Experiment: {self.task.name}, {counts}, {data}, configuration {self.config.digest}>"

    def settings(self) -> dict[str, Any]:
        """Return what a resumed run must have in common with the run that it resumes, as JSON has it."""
        parameters = self.data.parameters
        return {
            "task": self.task.name,
            "task_parameters": {name: getattr(self.task, name) for name in parameter_names(self.task)},
            "data": "read" if self.seed is None else "generated",
            "seed": self.seed,
            "n_train": len(self.data.train),
            "n_test": len(self.data.test),
            "target_start": _common_start([*self.data.train, *self.data.test]),
            "config": self.config.model_dump(),
            "config_digest": self.config.digest,
            "alpha": parameters.alpha.tolist(),
            "threshold": parameters.threshold.tolist(),
            "registers": parameters.registers.to_dict(),
            "data_sha256": _digest(self.data),
        }


def make_experiment(
    task_name: str,
    *,
    seed: int | None = None,
    n_train: int | None = None,
    n_test: int | None = None,
    published: str | os.PathLike[str] | None = None,
    config_file: str | os.PathLike[str] | None = None,
    assignments: Iterable[str] = (),
) -> Experiment:
    """Put an experiment together.

    Parameters
    ----------
    task_name : str
    seed, n_train, n_test : int, optional
        Of the data to generate; 0, 50 and 50 if omitted.
    published : path-like, optional
        Folder of the published data, weights and registers, to read instead.
    config_file : path-like, optional
        TOML file of a network; its table [parameters], if there is one, replaces the registers, leaks and
        thresholds of the task.
    assignments : iterable of str
        Changes, NAME=VALUE, see `parse_overrides`.

    Raises
    ------
    ValueError
        If a name is unknown, a value out of range, a file damaged, or the sizes do not fit each other.
    OSError
        If a file cannot be read.
    """
    generator = {"seed": seed, "n_train": n_train, "n_test": n_test}
    given = {name: value for name, value in generator.items() if value is not None}
    if published and given:
        raise ValueError(f"{next(iter(given))} is of generated data, which the published data replace")
    data = read_published(published) if published else None
    network = Network() if config_file is None else Network.read(config_file)
    setting = make_setting(task_name, network, assignments, data)
    if data is None:
        data = generate(setting.task, **{"seed": 0, **given})
    return setting.experiment(data, None if published else seed or 0)


@dataclass(frozen=True)
class Setting:
    """A task and the network that learns it, before there are data.

    Attributes
    ----------
    task : Task
    config : Config
    parameters : Parameters
    """

    task: Task
    config: Config
    parameters: Parameters

    def experiment(self, data: TaskData, seed: int | None) -> Experiment:
        """Return the experiment with data of the task, whose parameters are replaced."""
        weights = weights_at(data.weights, PUBLISHED.weight.bits, self.config.weight_bits)
        data = dataclasses.replace(data, parameters=self.parameters, weights=weights)
        return Experiment(self.task, data, self.config, seed)


def make_setting(
    task_name: str, network: Network, assignments: Iterable[str] = (), data: TaskData | None = None
) -> Setting:
    """Put a task and a network together.

    Parameters
    ----------
    task_name : str
    network : Network
    assignments : iterable of str
        Changes, NAME=VALUE, see `parse_overrides`.
    data : TaskData, optional
        Data that are at hand: their parameters take the place of the task's, which cannot be changed then.

    Raises
    ------
    ValueError
        If a name is unknown, a value out of range, or the sizes do not fit each other.
    """
    task = get_task(task_name)
    overrides = parse_overrides(assignments, () if data else parameter_names(task))
    task = get_task(task_name, **overrides.task)
    of_task = data.parameters if data else task.parameters()
    if network.parameters is not None:
        _check_sizes(network.origin, network.parameters, of_task)
    parameters = overrides.applied_to(network.parameters or of_task)
    return Setting(task, network.config.replace(**overrides.config), parameters)


def _check_sizes(origin: str, parameters: Parameters, of_task: Parameters) -> None:
    for name in SIZES:
        found, wanted = getattr(parameters, name), getattr(of_task, name)
        if found != wanted:
            raise ValueError(f"{origin}: {name} = {found} of the network is not the {wanted} of the task")


def parameter_names(task: Task) -> list[str]:
    """Return the names of the parameters of a task."""
    return list(inspect.signature(type(task)).parameters)


def _common_start(samples: Sequence[Sample]) -> int | None:
    """Return the tick from which all targets are valid, None where the samples differ."""
    starts = {sample.target_start for sample in samples}
    return starts.pop() if len(starts) == 1 else None


def _digest(data: TaskData) -> str:
    """Return the SHA-256 of all samples and initial weights."""
    digest = hashlib.sha256()
    for array in data.weights:
        digest.update(array.astype(np.int64).tobytes())
    for sample in (*data.train, *data.test):
        head = (sample.n_events, sample.n_ticks, sample.label, sample.target_start)
        digest.update(repr(head).encode() + sample.events.tobytes())
        if sample.targets is not None:
            digest.update(sample.targets.tobytes())
    return digest.hexdigest()
