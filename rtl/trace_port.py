"""The trace port: what each phase computes, as the golden model's records declare it, a word per cycle."""

from amaranth.hdl import Cat, Const, Module, Mux, Shape, Value
from amaranth.lib import data, wiring
from amaranth.lib.wiring import Out

from golden_model.config import Config
from golden_model.formats import Format, Formats
from golden_model.records import PHASES
from rtl.storage import output_lanes

INDEX_BITS = 16
PRE_BITS = 10  # of an index: a neuron or line, followed by a word


def layouts(config: Config, lanes: int) -> dict[str, data.StructLayout]:
    """Return the layout of the record of each phase, lane 0 and the first field lowest."""
    formats, out_lanes = Formats(config), output_lanes(config, lanes)
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


def half_bits(config: Config, lanes: int) -> int:
    """Return the width of half a record: that of update_in or update_rec, whichever is wider."""
    sizes = layouts(config, lanes)
    return max(sizes["update_in"].size, sizes["update_rec"].size)


def port_signature(config: Config, lanes: int) -> wiring.Signature:
    """Return the members of the port: a bit per phase, where the record belongs, the record."""
    sizes = [layout.size for layout in layouts(config, lanes).values()]
    bits = max(*sizes, 2 * half_bits(config, lanes))
    return wiring.Signature({"phase": Out(len(PHASES)), "index": Out(2 * INDEX_BITS), "record": Out(bits)})


def place(pre: Value, word: Value) -> Value:
    """Return the index of a record: a neuron or line, and a word."""
    return Cat(_cut(pre, PRE_BITS), _cut(word, INDEX_BITS - PRE_BITS))


def _cut(value: Value, bits: int) -> Value:
    """Return the low bits of a value; its sign does not matter."""
    return value[:bits] if len(value) >= bits else Cat(value, Const(0, bits - len(value)))


def emit(
    m: Module,
    port: wiring.PureInterface,
    config: Config,
    lanes: int,
    records: dict[str, tuple[Value, Value, dict[str, list[Value]]]],
) -> None:
    """Drive the port from the phases' records: valid, index, and the values of each field by lane."""
    shapes, half = layouts(config, lanes), half_bits(config, lanes)
    index, record = [], []
    for name, (valid, at, fields) in records.items():
        upper = name == "update_rec"
        bits = Cat(
            Cat(_cut(Value.cast(value), shapes[name][field].shape.elem_shape.width) for value in values)
            for field, values in fields.items()
        )
        index.append(Mux(valid, _cut(at, INDEX_BITS), 0) << (INDEX_BITS if upper else 0))
        record.append(Mux(valid, bits, 0) << (half if upper else 0))
    m.d.comb += [
        port.phase.eq(Cat(valid for valid, _, _ in records.values())),
        port.index.eq(_any(index)),
        port.record.eq(_any(record)),
    ]


def _any(values: list[Value]) -> Value:
    total = values[0]
    for value in values[1:]:
        total = total | value
    return total
