"""Lock step: the golden model lives every time step that a core lives, and every word has to be equal."""

import warnings
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosim.lockstep.monitor import Monitor, Shown, Step
from cosim.lockstep.words import Element, Place, Words
from golden_model.core.core import Core
from golden_model.core.records import PHASES, Record
from golden_model.core.snapshot import Snapshot
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import published_targets

HISTORY = 8  # words before a difference that are told
FORMATS = {(phase.name, entry.name): entry.format for phase in PHASES for entry in phase.fields}


@dataclass(frozen=True)
class Mismatch:
    """The first value that is not what it has to be.

    Attributes
    ----------
    sample, tick, cycle : int
    place : Place
    signal : str
    lane, number : int
        Where in the word, and which neuron or readout that is.
    expected, got : int or None
        Raw; None for a word that has to be or was shown, and was not or must not be.
    expected_real, got_real : float or None
        In real units.
    before : list of str
        The last words before it.
    """

    sample: int
    tick: int
    cycle: int
    place: Place
    signal: str
    lane: int
    number: int
    expected: int | None
    got: int | None
    expected_real: float | None = None
    got_real: float | None = None
    before: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        where = f"sample {self.sample}, tick {self.tick}, cycle {self.cycle}, {self.place.phase}"
        what = f"{self.signal}[{self.number}], pre {self.place.pre}, word {self.place.word}, lane {self.lane}"
        expected, got = ("none" if raw is None else raw for raw in (self.expected, self.got))
        return f"{where}: {what}: expected {expected}, got {got}"

    def to_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return asdict(self)


class LockStep:
    """Compares a core with the golden model, time step by time step.

    Parameters
    ----------
    core : handle
    config : Config
        Of the circuit.
    lanes : int
    parameters : Parameters
    weights : sequence of int array
        w_in, w_rec and w_out before the first sample, s(B).
    period : int
        Of the clock, in steps of the simulator.

    Attributes
    ----------
    mismatch : Mismatch or None
        The first one; nothing is compared after it.
    words, samples : int
        How many have been compared, and lived to their end.
    """

    def __init__(
        self,
        core: Any,
        config: Config,
        lanes: int,
        parameters: Parameters,
        weights: Sequence[NDArray[Any]],
        period: int,
    ) -> None:
        self.golden = _core(config, parameters)
        w_in, w_rec, w_out = weights
        self.golden.load_weights(w_in, w_rec, w_out)
        self.mismatch: Mismatch | None = None
        self.words = self.samples = 0
        self._state: Snapshot | None = None
        self._words, self._config, self._formats = Words(config, lanes, parameters), config, config.formats
        self._history: deque[Shown] = deque(maxlen=HISTORY)
        self.monitor = Monitor(core, self._words, parameters, self._compare, period)

    def compare_so_far(self) -> Mismatch | None:
        """Compare what was shown of the step under way, and return the first difference.

        Nothing can be compared after it, unless `go_on_from` says how it ends.
        """
        self.monitor.hand_on()
        return self.mismatch

    def go_on_from(self, state: Snapshot) -> None:
        """Let the step under way, or the next one, end in a state that the host has had a part in.

        Only what the step has shown until now is compared of it.
        """
        self.compare_so_far()
        self._state = state

    def _compare(self, step: Step) -> None:
        if self._state is None and self.mismatch is None:
            records = self._live(step)
            self.mismatch = self._first(step, self._words.golden(records)) or self._result(step, records)
        elif self._state is not None and not step.unfinished:
            self.golden.restore(self._state)
            self._state = None

    def _live(self, step: Step) -> list[Record]:
        """Let the golden model live a time step and return its records."""
        if step.tick == 0:
            self._set_plasticity(step.do_eprop)
            self.golden.begin()
        last = step.stepped and (step.given_up or not step.goes_on)
        records = self.golden.tick_records(step.lines, self._target(step), step.infer, last)
        if last:
            self.golden.end()
            self.samples += 1
        return records

    def _set_plasticity(self, do_eprop: int) -> None:
        """Let the golden model have another value of the register, as the core has it from this sample on."""
        old, parameters = self.golden, self.golden.parameters
        if do_eprop != parameters.registers.do_eprop:
            self.golden = _core(self._config, parameters.replace(do_eprop=do_eprop))
            self.golden.restore(old.snapshot())

    def _target(self, step: Step) -> Any:
        """Return the target of a time step: a label, or in a regression potentials in published units."""
        registers = self.golden.parameters.registers
        if step.given_up or not (step.stepped and step.valid and registers.do_eprop):
            return None
        if registers.regression:
            complete = len(step.targets) == registers.n_out
            return published_targets(self._config, np.array(step.targets, np.int64)) if complete else None
        return step.label

    def _first(self, step: Step, expected: dict[Place, int]) -> Mismatch | None:
        """Return the first difference: of words as they came, then one that did not come."""
        for shown in step.shown:
            bits = expected.pop(shown.place, None)
            mask = self._words.mask(shown.place.phase, shown.place.word)
            if mask and (bits is None or (bits ^ shown.bits) & mask):
                return self._mismatch(step, shown, bits)
            self.words += bool(mask)  # else nothing of it belongs to the network
            self._history.append(shown)
        if step.given_up or step.unfinished:
            return None
        for place, bits in expected.items():
            if self._words.mask(place.phase, place.word):
                return self._mismatch(step, Shown(self.monitor.cycle, place, 0), bits, missing=True)
        return None

    def _result(self, step: Step, records: Sequence[Record]) -> Mismatch | None:
        """Return the first difference of what was sent after the step."""
        expected = [] if step.given_up else self._expected_result(step, records)
        if step.unfinished:
            del expected[len(step.results) :]
        for number in range(max(len(expected), len(step.results))):
            wanted, got = (sent[number] if number < len(sent) else None for sent in (expected, step.results))
            if wanted != got:
                return Mismatch(
                    sample=step.sample,
                    tick=step.tick,
                    cycle=self.monitor.cycle,
                    place=Place("result"),
                    signal="result",
                    lane=0,
                    number=number,
                    expected=wanted,
                    got=got,
                    before=[self._line(one) for one in self._history],
                )
        return None

    def _expected_result(self, step: Step, records: Sequence[Record]) -> list[int]:
        """Return the winner, or the potential of each readout; nothing if nothing is to be sent."""
        registers = self.golden.parameters.registers
        shown = next((record.values for record in records if record.phase == "readout"), None)
        if shown is None or (step.goes_on and not registers.send_per_timestep):
            return []
        if registers.send_label_only if step.goes_on else not registers.regression:
            return [int(np.argmax(shown["wins"]))]
        potentials: list[int] = shown["readout"].tolist()
        return potentials

    def _mismatch(self, step: Step, shown: Shown, bits: int | None, *, missing: bool = False) -> Mismatch:
        place = shown.place
        got = list(self._words.elements(place, shown.bits))
        wanted = list(self._words.elements(place, bits or 0))
        pairs = zip(got, wanted, strict=True)
        differ = next((pair for pair in pairs if pair[0] != pair[1]), (got[0], wanted[0]))
        element = differ[0]
        expected, found = None if bits is None else differ[1].raw, None if missing else element.raw
        return Mismatch(
            sample=step.sample,
            tick=step.tick,
            cycle=shown.cycle,
            place=place,
            signal=element.signal,
            lane=element.lane,
            number=element.number,
            expected=expected,
            got=found,
            expected_real=self._real(place, element, expected),
            got_real=self._real(place, element, found),
            before=[self._line(one) for one in self._history],
        )

    def _real(self, place: Place, element: Element, raw: int | None) -> float | None:
        if raw is None:
            return None
        return float(getattr(self._formats, FORMATS[place.phase, element.signal]).real(raw))

    def _line(self, shown: Shown) -> str:
        """Return a word as a line of text."""
        values: dict[str, list[int]] = {}
        for element in self._words.elements(shown.place, shown.bits):
            values.setdefault(element.signal, []).append(element.raw)
        place = shown.place
        content = " ".join(f"{name}={','.join(map(str, raws))}" for name, raws in values.items())
        return f"cycle {shown.cycle}: {place.phase} pre {place.pre} word {place.word}: {content}"


def _core(config: Config, parameters: Parameters) -> Core:
    with warnings.catch_warnings(action="ignore"):  # the circuit is as narrow
        return Core(config, parameters)
