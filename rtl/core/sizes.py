"""How a network is cut into words of lanes, from the registers of its sizes."""

from typing import Any

from amaranth.hdl import Cat, Elaboratable, Module, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import Out

from golden_model.network.config import Config
from rtl.core.arithmetic import greater
from rtl.core.registers import Registers
from rtl.core.storage import output_lanes

INDEX_BITS = 10  # of a neuron or line


class Sizes(wiring.Component):
    """The last word of each kind of state of a network.

    Attributes
    ----------
    latency : int
        Cycles from a register's new value to the words.
    last_pair : Out
        The last pair that is drawn for.
    last_step : Out
        The last word of all states of neurons and lines, whole pairs.
    last_in, last_rec : Out
        The last word of lines, of neurons.
    last_out : Out
        The last word of readouts.
    """

    latency = 1

    def __init__(self, config: Config, lanes: int, registers: Registers) -> None:
        self.lanes, self.out_lanes, self.registers = lanes, output_lanes(config, lanes), registers
        names = ("last_pair", "last_step", "last_in", "last_rec")
        super().__init__({**{name: Out(INDEX_BITS) for name in names}, "last_out": Out(6)})

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        registers, shift = self.registers, self.lanes.bit_length() - 1
        last_in, last_rec = registers.num_inp_neur, registers.num_rec_neur
        last_out = registers.num_out_neur
        most = greater(greater(last_in, last_rec), last_out)
        m.d.sync += [
            self.last_pair.eq(most >> 1),
            self.last_step.eq((most | 1) >> shift),
            self.last_in.eq(last_in >> shift),
            self.last_rec.eq(last_rec >> shift),
            self.last_out.eq(last_out >> self.out_lanes.bit_length() - 1),
        ]
        return m

    def neurons_of(self, word: Value) -> Value:
        """Return which lanes of a word are neurons of the network."""
        last = self.registers.num_rec_neur
        return Cat(word * self.lanes + lane <= last for lane in range(self.lanes))
