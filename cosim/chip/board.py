"""A host at the pins of a chip, which does what the published test bench does, in its order and timing."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.task import Task
from cocotb.triggers import RisingEdge, SimTimeoutError, Timer, with_timeout
from numpy.typing import NDArray

from cosim.chip.agents import PATIENCE, AerSource, LocalTicks, OutputSink, SpiMaster, TickSource
from cosim.chip.memory import ChipMemory, Weights
from golden_model.core.synapse import GROUP
from golden_model.network.config import Config
from golden_model.network.parameters import Parameters
from golden_model.network.scaling import targets_at
from golden_model.samples.samples import Sample
from rtl.delivery.frames import FREEZES, RUNS, program

PERIOD = 20  # ns of the clock
HALF_PERIOD = 50  # ns of SCK
PAUSE = 100
LONG_PAUSE = 1000
DO_EPROP = 9

Target = Any  # int, array_like of int, or None


def half_period_for(lanes: int) -> int:
    """Return half a period of SCK in ns: with few lanes a chip takes longer to read its memories."""
    clocks = 3 + GROUP // lanes  # in two periods
    return max(HALF_PERIOD, -(-clocks // 4) * PERIOD)


@dataclass
class Answer:
    """What the chip sent in one sample: results after steps, and at the end; each a list of bytes."""

    steps: list[list[int]] = field(default_factory=list)
    last: list[int] = field(default_factory=list)


class Board:
    """Programs a chip through its pins, presents samples and reads weights back.

    Parameters
    ----------
    dut : handle
        A module with the chip's pins.
    config : Config
        Of the chip.
    parameters : Parameters
        Of the network.
    half_period : int
        Half a period of SCK in ns.
    """

    def __init__(
        self, dut: Any, config: Config, parameters: Parameters, *, half_period: int = HALF_PERIOD
    ) -> None:
        self.dut, self.config, self.parameters = dut, config, parameters
        self.spi = SpiMaster(dut.SCK, dut.MOSI, dut.MISO, half_period=half_period)
        self.aer = AerSource(dut.AERIN_ADDR, dut.AERIN_TAR_EN, dut.AERIN_REQ, dut.AERIN_ACK)
        self.ticks: TickSource | LocalTicks = TickSource(dut.TIME_TICK, dut.TIMING_ERROR_RDY)
        if parameters.registers.local_tick:
            self.ticks = LocalTicks(dut.TIMING_ERROR_RDY)
        self.sink = OutputSink(dut.OUT_DATA, dut.OUT_REQ, dut.OUT_ACK)
        self.memory = ChipMemory(self.spi, config, parameters)
        self.received: list[int] = []
        self._answering: Task[None] | None = None
        self._target: Target = None
        for pin in (dut.CLK_INT_EN, dut.RST, dut.SAMPLE, dut.TARGET_VALID, dut.INFER_ACC):
            pin.value = 0

    async def start(self) -> None:
        """Start the clock, reset the chip and take what it sends from then on."""
        Clock(self.dut.CLK_EXT, PERIOD, "ns", impl="gpi").start()
        await self.reset()
        cocotb.start_soon(self._collect())

    async def reset(self) -> None:
        """Reset the chip, out of step with the clock."""
        await Timer(53, "ns")
        self.dut.RST.value = 1
        await Timer(50, "ns")
        self.dut.RST.value = 0
        await Timer(LONG_PAUSE, "ns")

    async def program(self, w_in: NDArray[Any], w_rec: NDArray[Any], w_out: NDArray[Any]) -> None:
        """Write registers, weights, leaks and thresholds, and let the core run."""
        for frame in program(self.config, self.parameters, (w_in, w_rec, w_out)):
            await self.spi.send_frame(frame)
            if frame == RUNS:
                await Timer(LONG_PAUSE, "ns")

    async def freeze(self) -> None:
        """Ask for access to memories."""
        await self.spi.send_frame(FREEZES)

    async def run(self) -> None:
        """Let the core run."""
        await self.spi.send_frame(RUNS)
        await Timer(LONG_PAUSE, "ns")

    async def set_plasticity(self, do_eprop: int) -> None:
        """Say which weights learn from the next sample on."""
        await self.freeze()
        await self.spi.write_register(DO_EPROP, do_eprop)
        await self.run()

    async def present(self, sample: Sample, *, learn: bool = True) -> Answer:
        """Present a sample; with `learn`, labels and targets are sent."""
        answer, last = Answer(), sample.n_ticks - 1
        await self.begin()
        for tick in range(sample.n_ticks):
            lines = sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist()
            on = tick >= sample.target_start
            target = sample.label if sample.targets is None else sample.targets[tick]
            sent = await self.tick(lines, target if learn and on else None, on, tick == last)
            if tick < last:
                answer.steps.append(sent)
        answer.last = await self.end()
        return answer

    async def begin(self) -> None:
        """Start a sample."""
        self._label, self._levels = None, (False, False)
        self._answering = cocotb.start_soon(self._answer()) if self._asks() else None
        self.dut.SAMPLE.value = 1
        await Timer(PAUSE, "ns")

    async def tick(
        self, lines: Iterable[int], target: Target = None, infer: bool = False, last: bool = False
    ) -> list[int]:
        """Run one tick of the sample that `begin` started, and return the bytes that are sent after its step.

        Parameters
        ----------
        lines : iterable of int
            Input lines with an event since the last tick.
        target : int or array_like of int [n_out], optional
            The label, or the targets of a regression in published units; without one the target is not valid
            in this tick.
        infer : bool
            The tick counts for the winner.
        last : bool
            The sample's last tick; then `end` waits for what is sent.
        """
        await self._supervise(target, infer)
        for line in lines:
            await self.aer.send_event(line)
            await Timer(PAUSE, "ns")
        if last:
            self.dut.SAMPLE.value = 0
            await Timer(PAUSE, "ns")
            await self.ticks.pulse()
            return []
        await self.ticks.tick()
        await Timer(PAUSE, "ns")
        return self._take()

    async def end(self) -> list[int]:
        """Wait for the bytes of the result of a sample, and let its levels fall."""
        result = await self._last_bytes()
        if self._answering is not None:
            self._answering.cancel()
        await Timer(LONG_PAUSE, "ns")
        self.dut.TARGET_VALID.value = 0
        self.dut.INFER_ACC.value = 0
        await Timer(LONG_PAUSE, "ns")
        return result

    async def frozen(self) -> None:
        """Wait until the core stands still, after the step of the tick under way."""
        if not self.dut.SPI_RDY.value:
            await with_timeout(RisingEdge(self.dut.SPI_RDY), PATIENCE, "ns")

    def _asks(self) -> bool:
        """Tell whether the chip asks for a target in each step."""
        return bool(self.parameters.registers.regression or not self.parameters.registers.single_label)

    async def _supervise(self, target: Target, infer: bool) -> None:
        """Send a label that the chip does not have yet and will not ask for; set levels that change."""
        self._target = target
        if target is not None and not self._asks() and target != self._label:
            self._label = target
            await self.aer.send_label(target)
            await Timer(3 * PAUSE, "ns")
        levels = (target is not None, infer)
        if levels != self._levels:
            self._levels = levels
            self.dut.TARGET_VALID.value, self.dut.INFER_ACC.value = levels
            await Timer(PAUSE, "ns")

    async def _answer(self) -> None:
        """Send targets when the chip asks for them, until it does not take one.

        While it is frozen, MISO shows what is read.
        """
        while True:
            await RisingEdge(self.dut.MISO)
            await Timer(1, "ns")  # SPI_RDY may fall at the same edge of the clock
            if self._target is None or self.dut.SPI_RDY.value:
                continue
            try:
                await self._send_target()
            except SimTimeoutError:
                return  # who waits for the chip finds it stuck

    async def _send_target(self) -> None:
        if self.parameters.registers.regression:
            for target in targets_at(self.config, np.asarray(self._target, np.int64)).tolist():
                await self.aer.send_target(target)
        else:
            await self.aer.send_label(self._target)

    async def _collect(self) -> None:
        """Take what the chip sends, until it does not end a handshake; who waits for bytes misses them."""
        with suppress(SimTimeoutError):
            while True:
                byte = await self.sink.receive()  # before the list is looked up, which may be another by then
                self.received.append(byte)

    def _take(self) -> list[int]:
        taken, self.received = self.received, []
        return taken

    async def _last_bytes(self) -> list[int]:
        """Wait for the result of the sample."""
        registers = self.parameters.registers
        count = 2 * registers.n_out if registers.regression else 1
        for _ in range(PATIENCE // PAUSE):
            if len(self.received) >= count:
                return self._take()
            await Timer(PAUSE, "ns")
        raise TimeoutError(f"{len(self.received)} of {count} bytes of the result have come")

    async def weights(self) -> Weights:
        """Read all weights back, between samples."""
        await self.freeze()
        weights = await self.memory.weights()
        await self.run()
        return weights


def potentials(answer: list[int]) -> list[int]:
    """Return the potentials that pairs of bytes are."""
    values: list[int] = np.array(answer, np.uint8).view("<i2").tolist()
    return values
