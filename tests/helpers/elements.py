"""Records of the golden model and of the trace port, both taken apart into elements that can be compared."""

from collections.abc import Iterable, Iterator

from golden_model.core.records import PHASES, Record
from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from rtl.core.storage import output_lanes
from rtl.core.trace_port import PLACE_BITS, PRE_BITS, layouts, slot_of, slot_offsets

Key = tuple[str, str, tuple[int, ...]]  # phase, field, element: a neuron, or a presynaptic index and a neuron
GROUP_ROWS = ("update_in", "update_rec")


class Elements:
    """The elements of a network's records, on a circuit with so many lanes.

    Parameters
    ----------
    config : Config
        Of the circuit.
    lanes : int
    parameters : Parameters
        The network: what lies beyond it is left out.
    """

    def __init__(self, config: Config, lanes: int, parameters: Parameters) -> None:
        self.lanes, self.out_lanes, self.parameters = lanes, output_lanes(config, lanes), parameters
        self._layouts = layouts(config, lanes)
        self._offsets = slot_offsets(config, lanes)

    def shown(self, phases: int, index: int, record: int) -> Iterator[tuple[Key, int]]:
        """Yield what the trace port shows in a cycle."""
        for bit, phase in enumerate(PHASES):
            if phases >> bit & 1:
                slot = slot_of(phase.name)
                at = index >> slot * PLACE_BITS & (1 << PLACE_BITS) - 1
                yield from self._shown(phase.name, at, record >> self._offsets[slot])

    def _shown(self, phase: str, at: int, record: int) -> Iterator[tuple[Key, int]]:
        pre, word = at & (1 << PRE_BITS) - 1, at >> PRE_BITS
        for name, field in self._layouts[phase]:
            shape, count = field.shape.elem_shape, field.shape.length
            for lane in range(count):
                value = record >> field.offset + lane * shape.width & (1 << shape.width) - 1
                sign = value >> shape.width - 1 if shape.signed else 0
                element = self._element(phase, pre, word, lane, count)
                if self._exists(phase, name, element[-1]):
                    yield (phase, name, element), value - (sign << shape.width)

    def golden(self, records: Iterable[Record]) -> Iterator[tuple[Key, int]]:
        """Yield what the trace port has to show of a time step.

        Of a group in which no change is pending the circuit visits no row, and it shows readouts beside words
        of neurons only.
        """
        records = list(records)
        learned = [record for record in records if record.phase == "learn"]
        pending = {record.index[0] // GROUP for record in learned if _pends(record)}
        words = -(-self.parameters.n_rec // self.lanes)
        for record in records:
            if record.phase in GROUP_ROWS and record.index[0] not in pending:
                continue
            for name, values in record.values.items():
                if (record.phase, name) == ("propagate", "readout"):
                    values = values[: words * self.out_lanes]
                for lane, value in enumerate(values.tolist()):
                    element = _golden_element(record, lane)
                    if self._exists(record.phase, name, element[-1]):
                        yield (record.phase, name, element), value

    def _element(self, phase: str, pre: int, word: int, lane: int, count: int) -> tuple[int, ...]:
        """Return which element a lane of a shown record is."""
        if phase in ("readout", "error"):
            return (lane,)
        if phase == "step":
            return (pre * count + lane,)
        return (pre,) if phase == "learn" else (pre, word * count + lane)

    def _exists(self, phase: str, name: str, last: int) -> bool:
        """Tell whether the network has an element; words are drawn for whole groups."""
        sizes = self.parameters
        if phase in GROUP_ROWS and name == "random":
            return True
        if phase in ("readout", "error", "update_out") or name == "readout":
            return last < sizes.n_out
        return last < (sizes.n_in if (phase, name) == ("step", "trace_in") else sizes.n_rec)


def _golden_element(record: Record, lane: int) -> tuple[int, ...]:
    """Return which element a value of a golden record is."""
    index = record.index
    if record.phase in ("readout", "error"):
        return (lane,)
    if record.phase == "step":
        return (2 * index[0] + lane,)
    if record.phase in GROUP_ROWS:
        return index[1], GROUP * index[0] + lane
    return index if record.phase == "learn" else (index[0], lane)


def _pends(record: Record) -> bool:
    """Tell whether what a neuron learns from can change a weight onto it."""
    values = record.values
    return bool(values["learning_signal"][0] * values["pseudo_derivative"][0] or values["regularization"][0])
