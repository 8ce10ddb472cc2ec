"""The chip without its pins: the core behind SPI, input and output buses and ticks, in one clock domain."""

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from golden_model.network.config import Config
from golden_model.network.registers import REGISTERS
from rtl.chip.aer import AerInput
from rtl.chip.flags import ValidFlags
from rtl.chip.output import Output
from rtl.chip.spi import CHUNK_BITS, WORD_BITS, Spi
from rtl.chip.status import Status
from rtl.chip.ticks import Ticks
from rtl.chip.window import NEURONS, W_OUT, Window
from rtl.core.core import Core
from rtl.core.registers import OF_PINS, SEED, Registers

SEEDS = tuple(entry.number for entry in REGISTERS if entry.name.startswith(SEED))
REGISTER_SPACE = 0


class Chip(wiring.Component):
    """The published chip's face, its inputs synchronized; docs/chip.md describes it.

    Parameters
    ----------
    config : Config
        One whose fields all fit the chip's map.
    lanes : int
    trace : bool
        With the trace port of the core.

    Attributes
    ----------
    latency : int
        Cycles from `time_tick` to the tick of the core, where no memory is in use.
    sck, mosi, miso : In, In, Out
    aer_address, aer_is_target, aer_request, aer_acknowledge : In, In, In, Out
    sample, time_tick, target_valid, infer : In
    spi_ready, timing : Out
        Pins SPI_RDY and TIMING_ERROR_RDY.
    out_data, out_request, out_acknowledge : Out, Out, In

    Raises
    ------
    ValueError
        A field does not fit, or `lanes` is not legal.
    """

    latency = 0

    def __init__(self, config: Config, *, lanes: int = 16, trace: bool = False) -> None:
        self.config, self.traced = config, trace
        self.core = Core(config, lanes=lanes, trace=trace)
        blocks = self.core.blocks
        self.pin_registers = Registers(config, OF_PINS)
        self.spi, self.aer, self.output = Spi(), AerInput(config, blocks.registers), Output(config)
        self.flags = ValidFlags(blocks)
        self.window = Window(blocks, self.flags)
        self.ticks, self.status = Ticks(self.pin_registers), Status(config)
        levels = ("sample", "time_tick", "target_valid", "infer")
        inputs = ("sck", "mosi", "aer_is_target", "aer_request", "out_acknowledge", *levels)
        outputs = ("miso", "aer_acknowledge", "spi_ready", "timing", "out_request")
        members: dict[str, Any] = {name: In(1) for name in inputs} | {name: Out(1) for name in outputs}
        members |= {"aer_address": In(8), "out_data": Out(8)}
        if trace:
            members["trace"] = self.core.signature.members["trace"]
        super().__init__(members)

    def elaborate(self, platform: Any) -> Elaboratable:
        """Return the hardware."""
        m = Module()
        names = ("core", "pin_registers", "spi", "aer", "output", "flags", "window", "ticks", "status")
        for name in names:
            m.submodules[name] = getattr(self, name)
        self._serial(m)
        self._buses(m)
        self._time(m)
        self._count(m)
        if self.traced:
            connect(m, self.core.trace, flipped(self.trace))
        return m

    def _serial(self, m: Module) -> None:
        """Let the SPI write registers, and reach memories when nothing else does."""
        spi, window, core = self.spi, self.window, self.core
        seed, registers, exists = Signal(), Signal(), Signal()
        allowed, refuses = Signal(), Signal()
        refused = Signal()  # this frame already
        memory = (spi.space >= NEURONS) & (spi.space <= W_OUT)
        may = allowed & ~refused & ~window.busy & memory
        m.d.comb += [
            spi.sck.eq(self.sck),
            spi.mosi.eq(self.mosi),
            self.miso.eq(spi.miso | (core.target_request & self.pin_registers.get_tar_req_out)),
            allowed.eq(core.blocks.registers.en_conf & (core.idle | core.frozen) & ~self.flags.busy),
            registers.eq(spi.space == REGISTER_SPACE),
            exists.eq(spi.address >> len(core.register.number) == 0),
            seed.eq(registers & self._is_seed()),
            core.register.write.eq(spi.write & registers & exists & (~seed | (allowed & ~refused))),
            window.space.eq(spi.space),
            window.row.eq(Mux(spi.fetch, spi.fetch_word, spi.address >> CHUNK_BITS)),
            window.fetch.eq(spi.fetch & may),
            window.patch.eq(spi.write & may),
            window.chunk.eq(spi.address[:CHUNK_BITS]),
            window.data.eq(spi.data),
            refuses.eq(Mux(registers, spi.write & seed & ~allowed, (spi.fetch | spi.write) & ~may)),
            self.status.refused_accesses.eq(refuses & ~refused),
            self.status.number.eq(spi.read_address),
            window.live.eq(core.frozen),
        ]
        m.d.sync += refused.eq((refused | refuses) & ~spi.ends)
        part = window.word.word_select(spi.read_address[:CHUNK_BITS], WORD_BITS)
        m.d.comb += spi.value.eq(Mux(registers, self.status.value, Mux(refused, 0, part)))
        for bus in (core.register, self.pin_registers):
            m.d.comb += [bus.number.eq(spi.address), bus.data.eq(spi.data)]
        m.d.comb += self.pin_registers.write.eq(core.register.write)

    def _is_seed(self) -> Any:
        """Tell whether the SPI is at the register of a seed."""
        return (self.spi.address >= min(SEEDS)) & (self.spi.address <= max(SEEDS))

    def _buses(self, m: Module) -> None:
        """Connect the input and the output bus."""
        aer, output, core = self.aer, self.output, self.core
        connect(m, aer.event, core.event)
        connect(m, aer.target, core.target)
        connect(m, core.result, output.result)
        m.d.comb += [
            aer.address.eq(self.aer_address),
            aer.is_target.eq(self.aer_is_target),
            aer.request.eq(self.aer_request),
            aer.target_request.eq(core.target_request),
            self.aer_acknowledge.eq(aer.acknowledge),
            output.is_winner.eq(core.result_is_winner),
            output.acknowledge.eq(self.out_acknowledge),
            self.out_data.eq(output.data),
            self.out_request.eq(output.request),
        ]

    def _time(self, m: Module) -> None:
        """Hand ticks and levels to the core; before a sample, states without a valid flag are settled."""
        ticks, core, flags = self.ticks, self.core, self.flags
        begins, accessed = Signal(), Signal()
        m.d.comb += [
            begins.eq(core.idle & self.sample),
            accessed.eq(self.window.fetch | self.window.patch | self.window.busy),  # from its first cycle on
            ticks.time_tick.eq(self.time_tick),
            ticks.active.eq(self.sample | ~core.idle),
            ticks.ready.eq(core.ready),
            ticks.busy.eq(accessed | flags.busy | (begins & flags.unsettled)),
            flags.live.eq(core.frozen),
            flags.settle.eq(begins & ticks.waiting & ~accessed),
            core.tick.eq(ticks.tick),
            core.halt.eq(ticks.halted),
            core.sample.eq(self.sample),
            core.target_valid.eq(self.target_valid),
            core.infer.eq(self.infer),
        ]
        m.d.sync += [self.timing.eq(ticks.pin), self.spi_ready.eq(core.frozen)]  # pins do not glitch

    def _count(self, m: Module) -> None:
        m.d.comb += [
            self.status.dropped_events.eq(self.aer.dropped),
            self.status.saturations.eq(self.core.blocks.neuron.saturates),
            self.status.timing_errors.eq(self.ticks.late),
        ]
