"""The twin of the whole core: the order of a time step and of a sample."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .decisions import tell
from .learning import learn as learn_step
from .propagate import propagate
from .state import Matrix, State
from .step import step, winner
from .widths import potentials_in

STEP_RECORDS = ("spike", "membrane", "trace_in", "trace_rec", "trace_out", "readout")
LEARN_RECORDS = ("error", "learning_signal")


@dataclass
class TwinResult:
    """Records [name][tick][index] after *step* (learn quantities: after *learn*), and the winner."""

    records: dict[str, list[list[int]]]
    inference: int | None


class Twin(State):
    """The core in plain Python; `registers` by their names in the map, `alpha`, `threshold` per pair."""

    def load_weights(self, w_in: Any, w_rec: Any, w_out: Any) -> None:
        """Set the working weights [n_in][n_rec], [n_rec][n_rec], [n_rec][n_out]; their shadow bits are 0."""
        self.w_in, self.w_rec, self.w_out = self._stored(w_in), self._stored(w_rec), self._stored(w_out)

    def _stored(self, matrix: Any) -> Matrix:
        return [[int(weight) << self.widths.shadow_bits for weight in row] for row in matrix]

    def run(
        self,
        events_raster: Sequence[Sequence[bool]],
        label: int | None = None,
        targets: Sequence[Sequence[int]] | None = None,
        target_start: int | None = None,
        learn: bool = True,
    ) -> TwinResult:
        """One sample of len(events_raster) ticks; weights and random sources go on to the next one.

        `targets` are potentials in published units [tick][readout].
        """
        self.clear(plasticity=self.registers.do_eprop if learn else 0)
        records: dict[str, list[list[int]]] = {name: [] for name in STEP_RECORDS + LEARN_RECORDS}
        last = len(events_raster) - 1
        for t, events in enumerate(events_raster):
            valid = target_start is not None and t >= target_start
            target = self._target(t, label, targets) if valid else None
            if t > 0:
                self._step(target)
            self._record(records, STEP_RECORDS)
            self._learn_and_propagate(target, events, first=t == 0, last=t == last)
            self._record(records, LEARN_RECORDS)
        return TwinResult(records, None if self.registers.regression else self._answer())

    def _answer(self) -> int:
        """The readout that won most often, the first of equals."""
        best = self.wins.index(max(self.wins))
        tell("winner", of="wins", values=self.wins, best=best)
        return best

    def _target(self, t: int, label: int | None, targets: Sequence[Sequence[int]] | None) -> list[int]:
        if not self.registers.regression:
            return [self.widths.one if k == label else 0 for k in range(self.n_out)]
        if targets is None:
            raise ValueError("targets = None: regression needs [n_ticks][n_out] values")
        return potentials_in(self.widths, targets[t])

    def _step(self, target: Sequence[int] | None) -> None:
        step(self)
        if target is not None and not self.registers.regression:
            winner(self)

    def _learn_and_propagate(
        self, target: Sequence[int] | None, events: Sequence[bool], first: bool, last: bool
    ) -> None:
        self.error, self.learning_signal = [0] * self.n_out, [0] * self.n_rec
        if last:
            return
        if not first:
            learn_step(self, target)
        propagate(self, events)

    def _record(self, records: dict[str, list[list[int]]], names: Sequence[str]) -> None:
        sizes = {"trace_in": self.n_in, "readout": self.n_out, "error": self.n_out}
        for name in names:
            records[name].append([int(x) for x in getattr(self, name)[: sizes.get(name, self.n_rec)]])
