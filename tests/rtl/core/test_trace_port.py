"""The layout of records: the golden model's fields and formats, slots that do not overlap, one place each."""

from itertools import combinations

import numpy as np
import pytest

from golden_model.core.records import PHASES
from golden_model.network.config import Config
from golden_model.network.formats import Formats
from golden_model.network.parameters import Parameters
from golden_model.network.registers import Registers
from rtl import LANES
from rtl.core.blocks import make_blocks
from rtl.core.storage import Space
from rtl.core.trace_port import PLACE_BITS, PRE_BITS, SLOTS, layouts, port_signature, slot_of, slot_offsets
from tests.helpers.configurations import CONFIGS
from tests.helpers.elements import Elements

CONFIG = Config(n_in=20, n_rec=18, n_out=6)
PARAMETERS = Parameters(Registers.for_network(n_in=20, n_rec=18, n_out=6), 0x7FEF, 614)
SIDE_BY_SIDE = [("update_in", "update_rec"), ("update_in", "learn"), ("update_rec", "update_out")]


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_fields_and_widths_are_those_of_the_golden_model(config: Config) -> None:
    formats = Formats(config)
    for lanes in LANES:
        for phase in PHASES:
            layout = layouts(config, lanes)[phase.name]
            assert list(layout.members) == [field.name for field in phase.fields]
            for field in phase.fields:
                shape, declared = layout.members[field.name].elem_shape, getattr(formats, field.format)
                assert (shape.width, shape.signed) == (declared.bits, declared.signed)


def test_every_phase_has_one_slot() -> None:
    assert sorted(phase for phases in SLOTS for phase in phases) == sorted(phase.name for phase in PHASES)
    assert all(slot_of(one) != slot_of(other) for one, other in SIDE_BY_SIDE)


@pytest.mark.parametrize("lanes", LANES)
def test_slots_hold_their_records(lanes: int) -> None:
    offsets, sizes = slot_offsets(CONFIG, lanes), layouts(CONFIG, lanes)
    members = port_signature(CONFIG, lanes).members
    for phase in PHASES:
        slot = slot_of(phase.name)
        assert offsets[slot] + sizes[phase.name].size <= offsets[slot + 1]
    assert members["record"].shape == offsets[-1]
    assert members["index"].shape == len(SLOTS) * PLACE_BITS
    assert members["phase"].shape == len(PHASES)


def packed(rng: np.random.Generator, phase: str, lanes: int) -> tuple[int, dict[str, list[int]]]:
    """Return any record of a phase, in its slot, and its values by field."""
    layout, record, values = layouts(CONFIG, lanes)[phase], 0, {}
    for name, field in layout:
        shape, count = field.shape.elem_shape, field.shape.length
        low = -(1 << shape.width - 1) if shape.signed else 0
        values[name] = [low + int(rng.integers(1 << shape.width, dtype=np.uint64)) for _ in range(count)]
        for lane, value in enumerate(values[name]):
            record |= value % (1 << shape.width) << field.offset + lane * shape.width
    return record << slot_offsets(CONFIG, lanes)[slot_of(phase)], values


@pytest.mark.parametrize("lanes", LANES)
def test_records_of_one_cycle_are_taken_apart(lanes: int) -> None:
    """Whatever two slots show, at the last word of neuron 17: elements of the network, each once."""
    rng, elements, word = np.random.default_rng(83), Elements(CONFIG, lanes, PARAMETERS), 17 // lanes
    bits = {phase.name: 1 << bit for bit, phase in enumerate(PHASES)}
    for one, other in SIDE_BY_SIDE:
        records = {phase: packed(rng, phase, lanes) for phase in (one, other)}
        index = sum((17 | word << PRE_BITS) << slot_of(phase) * PLACE_BITS for phase in records)
        shown = dict(elements.shown(bits[one] | bits[other], index, sum(raw for raw, _ in records.values())))
        assert {phase for phase, _, _ in shown} <= {one, other}
        for (phase, field, element), value in shown.items():
            lane = element[-1] - word * lanes if len(element) > 1 and phase != "update_out" else 0
            if phase == "update_out":
                lane = element[1] - word * elements.out_lanes
            assert records[phase][1][field][lane] == value


def test_places_have_room_for_the_largest_network() -> None:
    largest = Config(n_in=1024, n_rec=1024, n_out=64)
    words = make_blocks(largest, 1).storage.rows[Space.W_IN]
    assert 1 << PRE_BITS >= 1024
    assert words <= 1 << PLACE_BITS - PRE_BITS


def test_no_two_phases_of_a_slot_can_meet() -> None:
    """Only the learning phases overlap; each of them has a slot without another of them."""
    learning = {"learn", "update_out", "update_in", "update_rec"}
    for phases in SLOTS:
        assert all(not {one, other} <= learning for one, other in combinations(phases, 2))
