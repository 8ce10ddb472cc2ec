"""The readouts: leaky integrators of the recurrent spikes, their winner and their error."""

from typing import Any

from amaranth.hdl import Array, Elaboratable, Module, Mux, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from golden_model.core.lfsr import ROUNDING
from golden_model.core.readout import SLOTS
from golden_model.network.config import Config
from golden_model.network.registers import SOURCE_SEEDS
from rtl.core.arithmetic import greater, hard_sigmoid, saturate
from rtl.core.lfsr import Source
from rtl.core.neuron import entering
from rtl.core.registers import Registers
from rtl.core.rounding import rounded


class Readout(wiring.Component):
    """All readouts: potentials, wins and errors in registers, worked on one by one or a word at a time.

    Attributes
    ----------
    latency : int
        Cycles from `decay` to `decayed`, beside one per readout.
    clear : In
        Set potentials, wins and errors to 0.
    decay : In
        Begin to let the potentials leak, one readout per cycle.
    decayed : Out
        All potentials have leaked, and `best` is the greatest.
    best : Out
    count : In
        Count a win of `best`.
    arrive, word, w_out : In
        Add a word of stored weights.
    compare, target : In
        Set the error of the readout `index` to the target minus its activation.
    index : In
        A readout.
    potential, win : Out
        Of the readout `index`.
    error : Out, s(M) per readout
    blank : In
        Set all errors to 0.
    preset, preset_index, preset_potential : In
        Set the potential of a readout.
    potentials, wins : Out
        Of all readouts.
    """

    latency = 2

    def __init__(self, config: Config, lanes: int, registers: Registers) -> None:
        self.config, self.lanes, self.registers = config, lanes, registers
        formats, n_out = config.formats, config.n_out
        self.words = -(-n_out // lanes)
        bits = formats.readout.bits
        weights = data.ArrayLayout(signed(formats.stored_weight.bits), lanes)
        super().__init__(
            {
                "clear": In(1),
                "decay": In(1),
                "decayed": Out(1),
                "best": Out(range(n_out)),
                "count": In(1),
                "arrive": In(1),
                "word": In(range(self.words)),
                "w_out": In(weights),
                "compare": In(1),
                "target": In(signed(bits)),
                "index": In(range(n_out)),
                "potential": Out(signed(bits)),
                "win": Out(formats.wins.bits),
                "blank": In(1),
                "preset": In(1),
                "preset_index": In(range(n_out)),
                "preset_potential": In(signed(bits)),
                "error": Out(data.ArrayLayout(signed(bits), self.words * lanes)),
                "potentials": Out(data.ArrayLayout(signed(bits), n_out)),
                "wins": Out(data.ArrayLayout(formats.wins.bits, n_out)),
            }
        )

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        potential = Array(self.potentials[k] for k in range(self.config.n_out))
        wins = Array(self.wins[k] for k in range(self.config.n_out))
        m.d.comb += [self.potential.eq(potential[self.index]), self.win.eq(wins[self.index])]
        self._decay(m, potential)
        self._arrive(m)
        self._compare(m)
        with m.If(self.count):
            m.d.sync += wins[self.best].eq(wins[self.best] + 1)
        with m.If(self.preset):
            m.d.sync += potential[self.preset_index].eq(self.preset_potential)
        with m.If(self.clear):
            for members in (self.potentials, self.wins, self.error):
                m.d.sync += members.as_value().eq(0)
        return m

    def _decay(self, m: Module, potential: Array) -> None:
        """Let the potentials leak, a readout per cycle in two stages, and find the greatest."""
        frac_bits = self.config.kappa_frac_bits
        m.submodules.source = source = Source(
            ROUNDING, frac_bits, SLOTS, reset=SOURCE_SEEDS["seed_strnd_oneur"]
        )
        turn, running, final = self._take_turns(m)
        valid = Signal()
        index = Signal.like(self.index, name="leaking")
        last = Signal()
        product = Signal(signed(self.config.membrane_bits + frac_bits + 1))
        m.d.sync += [
            valid.eq(running),
            index.eq(turn),
            last.eq(running & final),
            product.eq(potential[turn] * self.registers.kappa),
            self.decayed.eq(last),
        ]
        leaked = self._leaked(m, source, product, Mux(last, 1 + self._spare_slots(), 1), valid)
        with m.If(valid):
            m.d.sync += potential[index].eq(leaked)
            self._find_best(m, index, leaked)

    def _take_turns(self, m: Module) -> tuple[Value, Value, Value]:
        """Give readouts their turns after `decay`; return whose it is, if there is one, if it is the last."""
        turn = Signal.like(self.index)
        running = Signal()
        final = turn == self.registers.num_out_neur
        with m.If(self.decay):
            m.d.sync += [running.eq(1), turn.eq(0)]
        with m.If(running):
            m.d.sync += [turn.eq(turn + 1), running.eq(~final)]
        return turn, running, final

    def _leaked(self, m: Module, source: Source, product: Value, slots: Value, valid: Value) -> Signal:
        """Return a potential after its leak; where it is rounded at random, slots of draws are taken."""
        config, registers = self.config, self.registers
        bits, frac_bits = config.membrane_bits, config.kappa_frac_bits
        exact = registers.kappa == 1 << frac_bits
        enabled = registers.en_stoch_round & ~exact
        draws = enabled if config.state_rounding == "stochastic" else 0
        m.d.comb += [
            source.load.eq(registers.load_seed_strnd_oneur),
            source.seed.eq(registers.seed_strnd_oneur),
            source.take.eq(Mux(valid & draws, slots, 0)),
        ]
        leaked = Signal(signed(bits))
        m.d.comb += leaked.eq(rounded(config, product, frac_bits, bits, source.word[0], enabled))
        return leaked

    def _find_best(self, m: Module, index: Value, leaked: Value) -> None:
        """Keep the greatest potential, the first of those that are equal."""
        greatest = Signal.like(leaked)
        with m.If((index == 0) | (leaked > greatest)):
            m.d.sync += [greatest.eq(leaked), self.best.eq(index)]

    def _spare_slots(self) -> Value:
        """Return how many slots are drawn for beyond the last readout."""
        registers = self.registers
        whole = registers.num_out_neur | SLOTS - 1
        most = greater(greater(registers.num_inp_neur, registers.num_rec_neur), registers.num_out_neur)
        return (Mux(whole < most, whole, most) - registers.num_out_neur)[: SLOTS.bit_length() - 1]

    def _arrive(self, m: Module) -> None:
        config, registers = self.config, self.registers
        for k in range(config.n_out):
            word, lane = divmod(k, self.lanes)
            weight = entering(self.w_out[lane], registers.fp_loc_wout, config)
            with m.If(self.arrive & (self.word == word)):
                total = self.potentials[k] + weight
                m.d.sync += self.potentials[k].eq(saturate(total, config.membrane_bits))

    def _compare(self, m: Module) -> None:
        bits = self.config.membrane_bits
        one = 1 << self.config.formats.readout.frac
        activation = Signal(signed(bits))
        m.d.comb += activation.eq(
            Mux(self.registers.no_out_act, self.potential, hard_sigmoid(self.potential, one, bits))
        )
        error = Array(self.error[k] for k in range(self.config.n_out))
        with m.If(self.compare):
            m.d.sync += error[self.index].eq(saturate(self.target - activation, bits))
        with m.If(self.blank):
            m.d.sync += self.error.as_value().eq(0)
