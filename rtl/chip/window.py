"""The memories as the chip's map shows them: words of 128 bits, whatever the words of the circuit are."""

from typing import Any

from amaranth.hdl import Array, Cat, Const, Elaboratable, Module, Mux, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.synapse import GROUP
from rtl.chip.flags import ValidFlags
from rtl.chip.map import BYTE, HALF, PARAMETER_FIELDS, STATE_FIELDS, check_fits
from rtl.chip.spi import CHUNK_BITS, WORD_BITS
from rtl.core.blocks import Blocks
from rtl.core.storage import Space

NEURONS, READOUTS, W_IN, W_REC, W_OUT = range(1, 6)  # spaces of the map
BITS = 128
ROW_BITS = 14
FLAG_ROW = 7  # bit of a row of the space of neurons, a[9]: the rest is a neuron, whose flags are written
READOUT_ROWS = 4
ACCESS = data.StructLayout({"row": ROW_BITS, "space": 3, "chunk": CHUNK_BITS, "data": WORD_BITS, "patch": 1})
WEIGHTS = {W_IN: "w_in", W_REC: "w_rec", W_OUT: "w_out"}


class Window(wiring.Component):
    """One word of 128 bits: fetched to be read, or fetched, patched with 32 bits and stored.

    Attributes
    ----------
    latency : int
        Cycles from `fetch` until `word` holds: one per word of lanes, and two.
    space, row : In
        The word.
    fetch : In
        Read it; states of a neuron whose valid flag is clear read as 0.
    patch, chunk, data : In
        Replace 32 bits of it.
    live : In
        A sample is under way: all states are valid.
    busy : Out
    word : Out
    """

    @property
    def latency(self) -> int:
        """Cycles from `fetch` until `word` holds."""
        return 2 + GROUP // self.blocks.lanes

    def __init__(self, blocks: Blocks, flags: ValidFlags) -> None:
        check_fits(blocks.config)
        self.blocks, self.flags = blocks, flags
        names = [*WEIGHTS.values(), *(field.memory for field in (*STATE_FIELDS, *PARAMETER_FIELDS))]
        self.readers = {name: blocks.storage.reader("window", name) for name in names}
        self.writers = {name: blocks.storage.writer("window", name) for name in names}
        super().__init__(
            {
                "space": In(3),
                "row": In(ROW_BITS),
                "fetch": In(1),
                "patch": In(1),
                "chunk": In(CHUNK_BITS),
                "data": In(WORD_BITS),
                "live": In(1),
                "busy": Out(1),
                "word": Out(BITS),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        self.access = Signal(ACCESS, name="accessed")
        self.step = Signal(range(GROUP))
        self.captured = Signal.like(self.step)  # step whose word is there
        self.captures = Signal()
        access = self.access
        self.pairs = (access.space == NEURONS) & (access.row >> FLAG_ROW == 0)  # states and parameters
        self.flagged = (access.space == NEURONS) & (access.row >> FLAG_ROW == 1)
        self._order(m)
        for space in WEIGHTS:
            self._weights(m, space)
        self._neurons(m)
        self._parameters(m)
        self._readouts(m)
        return m

    def _steps(self) -> list[int]:
        """Return how many words of lanes a word of each space is."""
        lanes, out_words = self.blocks.lanes, self.blocks.storage.rows[Space.W_OUT]
        rows = GROUP // lanes
        return [1, 1 if lanes > 1 else 2, 1, rows, rows, out_words, 1, 1]

    def _order(self, m: Module) -> None:
        """Fetch, patch and store."""
        access = self.access
        with m.FSM(name="order") as fsm:
            with m.State("IDLE"), m.If(self.fetch | self.patch):
                m.d.sync += [
                    access.eq(Cat(self.row, self.space, self.chunk, self.data, self.patch)),
                    self.word.eq(0),
                ]
                m.next = "READ"
            self._walk(m)
            with m.State("CAPTURE"):
                m.next = "IDLE"
                with m.If(access.patch):
                    m.next = "PATCH"
            with m.State("PATCH"):
                m.d.sync += self.word.word_select(access.chunk, WORD_BITS).eq(access.data)
                m.next = "STORE"
                with m.If(self.flagged):
                    m.next = "IDLE"
        self.reads, self.stores = fsm.ongoing("READ"), fsm.ongoing("STORE")
        m.d.sync += self.captures.eq(self.reads)
        m.d.comb += self.busy.eq(~fsm.ongoing("IDLE"))
        self._flags(m, fsm.ongoing("PATCH"))

    def _walk(self, m: Module) -> None:
        """Read, and store, a word of lanes per cycle."""
        ends = Signal()
        steps = Array(Const(count - 1, 4) for count in self._steps())
        m.d.comb += ends.eq(self.step == steps[self.access.space])
        m.d.sync += [self.captured.eq(self.step), self.step.eq(0)]
        for state, after in (("READ", "CAPTURE"), ("STORE", "IDLE")):
            with m.State(state):
                with m.If(ends):
                    m.next = after
                with m.Else():
                    m.d.sync += self.step.eq(self.step + 1)

    def _flags(self, m: Module, patches: Value) -> None:
        """Write the flags of a neuron, or note that states are written."""
        access, flags, events = self.access, self.flags, self.blocks.events
        config = self.blocks.config
        neuron = Signal(CHUNK_BITS + FLAG_ROW)
        writes = Signal()
        second = self.step[0] if self.blocks.lanes == 1 else Const(0, 1)  # neuron of a pair
        m.d.comb += [
            neuron.eq(Cat(access.chunk, access.row)),
            writes.eq(patches & self.flagged),
            flags.neuron.eq(Mux(self.flagged, neuron, Cat(second, access.row[:FLAG_ROW]))),
            flags.write.eq(writes & (neuron <= max(config.n_in, config.n_rec) - 1)),
            flags.value.eq(access.data[1]),
            flags.touch.eq(patches & self.pairs),
            events.preset.eq(writes & (neuron <= config.n_rec - 1)),
            events.preset_index.eq(neuron),
            events.preset_spike.eq(access.data[0]),
        ]

    def _port(self, m: Module, name: str, address: Value, chosen: Value, mask: Value) -> Value:
        """Read and write a memory in the steps of a word; tell whether what is captured is its word."""
        memory, reader, writer = self.blocks.storage.memories[name], self.readers[name], self.writers[name]
        inside = Signal(name=f"inside_{name}")
        there = Signal(name=f"there_{name}")
        m.d.comb += [
            inside.eq(chosen & (address <= memory.depth - 1)),
            reader.read.eq(self.reads & inside),
            reader.address.eq(address),
            writer.address.eq(address),
            writer.write.eq(mask & (self.stores & inside).replicate(memory.lanes)),
        ]
        m.d.sync += there.eq(inside)
        return self.captures & there

    def _weights(self, m: Module, space: int) -> None:
        """A weight of the word in each byte."""
        name, row = WEIGHTS[space], self.access.row
        memory, words = self.blocks.storage.memories[name], self.blocks.storage.rows[Space[name.upper()]]
        lanes, bits, writer = memory.lanes, memory.lanes * BYTE, self.writers[name]
        if space == W_OUT:
            pre, first, inside = row, 0, self.step <= words - 1
        else:
            pre, first = row[4:], row[:4] * (GROUP // lanes)
            inside = first <= words - 1
        chosen = (self.access.space == space) & inside
        everything = Const((1 << lanes) - 1, lanes)
        there = self._port(m, name, pre * words + first + self.step, chosen, everything)
        with m.If(there):
            weights = (memory.read_word[lane] for lane in range(lanes))
            extended = Cat((weight.as_signed() | Const(0, signed(BYTE)))[:BYTE] for weight in weights)
            m.d.sync += self.word.word_select(self.captured, bits).eq(extended)
        stored = self.word.word_select(self.step, bits)
        m.d.comb += [writer.word[lane].eq(stored[lane * BYTE :][:BYTE]) for lane in range(lanes)]

    def _neurons(self, m: Module) -> None:
        """The states of the two neurons of a pair."""
        pair, lanes, valid = self.access.row[:FLAG_ROW], self.blocks.lanes, self.flags.valid
        counts = Signal(lanes)  # what each lane has counts
        m.d.comb += counts.eq(valid | (self.live | self.access.patch).replicate(lanes))
        place = (pair << 1)[: self.blocks.shift] if lanes > 1 else Const(0, 1)
        mask = (Const(3, lanes) << place)[:lanes] if lanes > 1 else Const(1, 1)
        address = (pair << 1) >> self.blocks.shift if lanes > 1 else Cat(self.step[0], pair)
        for field in STATE_FIELDS:
            memory, writer = self.blocks.storage.memories[field.memory], self.writers[field.memory]
            there = self._port(m, field.memory, address, self.pairs, mask)
            shown = Array(Mux(counts[lane], memory.read_word[lane], 0) for lane in range(lanes))
            halves = [self.word[field.offset + half * HALF :][: field.bits] for half in (0, 1)]
            for half in (0, 1):
                mine = there if lanes > 1 else there & (self.captured[0] == half)
                with m.If(mine):
                    m.d.sync += halves[half].eq(shown[place | half] if lanes > 1 else shown[0])
            for lane in range(lanes):
                given = halves[lane % 2] if lanes > 1 else Mux(self.step[0], halves[1], halves[0])
                m.d.comb += writer.word[lane].eq(given)

    def _parameters(self, m: Module) -> None:
        """The leak and the threshold of a pair."""
        pair = self.access.row[:FLAG_ROW]
        chosen = self.pairs & (self.step == 0)
        for field in PARAMETER_FIELDS:
            memory, writer = self.blocks.storage.memories[field.memory], self.writers[field.memory]
            shift = memory.lanes.bit_length() - 1
            lane = pair[:shift] if shift else Const(0, 1)
            mask = (Const(1, memory.lanes) << lane)[: memory.lanes]
            there = self._port(m, field.memory, pair >> shift, chosen, mask)
            part = self.word[field.offset :][: field.bits]
            with m.If(there):
                m.d.sync += part.eq(Array(memory.read_word[n] for n in range(memory.lanes))[lane])
            m.d.comb += [writer.word[n].eq(part) for n in range(memory.lanes)]

    def _readouts(self, m: Module) -> None:
        """A potential of 16 bits in each 32."""
        access, readout, n_out = self.access, self.blocks.readout, self.blocks.config.n_out
        potentials = [readout.potentials[k] if k < n_out else Const(0, 1) for k in range(GROUP)]
        chosen = (access.space == READOUTS) & (access.row < READOUT_ROWS)
        for chunk in range(BITS // WORD_BITS):
            column = Array(Value.cast(potential)[:16] for potential in potentials[chunk::4])
            with m.If(self.captures & chosen):
                m.d.sync += self.word.word_select(chunk, WORD_BITS).eq(column[access.row[:2]])
        index = Cat(access.chunk, access.row[:2])
        m.d.comb += [
            readout.preset.eq(self.stores & chosen & (index <= n_out - 1)),
            readout.preset_index.eq(index),
            readout.preset_potential.eq(access.data[:16]),
        ]
