"""Words of the trace port: what it shows, and what the golden model says that it has to show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from golden_model.core.records import PHASES, Record
from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from rtl.core.storage import output_lanes
from rtl.core.trace_port import PLACE_BITS, PRE_BITS, layouts, slot_of, slot_offsets

GROUP_ROWS = ("update_in", "update_rec")
OF_WEIGHTS = ("propagate", *GROUP_ROWS, "update_out")  # phases whose words have a presynaptic index


@dataclass(frozen=True)
class Place:
    """Where a word belongs in a time step.

    Attributes
    ----------
    phase : str
    pre : int
        Presynaptic neuron or line, or the neuron that learns; 0 where the phase has none.
    word : int
        Of neurons or readouts, as many as there are lanes.
    """

    phase: str
    pre: int = 0
    word: int = 0


@dataclass(frozen=True)
class Element:
    """One value in a word.

    Attributes
    ----------
    signal : str
    lane : int
    number : int
        The neuron or readout.
    raw : int
    """

    signal: str
    lane: int
    number: int
    raw: int


@dataclass(frozen=True)
class Field:
    """Where a signal is in the words of a phase: as many elements of so many bits, from an offset on."""

    name: str
    offset: int
    width: int
    count: int
    signed: bool


class Words:
    """Words of a network on a circuit with so many lanes.

    Parameters
    ----------
    config : Config
        Of the circuit.
    lanes : int
    parameters : Parameters
        The network: what lies beyond it does not count.
    """

    def __init__(self, config: Config, lanes: int, parameters: Parameters) -> None:
        self.lanes, self.out_lanes, self.parameters = lanes, output_lanes(config, lanes), parameters
        self.layouts = layouts(config, lanes)
        self._fields = {name: _fields(layout) for name, layout in self.layouts.items()}
        self._ones = {name: (1 << layout.size) - 1 for name, layout in self.layouts.items()}
        self._slots = [(phase.name, bit, slot_of(phase.name)) for bit, phase in enumerate(PHASES)]
        self._offsets = slot_offsets(config, lanes)
        self.mask = cache(self._mask)

    def shown(self, phases: int, index: int, record: int) -> Iterator[tuple[Place, int]]:
        """Yield the words that the port shows in a cycle, as it shows them."""
        for phase, bit, slot in self._slots:
            if phases >> bit & 1:
                at = index >> slot * PLACE_BITS & (1 << PLACE_BITS) - 1
                pre, word = at & (1 << PRE_BITS) - 1, at >> PRE_BITS
                if phase == "step":
                    pre, word = 0, pre
                elif phase in ("readout", "error", "learn"):
                    pre, word = pre if phase == "learn" else 0, 0
                bits = record >> self._offsets[slot] & self._ones[phase]
                yield Place(phase, pre, word), bits

    def golden(self, records: Iterable[Record]) -> dict[Place, int]:
        """Return the words that the port has to show of a time step.

        Of a group in which no change is pending the circuit visits no row.
        """
        kept = list(records)
        pending = {record.index[0] // GROUP for record in kept if record.phase == "learn" and _pends(record)}
        words: dict[Place, int] = {}
        for phase, some in groupby(kept, key=lambda record: record.phase):
            if phase == "step":
                self._add_step(words, list(some))
                continue
            for record in some:
                if phase not in GROUP_ROWS or record.index[0] in pending:
                    self._add(words, record)
        return words

    def _add_step(self, words: dict[Place, int], records: list[Record]) -> None:
        """Add the words of *step*, of which there is a record per pair of neurons."""
        for field in self._fields["step"].values():
            values = [value for record in records for value in record.values[field.name].tolist()]
            self._add_values(words, "step", 0, 0, field, values)

    def _add(self, words: dict[Place, int], record: Record) -> None:
        phase, index, first = record.phase, record.index, 0
        pre = index[-1] if index else 0
        if phase in GROUP_ROWS:
            first = index[0] * GROUP // self.lanes
        for name, values in record.values.items():
            self._add_values(words, phase, pre, first, self._fields[phase][name], values.tolist())

    def _add_values(
        self, words: dict[Place, int], phase: str, pre: int, first: int, field: Field, values: list[int]
    ) -> None:
        """Cut the values of a field into words; readouts are shown beside words of neurons only."""
        count = field.count
        if phase == "propagate":
            values = values[: count * -(-self.parameters.n_rec // self.lanes)]
        for word, start in enumerate(range(0, len(values), count), first):
            place = Place(phase, pre, word)
            packed = _packed(values[start : start + count], field.width) << field.offset
            words[place] = words.get(place, 0) | packed

    def _mask(self, phase: str, word: int) -> int:
        """Return the bits of a word that belong to the network."""
        bits = 0
        for field in self._fields[phase].values():
            exist = max(0, min(field.count, self._count(phase, field.name) - word * field.count))
            bits |= (1 << field.width * exist) - 1 << field.offset
        return bits

    def _count(self, phase: str, name: str) -> int:
        """Return how many elements of a field a network has; words are drawn for whole groups."""
        sizes = self.parameters
        if phase == "learn":
            return 1
        if phase in GROUP_ROWS and name == "random":
            return -(-sizes.n_rec // GROUP) * GROUP
        if phase in ("readout", "error", "update_out") or name == "readout":
            return sizes.n_out
        return sizes.n_in if (phase, name) == ("step", "trace_in") else sizes.n_rec

    def elements(self, place: Place, bits: int) -> Iterator[Element]:
        """Yield the elements of a word that belong to the network."""
        mask = self.mask(place.phase, place.word)
        for field in self._fields[place.phase].values():
            for lane in range(field.count):
                offset = field.offset + lane * field.width
                if mask >> offset & 1:
                    raw = bits >> offset & (1 << field.width) - 1
                    number = place.pre if place.phase == "learn" else place.word * field.count + lane
                    yield Element(field.name, lane, number, _signed(raw, field))


def _fields(layout: Any) -> dict[str, Field]:
    """Return the fields of a layout of Amaranth's, which looks everything up anew each time."""
    found = {}
    for name, field in layout:
        element = field.shape.elem_shape
        found[name] = Field(name, field.offset, element.width, field.shape.length, element.signed)
    return found


def _packed(values: list[int], width: int) -> int:
    """Return values side by side, the first lowest."""
    bits, mask = 0, (1 << width) - 1
    for value in reversed(values):
        bits = bits << width | value & mask
    return bits


def _signed(raw: int, field: Field) -> int:
    return raw - (raw >> field.width - 1 << field.width) if field.signed else raw


def _pends(record: Record) -> bool:
    """Tell whether what a neuron learns from can change a weight onto it."""
    values = record.values
    return bool(values["learning_signal"][0] * values["pseudo_derivative"][0] or values["regularization"][0])
