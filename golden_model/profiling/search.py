"""How narrow the words of a network may be: trainings at smaller widths and the Config that they suggest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from golden_model.console.limits import MOST, integer
from golden_model.console.progress import Told
from golden_model.core.core import Core
from golden_model.core.parallel import run_many
from golden_model.network.config import Config
from golden_model.network.memory import memory_bits
from golden_model.network.parameters import Parameters
from golden_model.network.registers import REGISTERS
from golden_model.network.scaling import weights_at
from golden_model.profiling.options import MOST_REPEATS
from golden_model.profiling.profile import make_core
from golden_model.training.experiment import Experiment

FIELDS = (
    "weight_bits",
    "membrane_bits",
    "trace_in_bits",
    "trace_rec_bits",
    "trace_out_bits",
    "alpha_frac_bits",
    "surrogate_bits",
)


@dataclass(frozen=True)
class Trial:
    """A configuration that was tried.

    Attributes
    ----------
    config : Config
    scores : tuple of float
        Test accuracy 0..1 after the last epoch of every repetition; empty where there was no training.
    obstacle : str
        Why there was none: the network does not fit, or loses a register value.
    """

    config: Config
    scores: tuple[float, ...] = ()
    obstacle: str = ""

    @property
    def accuracy(self) -> float | None:
        """Mean test accuracy of the repetitions."""
        return sum(self.scores) / len(self.scores) if self.scores else None

    @property
    def memory_bits(self) -> int:
        """Bits of all memories of a circuit."""
        return sum(memory_bits(self.config).values())


@dataclass(frozen=True)
class Search:
    """What was tried.

    Attributes
    ----------
    epochs, repeats : int
        Of every training.
    tolerance : float
        Accuracy that the suggestion may cost.
    own : Trial
        The configuration of the run.
    single : dict of str to list of Trial
        By field, each width below that of the run, wide to narrow.
    combined : list of Trial
        All fields narrowed at once; the last is the suggestion.
    """

    epochs: int
    repeats: int
    tolerance: float
    own: Trial
    single: dict[str, list[Trial]]
    combined: list[Trial]

    @property
    def suggestion(self) -> Trial:
        """The narrowest configuration within the tolerance."""
        return self.combined[-1]

    @property
    def n_trainings(self) -> int:
        """How many trainings it took."""
        tried = [self.own, *(trial for trials in self.single.values() for trial in trials), *self.combined]
        return sum(len(trial.scores) for trial in tried)


@dataclass(frozen=True)
class Trainer:
    """Trains one experiment at several configurations.

    Attributes
    ----------
    experiment : Experiment
        Its weights are those of its own `weight_bits`.
    epochs : int
        Of every training, 1..1000000.
    repeats : int
        Trainings of every configuration, 1..1000. The first has the random sources of the experiment,
        the others have seeds of their own, the same for all configurations.
    told : callable
        Called after every epoch.

    Raises
    ------
    ValueError
        `epochs` or `repeats` is out of range.
    """

    experiment: Experiment
    epochs: int = 3
    repeats: int = 4
    told: Told = lambda *_: None

    def __post_init__(self) -> None:
        integer("epochs", self.epochs, 1, MOST)
        integer("repeats", self.repeats, 1, MOST_REPEATS)

    def try_out(self, configs: Sequence[Config]) -> list[Trial]:
        """Train at every configuration, side by side; one that does not suit the network is not trained."""
        obstacles = {config: self._obstacle(config) for config in configs}
        legal = [config for config in configs if not obstacles[config]]
        cores = [self._core(config, repeat) for config in legal for repeat in range(self.repeats)]
        scores = iter(self._train(cores))
        of_config = {config: tuple(next(scores) for _ in range(self.repeats)) for config in legal}
        return [Trial(config, of_config.get(config, ()), obstacles[config]) for config in configs]

    def _obstacle(self, config: Config) -> str:
        """Say what a configuration takes away from the network that the experiment's own does not."""
        parameters = self.experiment.data.parameters
        _, accepted = make_core(self.experiment.config, parameters)
        try:
            _, lost = make_core(config, parameters)
        except ValueError as error:
            return str(error)
        return next((sentence for sentence in lost if sentence not in accepted), "")

    def _core(self, config: Config, repeat: int) -> Core:
        data = self.experiment.data
        core, _ = make_core(config, reseeded(data.parameters, repeat) if repeat else data.parameters)
        core.load_weights(*weights_at(data.weights, self.experiment.config.weight_bits, config.weight_bits))
        return core

    def _train(self, cores: Sequence[Core]) -> list[float]:
        """Train independent cores and return the test accuracy of each."""
        data, task = self.experiment.data, self.experiment.task
        for epoch in range(1, self.epochs + 1):
            run_many([(core, data.train) for core in cores])
            answers = run_many([(core, data.test) for core in cores], learn=False)
            self.told(f"epochs of {len(cores)} trainings", epoch, self.epochs)
        inferences = [[result.inference for result in results] for results in answers]
        return [task.score(data.test, given) for given in inferences]


def search(trainer: Trainer, tolerance: float = 0.02) -> Search:
    """Find a configuration with narrower words that learns nearly as well.

    First every field is narrowed alone, bit by bit; then all are narrowed together, each as far as it went
    alone without ever costing more than the tolerance. As long as this costs too much, every narrowed field
    gets a bit back.

    Parameters
    ----------
    trainer : Trainer
        Of the experiment whose configuration is to be narrowed.
    tolerance : float
        Accuracy that may be lost, 0..1.

    Raises
    ------
    ValueError
        `tolerance` is out of range.
    """
    if not 0 <= tolerance <= 1:
        raise ValueError(f"tolerance = {tolerance} is outside 0..1")
    config = trainer.experiment.config
    candidates = {name: narrower(config, name) for name in FIELDS}
    own, *trials = trainer.try_out([config, *(narrow for some in candidates.values() for narrow in some)])
    rest = iter(trials)
    single = {name: [next(rest) for _ in some] for name, some in candidates.items()}
    widths = {name: narrowest(name, own, some, tolerance) for name, some in single.items()}
    combined = _combine(trainer, own, widths, tolerance)
    return Search(trainer.epochs, trainer.repeats, tolerance, own, single, combined)


def narrower(config: Config, name: str) -> list[Config]:
    """Return a configuration with every legal width of a field below its own, wide to narrow."""
    configs = []
    for width in range(getattr(config, name) - 1, 0, -1):
        try:
            configs.append(config.replace(**{name: width}))
        except ValueError:
            break
    return configs


def narrowest(name: str, own: Trial, trials: Sequence[Trial], tolerance: float) -> int:
    """Return the least width of a field before the first, from wide to narrow, that costs too much."""
    width: int = getattr(own.config, name)
    for trial in trials:
        if not is_good(own, trial, tolerance):
            break
        width = getattr(trial.config, name)
    return width


def is_good(own: Trial, trial: Trial, tolerance: float) -> bool:
    """Tell whether a trial is within the tolerance."""
    if own.accuracy is None or trial.accuracy is None:
        return False
    return trial.accuracy >= own.accuracy - tolerance - 1e-9  # of rounding


def reseeded(parameters: Parameters, seed: int) -> Parameters:
    """Return a network whose random sources all begin elsewhere."""
    rng = np.random.default_rng(seed)
    seeds: dict[str, Any] = {
        register.name: int(rng.integers(1, register.high, endpoint=True))
        for register in REGISTERS
        if register.name.startswith("seed_")
    }
    return parameters.replace(**seeds)


def _combine(trainer: Trainer, own: Trial, widths: dict[str, int], tolerance: float) -> list[Trial]:
    """Narrow all fields, then give back a bit at a time until it costs little enough."""
    tried: list[Trial] = []
    while not tried or not (is_good(own, tried[-1], tolerance) or tried[-1].config == own.config):
        tried += trainer.try_out([own.config.replace(**widths)])
        widths = {name: min(width + 1, getattr(own.config, name)) for name, width in widths.items()}
    return tried
