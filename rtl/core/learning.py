"""The learning phase of one neuron: learning signal, pseudo-derivative, regularization, output weights.

What is common to all synapses onto a neuron is worked out once and gathered for the neuron's group. The rows
onto a group take over what was gathered, and use it while the neurons of the next group are worked out.
"""

from typing import Any

from amaranth.hdl import Array, Cat, Elaboratable, Module, Mux, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.learning import FULL
from golden_model.core.lfsr import WEIGHT_OUT
from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from golden_model.network.registers import SOURCE_SEEDS
from rtl.core.arithmetic import learning_signal, sixteenths
from rtl.core.lfsr import Source
from rtl.core.pipeline import Gather, delayed
from rtl.core.registers import Registers
from rtl.core.regularization import multiplier, published, reduction, reduction_bits
from rtl.core.trace import look
from rtl.core.update import Update


class Learning(wiring.Component):
    """The neurons of a group, one after the other, a word of readouts per cycle.

    Attributes
    ----------
    latency : int
        Cycles from the `enter` of a group's last word until the group is gathered.
    take : In
        The rows onto the group begin: `sixteenths`, `every` and `pending` are theirs from the next cycle on,
        `gain` one cycle later, `reduction_*` two, as the stages of the update need them.
    enter : In
        A neuron's word of output weights is there.
    neuron_index : In
        The neuron.
    part, first, last : In
        Which word of readouts, and whether it is the first or the last of the neuron.
    valid : In
        The step has a target.
    w_out : In
        Stored weights of the word.
    error : In, s(M) per readout
    membrane, value_rec, value_out : In
        Potential and traces of the neuron.
    write, write_neuron, write_word, updated : Out
        Updated output weights to write back.
    gain, sixteenths, reduction_in, reduction_rec : Out, per neuron of the group
        Learning signal x pseudo-derivative, multiplicative and additive regularization.
    every : Out
        Rows without a trace are to be visited too.
    pending : Out
        A weight onto the group may change.
    learned, learned_neuron, learning_signal, pseudo_derivative, regularization : Out
        What a neuron learns from, for records.
    random, before : Out
        What `updated` came from, for records.
    """

    latency = 4

    def __init__(self, config: Config, lanes: int, registers: Registers) -> None:
        self.config, self.lanes, self.registers = config, lanes, registers
        formats = self.formats = config.formats
        self.words = -(-config.n_out // lanes)
        neuron, word = range(config.n_rec), range(self.words)
        signal, h = formats.learning_signal.bits, formats.pseudo_derivative.bits
        weights = data.ArrayLayout(signed(formats.stored_weight.bits), lanes)
        members: dict[str, Any] = {
            "take": In(1),
            "enter": In(1),
            "neuron_index": In(neuron),
            "part": In(word),
            "first": In(1),
            "last": In(1),
            "valid": In(1),
            "w_out": In(weights),
            "error": In(data.ArrayLayout(signed(formats.error.bits), self.words * lanes)),
            "membrane": In(signed(formats.membrane.bits)),
            "value_rec": In(formats.trace_rec.bits),
            "value_out": In(formats.trace_out.bits),
            "write": Out(lanes),
            "write_neuron": Out(neuron),
            "write_word": Out(word),
            "updated": Out(weights),
            "gain": Out(data.ArrayLayout(signed(signal + h), GROUP)),
            "sixteenths": Out(data.ArrayLayout(FULL.bit_length(), GROUP)),
            "every": Out(1),
            "pending": Out(1),
            "learned": Out(1),
            "learned_neuron": Out(neuron),
            "learning_signal": Out(signed(signal)),
            "pseudo_derivative": Out(signed(h)),
            "regularization": Out(formats.trace_rec.bits),
            "random": Out(data.ArrayLayout(formats.product_out.bits, lanes)),
            "before": Out(weights),
        }
        for kind in ("in", "rec"):
            bits = reduction_bits(config, kind)
            members[f"reduction_{kind}"] = Out(data.ArrayLayout(bits, GROUP))
        super().__init__(members)

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        error = Array(
            Cat(self.error[word * self.lanes + lane] for lane in range(self.lanes))
            for word in range(self.words)
        )[self.part]
        bits = self.formats.error.bits
        errors = [error[lane * bits : (lane + 1) * bits].as_signed() for lane in range(self.lanes)]
        self._update_output(m, errors)
        self._neuron(m, errors)
        return m

    def _update_output(self, m: Module, errors: list[Value]) -> None:
        """Update the neuron's word of output weights, which see its own trace."""
        updates = Signal()
        finishes = Signal()
        seen = look(self.value_out, self.registers.fp_loc_tout)
        m.d.sync += [
            updates.eq(self.enter & self.valid & self.registers.do_eprop[2] & (seen != 0)),
            finishes.eq(self.last | ((self.part + 1) * self.lanes % GROUP == 0)),
        ]
        draw = self._draw(m, updates, finishes)
        m.submodules.update = update = Update(self.config, "out", self.lanes, self.registers)
        for lane in range(self.lanes):
            m.d.sync += update.change[lane].eq(errors[lane] * seen)
        m.d.comb += update.draw.eq(draw)
        self._write_back(m, update, updates)

    def _draw(self, m: Module, updates: Value, finishes: Value) -> Value:
        """Return the random words of an update; after a whole group of readouts the next row begins."""
        registers, bits = self.registers, self.formats.product_out.bits
        m.submodules.source = source = Source(
            WEIGHT_OUT, bits, self.lanes, whole=GROUP, reset=SOURCE_SEEDS["seed_out"]
        )
        stochastic = self.config.update_rounding == "stochastic"
        m.d.comb += [
            source.load.eq(registers.load_seed_out),
            source.seed.eq(registers.seed_out),
            source.advance.eq(updates & ~finishes & stochastic),
            source.finish.eq(updates & finishes & stochastic),
        ]
        return source.word

    def _write_back(self, m: Module, update: Update, updates: Value) -> None:
        """Update the weights that came with the word, and write them."""
        neuron = Signal.like(self.neuron_index)
        word = Signal.like(self.part)
        weights = Signal.like(self.w_out)
        m.d.sync += [neuron.eq(self.neuron_index), word.eq(self.part), weights.eq(self.w_out)]
        m.d.comb += update.weight.eq(weights)
        m.d.sync += [
            self.write.eq(Mux(updates, (1 << self.lanes) - 1, 0)),
            self.write_neuron.eq(neuron),
            self.write_word.eq(word),
            self.random.eq(update.mark),
            self.before.eq(weights),
        ]
        m.d.comb += self.updated.eq(update.updated)

    def _neuron(self, m: Module, errors: list[Value]) -> None:
        """Work out what the synapses onto a neuron have in common."""
        registers = self.registers
        total, whole = self._sum_errors(m, errors)
        neuron, membrane, trace = self._delayed(m)
        plastic = registers.do_eprop[:2].any()
        bits, right = self.formats.learning_signal.bits, self.config.weight_bits + 4
        signal = learning_signal(total, registers.learn_sig_scale, right, bits)
        seen = look(trace, registers.fp_loc_trec)
        exceeds = (registers.regul_mode != 0) & (seen > registers.regul_f0)
        m.d.sync += [
            self.learned.eq(whole),
            self.learned_neuron.eq(neuron),
            self.learning_signal.eq(Mux(plastic, signal, 0)),
            self.pseudo_derivative.eq(self._surrogate(membrane)),
            self.regularization.eq(Mux(exceeds, seen - registers.regul_f0, 0)),
        ]
        self._gather(m)

    def _sum_errors(self, m: Module, errors: list[Value]) -> tuple[Value, Value]:
        """Return the sum of a neuron's output weights x errors, and whether it is whole."""
        config, bits = self.config, self.formats.learning_signal.bits + self.config.weight_bits
        total = Signal(signed(bits + max(config.n_out, 2).bit_length()))
        products = []
        for lane, error in enumerate(errors):
            product = Signal(signed(bits), name=f"product_{lane}")
            weight = self.w_out[lane] >> config.shadow_bits
            m.d.sync += product.eq(error * weight)  # errors of absent readouts are 0
            products.append(product)
        turn = Signal(2)
        first = Signal()
        lasts = Signal(2)
        m.d.sync += [
            turn.eq(Cat(self.enter, turn)),
            first.eq(self.first),
            lasts.eq(Cat(self.enter & self.last, lasts)),
        ]
        with m.If(turn[0]):
            m.d.sync += total.eq(Mux(first, 0, total) + sum(products))
        return total, lasts[1]

    def _delayed(self, m: Module) -> list[Signal]:
        """Return the neuron's index, potential and trace of two cycles ago, when its sum is there."""
        values = []
        for member in (self.neuron_index, self.membrane, self.value_rec):
            for _ in range(2):
                now = Signal.like(member, name=f"{member.name}_delayed")
                m.d.sync += now.eq(member)
                member = now
            values.append(member)
        return values

    def _surrogate(self, potential: Value) -> Value:
        """Return the pseudo-derivative; the first border above the potential decides."""
        value: Value = self.registers.h_4
        for n in reversed(range(4)):
            below = potential < getattr(self.registers, f"thr_h_{n}")
            value = Mux(below, getattr(self.registers, f"h_{n}"), value)
        return value

    def _gather(self, m: Module) -> None:
        """Gather what the rows onto the neurons of a group need, and hand it over stage by stage."""
        config, registers = self.config, self.registers
        group = Gather(m, self.learned, self.learned_neuron)
        g = published(config, self.regularization)
        gain = Signal(self.gain.shape().elem_shape, name="neuron_gain")
        m.d.comb += gain.eq(self.learning_signal * self.pseudo_derivative)
        group.each(self.sixteenths, sixteenths(gain, multiplier(registers, g)), self.take)
        _, next_take, last_take = delayed(m, self.take, "taken", range(2))
        group.each(self.gain, gain, next_take)
        for kind in ("in", "rec"):
            taken = getattr(self, f"reduction_{kind}")
            group.each(taken, reduction(m, config, registers, g, kind), last_take)
        regularized = self.regularization != 0
        group.any(self.every, regularized, self.take)
        learns = (self.learning_signal != 0) & (self.pseudo_derivative != 0)
        group.any(self.pending, regularized | learns, self.take)
