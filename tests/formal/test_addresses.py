"""Proofs of addresses: each element has a place of its own, and whoever uses it goes to that place."""

from types import ModuleType
from typing import Any

import pytest
from amaranth.hdl import Cat, Const, Mux, Value
from amaranth.lib.wiring import Out

from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from rtl.core import phase_learn, phase_propagate, phase_step, storage
from rtl.core.blocks import KINDS, PLASTIC
from rtl.core.storage import STATES, Space
from tests.formal.harness import Harness, mutant
from tests.formal.prover import prove
from tests.formal.storage import CIRCUITS, SHAPES, circuit, place, place_blocks, written

pytestmark = pytest.mark.long

of_circuits = pytest.mark.parametrize(("sizes", "lanes"), CIRCUITS)


def elements(module: ModuleType, config: Config, lanes: int) -> Harness:
    """Write an element of each of two storages: each is written in range, others at other places."""
    harness = Harness()
    one, other = (place(harness, module.Storage(config, lanes), name) for name in ("one", "other"))
    pairs = -(-max(config.n_in, config.n_rec, config.n_out) // 2)
    harness.assume(one.access.space == other.access.space)
    for space in (*SHAPES, Space.ALPHA, Space.THRESHOLD):
        rows, columns = (getattr(config, size) for size in SHAPES[space]) if space in SHAPES else (pairs, 1)
        memory, second = (side.memories[space.name.lower()] for side in (one, other))
        for side in (one, other):
            harness.assume((side.access.space != space.value) | (side.access.row < rows))
            harness.assume((side.access.space != space.value) | (side.access.column < columns))
        writes = one.allowed & one.access.write & (one.access.space == space.value)
        harness.claim(writes == memory.write.any())
        harness.claim(~writes | (memory.write & (memory.write - 1) == 0))  # a single lane
        harness.claim(~writes | (memory.write_address < memory.depth))
        reads = one.allowed & one.access.read & ~one.access.write & (one.access.space == space.value)
        harness.claim(reads == memory.read)
        place_of = Cat(memory.write_address, memory.write)
        differ = (one.access.row != other.access.row) | (one.access.column != other.access.column)
        both = writes & other.allowed & other.access.write
        harness.claim(~(both & differ) | (place_of != Cat(second.write_address, second.write)))
    return harness


def goes_to(
    harness: Harness, port: Any, active: Value, space: Space, row: Value, word: Value, blocks: Any
) -> None:
    """Claim that a port, while active, goes to where an access finds the same word, if it exists."""
    writes, address = written(blocks.storage, space, row, word)
    harness.claim(~(active & writes) | (port.address == address))
    harness.claim(~active | (port.address < blocks.storage.memories[space.name.lower()].depth))


def stays_apart(harness: Harness, blocks: Any, phase: Any) -> None:
    """Claim that states are written in range, not where they are read, and not after the phase is done."""
    for name in STATES:
        memory = blocks.storage.memories[name]
        writes = memory.write.any()
        harness.claim(~writes | (memory.write_address < memory.depth))
        harness.claim(~(memory.read & writes) | (memory.read_address != memory.write_address))
        harness.claim(~harness.before(phase.done) | ~writes)


def propagate(module: ModuleType, config: Config, lanes: int) -> Harness:
    """Walk through passes of any indices, shown as the sets of events do."""
    harness = Harness()
    blocks = place_blocks(harness, config, lanes)
    phase = harness.block(module.PropagatePhase(blocks), "phase")
    events, sizes, readers = blocks.events, blocks.sizes, phase.readers
    index, event, spike = events.index, events.has_event & events.valid, events.has_spike & events.valid
    for member in (events.index, events.has_event, events.has_spike):
        harness.assume(
            ~harness.before(events.valid & ~events.take) | (events.valid & (member == harness.before(member)))
        )
    harness.assume((~event | (index < config.n_in)) & (~spike | (index < config.n_rec)))
    harness.assume(~harness.before(phase.ongoing & ~phase.done) | phase.ongoing)
    word = harness.peek("phase.word", 10)
    out_last = Mux(events.has_spike, sizes.last_out, 0)
    harness.claim(
        (word == 0) | (events.valid & ((word <= sizes.last_rec) | (word <= out_last) | (word <= 2)))
    )
    goes_to(harness, readers["w_in"], readers["w_in"].read & event, Space.W_IN, index, word, blocks)
    goes_to(harness, readers["w_rec"], readers["w_rec"].read & spike, Space.W_REC, index, word, blocks)
    goes_to(harness, readers["w_out"], readers["w_out"].read & spike, Space.W_OUT, index, word, blocks)
    harness.claim(~readers["membrane"].read | (readers["membrane"].address == word))
    for kind in KINDS:
        reader, came = readers[f"trace_{kind}"], event if kind == "in" else spike
        harness.claim(~(reader.read & came) | (reader.address == index // lanes))
    stays_apart(harness, blocks, phase)
    return harness


def step(module: ModuleType, config: Config, lanes: int) -> Harness:
    """Walk through the words of all states, and those of leaks and thresholds."""
    harness = Harness()
    blocks = place_blocks(harness, config, lanes)
    phase = harness.block(module.StepPhase(blocks), "phase")
    harness.assume(~harness.before(phase.ongoing & ~phase.done) | phase.ongoing)
    word, reading = harness.peek("phase.address", 10), harness.peek("phase.reading", 1)
    harness.claim(~reading | (word <= blocks.sizes.last_step))
    for name in STATES:
        reader = phase.readers[name]
        harness.claim(
            ~reader.read | ((reader.address == word) & (word < blocks.storage.memories[name].depth))
        )
    access = blocks.storage.access
    mine = access.row == word // 2 if lanes == 1 else access.row * 2 // lanes == word  # a pair of the word
    for space in (Space.ALPHA, Space.THRESHOLD):
        reader, memory = (side[space.name.lower()] for side in (phase.readers, blocks.storage.memories))
        writes = blocks.storage.allowed & access.write & (access.space == space.value)
        harness.claim(~(reader.read & mine & writes) | (reader.address == memory.write_address))
        harness.claim(~reader.read | (reader.address < memory.depth))
    stays_apart(harness, blocks, phase)
    return harness


def learn(module: ModuleType, config: Config, lanes: int) -> Harness:
    """Walk through the neurons of all groups; rows onto them are worked off in any order."""
    harness = Harness()
    blocks = place_blocks(harness, config, lanes)
    phase = harness.block(module.LearnPhase(blocks), "phase")
    harness.m.submodules.learning = blocks.learning
    outputs = (name for name, member in blocks.learning.signature.members.items() if member.flow == Out)
    harness.leave_out("learning", *outputs)
    harness.assume(~harness.before(phase.ongoing) | (phase.ongoing == ~harness.before(phase.done)))
    group = harness.peek("phase.neuron_group", range(-(-config.n_rec // GROUP)))
    neuron = group * GROUP + harness.peek("phase.place", range(GROUP))
    word, last = harness.peek("phase.out_word", 6), blocks.registers.num_rec_neur
    reads = phase.readers["membrane"].read
    harness.claim(group <= last // GROUP)
    waited = harness.peek("phase.waited", range(phase.latency))
    harness.claim(~harness.peek("phase.reading", 1) | ((neuron <= last) & (waited == 0)))
    harness.claim(word <= blocks.sizes.last_out)
    harness.claim(~reads | (phase.readers["membrane"].address == neuron // lanes))
    goes_to(harness, phase.readers["w_out"], reads, Space.W_OUT, neuron, word, blocks)
    for kind in PLASTIC:
        rows, ports, space = blocks.synapses[kind], phase.rows[kind], Space[f"W_{kind.upper()}"]
        words = blocks.storage.rows[space]
        exists = (rows.pre < rows.n_pre) & (rows.word < words)
        goes_to(harness, ports.weights, rows.read & exists, space, rows.pre, rows.word, blocks)
        exists = (rows.write_pre < rows.n_pre) & (rows.write_word < words)
        goes_to(
            harness, ports.updated, rows.write.any() & exists, space, rows.write_pre, rows.write_word, blocks
        )
    hand_over(harness, blocks, group)
    write_back(harness, phase)
    return harness


def hand_over(harness: Harness, blocks: Any, group: Value) -> None:
    """Claim that groups begin as the rows onto them expect it: one after the other, in ascending order."""
    arrays, before = blocks.synapses.values(), harness.before
    for rows in arrays:
        harness.assume(~rows.scanning | rows.busy)
        harness.assume(~rows.busy | before(rows.start | rows.busy))
        harness.assume(~before(rows.start) | rows.busy)
    busy = Cat(rows.busy for rows in arrays).any()
    finished, reading = harness.peek("phase.finished", 1), harness.peek("phase.reading", 1)
    harness.claim(~finished | (reading & (group == 0)))
    take, pending = harness.peek("phase.take", 1), blocks.learning.pending
    for rows in arrays:
        harness.claim(~rows.start | take)
        harness.claim(~(take & rows.scanning))
        harness.claim(rows.row_group <= blocks.registers.num_rec_neur // GROUP)
        harness.claim(~busy | finished | (rows.row_group < group))
        harness.claim(
            before(take) | ((before(rows.row_group) == rows.row_group) & (before(pending) == pending))
        )
        harness.claim(~before(take & rows.busy) | (rows.row_group > before(rows.row_group)))


def write_back(harness: Harness, phase: Any) -> None:
    """Claim that output weights are written where they were read three cycles ago, not where one is read."""
    reader, writer, before = phase.readers["w_out"], phase.w_out_writer, harness.before
    read, address = before(reader.read, 3), before(reader.address, 3)
    writes = writer.write.any()
    harness.claim(~(before(Const(1), 3) & writes) | (read & (writer.address == address)))
    harness.claim(~(reader.read & writes) | (reader.address != writer.address))
    harness.claim(~before(phase.done) | ~writes)


@of_circuits
def test_every_element_has_a_place_of_its_own(sizes: tuple[int, int, int], lanes: int) -> None:
    assert prove(elements(storage, circuit(sizes), lanes)) is None


@of_circuits
def test_propagate_for_ever(sizes: tuple[int, int, int], lanes: int) -> None:
    assert prove(propagate(phase_propagate, circuit(sizes), lanes), induction=4) is None


@of_circuits
def test_step_for_ever(sizes: tuple[int, int, int], lanes: int) -> None:
    assert prove(step(phase_step, circuit(sizes), lanes), induction=4) is None


@pytest.mark.parametrize(("sizes", "lanes"), CIRCUITS[::2])
def test_learn_for_ever(sizes: tuple[int, int, int], lanes: int) -> None:
    assert prove(learn(phase_learn, circuit(sizes), lanes), induction=4) is None


ELEMENTS = {
    "rows overlap": ("access.row * self.rows[space] +", "access.row * (self.rows[space] - 1) +"),
    "words of one lane": ("(access.column >> bits)", "access.column"),
    "lane of the row": ("lane = access.column[:bits]", "lane = access.row[:bits]"),
    "beyond the last": ("depth=n_rec * row", "depth=(n_rec - 1) * row"),
}
PHASES: dict[str, tuple[Any, ModuleType, str, str]] = {
    "rows of another array": (
        propagate,
        phase_propagate,
        "index * rows[Space.W_REC] +",
        "index * rows[Space.W_OUT] +",
    ),
    "trace of a word": (propagate, phase_propagate, "(index >> blocks.shift,", "(index,"),
    "pass too short": (propagate, phase_propagate, "SHORTEST = 3", "SHORTEST = 2"),
    "word too many": (step, phase_step, "reading.eq(address != last)", "reading.eq(address <= last)"),
    "line that is no neuron": (step, phase_step, "word <= (sizes.last_in if", "word <= (sizes.last_rec if"),
    "write without delay": (step, phase_step, "writer.address.eq(self.word)", "writer.address.eq(at)"),
    "neuron too many": (
        learn,
        phase_learn,
        "== blocks.registers.num_rec_neur)",
        "== blocks.registers.num_rec_neur + 1)",
    ),
    "group too soon": (
        learn,
        phase_learn,
        "self.take.eq(self.gathered & ~scanning)",
        "self.take.eq(self.gathered)",
    ),
    "done too soon": (learn, phase_learn, "self.finished & ~busy", "self.finished & ~scanning"),
    "row read and not written": (learn, phase_learn, "synapses.write_pre * row", "synapses.pre * row"),
}


@pytest.mark.parametrize(("right", "wrong"), ELEMENTS.values(), ids=ELEMENTS)
def test_planted_error_of_elements(right: str, wrong: str) -> None:
    assert prove(elements(mutant(storage, right, wrong), circuit((19, 38, 5)), 2)) is not None


@pytest.mark.parametrize(("build", "module", "right", "wrong"), PHASES.values(), ids=PHASES)
def test_planted_error_of_a_phase(build: Any, module: ModuleType, right: str, wrong: str) -> None:
    assert prove(build(mutant(module, right, wrong), circuit((19, 38, 5)), 2), induction=4) is not None
