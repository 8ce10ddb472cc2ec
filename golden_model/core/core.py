"""The core: a network that runs and learns, sample by sample or tick by tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from golden_model.core.inputs import (
    checked_learn,
    checked_lines,
    checked_names,
    checked_target,
    checked_targets,
)
from golden_model.core.recording import (
    NO_DETAIL,
    Detail,
    Log,
    clear_detail,
    make_detail,
    make_log,
    tick_records,
)
from golden_model.core.records import Record
from golden_model.core.result import Result, TickResult
from golden_model.core.seeds import seeds_of
from golden_model.core.snapshot import Snapshot, state_parts
from golden_model.core.timestep import Tick, advance, clear, make_blocks, run_sample
from golden_model.network.checks import checked
from golden_model.network.config import Config
from golden_model.network.formats import Int64Array
from golden_model.network.network import check_sizes
from golden_model.network.parameters import Parameters, sizes_text
from golden_model.network.scaling import scale, targets_at, warn_of_losses
from golden_model.samples.samples import Sample


class Core:
    """An e-prop learning core, equal in every bit to the circuit.

    Parameters
    ----------
    config : Config
        Sizes and widths.
    parameters : Parameters
        The network; it may be smaller than the sizes of `config`.

    Attributes
    ----------
    config, parameters
        As given.
    scaled : Scaled
        What the registers become at the widths of `config`.

    Raises
    ------
    ValueError
        The network is larger than `config` allows, or a register value does not fit its widths.

    Warns
    -----
    UserWarning
        The widths of `config` take a register value away, see golden_model/network/scaling.py.
    """

    def __init__(self, config: Config, parameters: Parameters) -> None:
        if not isinstance(config, Config) or not isinstance(parameters, Parameters):
            given = f"{type(config).__name__} and {type(parameters).__name__}"
            raise ValueError(f"a core is made of a Config and Parameters, not of {given}")
        check_sizes(config, parameters)
        self.scaled = scale(config, parameters)
        warn_of_losses(config, parameters, self.scaled)
        self.config = config
        self.parameters = parameters
        self._blocks = make_blocks(config, parameters, self.scaled)
        self._ticks = -1
        self._learns = self._ended = False

    def __repr__(self) -> str:
        weights, digest = self.config.weight_bits, self.config.digest
        return f"<Core: {sizes_text(self.parameters)}, {weights}-bit weights, configuration {digest}>"

    @property
    def w_in(self) -> Int64Array:
        """Input weights [n_in, n_rec], a copy."""
        return self._weights(0)

    @property
    def w_rec(self) -> Int64Array:
        """Recurrent weights [n_rec, n_rec], presynaptic neuron first, a copy."""
        return self._weights(1)

    @property
    def w_out(self) -> Int64Array:
        """Output weights [n_rec, n_out], a copy."""
        return self._weights(2)

    def _weights(self, array: int) -> Int64Array:
        return self._stored(array) >> self.config.shadow_bits

    def _stored(self, array: int) -> Int64Array:
        columns = self.parameters.n_out if array == 2 else self.parameters.n_rec
        return self._blocks.synapses[array].weights[:, :columns].astype(np.int64)

    @property
    def stored_weights(self) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Copies of w_in, w_rec and w_out with their shadow bits, s(B+F)."""
        return self._stored(0), self._stored(1), self._stored(2)

    def load_weights(self, w_in: ArrayLike, w_rec: ArrayLike, w_out: ArrayLike) -> None:
        """Load all weights.

        Parameters
        ----------
        w_in, w_rec, w_out : array_like of int, [n_in, n_rec], [n_rec, n_rec], [n_rec, n_out]
            Any integer dtype, s(weight_bits).

        Raises
        ------
        ValueError
            A shape or a value does not fit; then no weight is changed.
        """
        n_in, n_rec, n_out = self.parameters.n_in, self.parameters.n_rec, self.parameters.n_out
        weight = self.config.formats.weight
        arrays = (
            checked("w_in", w_in, (n_in, n_rec), weight),
            checked("w_rec", w_rec, (n_rec, n_rec), weight),
            checked("w_out", w_out, (n_rec, n_out), weight),
        )
        for synapses, array in zip(self._blocks.synapses, arrays, strict=True):
            synapses.weights[:, : array.shape[1]] = array << self.config.shadow_bits

    def run(self, sample: Sample, learn: bool = True, record: str | Iterable[str] = ()) -> Result:
        """Run a sample from a cleared state; weights and random sources go on from what came before.

        Parameters
        ----------
        sample : Sample
        learn : bool
            False: as if the register do_eprop were 0 for this sample.
        record : str or iterable of str
            Signals to keep for every tick: names of golden_model.core.recording.Log.

        Raises
        ------
        ValueError
            The sample does not fit the network, or a signal is unknown.
        """
        targets = self._targets(sample)
        names = checked_names(record)
        log = make_log(self.parameters, names, sample.n_ticks)
        self.begin(learn)
        infers = not self.parameters.registers.regression
        run_sample(
            self._blocks,
            self._learns,
            targets is not None,
            infers,
            sample.lines,
            sample.offsets,
            sample.target_start,
            self._no_target()[None] if targets is None else targets,
            log,
            NO_DETAIL,
        )
        return Result(self.end(), {name: _signal(name, getattr(log, name)) for name in names})

    def records(self, sample: Sample, learn: bool = True) -> Iterator[Record]:
        """Run a sample as `run` does, one tick at a time, and yield what every phase computes.

        The core must not be asked to do anything else before the last record.

        Yields
        ------
        Record
            In the order of golden_model.core.records.PHASES within each tick.

        Raises
        ------
        ValueError
            The sample does not fit the network.
        """
        return self._records(sample, self._targets(sample), learn)

    def _records(self, sample: Sample, targets: Int64Array | None, learn: bool) -> Iterator[Record]:
        log = make_log(self.parameters, Log._fields, 1)
        detail = make_detail(self.parameters, self.config.formats.product_bits)
        self.begin(learn)
        infers = not self.parameters.registers.regression
        for t in range(sample.n_ticks):
            if self._ticks != t:
                raise ValueError("the core was asked to do something else before the last record")
            on, last = t >= sample.target_start, t == sample.n_ticks - 1
            lines = sample.lines[sample.offsets[t] : sample.offsets[t + 1]]
            target = targets[min(t, len(targets) - 1)] if targets is not None and on else None
            clear_detail(detail)
            learned = self._advance(lines, target, infers and on, last, log, detail)
            yield from tick_records(t, log, detail, self.parameters.n_pairs, t > 0, learned)
        self.end()

    def begin(self, learn: bool = True) -> None:
        """Start a sample: clear the state. A sample under way is given up."""
        clear(self._blocks)
        self._ticks, self._ended = 0, False
        self._learns = checked_learn(learn) and self.parameters.registers.do_eprop != 0

    def tick(
        self,
        lines: Iterable[int] | NDArray[np.integer],
        target: ArrayLike | None = None,
        infer: bool = False,
        last: bool = False,
    ) -> TickResult:
        """Run one tick of the sample that `begin` started.

        Parameters
        ----------
        lines : iterable of int
            Lines with an event since the last tick, in any order.
        target : int or array_like of int [n_out], optional
            The label, or the targets in regression; without one the target is not valid in this tick.
        infer : bool
            The tick counts for the winner.
        last : bool
            The sample's last tick: it ends after the winner.

        Raises
        ------
        ValueError
            No sample is under way, or a value does not fit.
        """
        log = make_log(self.parameters, ("spike", "readout"), 1)
        self._advance(*self._checked(lines, target, infer), last, log, NO_DETAIL)
        return TickResult(log.spike[0] != 0, log.readout[0].astype(np.int64))

    def tick_records(
        self,
        lines: Iterable[int] | NDArray[np.integer],
        target: ArrayLike | None = None,
        infer: bool = False,
        last: bool = False,
    ) -> list[Record]:
        """Run one tick as `tick` does and return what every phase computes, as `records` yields it."""
        log = make_log(self.parameters, Log._fields, 1)
        detail = make_detail(self.parameters, self.config.formats.product_bits)
        clear_detail(detail)
        tick = self._ticks
        learned = self._advance(*self._checked(lines, target, infer), last, log, detail)
        return list(tick_records(tick, log, detail, self.parameters.n_pairs, tick > 0, learned))

    def _checked(
        self, lines: Iterable[int] | NDArray[np.integer], target: ArrayLike | None, infer: bool
    ) -> tuple[Int64Array, Int64Array | None, bool]:
        """Return events, targets and whether a winner is counted, for the sample under way."""
        if self._ticks < 0 or self._ended:
            raise ValueError("no sample is under way, call begin() first")
        registers = self.parameters.registers
        events, aim = checked_lines(registers, lines), None
        if target is not None:
            aim = targets_at(self.config, checked_target(registers, target))
        return events, aim, infer and not registers.regression

    def end(self) -> int | None:
        """End the sample and return the winner, None in regression."""
        if self._ticks < 0:
            raise ValueError("no sample is under way, call begin() first")
        wins = self._blocks.readout.wins
        inference = None if self.parameters.registers.regression else int(np.argmax(wins))
        clear(self._blocks)
        self._ticks, self._ended = -1, False
        return inference

    def snapshot(self) -> Snapshot:
        """Return everything that decides what comes next, random sources included; legal between ticks."""
        arrays = {name: part.array.copy() for name, part in state_parts(self._blocks).items()}
        return Snapshot(self.config.digest, self._ticks, self._learns, self._ended, arrays)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot.

        Raises
        ------
        ValueError
            It was taken from another configuration or from a network of other sizes, or is damaged; then
            nothing is changed.
        """
        if not isinstance(snapshot, Snapshot):
            raise ValueError(f"a core goes back to a Snapshot, not to a {type(snapshot).__name__}")
        if snapshot.digest != self.config.digest:
            raise ValueError(
                f"the snapshot is of configuration {snapshot.digest}, the core's is {self.config.digest}"
            )
        snapshot.check(self._blocks)
        for name, part in state_parts(self._blocks).items():
            part.array[:] = snapshot.arrays[name]
        self._ticks, self._learns, self._ended = snapshot.ticks, snapshot.learns, snapshot.ended

    def seeds(self) -> dict[str, int]:
        """Return values of the seed registers from which another core, or a circuit, draws as this one will.

        Raises
        ------
        ValueError
            Leaks have more than 15 fraction bits: the sources of their rounding are longer than their seeds.
        """
        return seeds_of(self._blocks)

    def _advance(
        self, lines: Int64Array, target: Int64Array | None, infers: bool, last: bool, log: Log, detail: Detail
    ) -> bool:
        """Run one tick; tell whether it learned."""
        tick = Tick(self._ticks == 0, last, self._learns, target is not None, infers)
        advance(self._blocks, tick, lines, self._no_target() if target is None else target, log, 0, detail)
        self._ticks, self._ended = self._ticks + 1, last
        acts = tick.valid or self._blocks.learning.all_steps
        return not tick.first and not last and self._learns and acts

    def _targets(self, sample: Sample) -> Int64Array | None:
        """Return a sample's targets, s(M) [n_ticks or 1, n_out], None if it has none."""
        targets = checked_targets(self.parameters.registers, sample)
        return None if targets is None else targets_at(self.config, targets)

    def _no_target(self) -> Int64Array:
        return np.zeros(self.parameters.n_out, np.int64)


def _signal(name: str, values: NDArray[Any]) -> NDArray[Any]:
    return values != 0 if name == "spike" else values.astype(np.int64)
