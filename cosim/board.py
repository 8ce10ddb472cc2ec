"""A host at the pins of a chip, which does what the published test bench does, in its order and timing."""

from dataclasses import dataclass, field
from typing import Any

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.task import Task
from cocotb.triggers import RisingEdge, Timer
from numpy.typing import NDArray

from cosim.agents import PATIENCE, AerSource, OutputSink, SpiMaster, TickSource
from golden_model.config import Config
from golden_model.parameters import Parameters
from golden_model.samples import Sample
from rtl.delivery.frames import ARRAYS, BYTES, FREEZES, RUNS, program

PERIOD = 20  # ns of the clock
PAUSE = 100
LONG_PAUSE = 1000
DO_EPROP = 9


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

    def __init__(self, dut: Any, config: Config, parameters: Parameters, *, half_period: int = 50) -> None:
        self.dut, self.config, self.parameters = dut, config, parameters
        self.spi = SpiMaster(dut.SCK, dut.MOSI, dut.MISO, half_period=half_period)
        self.aer = AerSource(dut.AERIN_ADDR, dut.AERIN_TAR_EN, dut.AERIN_REQ, dut.AERIN_ACK)
        self.ticks = TickSource(dut.TIME_TICK, dut.TIMING_ERROR_RDY)
        self.sink = OutputSink(dut.OUT_DATA, dut.OUT_REQ, dut.OUT_ACK)
        self.received: list[int] = []
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
        answer, asked = Answer(), self._answer(sample) if learn and self._asks() else None
        self.dut.SAMPLE.value = 1
        await Timer(PAUSE, "ns")
        for tick in range(sample.n_ticks):
            if tick == sample.target_start:
                await self._begin_supervision(sample, learn=learn)
            for line in sample.lines[sample.offsets[tick] : sample.offsets[tick + 1]].tolist():
                await self.aer.send_event(line)
                await Timer(PAUSE, "ns")
            if tick == sample.n_ticks - 1:
                self.dut.SAMPLE.value = 0
                await Timer(PAUSE, "ns")
                await self.ticks.pulse()
                break
            self.tick = tick
            await self.ticks.tick()
            await Timer(PAUSE, "ns")
            answer.steps.append(self._take())
        answer.last = await self._last_bytes()
        if asked is not None:
            asked.cancel()
        await Timer(LONG_PAUSE, "ns")
        self.dut.TARGET_VALID.value = 0
        self.dut.INFER_ACC.value = 0
        await Timer(LONG_PAUSE, "ns")
        return answer

    def _asks(self) -> bool:
        """Tell whether the chip asks for a target in each step."""
        return bool(self.parameters.registers.regression or not self.parameters.registers.single_label)

    async def _begin_supervision(self, sample: Sample, *, learn: bool) -> None:
        if learn:
            if not self._asks():
                await self.aer.send_label(sample.label or 0)
                await Timer(3 * PAUSE, "ns")
            self.dut.TARGET_VALID.value = 1
        self.dut.INFER_ACC.value = 1
        await Timer(PAUSE, "ns")

    def _answer(self, sample: Sample) -> Task[None]:
        async def answer() -> None:
            while True:
                await RisingEdge(self.dut.MISO)
                if sample.targets is None:
                    await self.aer.send_label(sample.label or 0)
                else:
                    for target in sample.targets[self.tick].tolist():
                        await self.aer.send_target(target)

        return cocotb.start_soon(answer())

    async def _collect(self) -> None:
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

    async def weights(self) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]:
        """Read all weights back."""
        n_in, n_rec, n_out = (getattr(self.parameters, name) for name in ("n_in", "n_rec", "n_out"))
        await self.freeze()
        shapes = ((n_in, n_rec), (n_rec, n_rec), (n_rec, n_out))
        arrays = [
            await self._rows(*place, *shape) for place, shape in zip(ARRAYS.values(), shapes, strict=True)
        ]
        await self.run()
        return arrays[0], arrays[1], arrays[2]

    async def _rows(self, space: int, shift: int, n_pre: int, n_post: int) -> NDArray[np.int8]:
        rows = []
        for pre in range(n_pre):
            words = await self.spi.read(space, pre << shift, -(-n_post // BYTES))
            rows.append(np.array(words, "<u4").view(np.int8)[:n_post])
        return np.stack(rows)


def potentials(answer: list[int]) -> list[int]:
    """Return the potentials that pairs of bytes are."""
    values: list[int] = np.array(answer, np.uint8).view("<i2").tolist()
    return values
