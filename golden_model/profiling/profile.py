"""What a network makes of its words: how it uses every signal, and where it loses precision."""

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_model.console.progress import Told
from golden_model.core.core import Core
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array, Weights
from golden_model.network.parameters import Parameters
from golden_model.profiling.signals import LEARNING, SIGNALS, STATE, Loss, Use, make_uses
from golden_model.profiling.updates import Updates, changes_of, make_updates
from golden_model.reference.reference import Reference
from golden_model.samples.samples import Sample
from golden_model.training.run_folder import ARRAYS


@dataclass
class Profile:
    """What was measured of a network.

    Attributes
    ----------
    config : Config
    n_samples : int
    signals : dict of str to Use
        State after every step but the first tick, quantities of learning in ticks that learn, stored
        weights after every sample.
    updates : dict of str to Updates
        Of every weight array.
    losses : dict of str to Loss
        Of all signals; of a weight array the loss of its change in one sample.
    """

    config: Config
    n_samples: int
    signals: dict[str, Use]
    updates: dict[str, Updates]
    losses: dict[str, Loss]


def measure(
    config: Config,
    parameters: Parameters,
    weights: Weights,
    samples: Sequence[Sample],
    told: Told = lambda *_: None,
) -> Profile:
    """Let a network learn from samples and take note of all its words.

    The reference is fed with the spikes of the core and begins every sample with the weights of the core, so
    that a loss is that of one sample and no spike can go astray.

    Parameters
    ----------
    config : Config
    parameters : Parameters
    weights : tuple of ndarray
        w_in, w_rec, w_out at the beginning, s(weight_bits).
    samples : sequence of Sample
        One at a time is in memory with its signals.
    told : callable, optional
        Called after every sample.

    Raises
    ------
    ValueError
        Something does not fit the network.
    """
    core, _ = make_core(config, parameters)
    core.load_weights(*weights)
    uses = make_uses(core)
    profile = Profile(config, len(samples), uses, make_updates(config), {name: Loss() for name in uses})
    reference = Reference(config, parameters)
    for done, sample in enumerate(samples, start=1):
        _add_sample(profile, core, reference, sample)
        told("samples", done, len(samples))
    return profile


def make_core(config: Config, parameters: Parameters) -> tuple[Core, list[str]]:
    """Return a core, and what its widths take away from the network in place of warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        core = Core(config, parameters)
    return core, [str(warning.message) for warning in caught]


def targets_from(sample: Sample) -> int:
    """Return the first tick with a target, the number of ticks if there is none."""
    has_target = sample.label is not None or sample.targets is not None
    return sample.target_start if has_target else sample.n_ticks


def ticks_that_learn(parameters: Parameters, sample: Sample) -> NDArray[np.bool_]:
    """Tell for every tick of a sample whether it has a learning phase."""
    registers, ticks = parameters.registers, np.arange(sample.n_ticks)
    acts = (ticks >= targets_from(sample)) | (registers.regul_mode & 6 == 6)
    learns: NDArray[np.bool_] = acts & (ticks > 0) & (ticks < sample.n_ticks - 1) & (registers.do_eprop != 0)
    return learns


def _add_sample(profile: Profile, core: Core, reference: Reference, sample: Sample) -> None:
    """Run a sample and add it to a profile."""
    stored = profile.config.formats.stored_weight
    before = [stored.real(array) for array in core.stored_weights]
    signals = core.run(sample, record=("spike", *SIGNALS)).records
    reference.load_weights(*before)
    reals = reference.run(sample, record=SIGNALS, spikes=signals["spike"]).records
    learns = ticks_that_learn(core.parameters, sample)
    for names, ticks in ((STATE, slice(1, None)), (LEARNING, learns)):
        for name in names:
            _add(profile, name, signals[name][ticks], reals[name][ticks])
    after = (reference.w_in, reference.w_rec, reference.w_out)
    for name, array, old, real in zip(ARRAYS, core.stored_weights, before, after, strict=True):
        profile.signals[name].add(array)
        profile.losses[name].add(stored.real(array) - old, real - old)
    _add_updates(profile, core.parameters, signals, np.flatnonzero(learns).tolist(), targets_from(sample))


def _add(profile: Profile, name: str, values: Int64Array, reals: NDArray[np.float64]) -> None:
    use = profile.signals[name]
    use.add(values)
    profile.losses[name].add(use.format.real(values), reals)


def _add_updates(
    profile: Profile,
    parameters: Parameters,
    signals: dict[str, NDArray[Any]],
    ticks: Iterable[int],
    first_target: int,
) -> None:
    for tick in ticks:
        row = {name: signals[name][tick] for name in SIGNALS}
        for name, change, shifts in changes_of(profile.config, parameters, row, tick >= first_target):
            profile.updates[name].add(change, *shifts)
