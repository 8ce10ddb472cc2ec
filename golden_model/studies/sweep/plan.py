"""What a study is to find out: every training that it takes, each by a key of its own."""

import dataclasses
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from golden_model.console.limits import MOST, integer
from golden_model.network.config import SIZES, Config
from golden_model.network.network import Network
from golden_model.network.overrides import Overrides, parse_overrides
from golden_model.network.parameters import Parameters
from golden_model.network.values import Value
from golden_model.studies.sweep.axes import Axis, assignments
from golden_model.studies.sweep.ranges import keeping_range
from golden_model.tasks import get_task
from golden_model.training.experiment import Setting, make_setting, parameter_names

CORE, REFERENCE, PUBLISHED = "core", "reference", "published"
MOST_TRAININGS = 100_000
Values = Mapping[str, Value]


@dataclass(frozen=True)
class Job:
    """One training.

    Attributes
    ----------
    network : {"core", "reference", "published"}
        What is trained: a point of the sweep, the float reference, or the published widths and registers.
    values : mapping of str to value
        Of the axes that matter to it.
    seed : int
        Of weights and samples.
    """

    network: str
    values: Values
    seed: int

    @property
    def key(self) -> str:
        """The same for the same training, whoever asks."""
        return json.dumps([self.network, dict(self.values), self.seed])

    @classmethod
    def of_key(cls, key: str) -> Self:
        """Return the job of a key."""
        return cls(*json.loads(key))


@dataclass(frozen=True, eq=False)
class Plan:
    """All that decides the results of a study; plans of equal settings are equal.

    Attributes
    ----------
    kind : {"grid", "pareto"}
    task : str
    axes : sequence of Axis
    fixed : sequence of str
        NAME=VALUE, the same for all trainings.
    network : Network
    keep_range : bool
        Lower registers where traces are narrow, see `keeping_range`.
    epochs, seeds, n_train, n_test : int
        1..1000000; a point is trained with the seeds 0 to `seeds` - 1.
    search : mapping of str to any
        What a search adds: objectives, how many points.

    Raises
    ------
    ValueError
        A name is unknown, a value out of range, or a grid or search too large.
    """

    kind: str
    task: str
    axes: Sequence[Axis]
    fixed: Sequence[str] = ()
    network: Network = dataclasses.field(default_factory=Network)
    keep_range: bool = True
    epochs: int = 5
    seeds: int = 5
    n_train: int = 50
    n_test: int = 50
    search: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self._check_numbers()
        first = {axis.label: axis.values[0] for axis in self.axes}
        self._refuse_sizes(self._overrides(first))
        self.setting(CORE, first)
        self.setting(PUBLISHED, first)
        for axis in self.axes:
            for value in axis.values[1:]:
                self.setting(CORE, {**first, axis.label: value})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self.settings() == other.settings()

    def setting(self, network: str, values: Values) -> Setting:
        """Return task, configuration and parameters of a training."""
        if network == PUBLISHED:
            return _fitted(make_setting(self.task, Network(), self._of_task(values)))
        changes = [*self.fixed, *assignments(self.axes, values)]
        setting = _fitted(make_setting(self.task, self.network, changes))
        if network == REFERENCE or not self.keep_range:
            return setting
        return keeping_range(setting, self._registers_given(values))

    def jobs(self, points: Sequence[Values]) -> Iterator[Job]:
        """Yield the trainings of some points, each with every seed, and of what they are compared with.

        Each comes once, even if a point comes twice.
        """
        for values in _distinct(points):
            yield from self._seeded(CORE, values)
        for values in self.references(points):
            yield from self._seeded(REFERENCE, values)
        for values in self.published(points):
            yield from self._seeded(PUBLISHED, values)

    def references(self, points: Sequence[Values]) -> list[Values]:
        """Return what points have that concerns a network in real numbers: no widths, no rounding."""
        of_circuit = {axis.label for axis in self.axes if all(_is_width(name) for name in axis.names)}
        return _distinct(
            {label: value for label, value in values.items() if label not in of_circuit} for values in points
        )

    def published(self, points: Sequence[Values]) -> list[Values]:
        """Return what points have that concerns the published setting: the task."""
        of_task = parameter_names(get_task(self.task))
        labels = {
            axis.label
            for axis in self.axes
            if any(name.removeprefix("task.") in of_task for name in axis.names)
        }
        return _distinct(
            {label: value for label, value in values.items() if label in labels} for values in points
        )

    def settings(self) -> dict[str, Any]:
        """Return the plan as JSON has it."""
        own = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        parameters = self.network.parameters
        settings: dict[str, Any] = json.loads(json.dumps(own | {
            "axes": [[axis.label, axis.names, axis.values] for axis in self.axes],
            "network": {
                "config": self.network.config.model_dump(),
                "parameters": None if parameters is None else parameters.table(),
            },
        }))  # fmt: skip
        return settings

    @classmethod
    def of_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Return the plan of settings."""
        network = settings["network"]
        axes = [Axis(label, tuple(names), tuple(values)) for label, names, values in settings["axes"]]
        table = network["parameters"]
        parameters = None if table is None else Parameters.of_table(table)
        given = Network(Config(**network["config"]), parameters)
        return cls(**{**settings, "axes": axes, "network": given})

    def _seeded(self, network: str, values: Values) -> Iterator[Job]:
        return (Job(network, values, seed) for seed in range(self.seeds))

    def _overrides(self, values: Values) -> Overrides:
        """Return what is fixed, and values of the axes."""
        changes = [*self.fixed, *assignments(self.axes, values)]
        return parse_overrides(changes, parameter_names(get_task(self.task)))

    def _of_task(self, values: Values) -> list[str]:
        """Return the assignments that change the task."""
        changes = self._overrides(values).task
        return [f"task.{name}={json.dumps(value)}" for name, value in changes.items()]

    def _registers_given(self, values: Values) -> Collection[str]:
        """Return the names of the registers that the user decides: all of them in a file."""
        if self.network.parameters is not None:
            return self.network.parameters.registers.to_dict()
        return self._overrides(values).parameters

    def _check_numbers(self) -> None:
        if not self.axes:
            raise ValueError("the grid is empty, give NAME=VALUES")
        for name in ("epochs", "seeds", "n_train", "n_test"):
            integer(name, getattr(self, name), 1, MOST)
        n_points = self.search.get("trials") or math.prod(len(axis.values) for axis in self.axes)
        if n_points * self.seeds > MOST_TRAININGS:
            n_trainings, name = n_points * self.seeds, "search" if self.search else "grid"
            raise ValueError(f"the {name} has {n_trainings} trainings, more than {MOST_TRAININGS}")

    def _refuse_sizes(self, overrides: Overrides) -> None:
        """Refuse sizes of a circuit, which are those of the network whatever is written."""
        of_task = parameter_names(get_task(self.task))
        for name in SIZES:
            if name in overrides.config:
                hint = f", write task.{name}" if name in of_task else ""
                raise ValueError(f"config.{name} follows from the sizes of the task{hint}")


def _distinct(points: Iterable[Values]) -> list[Values]:
    """Return points without those that came before."""
    return list({json.dumps(dict(values), sort_keys=True): values for values in points}.values())


def _is_width(name: str) -> bool:
    return name.removeprefix("config.") in Config.model_fields


def _fitted(setting: Setting) -> Setting:
    """Return the setting with a circuit of the network's sizes, which never change a result."""
    sizes = {name: getattr(setting.parameters, name) for name in SIZES}
    return dataclasses.replace(setting, config=setting.config.replace(**sizes))
