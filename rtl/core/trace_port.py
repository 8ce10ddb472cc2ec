"""The trace port: what each phase computes, as the golden model's records declare it, a word per cycle."""

from typing import Any

from amaranth.hdl import Array, Cat, Const, Elaboratable, Module, Mux, Shape, Signal, Value
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.records import PHASES
from golden_model.network.config import Config
from golden_model.network.formats import Format
from rtl.core.blocks import Blocks
from rtl.core.phase_propagate import PropagatePhase
from rtl.core.phase_step import StepPhase
from rtl.core.storage import output_lanes
from rtl.core.synapse import Synapses

PRE_BITS = 10  # of a place: a neuron or line, followed by a word
PLACE_BITS = PRE_BITS + 10
# Phases whose records may come in one cycle have different slots.
SLOTS = (("step", "readout", "error", "update_in", "propagate"), ("update_rec",), ("learn",), ("update_out",))
# Golden names of an update's fields, and those of the blocks' members.
UPDATE = {"random": "random", "before": "before", "after": "updated"}

Fields = dict[str, list[Any]]
Record = tuple[Value, Value, Fields]  # whether there is one, where it belongs, its fields by lane


def layouts(config: Config, lanes: int) -> dict[str, data.StructLayout]:
    """Return the layout of the record of each phase, lane 0 and the first field lowest."""
    formats, out_lanes = config.formats, output_lanes(config, lanes)
    counts = {
        "step": lanes,
        "readout": config.n_out,
        "error": config.n_out,
        "learn": 1,
        "update_out": out_lanes,
        "update_in": lanes,
        "update_rec": lanes,
        "propagate": lanes,
    }
    result = {}
    for phase in PHASES:
        fields = {}
        for field in phase.fields:
            shape: Format = getattr(formats, field.format)
            count = out_lanes if (phase.name, field.name) == ("propagate", "readout") else counts[phase.name]
            fields[field.name] = data.ArrayLayout(Shape(shape.bits, shape.signed), count)
        result[phase.name] = data.StructLayout(fields)
    return result


def slot_of(phase: str) -> int:
    """Return the slot of a phase's records."""
    return next(number for number, phases in enumerate(SLOTS) if phase in phases)


def slot_offsets(config: Config, lanes: int) -> list[int]:
    """Return where each slot begins in the record, and where the last one ends."""
    sizes, offsets = layouts(config, lanes), [0]
    for phases in SLOTS:
        offsets.append(offsets[-1] + max(sizes[phase].size for phase in phases))
    return offsets


def port_signature(config: Config, lanes: int) -> wiring.Signature:
    """Return the members of the port: a bit per phase; per slot, where the record belongs; the records."""
    bits = slot_offsets(config, lanes)[-1]
    return wiring.Signature(
        {"phase": Out(len(PHASES)), "index": Out(len(SLOTS) * PLACE_BITS), "record": Out(bits)}
    )


class TracePort(wiring.Component):
    """Shows what the blocks of a core compute.

    Attributes
    ----------
    latency : int
        Records come in the cycle in which the blocks show their results.
    counted, compared : In
        The readouts, the errors are those of a record in this cycle.
    trace : Out
    """

    latency = 0

    def __init__(self, blocks: Blocks, step: StepPhase, propagate: PropagatePhase) -> None:
        self.blocks, self.step, self.propagate = blocks, step, propagate
        super().__init__(
            {
                "counted": In(1),
                "compared": In(1),
                "trace": Out(port_signature(blocks.config, blocks.lanes)),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        shapes = layouts(self.blocks.config, self.blocks.lanes)
        offsets = slot_offsets(self.blocks.config, self.blocks.lanes)
        records = self._records()
        index, record = [], []
        for phase in PHASES:
            valid, at, fields = records[phase.name]
            slot, layout = slot_of(phase.name), shapes[phase.name]
            bits = Cat(
                Cat(_cut(value, layout[field].shape.elem_shape.width) for value in values)
                for field, values in fields.items()
            )
            index.append(Mux(valid, _cut(at, PLACE_BITS), 0) << slot * PLACE_BITS)
            record.append(Mux(valid, bits, 0) << offsets[slot])
        m.d.comb += [
            self.trace.phase.eq(Cat(records[phase.name][0] for phase in PHASES)),
            self.trace.index.eq(_any(index)),
            self.trace.record.eq(_any(record)),
        ]
        return m

    def _records(self) -> dict[str, Record]:
        """Return the records of all phases."""
        learning, none = self.blocks.learning, Const(0, 1)
        weights = _place(learning.write_neuron, learning.write_word)
        return {
            "step": (self.step.written, self.step.word, self._stepped()),
            "readout": (self.counted, none, self._counted()),
            "error": (self.compared, none, self._compared()),
            "learn": (learning.learned, _place(learning.learned_neuron, none), self._learned()),
            "update_out": (learning.write.any(), weights, _updated(learning)),
            **{f"update_{kind}": _visited(synapses) for kind, synapses in self.blocks.synapses.items()},
            "propagate": (
                self.propagate.written,
                _place(self.propagate.pass_index, self.propagate.pass_word),
                self._passed(),
            ),
        }

    def _counted(self) -> Fields:
        readout = self.blocks.readout
        return {"readout": _lanes(readout.potentials), "wins": _lanes(readout.wins)}

    def _compared(self) -> Fields:
        return {"error": _lanes(self.blocks.readout.error)[: self.blocks.config.n_out]}

    def _learned(self) -> Fields:
        learned = ("learning_signal", "pseudo_derivative", "regularization")
        return {name: [getattr(self.blocks.learning, name)] for name in learned}

    def _stepped(self) -> Fields:
        neuron, traces = self.blocks.neuron, self.blocks.traces
        decayed = {f"trace_{kind}": _lanes(trace.decayed) for kind, trace in traces.items()}
        return {"membrane": _lanes(neuron.stepped), "spike": _lanes(neuron.spike), **decayed}

    def _passed(self) -> Fields:
        """Return the potentials of a word of neurons, and of the word of readouts beside it."""
        blocks, lanes = self.blocks, self.blocks.out_lanes
        starts = range(0, blocks.config.n_out, lanes)
        padded = [*_lanes(blocks.readout.potentials), *[Const(0, 1)] * lanes]
        word = self.propagate.pass_word
        readouts = [Array(padded[first + n] for first in starts)[word] for n in range(lanes)]
        return {"membrane": _lanes(blocks.neuron.integrated), "readout": readouts}


def _visited(synapses: Synapses) -> Record:
    place = _place(synapses.write_pre, synapses.write_word)
    return synapses.write.any(), place, _updated(synapses)


def _updated(block: Any) -> Fields:
    return {name: _lanes(getattr(block, member)) for name, member in UPDATE.items()}


def _lanes(member: Any) -> list[Any]:
    count = len(member) if isinstance(member, Signal) else member.shape().length
    return [member[lane] for lane in range(count)]


def _place(pre: Value, word: Value) -> Value:
    """Return the index of a record: a neuron or line, and a word."""
    return Cat(_cut(pre, PRE_BITS), _cut(word, PLACE_BITS - PRE_BITS))


def _cut(value: Any, bits: int) -> Value:
    """Return the low bits of a value; its sign does not matter."""
    value = Value.cast(value)
    return value[:bits] if len(value) >= bits else Cat(value, Const(0, bits - len(value)))


def _any(values: list[Value]) -> Value:
    total = values[0]
    for value in values[1:]:
        total = total | value
    return total
