"""A weight array and the stochastic update of the rows onto one group of neurons."""

from typing import Any

from amaranth.hdl import Array, Cat, Const, Elaboratable, Module, Mux, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.learning import FULL
from golden_model.core.lfsr import WEIGHT
from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from golden_model.network.formats import Format
from golden_model.network.registers import SOURCE_SEEDS
from rtl.core.arithmetic import change, multiply_sixteenths
from rtl.core.lfsr import Source
from rtl.core.pipeline import delayed
from rtl.core.registers import Registers
from rtl.core.regularization import reduction_bits
from rtl.core.rounding import popcount
from rtl.core.trace import look
from rtl.core.update import REGISTER, Update

LEAP = 16  # words of a row that a source passes over at a time


class Synapses(wiring.Component):
    """The rows of one weight array onto one group of postsynaptic neurons, presynaptic index ascending.

    A row without a trace is passed over, unless `every` is set; empty words of traces cost a cycle each. A
    group without `pending` changes is passed over as a whole: its rows are counted, a word of traces per
    cycle, and the source goes on as if they had been visited.

    Parameters
    ----------
    kind : {"in", "rec"}

    Attributes
    ----------
    latency : int
        Cycles from a row's turn to the write of its weights.
    start, row_group : In
        Begin with a group.
    every, pending, gain, sixteenths, reduction : In
        As of Learning, for the array.
    trace_read, trace_address : Out
    trace_word : In
        Traces of the presynaptic side.
    read, pre, word : Out
        The row and its word of weights to read.
    weights : In
        What was read in the cycle before.
    write, write_pre, write_word, updated : Out
        Updated weights to write back.
    scanning : Out
        There are rows left to visit, or to pass over.
    busy : Out
        An update is not written yet, but for one that is in this cycle.
    random, before : Out
        What `updated` came from, for records.
    """

    latency = 5

    def __init__(self, config: Config, kind: str, lanes: int, registers: Registers) -> None:
        self.config, self.kind, self.lanes, self.registers = config, kind, lanes, registers
        formats = self.formats = config.formats
        self.n_pre = config.n_in if kind == "in" else config.n_rec
        self.trace: Format = getattr(formats, f"trace_{kind}")
        self.bits: int = getattr(formats, f"product_{kind}").bits
        groups = -(-config.n_rec // GROUP)
        gain_bits = formats.learning_signal.bits + formats.pseudo_derivative.bits
        weights = data.ArrayLayout(signed(formats.stored_weight.bits), lanes)
        pre, word = range(self.n_pre), range(groups * GROUP // lanes)
        super().__init__(
            {
                "start": In(1),
                "row_group": In(range(groups)),
                "every": In(1),
                "pending": In(1),
                "gain": In(data.ArrayLayout(signed(gain_bits), GROUP)),
                "sixteenths": In(data.ArrayLayout(FULL.bit_length(), GROUP)),
                "reduction": In(data.ArrayLayout(reduction_bits(config, kind), GROUP)),
                "trace_read": Out(1),
                "trace_address": Out(range(-(-self.n_pre // lanes))),
                "trace_word": In(data.ArrayLayout(self.trace.bits, lanes)),
                "read": Out(1),
                "pre": Out(pre),
                "word": Out(word),
                "weights": In(weights),
                "write": Out(lanes),
                "write_pre": Out(pre),
                "write_word": Out(word),
                "updated": Out(weights),
                "scanning": Out(1),
                "busy": Out(1),
                "random": Out(data.ArrayLayout(self.bits, lanes)),
                "before": Out(weights),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        trace = self._scan(m)
        valid, part, weights = self._follow(m)
        changes = self._change(m, trace, part)
        self._update(m, valid, weights, changes)
        return m

    def _scan(self, m: Module) -> Value:
        """Present the rows to visit, a word of weights per cycle; return the row's trace, a cycle later."""
        lanes, parts = self.lanes, GROUP // self.lanes
        self.base = Signal.like(self.trace_address)  # the word of traces whose rows are visited
        self.held = Signal()  # the next one is there
        self.flags = Signal(lanes)  # rows of the word that are left, the present one lowest
        self.part = Signal(range(parts))  # of the row's words of weights
        self.seen = Signal(data.ArrayLayout(self.trace.bits, lanes))
        lane = Signal(range(lanes))
        for n in reversed(range(lanes)):
            with m.If(self.flags[n]):
                m.d.comb += lane.eq(n)
        self._load(m, self._visit(m))
        m.d.comb += [
            self.read.eq((self.flags != 0) & self.pending),
            self.pre.eq(Cat(lane, self.base) if lanes > 1 else self.base),
            self.word.eq(self.row_group * parts + self.part),
            self.scanning.eq(self.held | (self.flags != 0) | self._pass_over(m)),
        ]
        trace = Signal(self.trace.bits)
        m.d.sync += trace.eq(Array(self.seen[n] for n in range(lanes))[lane])
        return trace

    def _visit(self, m: Module) -> Value:
        """Go on to the next word of weights; tell whether no row of the word of traces is left after it."""
        left = self.flags & (self.flags - 1)
        row_ends = self.part == GROUP // self.lanes - 1
        with m.If(~self.pending):
            m.d.sync += self.flags.eq(0)
        with m.Elif(self.flags != 0):
            m.d.sync += self.part.eq(Mux(row_ends, 0, self.part + 1))
            with m.If(row_ends):
                m.d.sync += self.flags.eq(left)
        return (self.flags == 0) | (row_ends & (left == 0)) | ~self.pending

    def _load(self, m: Module, ends: Value) -> None:
        """Take the next word of traces when the rows of the one before end, and read the one after it."""
        registers = self.registers
        last_pre = registers.num_inp_neur if self.kind == "in" else registers.num_rec_neur
        last_word = last_pre >> self.lanes.bit_length() - 1
        fetch = Signal.like(self.trace_address)
        scanned = Signal()
        with m.If(self.held & ends):
            m.d.sync += [self.base.eq(fetch), self.held.eq(0)]
            self._take(m, fetch, last_pre)
            with m.If(~scanned):
                m.d.comb += [self.trace_read.eq(1), self.trace_address.eq(fetch + 1)]
                m.d.sync += [fetch.eq(fetch + 1), self.held.eq(1), scanned.eq(fetch + 1 == last_word)]
        with m.If(self.start):
            m.d.comb += [self.trace_read.eq(1), self.trace_address.eq(0)]
            m.d.sync += [fetch.eq(0), self.held.eq(1), self.part.eq(0), scanned.eq(last_word == 0)]

    def _take(self, m: Module, fetched: Value, last_pre: Value) -> None:
        """Take a word of traces: which of its rows are to be visited."""
        radix = getattr(self.registers, "fp_loc_tinp" if self.kind == "in" else "fp_loc_trec")
        for n in range(self.lanes):
            value = look(self.trace_word[n], radix)
            exists = fetched * self.lanes + n <= last_pre
            m.d.sync += [self.seen[n].eq(value), self.flags[n].eq(exists & (self.every | (value != 0)))]

    def _pass_over(self, m: Module) -> Value:
        """Move the source by the words of rows that are passed over; tell whether any are left."""
        self._passes, self._leaps = Signal(name="passes_word"), Signal(name="leaps")
        if self.config.update_rounding != "stochastic":
            return Const(0)
        parts = GROUP // self.lanes
        left = Signal(range(self.n_pre * parts + 1), name="words_left")
        moving = Signal()
        m.d.sync += moving.eq(~self.held & (self.flags == 0) & (left != 0))
        m.d.comb += self._leaps.eq(moving & (left >= LEAP))
        m.d.comb += self._passes.eq(moving & ~self._leaps & (left != 0))
        with m.If(~self.pending & (self.flags != 0)):
            m.d.sync += left.eq(left + popcount(self.flags) * parts)
        with m.If(self._leaps):
            m.d.sync += left.eq(left - LEAP)
        with m.If(self._passes):
            m.d.sync += left.eq(left - 1)
        return left != 0

    def _follow(self, m: Module) -> tuple[list[Value], list[Any], list[Value]]:
        """Carry the row along; return by stage if it is valid, its part, and its weights from stage 1 on."""
        stages = range(1, self.latency + 1)
        valid = delayed(m, self.read, "valid", stages)
        self._pre = delayed(m, self.pre, "pre", stages)
        self._word = delayed(m, self.word, "word", stages)
        weights = delayed(m, self.weights, "weights", stages[1:])
        parts = GROUP // self.lanes
        part = [word[: parts.bit_length() - 1] if parts > 1 else 0 for word in self._word]
        m.d.comb += [
            self.busy.eq(self.scanning | Cat(valid[1:5]).any()),
            self.write.eq(Mux(valid[5], (1 << self.lanes) - 1, 0)),
            self.write_pre.eq(self._pre[5]),
            self.write_word.eq(self._word[5]),
            self.before.eq(weights[4]),
        ]
        return valid, part, weights

    def _lane(self, members: Any, part: Any, lane: int) -> Value:
        """Return the value of a lane's neuron."""
        return Array(members[n * self.lanes + lane] for n in range(GROUP // self.lanes))[part]

    def _change(self, m: Module, trace: Value, part: list[Any]) -> list[Signal]:
        """Return the changes, in stage 4."""
        changes = []
        for lane in range(self.lanes):
            factor = Signal(self.trace.bits + FULL.bit_length(), name=f"factor_{lane}")
            product = Signal(signed(self.bits), name=f"product_{lane}")
            changed = Signal(signed(self.bits), name=f"change_{lane}")
            reduction = self._lane(self.reduction, part[3], lane)
            m.d.sync += [
                factor.eq(trace * self._lane(self.sixteenths, part[1], lane)),
                product.eq(multiply_sixteenths(self._lane(self.gain, part[2], lane), factor, self.bits)),
                changed.eq(change(product, reduction, self.bits, self.config.errata)),
            ]
            changes.append(changed)
        return changes

    def _update(self, m: Module, valid: list[Signal], weights: list[Signal], changes: list[Signal]) -> None:
        registers, seed = self.registers, f"seed_{REGISTER[self.kind]}"
        m.submodules.source = source = Source(
            WEIGHT, self.bits, self.lanes, whole=self.lanes, leap=LEAP, reset=SOURCE_SEEDS[seed]
        )
        m.submodules.update = update = Update(self.config, self.kind, self.lanes, registers)
        draws = valid[4] if self.config.update_rounding == "stochastic" else 0
        m.d.comb += [
            source.load.eq(getattr(registers, f"load_{seed}")),
            source.seed.eq(getattr(registers, seed)),
            source.finish.eq(draws | self._passes),
            source.leap.eq(self._leaps),
            update.draw.eq(source.word),
            update.weight.eq(weights[3]),
            self.updated.eq(update.updated),
        ]
        m.d.sync += self.random.eq(update.mark)
        for lane in range(self.lanes):
            m.d.comb += update.change[lane].eq(changes[lane])
            if self.kind == "rec":
                post = self._word[4] * self.lanes + lane
                m.d.comb += update.itself[lane].eq(self._pre[4] == post)
