"""The reference: the network of a core in real numbers, behind the same interface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.core.inputs import (
    checked_learn,
    checked_lines,
    checked_names,
    checked_target,
    checked_targets,
)
from golden_model.core.recording import Log, make_log
from golden_model.core.result import Result, as_written
from golden_model.core.timestep import Tick
from golden_model.network.checks import checked
from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.network import check_sizes
from golden_model.network.parameters import PUBLISHED, Parameters, sizes_text
from golden_model.reference.kernels import advance, run_sample
from golden_model.reference.network import Flags, Reals, make_network, state_arrays, weight_arrays
from golden_model.samples.samples import Sample


@as_written
class RealTick(NamedTuple):
    """What one tick came to, as it stands right after *step*: spike bool [n_rec], readout float64 [n_out]."""

    spike: Flags
    readout: Reals

    def __repr__(self) -> str:
        spikes = f"{self.spike.sum()} of {self.spike.size} neurons spike"
        return f"<RealTick: {spikes}, {self.readout.size} readouts>"


@dataclass(frozen=True, eq=False)
class RealSnapshot:
    """The state of a reference between two ticks; registers are those of what it is restored to.

    Attributes
    ----------
    ticks : int
        Ticks of the sample under way; -1: no sample.
    learns, ended : bool
        The sample under way learns; its last tick is over.
    arrays : dict of str to array
        State and weights by name.
    """

    ticks: int
    learns: bool
    ended: bool
    arrays: dict[str, NDArray[Any]] = field(repr=False)


class Reference:
    """The same network in the same order as in a Core, in float64 without rounding, saturation or draws.

    In place of a random step a weight takes the expected change; membrane noise, a draw, is left out. All
    numbers are in the real units of golden_model.network.formats: `format.real(raw) - reference` is a core's
    error.

    Parameters
    ----------
    config : Config
        Its sizes are checked, `weight_bits` says what integer weights mean; no other width matters.
    parameters : Parameters
        The network, in published units as for a Core.

    Raises
    ------
    ValueError
        The network is larger than `config` allows.
    """

    def __init__(self, config: Config, parameters: Parameters) -> None:
        if not isinstance(config, Config) or not isinstance(parameters, Parameters):
            given = f"{type(config).__name__} and {type(parameters).__name__}"
            raise ValueError(f"a reference is made of a Config and Parameters, not of {given}")
        check_sizes(config, parameters)
        self.config = config
        self.parameters = parameters
        self._network = make_network(parameters)
        self._ticks = -1
        self._learns = self._ended = False

    def __repr__(self) -> str:
        return f"<Reference: {sizes_text(self.parameters)}, configuration {self.config.digest}>"

    @property
    def w_in(self) -> Reals:
        """Input weights [n_in, n_rec], 1.0 is full scale; a copy."""
        return weight_arrays(self._network)["w_in"].copy()

    @property
    def w_rec(self) -> Reals:
        """Recurrent weights [n_rec, n_rec], presynaptic neuron first, 1.0 is full scale; a copy."""
        return weight_arrays(self._network)["w_rec"].copy()

    @property
    def w_out(self) -> Reals:
        """Output weights [n_rec, n_out], 1.0 is full scale; a copy."""
        return weight_arrays(self._network)["w_out"].copy()

    def load_weights(self, w_in: ArrayLike, w_rec: ArrayLike, w_out: ArrayLike) -> None:
        """Load all weights.

        Parameters
        ----------
        w_in, w_rec, w_out : array_like, [n_in, n_rec], [n_rec, n_rec], [n_rec, n_out]
            Integers: weights of a core, s(weight_bits); floats: real weights, 1.0 is full scale.

        Raises
        ------
        ValueError
            A shape or a value does not fit; then no weight is changed.
        """
        own, given = weight_arrays(self._network), {"w_in": w_in, "w_rec": w_rec, "w_out": w_out}
        weight = self.config.formats.weight
        reals = {name: _real(name, values, own[name].shape, weight) for name, values in given.items()}
        for name, values in reals.items():
            own[name][:] = values

    def run(
        self,
        sample: Sample,
        learn: bool = True,
        record: str | Iterable[str] = (),
        spikes: ArrayLike | None = None,
    ) -> Result:
        """Run a sample from a cleared state; weights go on from what came before.

        Parameters
        ----------
        sample : Sample
        learn : bool
            False: as if the register do_eprop were 0 for this sample.
        record : str or iterable of str
            Signals to keep for every tick: names of golden_model.core.recording.Log. Spikes are bool, the
            rest is float64 in real units.
        spikes : array_like of bool [n_ticks, n_rec], optional
            The spikes of every tick, as a core recorded them, in place of the network's own.

        Raises
        ------
        ValueError
            The sample or the spikes do not fit the network, or a signal is unknown.
        """
        targets = self._targets(sample)
        forced = self._forced(spikes, sample.n_ticks)
        names = checked_names(record)
        log = self._log(names, sample.n_ticks)
        self.begin(learn)
        run_sample(
            self._network,
            self._learns,
            targets is not None,
            not self.parameters.registers.regression,
            sample.lines,
            sample.offsets,
            sample.target_start,
            np.zeros((1, self.parameters.n_out)) if targets is None else targets,
            forced,
            log,
        )
        records = {name: getattr(log, name) for name in names}
        return Result(self.end(), {n: rows != 0 if n == "spike" else rows for n, rows in records.items()})

    def begin(self, learn: bool = True) -> None:
        """Start a sample: clear the state. A sample under way is given up."""
        self._clear()
        self._ticks, self._ended = 0, False
        self._learns = checked_learn(learn) and self.parameters.registers.do_eprop != 0

    def tick(
        self,
        lines: Iterable[int] | NDArray[np.integer],
        target: ArrayLike | None = None,
        infer: bool = False,
        last: bool = False,
    ) -> RealTick:
        """Run one tick of the sample that `begin` started; arguments and errors as for Core.tick."""
        if self._ticks < 0 or self._ended:
            raise ValueError("no sample is under way, call begin() first")
        events = checked_lines(self.parameters.registers, lines)
        valid = target is not None
        aim = self._target(target) if valid else np.zeros(self.parameters.n_out)
        wins = infer and not self.parameters.registers.regression
        log = self._log(("spike", "readout"), 1)
        tick = Tick(self._ticks == 0, last, self._learns, valid, wins)
        advance(self._network, tick, events, aim, self._forced(None, 0), log, 0)
        self._ticks, self._ended = self._ticks + 1, last
        return RealTick(log.spike[0] != 0, log.readout[0])

    def end(self) -> int | None:
        """End the sample and return the winner, None in regression."""
        if self._ticks < 0:
            raise ValueError("no sample is under way, call begin() first")
        winner = int(np.argmax(self._network.wins))
        self._clear()
        self._ticks, self._ended = -1, False
        return None if self.parameters.registers.regression else winner

    def snapshot(self) -> RealSnapshot:
        """Return everything that decides what comes next; legal between ticks."""
        arrays = {name: array.copy() for name, array in self._arrays().items()}
        return RealSnapshot(self._ticks, self._learns, self._ended, arrays)

    def restore(self, snapshot: RealSnapshot) -> None:
        """Go back to a snapshot; ValueError if it is not of a reference of these sizes."""
        own = self._arrays()
        if not isinstance(snapshot, RealSnapshot):
            raise ValueError(f"a reference goes back to a RealSnapshot, not to a {type(snapshot).__name__}")
        if {name: array.shape for name, array in own.items()} != {
            name: array.shape for name, array in snapshot.arrays.items()
        }:
            raise ValueError("the snapshot is of a network of other sizes")
        for name, array in own.items():
            array[:] = snapshot.arrays[name]
        self._ticks, self._learns, self._ended = snapshot.ticks, snapshot.learns, snapshot.ended

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {**state_arrays(self._network), **weight_arrays(self._network)}

    def _clear(self) -> None:
        for array in state_arrays(self._network).values():
            array[:] = 0

    def _log(self, names: tuple[str, ...], n_ticks: int) -> Log:
        return Log(*(rows.astype(np.float64) for rows in make_log(self.parameters, names, n_ticks)))

    def _forced(self, spikes: ArrayLike | None, n_ticks: int) -> Flags:
        """Return the spikes to force on every tick, without rows if there are none."""
        if spikes is None:
            return np.zeros((0, self.parameters.n_rec), np.bool_)
        array, shape = _array("spikes", spikes), (n_ticks, self.parameters.n_rec)
        if array.dtype != np.bool_ or array.shape != shape:
            raise ValueError(f"spikes is {array.dtype} of shape {array.shape}, not bool of shape {shape}")
        if array[0].any():
            raise ValueError("spikes has one in tick 0, which precedes any step")
        return np.ascontiguousarray(array)

    def _targets(self, sample: Sample) -> Reals | None:
        """Return a sample's targets, [n_ticks or 1, n_out], None if it has none."""
        targets = checked_targets(self.parameters.registers, sample)
        return None if targets is None else PUBLISHED.readout.real(targets)

    def _target(self, target: Any) -> Reals:
        return PUBLISHED.readout.real(checked_target(self.parameters.registers, target))


def _real(name: str, values: ArrayLike, shape: tuple[int, ...], weight: Format) -> Reals:
    """Return weights in real units."""
    array = _array(name, values)
    if array.dtype.kind != "f" or not array.size:
        return weight.real(checked(name, array, shape, weight))
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}, not {shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} = {array[~np.isfinite(array)][0]} is not a finite number")
    return array.astype(np.float64)


def _array(name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} is not an array of one regular shape") from None
