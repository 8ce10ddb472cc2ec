"""The core: a network that runs and learns, time step after time step."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import connect, flipped

from golden_model.network.config import Config
from rtl import LANES
from rtl.core.blocks import make_blocks
from rtl.core.phase_learn import LearnPhase
from rtl.core.phase_propagate import PropagatePhase
from rtl.core.phase_step import StepPhase
from rtl.core.ports import core_ports
from rtl.core.storage import STATES
from rtl.core.trace_port import TracePort


class Core(wiring.Component):
    """See docs/rtl.md for the face of the core and the order of its phases.

    Parameters
    ----------
    config : Config
    lanes : int
        Synapses of each weight array per cycle: 1, 2, 4, 8 or 16. They never change a result.
    trace : bool
        With a trace port.

    Attributes
    ----------
    latency : int
        Cycles from a `tick` that starts a sample without events until `ready`.

    Raises
    ------
    ValueError
        `lanes` is none of these.
    """

    latency = 2

    def __init__(self, config: Config, *, lanes: int = 16, trace: bool = False) -> None:
        if lanes not in LANES:
            raise ValueError(f"lanes = {lanes} is not one of {', '.join(map(str, LANES))}")
        self.config, self.lanes, self.traced = config, lanes, trace
        super().__init__(core_ports(config, lanes, trace=trace))
        blocks = self.blocks = make_blocks(config, lanes)
        self.step, self.learn, self.propagate = StepPhase(blocks), LearnPhase(blocks), PropagatePhase(blocks)
        self.cleared = {name: blocks.storage.writer("clear", name) for name in STATES}

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        blocks = self.blocks
        for name, block in blocks.named().items():
            m.submodules[name] = block
        m.submodules.phase_step, m.submodules.phase_learn = self.step, self.learn
        m.submodules.phase_propagate = self.propagate
        self._connect(m)
        self._order(m)
        self._clear(m)
        if self.traced:
            m.submodules.trace_port = port = TracePort(blocks, self.step, self.propagate)
            m.d.comb += [port.counted.eq(self.counted), port.compared.eq(self.compared)]
            connect(m, port.trace, flipped(self.trace))
        return m

    def _connect(self, m: Module) -> None:
        """Connect the ports, and what several phases share."""
        blocks, storage = self.blocks, self.blocks.storage
        exists = self.event.payload <= blocks.registers.num_inp_neur
        connect(m, flipped(self.access), storage.access)
        m.d.comb += [
            blocks.events.event.payload.eq(self.event.payload),
            blocks.events.event.valid.eq(self.event.valid & exists),
            self.event.ready.eq(blocks.events.event.ready),
            blocks.registers.write.eq(self.register.write),
            blocks.registers.number.eq(self.register.number),
            blocks.registers.data.eq(self.register.data),
            storage.allowed.eq(self.idle | self.frozen),
            storage.potential.eq(blocks.readout.potential),
            storage.win.eq(blocks.readout.win),
            blocks.neuron.exists.eq(self.step.exists | self.propagate.exists),
            blocks.neuron.membrane.as_value().eq(storage.membrane.read_word.as_value()),
        ]

    def _order(self, m: Module) -> None:
        """The order of a sample and of its time steps."""
        self.turn = Signal(range(self.config.n_out), name="readout_turn")
        self.final = Signal()  # the turn is the last readout's
        self.ends = Signal()  # the results under way are a sample's last
        self.done = Signal()  # clearing
        self.counted = Signal()
        self.compared = Signal()
        m.d.comb += self.final.eq(self.turn == self.blocks.registers.num_out_neur)
        m.d.sync += [self.counted.eq(self.step.done), self.compared.eq(0)]
        self._take_label(m)
        with m.FSM(name="order") as self.fsm:
            self._between_samples(m)
            self._take_step(m)
            self._adapt(m)
            self._answer(m)
            with m.State("PROPAGATE"):
                m.d.comb += self.propagate.ongoing.eq(1)
                with m.If(self.propagate.done):
                    m.next = "READY"
        self._choose_readout(m)

    def _between_samples(self, m: Module) -> None:
        """Clear the state, and wait for the tick that begins a sample."""
        with m.State("CLEAR"):
            m.d.comb += self.in_use.eq(1)
            with m.If(self.done):
                m.next = "IDLE"
        with m.State("IDLE"):
            m.d.comb += [self.ready.eq(1), self.idle.eq(1)]
            with m.If(self.tick & self.sample & ~self.halt):
                m.d.comb += self.blocks.events.swap.eq(1)
                m.next = "PROPAGATE"

    def _take_step(self, m: Module) -> None:
        """Wait for a tick, take its step, and stand still then if the host says so."""
        with m.State("READY"):
            m.d.comb += self.ready.eq(1)
            with m.If(self.tick & ~self.halt):
                m.d.comb += [self.blocks.events.swap.eq(1), self.blocks.readout.decay.eq(1)]
                m.next = "STEP"
            self._give_up(m)
        with m.State("STEP"):
            m.d.comb += self.step.ongoing.eq(1)
            with m.If(self.step.done):
                self._count_winner(m)
        with m.State("FROZEN"):
            m.d.comb += self.frozen.eq(self.blocks.registers.en_conf)
            with m.If(~self.blocks.registers.en_conf):
                self._go_on(m, self.learn.valid)
            self._give_up(m)

    def _adapt(self, m: Module) -> None:
        """Set the errors, and learn from them."""
        with m.State("ERROR"):
            self._compare(m)
            self._give_up(m)
        with m.State("LEARN"):
            m.d.comb += self.learn.ongoing.eq(1)
            with m.If(self.learn.done):
                self._after_learning(m)

    def _answer(self, m: Module) -> None:
        """Find the winner, and send results."""
        with m.State("SCAN"):
            self._find_winner(m)
        with m.State("SEND"):
            self._send(m)

    def _choose_readout(self, m: Module) -> None:
        """Show the readout whose turn it is, or the one of an access."""
        readout = self.blocks.readout
        with m.If(self.fsm.ongoing("ERROR") | self.fsm.ongoing("SCAN") | self.fsm.ongoing("SEND")):
            m.d.comb += readout.index.eq(self.turn)
        with m.Else():
            m.d.comb += readout.index.eq(self.blocks.storage.index)

    def _give_up(self, m: Module) -> None:
        """Give the sample up if the host says so, where the core waits."""
        with m.If(self.halt):
            m.d.sync += self.turn.eq(0)
            m.next = "CLEAR"

    def _take_label(self, m: Module) -> None:
        """Take labels, of which the last one counts; those of a regression are taken one by one in ERROR."""
        self.last_label = Signal(self.target.payload.shape())
        self.labelled = Signal()
        self.in_use = Signal()  # the label, or it is being forgotten
        with m.If(~self.blocks.registers.regression):
            m.d.comb += self.target.ready.eq(~self.in_use)
            with m.If(self.target.valid & ~self.in_use):
                m.d.sync += [self.last_label.eq(self.target.payload), self.labelled.eq(1)]

    def _count_winner(self, m: Module) -> None:
        """End *step*: what the host says of the time step is read here."""
        registers = self.blocks.registers
        m.d.comb += self.blocks.readout.count.eq(self.infer & ~registers.regression)
        m.d.sync += [self.learn.valid.eq(self.target_valid), self.ends.eq(~self.sample)]
        with m.If(~self.sample):
            m.next = "SCAN"
        with m.Elif(registers.en_conf):
            m.next = "FROZEN"
        with m.Else():
            self._go_on(m, self.target_valid)

    def _go_on(self, m: Module, valid: Value) -> None:
        """Go on with the time step after *step*, which has a target if `valid` is set."""
        registers = self.blocks.registers
        regularizes = registers.regul_mode[1] & registers.regul_mode[2]
        with m.If(registers.do_eprop.any() & (valid | regularizes)):
            m.next = "ERROR"
        with m.Else():
            self._after_learning(m)

    def _after_learning(self, m: Module) -> None:
        with m.If(self.blocks.registers.send_per_timestep):
            m.next = "SCAN"
        with m.Else():
            m.next = "PROPAGATE"

    def _compare(self, m: Module) -> None:
        """Set the error of a readout per cycle, as targets are there; without a target, all at once."""
        registers, readout, valid = self.blocks.registers, self.blocks.readout, self.learn.valid
        one = 1 << self.config.formats.readout.frac
        m.d.comb += self.in_use.eq(valid & self.labelled)
        given = Mux(registers.regression, self.target.valid, self.labelled)
        aim = Mux(self.last_label == self.turn, one, 0)
        m.d.comb += [
            self.target_request.eq(valid & ~given),
            readout.target.eq(Mux(registers.regression, self.target.payload, aim)),
            readout.compare.eq(valid & given),
            readout.blank.eq(~valid),
        ]
        with m.If(registers.regression & valid):
            m.d.comb += self.target.ready.eq(1)
        with m.If(readout.compare):
            m.d.sync += self.turn.eq(self.turn + 1)
        last = Signal(name="last_comparison")
        m.d.comb += last.eq(readout.compare & self.final)
        with m.If(last & ~registers.single_label):
            m.d.sync += self.labelled.eq(0)
        with m.If(~valid | last):
            m.d.sync += [self.turn.eq(0), self.compared.eq(1)]
            m.next = "LEARN"

    def _find_winner(self, m: Module) -> None:
        """Compare the wins of a readout per cycle."""
        readout = self.blocks.readout
        self.best = Signal(range(self.config.n_out))
        most = Signal(len(readout.win))
        m.d.sync += self.turn.eq(self.turn + 1)
        with m.If((self.turn == 0) | (readout.win > most)):
            m.d.sync += [self.best.eq(self.turn), most.eq(readout.win)]
        with m.If(self.final):
            m.d.sync += self.turn.eq(0)
            m.next = "SEND"

    def _send(self, m: Module) -> None:
        """Send the winner, or the potential of a readout after the other."""
        registers = self.blocks.registers
        sends_label = Signal()
        m.d.comb += [
            sends_label.eq(Mux(self.ends, ~registers.regression, registers.send_label_only)),
            self.result.valid.eq(1),
            self.result_is_winner.eq(sends_label),
            self.result.payload.eq(Mux(sends_label, self.best, self.blocks.readout.potential)),
        ]
        with m.If(self.result.ready):
            m.d.sync += self.turn.eq(self.turn + 1)
            with m.If(sends_label | self.final):
                m.d.sync += self.turn.eq(0)
                m.next = "PROPAGATE"
                with m.If(self.ends):
                    m.next = "CLEAR"

    def _clear(self, m: Module) -> None:
        """Set the state to zero, a word per cycle."""
        ongoing = self.fsm.ongoing("CLEAR")
        depths = {name: self.blocks.storage.memories[name].depth for name in STATES}
        word = Signal(range(max(depths.values())), name="clear_word")
        m.d.comb += [self.blocks.readout.clear.eq(ongoing), self.blocks.events.forget.eq(ongoing)]
        for name, writer in self.cleared.items():
            writes = ongoing & (word <= depths[name] - 1)
            m.d.comb += [writer.write.eq(writes.replicate(self.lanes)), writer.address.eq(word)]
        with m.If(ongoing):
            m.d.sync += [word.eq(word + 1), self.labelled.eq(0)]
            with m.If(word == max(depths.values()) - 1):
                m.d.sync += word.eq(0)
                m.d.comb += self.done.eq(1)
